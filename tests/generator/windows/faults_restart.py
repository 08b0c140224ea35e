"""Windows goes down while a backup runs, or is not there when one should."""

from __future__ import annotations

from datetime import timedelta

from ..archives import Files
from ..stamps import seconds, utc
from . import commands, scm
from .cultures import FR_FR
from .layouts import by_hand, disk_inspection, zipped_azure
from .scenario import minutes, scenario
from .story import Story
from .vm import AGENT_2024, AGENT_2025, SERVER_2019, SERVER_2022, SERVER_2025, WinVm


@scenario("bugcheck-in-backup", "windows/unexpected-shutdown")
def bugcheck() -> Files:
    """Windows stops with a bugcheck while VSS holds writes: 41, 6008, 1001."""
    vm = WinVm("bugcheck", "RENDER11", "America/New_York", SERVER_2019, AGENT_2024)
    s = Story(vm, utc("2025-09-22 10:00:00"), hour=4.5)
    s.nights(4)
    run = s.try_backup("prepare")
    run.say(0.8, "Waiting for DoSnapshotSet")
    parameters = ("0xffffffffc0000005", "0xfffff80641a2c5f0", "0xffffbd8a1d3f7088", "0xffffbd8a1d3f68d0")
    s.crash(run.at + seconds(2), 185, 0x7E, parameters)
    s.rest(9)
    return zipped_azure(s, "evtx")


@scenario("reset-in-backup", "windows/unexpected-shutdown", "system/rebooted-during-operation")
def power_reset() -> Files:
    """The VM is reset while the backup gathers metadata: 41 and 6008 without a bugcheck."""
    vm = WinVm("power-reset", "ADFS01", "Europe/Amsterdam", SERVER_2025, AGENT_2025, domain="corp.contoso.example")
    s = Story(vm, utc("2025-10-13 06:00:00"), hour=23)
    s.nights(3)
    run = s.try_backup("metadata")
    s.crash(run.at + seconds(3), 95)
    s.rest(7)
    return disk_inspection(s, "normal")


@scenario("updates-restart", "system/rebooted-during-operation")
def updates_restart() -> Files:
    """Windows Update restarts the VM in the middle of a backup (1074). French."""
    vm = WinVm("updates-restart", "RHWEB02", "Europe/Paris", SERVER_2022, AGENT_2025, FR_FR, "siege.example")
    s = Story(vm, utc("2025-08-11 05:00:00"), hour=1)
    s.nights(3)
    run = s.try_backup("writers")
    process, reason = r"C:\Windows\servicing\TrustedInstaller.exe", "Operating System: Upgrade (Planned)"
    s.restart(run.at + seconds(2), process, r"NT AUTHORITY\SYSTEM", reason, "0x80020003")
    scm.ran(s.log, s.now + minutes(1), "TrustedInstaller", 6)
    s.rest(9)
    return by_hand(s, "viewer-xml", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("shut-down-in-guest", "system/shut-down-in-guest", symptom="GuestAgentSnapshotTaskStatusError")
def shut_down() -> Files:
    """A user shut the VM down from a remote desktop session; the backup of that night had nobody to talk to."""
    vm = WinVm("shut-down", "DEVBOX12", "Asia/Kolkata", SERVER_2019, AGENT_2024)
    s = Story(vm, utc("2025-03-17 03:30:00"), hour=19)
    s.nights(2)
    at = (s.now + timedelta(days=1)).replace(hour=13, minute=22, second=41)
    reason = "No title for this reason could be found"
    s.shut_down(at, r"C:\Windows\system32\shutdown.exe", rf"{vm.name}\dev3", reason, "0x800000ff", "power off")
    s.boot(at + timedelta(hours=13.5))
    s.rest(4)
    return by_hand(s, "viewer-csv", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})
