"""Backups that fail before the snapshot: COM+, MSDTC, desktop heap, the provider's service and its runtime."""

from __future__ import annotations

from datetime import datetime

from ..archives import Files
from ..stamps import seconds, utc
from . import commands, dotnet, scm, vssevents
from .cultures import DE_DE
from .events import EventLog
from .layouts import by_hand, tss, zipped_azure
from .noiseprograms import crash
from .scenario import minutes, scenario
from .services import SERVICES
from .story import Story
from .vm import (
    AGENT_2020_Z,
    AGENT_2021,
    AGENT_2025,
    EXTENSION,
    SERVER_2012_R2,
    SERVER_2016,
    SERVER_2019,
    SERVER_2022,
    WinVm,
)

COM_TEXT = "Snapshot operation failed due to COM+ error."
COMPLUS = "Microsoft-Windows-Complus"
CATALOGUE = "Errors occurred accessing one or more objects - the ErrorInfo collection may have more detail"
NO_MSDTC = "COM+ was unable to talk to the Microsoft Distributed Transaction Coordinator"


def _inconsistent(log: EventLog, at: datetime, code: str, source: str) -> None:
    internals = f"COM+ Services Internals Information:\nFile: d:\\rs1\\com\\complus\\src\\comsvcs\\{source}"
    log.add(at, COMPLUS, 4689, [f"\nProcess Name: dllhost.exe\nError Code = {code}\n{internals}"])


@scenario("com-plus-failed", "windows/com-plus-failed")
def com_plus() -> Files:
    """COMSysApp crashed three times and stays down; installing the provider fails with 0x80110401."""
    vm = WinVm("com-plus-failed", "WEBAPP21", "Europe/Berlin", SERVER_2016, AGENT_2021, DE_DE)
    s = Story(vm, utc("2024-10-14 07:20:00"))
    s.nights(3)
    s.rest(5)
    for count in (1, 2, 3):
        fell = s.now + seconds(30 * count)
        crash(s.log, fell, "dllhost.exe", "10.0.14393.0", r"C:\Windows\system32", "comsvcs.dll", "c0000005")
        scm.died(s.log, fell + seconds(1), "COMSysApp", count, 1000 if count < 3 else None)
    _inconsistent(s.log, s.now + seconds(70), "0x80131500 : ", "appthing.cpp, Line: 1284")
    for _ in range(2):
        run = s.try_backup("service")
        run.say(0.2, "IsCommonProviderDllInstalled {isCommonProviderInstalledRegKey = False}")
        scm.ended(s.log, run.at + seconds(1), "COMSysApp", 2147942405)
        run.say(3.3, f"Install provider failed {{Exception = {dotnet.com(0x80110401, CATALOGUE)}}}", "Error")
        s.failed(run, 27, COM_TEXT)
    s.rest(6)
    return by_hand(s, "wevtutil-xml", {"sc query COMSysApp.txt": commands.sc_query(vm, "COMSysApp", "STOPPED", 5)})


@scenario("msdtc-failed", "windows/msdtc-failed")
def msdtc() -> Files:
    """MSDTC runs under an account whose password changed (7038, 1069); COM+ cannot talk to it (0x8004E00F)."""
    vm = WinVm(
        "msdtc-failed", "ORDERS05", "America/New_York", SERVER_2012_R2, AGENT_2021, domain="corp.contoso.example"
    )
    s = Story(vm, utc("2024-06-03 10:00:00"), hour=4)
    s.nights(3)
    reason = "Operating System: Service pack (Planned)"
    at = s.now + minutes(480)
    up = s.restart(at, r"C:\Windows\system32\svchost.exe", r"NT AUTHORITY\SYSTEM", reason, without=("MSDTC",))
    _msdtc_fails(s.log, up - seconds(14))
    serious = "The serious nature of this error has caused the process to terminate."
    code = "Error Code = 0x8004d027 : The Transaction Manager is not available."
    text = f"\nProcess Name: IaaSBcdrExtension.exe\n{serious}\n{code}"
    for _ in range(2):
        run = s.try_backup("service")
        _msdtc_fails(s.log, run.at + seconds(2))
        s.log.add(run.at + seconds(33), COMPLUS, 4691, [text])
        run.say(34, f"Install provider failed {{Exception = {dotnet.com(0x8004E00F, NO_MSDTC)}}}", "Error")
        s.failed(run, 27, NO_MSDTC + ".")
    s.rest(6)
    return zipped_azure(s, "viewer-xml-plain", {"sc query msdtc.txt": commands.sc_query(vm, "MSDTC", "STOPPED", 1069)})


def _msdtc_fails(log: EventLog, at: datetime) -> None:
    name = SERVICES["MSDTC"].display
    log.add(at, scm.SCM, 7038, [name, r"CORP\svc-dtc", "%%1326"], user="S-1-5-18")
    scm.not_started(log, at + seconds(0.1), "MSDTC", 1069)


@scenario("desktop-heap", "windows/com-plus-failed", "system/resource-exhausted")
def desktop_heap() -> Files:
    """Desktop heap is used up (243, COM+ 4689): COM+ has no memory for the provider."""
    vm = WinVm("desktop-heap", "JOBHOST7", "UTC", SERVER_2016, AGENT_2021)
    s = Story(vm, utc("2023-03-06 06:00:00"))
    s.nights(3)
    says = "Not enough memory resources are available to complete this operation."
    for _ in range(2):
        run = s.try_backup("service")
        for count in range(4):
            s.log.add(run.at - minutes(30 - 8 * count), "Win32k", 243)
        _inconsistent(s.log, run.at + seconds(3), "0x8000ffff : Catastrophic failure", "threads.cpp, Line: 202")
        run.say(4.4, f"Install provider failed {{Exception = {dotnet.com(0x8007000E, says)}}}", "Error")
        s.failed(run, 27, COM_TEXT + " Insufficient memory in COM+ memory quota.")
    s.rest(6)
    return tss(s, {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("backup-provider-disabled", "windows/backup-provider-disabled")
def provider_disabled() -> Files:
    """A clean-up script set IaasVmProvider to disabled: the extension cannot start its provider (1058)."""
    vm = WinVm("provider-disabled", "DESKHUB9", "Australia/Sydney", SERVER_2022, AGENT_2025)
    s = Story(vm, utc("2025-08-04 01:00:00"), hour=13)
    s.nights(4)
    s.rest(8)
    scm.start_type(s.log, s.now, "ContosoPrintRelay", "auto", "disabled", user=f"{vm.machine_sid}-500")
    scm.start_type(s.log, s.now + seconds(0.4), "IaasVmProvider", "demand", "disabled", user=f"{vm.machine_sid}-500")
    text = dotnet.exception(
        "System.InvalidOperationException: Cannot start service IaasVmProvider on computer '.'.",
        "System.ComponentModel.Win32Exception: The service cannot be started, either because it is disabled or because "
        "it has no enabled devices associated with it",
        frames=("System.ServiceProcess.ServiceController.Start(String[] args)",),
    )
    for _ in range(2):
        run = s.try_backup("redist")
        scm.dcom_cannot_start(s.log, run.at + seconds(0.4), "IaasVmProvider", 1058, vssevents.IAAS_PROVIDER.upper())
        run.say(0.6, f"Starting the provider's service failed {{Exception = {text}}}", "Error")
        s.failed(run, 28, "Snapshot operation failed: the VSS provider could not be started.")
    s.rest(6)
    texts = {"sc qc.txt": commands.sc_qc(vm, "IaasVmProvider", "disabled")}
    return by_hand(s, "viewer-txt", texts | {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("vcredist-not-installed", "windows/backup-provider-disabled", "extension/install-failed", pack="tar")
def vcredist() -> Files:
    """The VC++ 2013 runtime of the provider cannot be installed (Error 1401, 1603) at the first backups."""
    vm = WinVm("vcredist-failed", "KIOSKSRV1", "UTC", SERVER_2019, AGENT_2020_Z)
    s = Story(vm, utc("2021-02-08 06:30:00"))
    s.rest(14)
    product = "Microsoft Visual C++ 2013 x64 Minimum Runtime - 12.0.40660"
    error = (
        rf"Product: {product} -- Error 1401. Could not create key: SOFTWARE\Classes\Installer\Dependencies.  "
        "System error 5.  Verify that you have sufficient access to that key, or contact your support personnel."
    )
    package = (
        r"C:\ProgramData\Package Cache\{A749D8E6-B613-3BE3-8F5F-045C84EBA29B}v12.0.40660\vc_runtimeMinimum_x64.msi"
    )
    for _ in range(2):
        run = s.try_backup("load")
        run.say(0.5, "VCRedist installation state {isVCRedist2013Installed = False}", "Warning")
        run.say(0.3, rf"Installing VCRedist {{Path = {EXTENSION}\vcredist2013_x64.exe /install /quiet /norestart}}")
        s.log.add(run.at + seconds(2), "MsiInstaller", 1040, [package, vm.pid()])
        s.log.add(run.at + seconds(5), "MsiInstaller", 10005, [error])
        s.log.add(run.at + seconds(6), "MsiInstaller", 11708, [f"Product: {product} -- Installation failed."])
        done = [product, "12.0.40660", "1033", "1603", "Microsoft Corporation"]
        s.log.add(run.at + seconds(6.2), "MsiInstaller", 1033, done)
        run.say(8.4, "VCRedist installation failed {ExitCode = 1603}", "Error")
        message = "Failure in installation of Visual C++ Redistributable for Visual Studio 2013."
        s.failed(run, 31, message, exit_code=1)
    s.rest(5)
    return by_hand(s, "winevent-csv-short")
