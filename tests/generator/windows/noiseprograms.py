"""The Application log of ordinary days: licences, setups, databases, programs that crash unnoticed."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..stamps import seconds
from . import vssevents
from .events import EventLog

LICENCES = "Microsoft-Windows-Security-SPP"
TOKENS = r"C:\Windows\system32\config\systemprofile\AppData\Local\DataSharing\Storage\DSTokenDB2.dat"
LINK_LAYER = """AddLegacyDriverFiles: Unable to back up image of binary Microsoft Link-Layer Discovery Protocol.

System Error:
Access is denied.
."""


def security_policy(log: EventLog, at: datetime) -> None:
    if log.vm.domain:
        log.add(at, "SceCli", 1704)


def licence(log: EventLog, at: datetime) -> None:
    release = log.vm.release
    log.add(at, LICENCES, 900, ["TriggerStarted:0"])
    log.add(at + seconds(0.4), LICENCES, 902, [f"{release.version}.{release.build}.{release.revision}"])
    again = f"{at + timedelta(days=2 * 365):%Y-%m-%dT%H:%M:%SZ}"
    log.add(at + seconds(30), LICENCES, 16384, [again, "RulesEngine"])
    log.add(at + seconds(30.1), LICENCES, 903, [""])


def perflib(log: EventLog, at: datetime) -> None:
    log.add(at, "Microsoft-Windows-Perflib", 1008, ["BITS", r"C:\Windows\System32\bitsperf.dll"])


def database_attached(log: EventLog, at: datetime) -> None:
    base = ["svchost", f"{log.vm.pid()},D,0", "DS_Token_DB: "]
    log.add(at, "ESENT", 916, [*base, "svchost", "0x4", "0x800000", ""])
    log.add(at + seconds(2), "ESENT", 326, [*base, "1", TOKENS, "0", "", "0 0"])
    log.add(at + seconds(40), "ESENT", 327, [*base, "1", TOKENS, "0"])


def tool_crash(log: EventLog, at: datetime) -> None:
    """A program that has nothing to do with Azure."""
    program, version = "ReportPrinter.exe", "4.2.0.118"
    crash(log, at, program, version, r"C:\Program Files\Contoso\Reports", "KERNELBASE.dll", "e0434352")
    signature = [program, version, "5e1c9b2f", "Contoso.Reports", version]
    data = ["0", "0", "CLR20r3", "Not available", "0", *signature, log.vm.uuid()]
    log.add(at + seconds(3), "Windows Error Reporting", 1001, data)


def crash(
    log: EventLog, at: datetime, program: str, version: str, folder: str, module: str, code: str, path: str = ""
) -> None:
    """Application Error 1000."""
    vm = log.vm
    own = f"10.0.{vm.release.build}.{vm.release.revision}"
    data = [program, version, vm.hex(8), module, own, vm.hex(8), code, f"{vm.rng.randint(2**12, 2**20):016x}"]
    data += [f"{vm.pid():x}", f"01da{vm.hex(12)}", rf"{folder}\{program}"]
    data += [path or rf"C:\Windows\System32\{module}", vm.uuid(), "", ""]
    log.add(at, "Application Error", 1000, data)


def link_layer_driver(log: EventLog, at: datetime) -> None:
    """The one 513 of the System Writer that means nothing."""
    log.add(at, "Microsoft-Windows-CAPI2", 513, [LINK_LAYER])


def setup(log: EventLog, at: datetime) -> None:
    """An update of some program that nobody has to do with."""
    session, stamp = log.vm.rng.randint(0, 3), f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}000Z"
    package = [rf"C:\Windows\Installer\{log.vm.hex(6)}.msi", log.vm.pid()]
    product = ["Contoso Report Viewer", "9.3.0", "1033", "0", "Contoso"]
    log.add(at, "Microsoft-Windows-RestartManager", 10000, [session, stamp], user="S-1-5-18")
    log.add(at + seconds(0.2), "MsiInstaller", 1040, package)
    log.add(at + seconds(9), "MsiInstaller", 1033, product)
    log.add(at + seconds(9.4), "MsiInstaller", 1042, package)
    log.add(at + seconds(9.5), "Microsoft-Windows-RestartManager", 10001, [session, stamp], user="S-1-5-18")


def console_hang(log: EventLog, at: datetime) -> None:
    data = ["mmc.exe", "10.0.17763.5696", f"{log.vm.pid():x}", f"01da{log.vm.hex(12)}", "60000"]
    path = r"C:\Windows\System32\mmc.exe"
    log.add(at, "Application Hang", 1002, [*data, path, log.vm.uuid(), "", "", "Top level window is idle"])


def root_list(log: EventLog, at: datetime) -> None:
    url = "http://www.download.windowsupdate.com/msdownload/update/v3/static/trustedr/en/authrootstl.cab"
    error = "A required certificate is not within its validity period when verifying against the current system clock"
    log.add(at, "Microsoft-Windows-CAPI2", 4107, [url, error])


def activation(log: EventLog, at: datetime) -> None:
    rule = "RuleId=502ff3ba-669a-4674-bbb1-601f34a3b968;Action=AutoActivateSilent;NotificationInterval=1440"
    log.add(at, LICENCES, 8198, ["hr=0xC004F074", rule])


def suppressed(log: EventLog, at: datetime) -> None:
    key = r"Software\Microsoft\EventSystem\EventLog"
    log.add(at, "Microsoft-Windows-EventSystem", 4625, ["86400", "SuppressDuplicateDuration", key])


def optimisation(log: EventLog, at: datetime) -> None:
    """The Shadow Copy Optimization Writer has only so much time to delete files."""
    context = vssevents.writer_context(log, "Shadow Copy Optimization Writer")
    vssevents.vss(log, at, 8220, vssevents.block("OnPostSnapshot event", *context))
