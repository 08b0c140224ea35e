"""Disks that err or are full, and memory that is used up."""

from __future__ import annotations

from ..archives import Files
from ..stamps import seconds, utc
from . import commands, dotnet, handlerlines, vssevents
from .agentlog import Said
from .cultures import JA_JP, PT_BR
from .faults_vss import SET_FAILED
from .layouts import by_hand, events
from .scenario import minutes, scenario
from .story import Story
from .vm import AGENT_2021, AGENT_2024, AGENT_2025, SERVER_2016, SERVER_2019, SERVER_2022, WinVm

NTFS = "Microsoft-Windows-Ntfs"
DISK = r"\Device\Harddisk2\DR2"
VOLUME = r"\Device\HarddiskVolume4"
CORRUPT = "The exact nature of the corruption is unknown.  The file system structures need to be scanned online."
LEAK = ["17161519104", "17089130496", "8589381632", "tillsync.exe", "4412"]
OTHERS = ["sqlservr.exe", "3120", "2148220928", "MsMpEng.exe", "2864", "321978368"]


@scenario("disk-errors-ja", "windows/disk-io-error")
def disk_errors() -> Files:
    """Disk 2 is retried and reset for half an hour (153, 129, 11); the snapshot of F: fails. Japanese."""
    vm = WinVm("disk-errors", "KAIKEI01", "Asia/Tokyo", SERVER_2019, AGENT_2024, JA_JP, "honsha.example")
    s = Story(vm, utc("2025-02-10 01:00:00"), hour=17)
    s.nights(3)
    run = s.try_backup("prepare")
    for count in range(34):
        at = run.start - minutes(20) + seconds(47 * count)
        s.log.add(at, "disk", 153, [DISK, f"0x{vm.hex(7)}", "2", r"\Device\00000031"])
        if count % 4 == 0:
            s.log.add(at + seconds(9), "storvsc", 129, [r"\Device\RaidPort2"])
    s.log.add(run.at + seconds(20), "disk", 11, [DISK])
    lost = ["F:", VOLUME, "The I/O device reported an I/O error."]
    s.log.add(run.at + seconds(22), NTFS, 140, lost, user="S-1-5-18")
    vssevents.volsnap(s.log, run.at + seconds(31), 14, "F:")
    call = f"DeviceIoControl({vm.volume('F:')} - 0000000000000298,0x0053c010,0000000000000000,0,0000000000000000,0,[0])"
    error, operation = vssevents.hresult(0x8007045D), "Processing PreFinalCommitSnapshots"
    vssevents.unexpected(s.log, run.at + seconds(31), call, error, operation)
    run.say(0.8, "Waiting for DoSnapshotSet")
    run.say(33, "DoSnapshotSet failed {HResult = 0x8004230F, VSS_E_UNEXPECTED_PROVIDER_ERROR}", "Error")
    s.failed(run, 25, SET_FAILED)
    s.rest(5)
    return by_hand(s, "viewer-txt", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("corrupt-volume", "windows/disk-io-error", "filesystem/corruption")
def corrupt_volume() -> Files:
    """F: has bad blocks and a corrupt file system (7, 55); VSS cannot open it (0x80070570)."""
    vm = WinVm("corrupt-volume", "PACSARCH", "America/Sao_Paulo", SERVER_2016, AGENT_2021, PT_BR)
    s = Story(vm, utc("2022-02-07 12:00:00"), hour=9)
    s.nights(3)
    s.rest(6)
    data = ["F:", VOLUME, "0", "0x922", "1", "NTFS File System Driver", "1", CORRUPT]
    for count in range(6):
        at = s.now + minutes(70 * count)
        s.log.add(at, "disk", 7, [DISK])
        s.log.add(at + seconds(1), NTFS, 55, data, user="S-1-5-18")
    for _ in range(2):
        run = s.try_backup("drives")
        call = f"CreateFileW({vm.volume('F:')},0xc0000000,0x00000003,...)"
        error, operation = vssevents.hresult(0x80070570), "Check If Volume Is Supported by Provider"
        context = ("Volume Name", vm.volume("F:"))
        vssevents.unexpected(s.log, run.at + seconds(1), call, error, operation, context)
        run.say(1.6, "Adding drive to snapshotset failed {Drive = F:\\, HResult = 0x80070570}", "Error")
        s.failed(run, 28, SET_FAILED)
    return by_hand(s, "wevtutil-rendered")


@scenario("disk-full-windows", "filesystem/disk-full", pack="tar")
def disk_full() -> Files:
    """C: is full: the agent's states cannot be written, and the backup's status file stays empty."""
    vm = WinVm("disk-full-win", "SCANSRV2", "Europe/London", SERVER_2019, AGENT_2024)
    s = Story(vm, utc("2025-05-05 06:00:00"), hour=21)
    s.nights(3)
    s.rest(11)
    for count in range(9):
        s.log.add(s.now + minutes(60 * count + 5), "srv", 2013, ["", "C:"])
    run = s.try_backup("load")
    text = dotnet.exception(dotnet.NO_SPACE, frames=dotnet.FILE_FRAMES)
    state = Said(0, f"Failed to write the handler state: {text}", "ERROR")
    s.agent.say(run.at + seconds(0.2), state, thread=handlerlines.thread(run.plugin))
    end = s.backup.died(run, 1)
    target = r"C:\WindowsAzure\Logs\AggregateStatus\aggregatestatus.json"
    for count in range(40):
        said = Said(0, f"Failed to write {target}: {dotnet.NO_SPACE}", "ERROR")
        s.agent.say(end + minutes(15 * count + 2), said, thread=8)
    s.extra[f"{run.plugin.home}/Status/{run.plugin.sequence}.status"] = b""
    s.rest(10.5)
    texts = {"logicaldisk.txt": commands.logical_disks(vm, {"C:": 12288})}
    return by_hand(s, "wevtutil-text", texts | {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("memory-exhausted", "system/resource-exhausted", "system/out-of-memory")
def out_of_memory() -> Files:
    """A leaking service takes all memory (2004); the extension ends with OutOfMemoryException in two nights."""
    vm = WinVm("memory-exhausted", "PORTAL03", "Europe/Paris", SERVER_2022, AGENT_2025)
    s = Story(vm, utc("2025-07-07 06:00:00"), hour=20)
    s.nights(4)
    thrown = "System.OutOfMemoryException: Exception of type 'System.OutOfMemoryException' was thrown."
    frames = ("Microsoft.Azure.RecoveryServices.VMSnapshot.Vss.Requestor.GatherWriterMetadata()",)
    text = dotnet.exception(thrown, frames=frames)
    for _ in range(2):
        run = s.try_backup("metadata")
        for count in range(5):
            data = [*LEAK, 9_821_323_264 + 40_000_000 * count, *OTHERS]
            at = run.start - minutes(50 - 12 * count)
            s.log.add(at, "Microsoft-Windows-Resource-Exhaustion-Detector", 2004, data, user="S-1-5-18")
        run.say(41, f"GatherWriterMetadata failed {{Exception = {text}}}", "Error")
        message = "Snapshot operation failed due to insufficient memory on the virtual machine."
        s.failed(run, 35, message, exit_code=1)
    s.rest(6)
    return events(s, "viewer-xml") | s.azure()
