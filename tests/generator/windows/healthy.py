"""Windows VMs on which nothing is wrong, with what looks as if something were."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..archives import Files
from ..stamps import seconds, utc
from . import commands, noisekinds, scm, vssevents
from .agent import Step
from .agentlog import Said
from .cultures import DE_DE, EN_GB, FR_FR, JA_JP
from .faults_fabric import VERSIONS
from .faults_writers import BAD_STATE, bad_writer
from .layouts import by_hand, disk_inspection, events, guest_logs
from .scenario import minutes, scenario
from .story import Story
from .vm import (
    AGENT_2021,
    AGENT_2024,
    AGENT_2025,
    BGINFO,
    MONITOR,
    SERVER_2016,
    SERVER_2019,
    SERVER_2022,
    SERVER_2025,
    WINDOWS_11,
    AgentBuild,
    WinVm,
)

UPDATE = (
    "2025-09 Cumulative Update for Microsoft server operating system version 21H2 for x64-based Systems (KB5065432)"
)
NEWER = AgentBuild("2.7.41491.1057", "C", "GuestAgent_2.7.41491.1057_2022-10-25_080910")


@scenario("healthy-noisy")
def noisy() -> Files:
    """Eleven days of a busy member server with eleven good backups and ordinary noise."""
    vm = WinVm("healthy-noisy", "APPSRV14", "Europe/Berlin", SERVER_2019, AGENT_2024, domain="werk.example")
    s = Story(vm, utc("2025-05-12 05:00:00"))
    s.nights(11)
    s.rest(6)
    s.agent.rotations.append(utc("2025-05-18 03:11:40"))
    texts = {"systeminfo.txt": commands.systeminfo(vm, s.booted), "writers.txt": commands.writers(vm)}
    return by_hand(s, "evtx", texts)


@scenario("healthy-healed-fr")
def healed() -> Files:
    """Two writer failures and one crash of the agent healed a week ago; good backups since. French."""
    vm = WinVm("healthy-healed", "COMPTA03", "Europe/Paris", SERVER_2022, AGENT_2024, FR_FR)
    s = Story(vm, utc("2025-02-03 06:00:00"))
    s.nights(2)
    for _ in range(2):
        run = s.try_backup("writers")
        vssevents.writer_rejected(s.log, run.at + seconds(2), "System Writer", 0x800423F4)
        bad_writer(run, "System Writer", "VSS_WS_FAILED_AT_PREPARE_SNAPSHOT", 0x800423F4)
        s.failed(run, 25, BAD_STATE)
    scm.died(s.log, s.now + minutes(90), "WindowsAzureGuestAgent", 1)
    s.agent.starting(s.now + minutes(91.1))
    s.nights(6)
    s.rest(7)
    texts = {"systeminfo.txt": commands.systeminfo(vm, s.booted), "writers.txt": commands.writers(vm)}
    return by_hand(s, "viewer-xml", texts)


@scenario("healthy-benign")
def benign() -> Files:
    """8194, 8193, 12289, 517, 7031 of the spooler, volsnap 33 each day; every backup succeeds."""
    vm = WinVm("healthy-benign", "PRINTHUB", "Europe/London", SERVER_2016, AGENT_2021, EN_GB)
    s = Story(vm, utc("2022-04-04 06:00:00"), hour=23)
    for night in range(5):
        s.nights(1)
        _harmless(s, s.backup.runs[-1].start, night + 1)
    s.rest(8)
    return by_hand(s, "viewer-csv", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


def _harmless(s: Story, began: datetime, night: int) -> None:
    vssevents.callback_denied(s.log, began + seconds(14))
    vssevents.old_session(s.log, began + seconds(40))
    other = began - timedelta(hours=4)
    server_backup = [f"{other:%Y-%m-%dT%H:%M:%S}.118243000Z", "0x80780166", "%%2155348326"]
    s.log.add(other, "Microsoft-Windows-Backup", 517, server_backup, user="S-1-5-18")
    text, error = vssevents.block("Executing Asynchronous Operation"), vssevents.hresult(0x80070006)
    vssevents.call_failed(s.log, other + seconds(2), "QueryFullProcessImageNameW", error, text)
    scm.died(s.log, began - timedelta(hours=9), "Spooler", night)
    s.log.add(began + minutes(7), "COM+ SOAP Services", 0, [])
    vssevents.volsnap(s.log, began - timedelta(hours=3), 33, "F:")


@scenario("healthy-updates")
def updated() -> Files:
    """Two restarts for updates outside the backup's time; an unrelated service was slow after each."""
    vm = WinVm("healthy-updates", "GISWEB02", "America/Chicago", SERVER_2022, AGENT_2025, domain="city.example")
    s = Story(vm, utc("2025-09-08 12:00:00"), hour=7)
    s.nights(2)
    s.rest(9)
    noisekinds.update(s.log, s.now, UPDATE, 900)
    process, reason = r"C:\Windows\servicing\TrustedInstaller.exe", "Operating System: Upgrade (Planned)"
    for wait in (20, 9):
        up = s.restart(s.now + minutes(wait), process, r"NT AUTHORITY\SYSTEM", reason, "0x80020003")
        scm.start_timeout(s.log, up + seconds(31), "ContosoPrintRelay")
        scm.state(s.log, up + seconds(70), "ContosoPrintRelay", "running")
    s.nights(3)
    s.rest(5)
    return disk_inspection(s, "normal")


@scenario("healthy-self-update-ja")
def self_update() -> Files:
    """The agent updated itself, with a gap, and writes another stamp since; Japanese text exports."""
    vm = WinVm("healthy-ja", "SEISAN07", "Asia/Tokyo", SERVER_2019, AGENT_2021, JA_JP, "honsha.example")
    s = Story(vm, utc("2022-12-05 02:00:00"), hour=16)
    s.nights(2)
    s.rest(5)
    s.agent.stop(s.now)
    s.installer.log.say(s.now + minutes(1), [Said(0, f"Updating the agent to version {NEWER.version}", "WARN")], 1)
    at = s.now + minutes(4)
    for log in (s.agent.log, s.installer.log):
        log.changes.append((at, "C"))
    vm.agent = NEWER
    s.now = s.agent.boot(at)
    s.nights(3)
    s.rest(6)
    return by_hand(s, "viewer-txt", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("healthy-sql")
def sql_server() -> Files:
    """SQL Server freezes and resumes each night; another tool's backup of another database fails each morning."""
    vm = WinVm(
        "healthy-sql", "SQLPROD5", "America/New_York", SERVER_2019, AGENT_2024, domain="corp.contoso.example", sql=True
    )
    s = Story(vm, utc("2025-08-18 10:00:00"), hour=5)
    for _ in range(5):
        s.nights(1)
        at = s.now + timedelta(hours=8)
        s.log.add(at, "MSSQLSERVER", 3041, [r"BACKUP DATABASE Staging TO DISK = 'X:\old\Staging.bak'"])
    s.rest(9)
    texts = {"systeminfo.txt": commands.systeminfo(vm, s.booted), "writers.txt": commands.writers(vm)}
    return by_hand(s, "json-5.1", texts)


@scenario("healthy-agent-only")
def agent_only() -> Files:
    """No backup, two handlers, one harmless timeout of the agent; Windows 11."""
    vm = WinVm("healthy-agent-only", "AVD-HOST-3", "UTC", WINDOWS_11, AGENT_2025)
    s = Story(vm, utc("2025-10-27 06:00:00"))
    s.boot(s.start)
    s.rest(50)
    s.agent.goal_state(s.now, [Step(MONITOR), Step(BGINFO)])
    text = VERSIONS + "System.Net.WebException: The operation has timed out"
    s.agent.say(s.now + minutes(13), Said(0, text, "WARN"), thread=11)
    s.rest(70)
    return guest_logs(s)


@scenario("healthy-lone-evtx", pack="file")
def lone_log() -> Files:
    """A lone System.evtx of a healthy German server."""
    vm = WinVm("healthy-lone-evtx", "DRUCK02", "Europe/Berlin", SERVER_2022, AGENT_2025, DE_DE)
    s = Story(vm, utc("2025-06-23 05:00:00"))
    s.nights(4)
    return events(s, "evtx", names={"System": "System"})


@scenario("healthy-file-server")
def file_server() -> Files:
    """Shadow copies of a file share, old ones of which go; a data disk detached; every backup succeeds."""
    vm = WinVm("healthy-file-server", "FILES11", "Europe/Amsterdam", SERVER_2025, AGENT_2025)
    s = Story(vm, utc("2025-11-17 06:00:00"))
    for _ in range(5):
        s.nights(1)
        for hour in (7, 12):
            at = s.now.replace(hour=hour, minute=0, second=4)
            scm.state(s.log, at, "VSS", "running")
            vssevents.volsnap(s.log, at + seconds(4), 33, "F:")
            vssevents.idle(s.log, at + minutes(3))
            scm.state(s.log, at + minutes(3.1), "VSS", "stopped")
    s.log.add(s.now + timedelta(hours=11), "disk", 157, [r"\Device\Harddisk3\DR3", "3"])
    s.rest(14)
    return events(s, "wevtutil-xml", names={"System": "System", "Application": "Application"}) | s.azure()
