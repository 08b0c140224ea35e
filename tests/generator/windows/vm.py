"""Who a generated Windows VM is: its release, its agent, its language and its zone. All of it follows from the seed."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field

from .cultures import EN_US, Culture


@dataclass(frozen=True)
class Release:
    """A Windows release, in the words in which systeminfo and the agent speak of it."""

    name: str
    version: str  # major.minor
    build: int
    revision: int


SERVER_2012_R2 = Release("Microsoft Windows Server 2012 R2 Datacenter", "6.3", 9600, 19913)
SERVER_2016 = Release("Microsoft Windows Server 2016 Datacenter", "10.0", 14393, 6796)
SERVER_2019 = Release("Microsoft Windows Server 2019 Datacenter", "10.0", 17763, 5696)
SERVER_2022 = Release("Microsoft Windows Server 2022 Datacenter", "10.0", 20348, 2402)
SERVER_2025 = Release("Microsoft Windows Server 2025 Datacenter", "10.0", 26100, 1742)
WINDOWS_11 = Release("Microsoft Windows 11 Enterprise", "10.0", 22631, 3593)


@dataclass(frozen=True)
class AgentBuild:
    """A version of the guest agent, and the generation of stamps that it writes (see agentlog.py)."""

    version: str
    stamps: str
    folder: str = ""  # of C:\\WindowsAzure; before 2.7.41491 the agent ran from Packages


AGENT_2016 = AgentBuild("2.7.1198.735", "0", "Packages")
AGENT_2019 = AgentBuild("2.7.41491.949", "A", "GuestAgent_2.7.41491.949_2019-11-21_053028")
AGENT_2021 = AgentBuild("2.7.41491.1032", "A", "GuestAgent_2.7.41491.1032_2021-12-08_092210")
AGENT_2020_Z = AgentBuild("2.7.41491.1008", "B", "GuestAgent_2.7.41491.1008_2021-01-12_040512")
AGENT_2024 = AgentBuild("2.7.41491.1117", "C", "GuestAgent_2.7.41491.1117_2024-05-29_070344")
AGENT_2025 = AgentBuild("2.7.41491.1176", "C", "GuestAgent_2.7.41491.1176_2025-06-10_113057")
variation = ""
"""Goes into the seed of every VM: with another word, the same stories have other names, noise and times."""


@dataclass
class WinVm:
    """`zone` is the IANA name of the VM's wall clock."""

    seed: str
    name: str
    zone: str = "UTC"
    release: Release = SERVER_2022
    agent: AgentBuild = AGENT_2025
    culture: Culture = EN_US
    domain: str = ""  # DNS name of the Active Directory domain; '' for a workgroup
    size: str = "Standard_D4s_v5"
    data_disks: tuple[str, ...] = ("F:",)
    sql: bool = False  # SQL Server runs on it
    products: tuple[str, ...] = ()  # whose VSS writers it has
    rng: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.seed += variation
        self.rng = random.Random(self.seed)
        self.id = self.uuid()
        self.container = self.uuid()
        self.role_instance = f"_{self.name.lower()}"
        self.subscription = self.uuid()
        self.thumbprint = "".join(self.rng.choice("0123456789ABCDEF") for _ in range(40))
        self.storage = f"md-{self.word(11)}.z{self.rng.randint(2, 48)}.blob.storage.azure.net"
        self.address = f"10.{self.rng.randint(1, 200)}.{self.rng.randint(0, 255)}.{self.rng.randint(4, 250)}"
        self.mac = "00-0D-3A-" + "-".join(f"{self.rng.randint(0, 255):02X}" for _ in range(3))
        self.machine_sid = "S-1-5-21-" + "-".join(str(self.rng.randint(10**8, 4 * 10**9)) for _ in range(3))
        self.volumes = {drive: self.uuid() for drive in ("C:", "D:", *self.data_disks)}

    @property
    def computer(self) -> str:
        """As the event log names it."""
        return f"{self.name}.{self.domain}" if self.domain else self.name

    @property
    def agent_home(self) -> str:
        return rf"C:\WindowsAzure\{self.agent.folder}"

    def volume(self, drive: str) -> str:
        return rf"\\?\Volume{{{self.volumes[drive]}}}"

    def pid(self) -> int:
        return 4 * self.rng.randint(150, 3000)

    def word(self, length: int) -> str:
        return "".join(self.rng.choice("bcdfghjklmnpqrstvwxz0123456789") for _ in range(length))

    def hex(self, length: int) -> str:
        return "".join(self.rng.choice("0123456789abcdef") for _ in range(length))

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))


@dataclass(frozen=True)
class Plugin:
    """A handler of the Windows agent as a goal state asks for it."""

    name: str
    version: str
    command: str = "enable.cmd"
    sequence: int = 0
    protected: bool = False

    @property
    def home(self) -> str:
        return f"Packages/Plugins/{self.name}/{self.version}"

    @property
    def logs(self) -> str:
        return f"WindowsAzure/Logs/Plugins/{self.name}/{self.version}"

    @property
    def program(self) -> str:
        return rf"C:\Packages\Plugins\{self.name}\{self.version}" + "\\"


VMSNAPSHOT = "Microsoft.Azure.RecoveryServices.VMSnapshot"
MONITOR = Plugin("Microsoft.Azure.Monitor.AzureMonitorWindowsAgent", "1.26.0.0", "AMAExtHealthMonitor.exe enable")
BGINFO = Plugin("Microsoft.Compute.BGInfo", "2.2.5", r"BGInfo\enable.cmd")
EXTENSION = rf"C:\Packages\Plugins\{VMSNAPSHOT}\1.0.98.0"
