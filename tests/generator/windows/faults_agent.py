"""The agent is not there, stopped, silent, late or crashing."""

from __future__ import annotations

from datetime import timedelta

from ..archives import Files
from ..stamps import seconds, utc
from . import commands, dotnet, scm
from .agentlog import Said
from .cultures import DE_DE, PT_BR
from .installer import ServiceState
from .layouts import by_hand, disk_inspection, events
from .noiseprograms import crash
from .scenario import minutes, scenario
from .story import Story
from .vm import (
    AGENT_2021,
    AGENT_2024,
    AGENT_2025,
    SERVER_2012_R2,
    SERVER_2016,
    SERVER_2019,
    SERVER_2022,
    WinVm,
)

AGENT = ("WindowsAzureGuestAgent", "RdAgent")
UNAVAILABLE = "UserErrorGuestAgentStatusUnavailable"


def _queried(vm: WinVm, state: str, code: int = 0) -> Files:
    return {f"sc query {key}.txt": commands.sc_query(vm, key, state, code) for key in AGENT}


@scenario("agent-stopped", "windows/guest-agent-stopped")
def stopped() -> Files:
    """Both services of the agent were stopped and disabled; Windows runs on for two days."""
    vm = WinVm("agent-stopped", "INTRANET2", "Europe/Berlin", SERVER_2019, AGENT_2024, DE_DE)
    s = Story(vm, utc("2025-03-24 06:00:00"))
    s.nights(3)
    s.rest(12.2)
    s.agent.stop(s.now)
    for place, key in enumerate(AGENT):
        scm.state(s.log, s.now + seconds(1.6 + 4 * place), key, "stopped")
        scm.start_type(s.log, s.now + seconds(9 + 2 * place), key, "auto", "disabled", user=f"{vm.machine_sid}-500")
    s.rest(50, agent=False)
    s.agent.rotations.append(utc("2025-03-25 14:20:07"))
    return by_hand(s, "wevtutil-text-zulu", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("agent-stopped-sc", "windows/guest-agent-stopped", pack="folder")
def stopped_quietly() -> Files:
    """The agent's log ends with its stop, and sc query shows both services stopped; the System log is missing."""
    vm = WinVm("agent-stopped-sc", "TESTBED8", "UTC", SERVER_2022, AGENT_2025)
    s = Story(vm, utc("2025-11-10 07:00:00"))
    s.nights(2)
    s.rest(15)
    s.agent.stop(s.now)
    s.rest(40, agent=False)
    files = {name: data for name, data in s.azure().items() if name.startswith("WindowsAzure")}
    return files | events(s, "viewer-csv", names={"Application": "Application"}) | _queried(vm, "STOPPED")


@scenario("agent-crash-loop-pt", "windows/guest-agent-crash", symptom=UNAVAILABLE)
def crash_loop() -> Files:
    """A profiler's library brings WindowsAzureGuestAgent down every minute since it was installed. Brazilian."""
    vm = WinVm("agent-crash", "MESSRV4", "America/Sao_Paulo", SERVER_2016, AGENT_2021, PT_BR, "fabrica.example")
    s = Story(vm, utc("2024-09-02 09:00:00"), hour=4)
    s.nights(3)
    s.rest(9)
    product = ["Lumen Profiler Agent", "5.1.0", "1046", "0", "Lumen Tools"]
    s.log.add(s.now - minutes(6), "MsiInstaller", 1033, product)
    program, library = "WindowsAzureGuestAgent.exe", "lumenprf.dll"
    frames = ("Lumen.Profiler.Native.Attach(IntPtr)", "System.Threading.ThreadHelper.ThreadStart()")
    text = f"Application: {program}\n" + dotnet.unhandled("System.AccessViolationException", *frames)
    for count in range(1, 41):
        fell = s.now + minutes(1.4 * count)
        s.log.add(fell - seconds(1), ".NET Runtime", 1026, [text])
        path = rf"C:\Program Files\Lumen\{library}"
        crash(s.log, fell - seconds(0.6), program, vm.agent.version, vm.agent_home, library, "c0000005", path)
        scm.died(s.log, fell, "WindowsAzureGuestAgent", count, 60000)
        s.agent.starting(fell + seconds(61))
    s.rest(30, agent=False)
    return by_hand(s, "wevtutil-xml-utf16", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario(
    "agent-hung",
    "windows/guest-agent-crash",
    "windows/guest-agent-stopped",
    symptom="GuestAgentSnapshotTaskStatusError",
)
def hung() -> Files:
    """The agent's log stops while both services run; the next backup never begins in the VM."""
    vm = WinVm("agent-hung", "BIDSRV6", "America/New_York", SERVER_2019, AGENT_2024)
    s = Story(vm, utc("2025-07-14 10:00:00"), hour=5)
    s.nights(3)
    s.rest(7.4)
    s.agent.say(s.now, Said(0, "Getting GoalState. Incarnation: 4"))
    for count in range(2):
        s.installer.report(s.now + timedelta(hours=12 * count + 5), {key: ServiceState() for key in AGENT})
    s.rest(31, agent=False)
    return by_hand(s, "wevtutil-xml", _queried(vm, "RUNNING"))


@scenario("agent-start-timeout", "windows/service-start-timeout")
def start_timeout() -> Files:
    """RdAgent and WindowsAzureGuestAgent do not start in 30 seconds after updates (7009, 7000 with 1053)."""
    vm = WinVm(
        "service-start-timeout", "REPORT3", "Europe/London", SERVER_2012_R2, AGENT_2021, domain="corp.contoso.example"
    )
    s = Story(vm, utc("2024-04-15 05:00:00"), hour=21)
    s.nights(3)
    process, reason = r"C:\Windows\servicing\TrustedInstaller.exe", "Operating System: Upgrade (Planned)"
    up = s.restart(s.now + minutes(240), process, r"NT AUTHORITY\SYSTEM", reason, "0x80020003", agent=False)
    for place, key in enumerate(("RdAgent", "WindowsAzureGuestAgent")):
        scm.start_timeout(s.log, up + seconds(34 + 31 * place), key)
    scm.silent(s.log, up + seconds(140), "UsoSvc")
    s.rest(34, agent=False)
    return disk_inspection(s, "normal")


@scenario("agent-not-installed", "agent/not-installed", "windows/guest-agent-stopped", symptom=UNAVAILABLE)
def not_installed() -> Files:
    """A migrated server without any agent: no WindowsAzure folder, and its services do not exist (1060)."""
    vm = WinVm("agent-not-installed", "MIGRATED3", "Europe/Berlin", SERVER_2016, domain="werk.example")
    s = Story(vm, utc("2025-04-14 05:00:00"))
    s.boot(s.start, agent=False)
    s.rest(70, agent=False)
    texts = _queried(vm, "STOPPED", 1060) | {"systeminfo.txt": commands.systeminfo(vm, s.booted)}
    return events(s, "evtx") | texts
