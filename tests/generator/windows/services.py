"""The services of a server in Azure: key name, display name, start type, program."""

from __future__ import annotations

from typing import NamedTuple


class Service(NamedTuple):
    """`start` is auto, demand or disabled."""

    key: str
    display: str
    start: str
    program: str
    account: str = "LocalSystem"


_HOST = r"C:\Windows\system32\svchost.exe -k "
_AGENT = r"C:\WindowsAzure\Packages" + "\\"

SERVICES = {
    service.key: service
    for service in (
        Service("RdAgent", "RdAgent", "auto", _AGENT + "WaAppAgent.exe"),
        Service("WindowsAzureGuestAgent", "Windows Azure Guest Agent", "auto", _AGENT + "WindowsAzureGuestAgent.exe"),
        Service("IaasVmProvider", "IaasVmProvider", "demand", r"C:\Windows\system32\dllhost.exe"),
        Service("VSS", "Volume Shadow Copy", "demand", r"C:\Windows\system32\vssvc.exe"),
        Service("swprv", "Microsoft Software Shadow Copy Provider", "demand", _HOST + "swprv"),
        Service("COMSysApp", "COM+ System Application", "demand", r"C:\Windows\system32\dllhost.exe"),
        Service("EventSystem", "COM+ Event System", "auto", _HOST + "LocalService", r"NT AUTHORITY\LocalService"),
        Service(
            "MSDTC",
            "Distributed Transaction Coordinator",
            "auto",
            r"C:\Windows\System32\msdtc.exe",
            r"NT AUTHORITY\NetworkService",
        ),
        Service("CryptSvc", "Cryptographic Services", "auto", _HOST + "NetworkService", r"NT Authority\NetworkService"),
        Service("KeyIso", "CNG Key Isolation", "demand", r"C:\Windows\system32\lsass.exe"),
        Service("Winmgmt", "Windows Management Instrumentation", "auto", _HOST + "netsvcs"),
        Service("Dhcp", "DHCP Client", "auto", _HOST + "LocalServiceNetworkRestricted", r"NT Authority\LocalService"),
        Service("Dnscache", "DNS Client", "auto", _HOST + "NetworkService", r"NT AUTHORITY\NetworkService"),
        Service("EventLog", "Windows Event Log", "auto", _HOST + "LocalServiceNetworkRestricted"),
        Service("W32Time", "Windows Time", "auto", _HOST + "LocalService", r"NT AUTHORITY\LocalService"),
        Service("BITS", "Background Intelligent Transfer Service", "demand", _HOST + "netsvcs"),
        Service("wuauserv", "Windows Update", "demand", _HOST + "netsvcs"),
        Service("UsoSvc", "Update Orchestrator Service", "auto", _HOST + "netsvcs"),
        Service(
            "TrustedInstaller", "Windows Modules Installer", "demand", r"C:\Windows\servicing\TrustedInstaller.exe"
        ),
        Service("msiserver", "Windows Installer", "demand", r"C:\Windows\system32\msiexec.exe /V"),
        Service("sppsvc", "Software Protection", "auto", r"C:\Windows\system32\sppsvc.exe"),
        Service("wmiApSrv", "WMI Performance Adapter", "demand", r"C:\Windows\system32\wbem\WmiApSrv.exe"),
        Service("WinHttpAutoProxySvc", "WinHTTP Web Proxy Auto-Discovery Service", "demand", _HOST + "LocalService"),
        Service("gpsvc", "Group Policy Client", "auto", _HOST + "netsvcs"),
        Service("Spooler", "Print Spooler", "auto", r"C:\Windows\System32\spoolsv.exe"),
        Service("WinDefend", "Microsoft Defender Antivirus Service", "auto", "MsMpEng.exe"),
        Service("WdiSystemHost", "Diagnostic System Host", "demand", _HOST + "LocalSystemNetworkRestricted"),
        Service("SSDPSRV", "SSDP Discovery", "demand", _HOST + "LocalServiceAndNoImpersonation"),
        Service("AppXSvc", "AppX Deployment Service (AppXSVC)", "demand", _HOST + "wsappx"),
        Service(
            "SQLWriter",
            "SQL Server VSS Writer",
            "auto",
            r"C:\Program Files\Microsoft SQL Server\90\Shared\sqlwriter.exe",
        ),
        Service("MSSQLSERVER", "SQL Server (MSSQLSERVER)", "auto", "sqlservr.exe", r"NT Service\MSSQLSERVER"),
        Service("SQLSERVERAGENT", "SQL Server Agent (MSSQLSERVER)", "auto", "SQLAGENT.EXE"),
        Service("ContosoPrintRelay", "Contoso Print Relay", "auto", r"C:\Program Files\Contoso\PrintRelay\relay.exe"),
        Service("ContosoTill", "Contoso Till Sync", "auto", r"C:\Program Files\Contoso\Till\tillsync.exe"),
    )
}

BACKGROUND = ("wmiApSrv", "BITS", "TrustedInstaller", "WinHttpAutoProxySvc", "AppXSvc", "WdiSystemHost", "wuauserv")
"""Those that start and stop by themselves all day."""
