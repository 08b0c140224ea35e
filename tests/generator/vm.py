"""Who a generated VM is: its name, ids, zone and distribution. All of it follows from the seed."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Distro:
    """A distribution, in the words in which the agent and os-release speak of it."""

    id: str
    version: str
    pretty: str
    python: str
    kernel: str
    osutil: str
    service: str
    systemd: str
    syslog: str  # the path of the system log
    rfc3339: bool = False  # how rsyslog stamps it


UBUNTU_22 = Distro(
    "ubuntu",
    "22.04",
    "Ubuntu 22.04.5 LTS",
    "3.10.12",
    "6.5.0-1025-azure",
    "Ubuntu18OSUtil",
    "walinuxagent",
    "systemd 249 (249.11-0ubuntu3.12)",
    "var/log/syslog",
)
UBUNTU_24 = Distro(
    "ubuntu",
    "24.04",
    "Ubuntu 24.04.2 LTS",
    "3.12.3",
    "6.8.0-1024-azure",
    "Ubuntu18OSUtil",
    "walinuxagent",
    "systemd 255 (255.4-1ubuntu8.6)",
    "var/log/syslog",
    rfc3339=True,
)
UBUNTU_18 = Distro(
    "ubuntu",
    "18.04",
    "Ubuntu 18.04.6 LTS",
    "3.6.9",
    "5.4.0-1109-azure",
    "Ubuntu18OSUtil",
    "walinuxagent",
    "systemd 237",
    "var/log/syslog",
)
RHEL_8 = Distro(
    "rhel",
    "8.9",
    "Red Hat Enterprise Linux 8.9 (Ootpa)",
    "3.6.8",
    "4.18.0-513.24.1.el8_9.x86_64",
    "RedhatOSUtil",
    "waagent",
    "systemd 239 (239-78.el8)",
    "var/log/messages",
)


@dataclass
class Vm:
    """`zone` is the IANA name of the VM's wall clock."""

    seed: str
    name: str
    zone: str = "UTC"
    distro: Distro = UBUNTU_22
    location: str = "westeurope"
    size: str = "Standard_D4s_v5"
    rng: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.id = self.uuid()
        self.container = self.uuid()
        self.deployment = self.uuid()
        self.subscription = self.uuid()
        self.role_instance = f"{self.uuid()}._{self.name}"
        self.thumbprint = self.hex(40).upper()
        self.storage = f"md-{self.word(11)}.z{self.rng.randint(2, 48)}.blob.storage.azure.net"
        self.resource_group = f"rg-{self.name.split('-')[0]}"
        self.address = f"10.{self.rng.randint(1, 200)}.{self.rng.randint(0, 255)}.{self.rng.randint(4, 250)}"

    def hex(self, length: int) -> str:
        return "".join(self.rng.choice("0123456789abcdef") for _ in range(length))

    def word(self, length: int) -> str:
        return "".join(self.rng.choice("bcdfghjklmnpqrstvwxz0123456789") for _ in range(length))

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))


@dataclass(frozen=True)
class Extension:
    """A handler as a goal state asks for it."""

    name: str
    version: str
    command: str = "bin/handler.sh"
    sequence: int = 0
    protected: bool = False

    @property
    def full(self) -> str:
        return f"{self.name}-{self.version}"

    @property
    def home(self) -> str:
        return f"var/lib/waagent/{self.full}"
