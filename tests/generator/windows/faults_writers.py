"""Backups that fail by a VSS writer, SQL Server's among them."""

from __future__ import annotations

from ..archives import Files
from ..stamps import seconds, utc
from . import commands, vssevents
from .backup import Run
from .cultures import DE_DE
from .layouts import by_hand, cut
from .scenario import minutes, scenario
from .story import Story
from .vm import AGENT_2021, AGENT_2024, SERVER_2016, SERVER_2019, SERVER_2022, WinVm

BAD_STATE = "Snapshot operation failed because VSS writers were in a bad state."
NON_RETRYABLE = (8, "Non-retryable error")
NATIVE = """SQLSTATE: 42000, Native Error: 3013
Error state: 1, Severity: 16
Source: Microsoft OLE DB Driver for SQL Server
Error message: BACKUP DATABASE is terminating abnormally.
SQLSTATE: 42000, Native Error: 3023
Error state: 2, Severity: 16
Source: Microsoft OLE DB Driver for SQL Server
Error message: Backup, file manipulation operations (such as ALTER DATABASE ADD FILE) and encryption changes on a \
database must be serialized. Reissue the statement after the current backup or file manipulation operation is completed.
"""
ABORTED = "995(The I/O operation has been aborted because of either a thread exit or an application request.)"


def bad_writer(run: Run, writer: str, state: str, code: int) -> None:
    """What the extension says when a writer's status is bad."""
    run.say(0.4, "Waiting for GatherWriterStatusPostSnapshot")
    found = f"{{WriterName = {writer}, State = {state}, FailureHResult = 0x{code:08X}}}"
    run.say(0.9, f"VSS writer in bad state {found}", "Error")
    run.say(0.3, "Waiting for AbortBackup")
    run.say(1.1, f"Snapshot failed {{HResult = 0x{code:08X}, FailedWriters = {writer}}}", "Error")


@scenario("vss-writer-timeout", "windows/vss-writer-timeout")
def writer_timeout() -> Files:
    """The System Writer does not come back between freeze and thaw (0x800423F2) in the last of five backups."""
    vm = WinVm("vss-writer-timeout", "FILESRV07", "Europe/Amsterdam", SERVER_2019, AGENT_2024)
    s = Story(vm, utc("2025-03-10 06:12:00"))
    s.nights(4)
    run = s.try_backup("prepare")
    run.say(0.8, "Waiting for DoSnapshotSet")
    vssevents.writer_rejected(s.log, run.at + seconds(61), "System Writer", 0x800423F2)
    call = (
        f"DeviceIoControl({vm.volume('C:')} - 00000000000001A4,0x0053c008,0000000000000000,0,0000000000000000,4096,[0])"
    )
    slow = vssevents.hresult(0x80070079)
    vssevents.unexpected(s.log, run.at + seconds(64), call, slow, "Processing PostFinalCommitSnapshots")
    run.say(66, "DoSnapshotSet {TimeTaken = 65.9121}", "Warning")
    bad_writer(run, "System Writer", "VSS_WS_FAILED_AT_FREEZE", 0x800423F2)
    s.failed(run, 25, BAD_STATE)
    s.rest(6)
    texts = {"writers.txt": commands.writers(vm, {"System Writer": (9, "Timed out")})}
    texts["systeminfo.txt"] = commands.systeminfo(vm, s.booted)
    return cut(by_hand(s, "viewer-xml", texts), "System.xml", 0.62)


@scenario("vss-writer-failed-de", "windows/vss-writer-failed", pack="folder")
def writer_failed() -> Files:
    """The writer of an archive product rejects three backups in a row (0x800423F4); German CSV exports."""
    vm = WinVm(
        "vss-writer-failed", "SRV-ARCHIV2", "Europe/Berlin", SERVER_2016, AGENT_2021, DE_DE, "werk.example",
        products=("Contoso Archive",),
    )  # fmt: skip
    s = Story(vm, utc("2025-01-13 05:40:00"), hour=21)
    s.nights(3)
    for _ in range(3):
        run = s.try_backup("writers")
        vssevents.writer_rejected(s.log, run.at + seconds(2), "Contoso Archive Writer", 0x800423F4)
        run.say(2.4, "Waiting for PrepareForBackup")
        bad_writer(run, "Contoso Archive Writer", "VSS_WS_FAILED_AT_PREPARE_SNAPSHOT", 0x800423F4)
        vssevents.old_session(s.log, run.at + seconds(3))
        s.failed(run, 25, BAD_STATE)
    s.rest(8)
    texts = {"vssadmin.txt": commands.writers(vm, {"Contoso Archive Writer": NON_RETRYABLE})}
    return by_hand(s, "viewer-csv", texts | {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("vss-writer-hangs", "windows/vss-writer-timeout", "windows/vss-writer-failed", "backup/extension-hung")
def writer_hangs() -> Files:
    """The WMI Writer does not answer (VSS 12301): the extension waits for its status until the agent kills it."""
    vm = WinVm("vss-writer-hangs", "MONITOR02", "UTC", SERVER_2019, AGENT_2021)
    s = Story(vm, utc("2022-10-17 06:00:00"), hour=3)
    s.nights(3)
    for _ in range(2):
        run = s.try_backup("writers")
        text = vssevents.block(
            "Gather writers' status", ("Execution Context", "Requestor"), ("Writer Name", "WMI Writer")
        )
        vssevents.vss(s.log, run.at + seconds(180), 12301, "WMI Writer", text)
        s.live(s.backup.killed(run))
        s.rest(3)
    s.rest(5)
    return by_hand(s, "viewer-xml", {"writers.txt": commands.writers(vm, {"WMI Writer": (9, "Timed out")})})


@scenario("sql-vss-conflict", "windows/sql-vss-conflict")
def sql_conflict() -> Files:
    """SQL Server cannot be frozen while another tool's full backup of a database runs (3023, 3013)."""
    vm = WinVm("sql-vss-conflict", "SQLPROD2", "Europe/London", SERVER_2019, AGENT_2024, sql=True)
    s = Story(vm, utc("2025-02-17 08:00:00"), hour=1)
    s.nights(4)
    for _ in range(2):
        run = s.try_backup("prepare")
        _sql_fails(s, run)
        vssevents.writer_rejected(s.log, run.at + seconds(6), "SqlServerWriter", 0x800423F4)
        run.say(0.8, "Waiting for DoSnapshotSet")
        run.say(7.2, "DoSnapshotSet {TimeTaken = 7.2033}", "Warning")
        bad_writer(run, "SqlServerWriter", "VSS_WS_FAILED_AT_PREPARE_SNAPSHOT", 0x800423F4)
        s.failed(run, 25, BAD_STATE)
    s.rest(7)
    texts = {"writers.txt": commands.writers(vm, {"SqlServerWriter": NON_RETRYABLE})}
    return by_hand(s, "json-5.1", texts, folder="case/")


def _sql_fails(s: Story, run: Run) -> None:
    device = f"{{{s.vm.uuid().upper()}}}1"
    s.log.add(
        run.at + seconds(2.1), "MSSQLSERVER", 18210, ["BackupVirtualDeviceFile::PrepareToFreeze", "", device, ABORTED]
    )
    s.log.add(run.at + seconds(2.2), "MSSQLSERVER", 3041, ["BACKUP DATABASE Orders"])
    process = f"Process={s.vm.pid()}. Thread={s.vm.pid()}. Client. Instance=. VD=Global\\{device}_SQLVDIMemoryName_0."
    s.log.add(run.at + seconds(2.4), "SQLVDI", 1, ["SignalAbort", "Client initiates abort", "(0)", process])
    s.log.add(run.at + seconds(2.6), "SQLWRITER", 24583, ["ICommandText::Execute", "0x80040e14", NATIVE])


@scenario(
    "vss-writes-not-held",
    "windows/shadow-storage-exhausted",
    "system/resource-exhausted",
    "windows/vss-writer-timeout",
    pack="tar",
)
def writes_not_held() -> Files:
    """The data disk is so busy that volsnap cannot hold its writes (volsnap 8, VSS 12298, 0x80042314)."""
    vm = WinVm("writes-not-held", "BATCH04", "Asia/Kolkata", SERVER_2022, AGENT_2024)
    s = Story(vm, utc("2025-05-19 04:00:00"), hour=19)
    s.nights(4)
    run = s.try_backup("prepare")
    run.say(0.8, "Waiting for DoSnapshotSet")
    vssevents.volsnap(s.log, run.at + seconds(10), 8, "F:")
    vssevents.writes_not_held(s.log, run.at + seconds(11), "F:")
    routine = "CommitSnapshots({00000000-0000-0000-0000-000000000000})"
    vssevents.provider_failed(s.log, run.at + seconds(12), routine, 0x80042314, "F:")
    run.say(14, "DoSnapshotSet failed {HResult = 0x80042314, VSS_E_HOLD_WRITES_TIMEOUT}", "Error")
    message = "Snapshot operation failed because the shadow copy provider timed out while holding writes to the volume."
    s.failed(run, 25, message)
    disk = [r"\Device\Harddisk2\DR2", "0x3a91c00", "2", r"\Device\00000031"]
    s.log.add(s.now + minutes(20), "disk", 153, disk)
    s.rest(8)
    return by_hand(s, "wevtutil-text", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})
