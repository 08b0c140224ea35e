"""What the event log holds of a start and an end of Windows, planned or not."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..stamps import local, seconds
from . import scm, vssevents
from .cultures import shutdown_words
from .events import EventLog

KERNEL, POWER = "Microsoft-Windows-Kernel-General", "Microsoft-Windows-Kernel-Power"
FILTERS = ("FileInfo", "wcifs", "WdFilter", "storqosflt", "luafv", "npsvctrig")
STARTED = ("EventLog", "Dhcp", "Dnscache", "CryptSvc", "EventSystem", "Winmgmt", "gpsvc", "Spooler", "W32Time", "MSDTC")
AGENT = ("RdAgent", "WindowsAzureGuestAgent")


@dataclass(frozen=True)
class Crash:
    """The last sign of life, and the bugcheck; code 0 is a reset or a loss of power."""

    last: datetime
    code: int = 0
    parameters: tuple[str, ...] = ()


def _stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S.%f}000Z"


def shutdown(
    log: EventLog, at: datetime, process: str, user: str, reason: str, code: str, kind: str, comment: str = ""
) -> datetime:
    """From 1074 to the end of the kernel; the moment of the end."""
    vm = log.vm
    log.add(at, "User32", 1074, [f"{process} ({vm.name})", vm.name, reason, code, kind, comment, user], user="S-1-5-18")
    for place, key in enumerate((*AGENT, "Spooler", "gpsvc", "MSDTC", "W32Time")):
        scm.state(log, at + seconds(3 + 0.4 * place), key, "stopped")
    log.add(at + seconds(7), "Microsoft-Windows-User Profiles Service", 1532, user="S-1-5-18")
    log.add(at + seconds(7.5), "Microsoft-Windows-Dhcp-Client", 50037, ["1"], user="S-1-5-19")
    log.add(at + seconds(8), "EventLog", 6006, [""], "0100000000000000")
    log.add(at + seconds(9), POWER, 109, ["6" if kind == "power off" else "5", "0", "0"])
    log.add(at + seconds(12), KERNEL, 13, [_stamp(at + seconds(12))])
    return at + seconds(12)


def start(
    log: EventLog,
    at: datetime,
    agent: bool = True,
    crash: Crash | None = None,
    without: tuple[str, ...] = (),
) -> datetime:
    """From the kernel's first event to the services; the moment when they run. `crash` is how the run before ended, if
    not well; `without` are services that do not come up."""
    vm = log.vm
    major, minor = vm.release.version.split(".")
    log.add(
        at, KERNEL, 12, [major, minor, vm.release.build, vm.release.revision, "0", "0", _stamp(at)], user="S-1-5-18"
    )
    log.add(at + seconds(0.2), "Microsoft-Windows-Kernel-Boot", 20, [str(crash is None).lower(), "true", "0", "1"])
    log.add(at + seconds(0.2), "Microsoft-Windows-Kernel-Boot", 27, ["0x0", "NOEXECUTE=OPTOUT"])
    log.add(at + seconds(0.2), "Microsoft-Windows-Kernel-Boot", 18, ["0x1"])
    for place, name in enumerate(FILTERS):
        data = ["0x0", vm.release.version.split(".")[0], "0", len(name), name, "2021-05-08T08:00:00.000000000Z"]
        log.add(at + seconds(0.5 + 0.3 * place), "Microsoft-Windows-FilterManager", 6, data, user="S-1-5-18")
    if crash:
        data = [crash.code, *(crash.parameters or ("0x0",) * 4), "0", "0", "0"]
        log.add(at + seconds(2.1), POWER, 41, data, user="S-1-5-18")
    for drive in vm.volumes:
        _volume_healthy(log, at + seconds(3.1), drive)
    ready = at + seconds(11)
    if crash:
        _crashed(log, ready, crash)
    log.add(
        ready, "EventLog", 6009, [f"{int(major):d}.{int(minor):02d}.", vm.release.build, "", "Multiprocessor Free", "0"]
    )
    log.add(ready, "EventLog", 6005, [""])
    log.add(
        ready,
        "EventLog",
        6013,
        ["", "", "", "", int((ready - at).total_seconds()), "60", "0 Coordinated Universal Time"],
    )
    log.add(ready + seconds(1), "Microsoft-Windows-Dhcp-Client", 50036, user="S-1-5-19")
    running = [key for key in STARTED if key not in ("EventLog", *without)] + (list(AGENT) if agent else [])
    for place, key in enumerate(running):
        scm.state(log, ready + seconds(2 + 0.7 * place), key, "running")
    log.add(ready + seconds(15), scm.SCM, 7026, ["\ndam"])
    _applications(log, ready, without)
    log.add(
        ready + seconds(19),
        "Microsoft-Windows-Time-Service",
        158,
        ["VMICTimeProvider"] if vm.release.build < 10000 else ["NtpServer"],
    )
    log.add(
        ready + seconds(30),
        "Microsoft-Windows-Time-Service",
        35,
        ["VM IC Time Synchronization Provider", "0", "2"],
        user="S-1-5-19",
    )
    return ready + seconds(12)


def _volume_healthy(log: EventLog, at: datetime, drive: str) -> None:
    device = rf"\Device\HarddiskVolume{2 + list(log.vm.volumes).index(drive)}"
    log.add(at, "Microsoft-Windows-Ntfs", 98, [drive, device, "0", "0", "0", "0", "0", ""], user="S-1-5-18")


def _applications(log: EventLog, at: datetime, without: tuple[str, ...]) -> None:
    vm = log.vm
    log.add(at + seconds(3), "Microsoft-Windows-User Profiles Service", 1531, user="S-1-5-18")
    log.add(at + seconds(4), "Microsoft-Windows-WMI", 5615)
    log.add(at + seconds(5), "Microsoft-Windows-WMI", 5617)
    if "MSDTC" not in without:
        own = ["1", "Mutual Authentication Required", r"NT AUTHORITY\NetworkService", "0", "0", "0"]
        log.add(at + seconds(9), "Microsoft-Windows-MSDTC 2", 4202, ["0"] * 6 + own)
    log.add(at + seconds(20), "Microsoft-Windows-Security-SPP", 900, ["TriggerStarted:3"])
    log.add(
        at + seconds(21),
        "Microsoft-Windows-Security-SPP",
        902,
        [f"{vm.release.version}.{vm.release.build}.{vm.release.revision}"],
    )
    log.add(at + seconds(51), "Microsoft-Windows-Security-SPP", 903, [""])


def _crashed(log: EventLog, at: datetime, crash: Crash) -> None:
    """6008, and 1001 where there was a bugcheck."""
    clock, day = shutdown_words(log.vm.culture, local(crash.last, log.vm.zone))
    down = int((at - crash.last).total_seconds())
    log.add(at, "EventLog", 6008, [clock, day, "", "", down, "", ""], _systemtime(crash.last))
    if crash.code:
        report = f"{log.vm.hex(8)}-{log.vm.hex(4)}-{log.vm.hex(4)}"
        stop = f"0x{crash.code:08x} ({', '.join(crash.parameters)})"
        data = [stop, r"C:\Windows\MEMORY.DMP", report]
        log.add(at + seconds(9), "Microsoft-Windows-WER-SystemErrorReporting", 1001, data)


def _systemtime(when: datetime) -> str:
    """SYSTEMTIME twice, as 6008 carries it."""
    fields = (when.year, when.month, when.isoweekday() % 7, when.day, when.hour, when.minute, when.second, 0)
    return struct.pack("<8H", *fields).hex().upper() * 2


def snapshot_services(log: EventLog, at: datetime, idle: float = 3.2) -> None:
    """What every snapshot leaves: VSS and its provider start, and stop when they were idle for some minutes."""
    end = at + timedelta(minutes=idle)
    vssevents.idle(log, end)
    ends = {
        "VSS": end + seconds(0.1),
        "swprv": end + timedelta(minutes=3),
        "IaasVmProvider": end + timedelta(minutes=4),
    }
    for place, key in enumerate(ends):
        scm.state(log, at + seconds(0.7 * place), key, "running")
        scm.state(log, ends[key], key, "stopped")
