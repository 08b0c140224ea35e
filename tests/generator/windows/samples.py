"""The two Windows bundles of sample_bundles/: small, since they lie in the repository."""

from __future__ import annotations

from ..archives import Files
from ..stamps import seconds, utc
from . import commands, vssevents
from .faults_writers import BAD_STATE, bad_writer
from .layouts import by_hand
from .story import Story
from .vm import AGENT_2025, BGINFO, SERVER_2019, SERVER_2022, WinVm


def writer_timeout() -> Files:
    """Two backups succeed; in the third night the System Writer does not thaw in time. Exported by the Event Viewer."""
    vm = WinVm("windows-writer-timeout", "FILESRV03", "Europe/Amsterdam", SERVER_2022, AGENT_2025)
    s = Story(vm, utc("2025-10-07 19:40:00"), plugins=(BGINFO,))
    s.nights(2)
    run = s.try_backup("prepare")
    run.say(0.8, "Waiting for DoSnapshotSet")
    vssevents.writer_rejected(s.log, run.at + seconds(61), "System Writer", 0x800423F2)
    run.say(66, "DoSnapshotSet {TimeTaken = 65.8807}", "Warning")
    bad_writer(run, "System Writer", "VSS_WS_FAILED_AT_FREEZE", 0x800423F2)
    s.failed(run, 25, BAD_STATE)
    s.rest(1)
    texts = {"writers.txt": commands.writers(vm, {"System Writer": (9, "Timed out")})}
    return by_hand(s, "viewer-xml", texts | {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


def healthy() -> Files:
    """A restart for updates and two good backups, with the noise of two days; event logs copied from the disk."""
    vm = WinVm("windows-healthy", "INTRANET05", "America/Chicago", SERVER_2019, AGENT_2025)
    s = Story(vm, utc("2025-11-04 15:00:00"), hour=6, plugins=(BGINFO,))
    process, reason = r"C:\Windows\servicing\TrustedInstaller.exe", "Operating System: Upgrade (Planned)"
    s.restart(utc("2025-11-04 21:30:14"), process, r"NT AUTHORITY\SYSTEM", reason, "0x80020003")
    s.nights(2)
    vssevents.callback_denied(s.log, s.backup.runs[-1].start + seconds(14))
    s.rest(3)
    return by_hand(s, "evtx", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})
