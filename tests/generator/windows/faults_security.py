"""Security software, policies and encryption in the way of a backup."""

from __future__ import annotations

from ..archives import Files
from ..stamps import seconds, utc
from . import commands, vssevents
from .layouts import disk_inspection, events, guest_logs, tss
from .noiseprograms import crash
from .scenario import minutes, scenario
from .story import Story
from .vm import AGENT_2024, AGENT_2025, EXTENSION, SERVER_2019, SERVER_2022, VMSNAPSHOT, WinVm

DEVICE = rf"\Device\HarddiskVolume2\Packages\Plugins\{VMSNAPSHOT}\1.0.98.0"
DEFENDER = "Microsoft-Windows-Windows Defender"
NOT_INSTALLED = "Installation of the snapshot provider failed."


@scenario("bitlocker-locked", "windows/bitlocker-locked")
def bitlocker() -> Files:
    """F: stays locked by BitLocker after a restart, since automatic unlock lost its key (0x80310000)."""
    vm = WinVm("bitlocker-locked", "HRDATA1", "Europe/London", SERVER_2022, AGENT_2024)
    s = Story(vm, utc("2025-01-20 09:00:00"), hour=2)
    s.nights(3)
    at = s.now + minutes(540)
    up = s.restart(at, r"C:\Windows\System32\RuntimeBroker.exe", rf"{vm.name}\ops1", "Other (Planned)", "0x85000000")
    s.log.add(up - seconds(30), "Microsoft-Windows-BitLocker-Driver", 24620, ["F:", "0xC0000022"])
    drive = [f"{{{vm.uuid()}}}", vm.volume("F:"), "F:"]
    s.log.add(up - seconds(20), "Microsoft-Windows-BitLocker-API", 782, drive)
    for _ in range(2):
        run = s.try_backup("drives")
        vssevents.provider_failed(s.log, run.at + seconds(0.5), "IsVolumeSupported() failed", 0x80310000, "F:")
        run.say(0.7, "Adding drive to snapshotset failed {Drive = F:\\, HResult = 0x80310000}", "Error")
        s.failed(run, 33, "Snapshot operation failed because a drive is locked by BitLocker Drive Encryption.")
    s.rest(4)
    return disk_inspection(s, "normal")


@scenario("antivirus-crash", "windows/antivirus-interferes")
def antivirus_crash() -> Files:
    """IaaSBcdrExtension.exe crashes in a library of an endpoint product that was updated that day."""
    vm = WinVm("antivirus-crash", "CRMSRV3", "Europe/Paris", SERVER_2019, AGENT_2024)
    s = Story(vm, utc("2025-06-16 05:10:00"), hour=23)
    s.nights(4)
    s.rest(7)
    name, version = "Northgate Endpoint Guard", "8.2.1140"
    s.log.add(s.now, "MsiInstaller", 1033, [name, version, "1033", "0", "Northgate Systems"])
    s.log.add(s.now + seconds(1), "MsiInstaller", 11707, [f"Product: {name} -- Installation completed successfully."])
    hook = r"C:\Program Files\Northgate\Endpoint Guard\ngeghook64.dll"
    for _ in range(3):
        run = s.try_backup("metadata")
        fell = run.at + seconds(1.2)
        crash(s.log, fell, "IaaSBcdrExtension.exe", "1.0.98.0", EXTENSION, "ngeghook64.dll", "c0000005", hook)
        signature = ["IaaSBcdrExtension.exe", "1.0.98.0", "64a1b2c3", "ngeghook64.dll", "8.2.1140.0"]
        report = ["0", "4", "APPCRASH", "Not available", "0", *signature, vm.uuid()]
        s.log.add(run.at + seconds(4), "Windows Error Reporting", 1001, report)
        s.backup.died(run, -1073741819)
        s.rest(3)
    s.rest(5)
    return tss(s, {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("antivirus-deletes", "windows/antivirus-interferes")
def antivirus_deletes() -> Files:
    """Defender quarantined iaasvmprovider.dll (1116, 1117); the provider cannot be installed any more."""
    vm = WinVm("antivirus-deletes", "LABNODE6", "UTC", SERVER_2022, AGENT_2025)
    s = Story(vm, utc("2025-09-01 08:00:00"))
    s.nights(3)
    s.rest(6)
    path, program = rf"file:_{EXTENSION}\iaasvmprovider.dll", rf"{EXTENSION}\IaaSBcdrExtension.exe"
    product = ["Microsoft Defender Antivirus", "4.18.25070.5", f"{{{vm.uuid()}}}", f"{s.now:%Y-%m-%dT%H:%M:%S}.118Z"]
    threat = ["2147780203", "Trojan:Win32/Wacatac.B!ml", "5", "Severe", "8", "Trojan"]
    found = [*product, *threat, program, r"NT AUTHORITY\SYSTEM", path]
    well = ["0x00000000", "The operation completed successfully. "]
    s.log.add(s.now, DEFENDER, 1116, [*found, "9", "Not Applicable", *well], user="S-1-5-18")
    s.log.add(s.now + seconds(9), DEFENDER, 1117, [*found, "2", "Quarantine", *well], user="S-1-5-18")
    for _ in range(2):
        run = s.try_backup("service")
        run.say(0.2, "IsCommonProviderDllInstalled {isCommonProviderInstalledRegKey = False}")
        text = rf"System.IO.FileNotFoundException: Could not find file '{EXTENSION}\iaasvmprovider.dll'."
        run.say(1.4, f"Install provider failed {{Exception = {text}}}", "Error")
        s.failed(run, 27, f"{NOT_INSTALLED} A file of the extension is missing.")
    s.rest(5)
    return guest_logs(s)


@scenario("applocker-blocked", "windows/applocker-blocked")
def applocker() -> Files:
    """AppLocker prevents IaaSBcdrExtension.exe (8004); disk inspection (diagnostic), without the extension's log."""
    vm = WinVm("applocker-blocked", "BANKAPP2", "Europe/Berlin", SERVER_2019, AGENT_2024, domain="bank.example")
    s = Story(vm, utc("2025-03-03 06:00:00"), hour=20)
    s.nights(3)
    s.rest(11)
    policy = ["1", "4820", "0", "2110", r"\\DC01.bank.example", "3"]
    s.log.add(s.now, "Microsoft-Windows-GroupPolicy", 1502, policy, user="S-1-5-18")
    path = rf"%OSDRIVE%\PACKAGES\PLUGINS\{VMSNAPSHOT.upper()}\1.0.98.0\IAASBCDREXTENSION.EXE"
    nobody = "{00000000-0000-0000-0000-000000000000}"
    for count in range(40):
        tool = rf"%PROGRAMFILES%\CONTOSO\TELLER\TELLER{count % 4}.EXE"
        rule = ["3", "EXE", f"{{{vm.uuid()}}}", "40", "(Default Rule) All files in Program Files", "1", "-", "S-1-5-18"]
        allowed = [*rule, vm.pid(), len(tool), tool, "0", "", "1", "-"]
        s.log.add(s.now + minutes(30 * count), "Microsoft-Windows-AppLocker", 8002, allowed, user="S-1-5-18")
    for _ in range(2):
        run = s.try_backup("load")
        run.rows.clear()
        data = ["3", "EXE", nobody, "1", "-", "1", "-", "S-1-5-18", vm.pid(), len(path), path, "0", "", "1", "-"]
        s.log.add(run.start + seconds(2), "Microsoft-Windows-AppLocker", 8004, data, user="S-1-5-18")
        s.backup.died(run, 1260)
        s.rest(4)
    s.rest(4)
    return disk_inspection(s, "diagnostic")


@scenario("wdac-blocked", "windows/applocker-blocked")
def wdac() -> Files:
    """Code integrity refuses iaasvmprovider.dll (3077) since a policy was enforced."""
    vm = WinVm("wdac-blocked", "SECUREWS1", "America/New_York", SERVER_2022, AGENT_2025)
    s = Story(vm, utc("2025-10-06 12:00:00"), hour=6)
    s.nights(3)
    reason = "Application: Maintenance (Planned)"
    s.restart(s.now + minutes(600), r"C:\Windows\system32\shutdown.exe", r"NT AUTHORITY\SYSTEM", reason)
    dll, program = rf"{DEVICE}\iaasvmprovider.dll", rf"{DEVICE}\IaaSBcdrExtension.exe"
    text = "Your organization used Device Guard to block this app. (Exception from HRESULT: 0x800711C7)"
    for _ in range(2):
        run = s.try_backup("service")
        data = [len(dll), dll, len(program), program, "8", "1", "0xC0E90002", "Server hardening 2025-10"]
        s.log.add(run.at + seconds(0.6), "Microsoft-Windows-CodeIntegrity", 3077, data, user="S-1-5-18")
        run.say(1.1, f"Install provider failed {{Exception = System.IO.FileLoadException: {text}}}", "Error")
        s.failed(run, 27, NOT_INSTALLED)
    s.rest(5)
    return events(s, "wevtutil-rendered") | s.azure()
