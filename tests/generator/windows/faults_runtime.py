"""What the agent stands on is broken: key folders, .NET, WMI."""

from __future__ import annotations

from datetime import timedelta

from ..archives import Files
from ..event_text import crlf
from ..stamps import seconds, utc
from . import commands, dotnet, registry, scm
from .agentlog import Said
from .cultures import JA_JP
from .layouts import by_hand, cut, guest_logs, zipped_azure
from .noiseprograms import crash
from .scenario import minutes, scenario
from .story import Story
from .vm import AGENT_2019, AGENT_2024, SERVER_2012_R2, SERVER_2016, SERVER_2019, WinVm

PROGRAMS = {
    "RdAgent": "WaAppAgent.exe",
    "WindowsAzureGuestAgent": "WindowsAzureGuestAgent.exe",
    "ContosoTill": "tillsync.exe",
}
CONFIGURATION = (
    "System.Configuration.ClientConfigurationSystem.EnsureInit(System.String)",
    "System.Configuration.ConfigurationManager.GetSection(System.String)",
    "Microsoft.WindowsAzure.GuestAgent.Prime.Program.Main(System.String[])",
)
MACHINE_CONFIG = (
    "System.Configuration.ConfigurationErrorsException: Configuration system failed to initialize ---> "
    "System.Configuration.ConfigurationErrorsException: Unrecognized configuration section system.serviceModel. "
    r"(C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Config\machine.config line 214)"
)
SETUP_PROGRAM = (
    "There is a problem with this Windows Installer package. A program run as part of the setup did not finish as "
    "expected. Contact your support personnel or package vendor.  Action SetGuestAgentRegistry, location: StdRegProv, "
    "command: Object required: 424"
)
ACL = r"""C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys BUILTIN\Administrators:(F)

Successfully processed 1 files; Failed to process 0 files
"""


@scenario("machine-keys-agent", "windows/machine-keys-denied")
def machine_keys() -> Files:
    """A policy took SYSTEM's rights from the key folders: no transport certificate, PFXImportCertStore error 86."""
    vm = WinVm("machine-keys", "PAYROLL1", "Europe/Paris", SERVER_2019, AGENT_2019, domain="siege.example")
    s = Story(vm, utc("2020-03-09 07:00:00"))
    s.nights(2)
    s.rest(8)
    policy = ["1", "4820", "0", "3010", r"\\DC02.siege.example", "2"]
    s.log.add(s.now, "Microsoft-Windows-GroupPolicy", 1502, policy, user="S-1-5-18")
    at = s.now + minutes(20)
    s.restart(at, r"C:\Windows\system32\shutdown.exe", r"SIEGE\adm-ops", "Other (Planned)", "0x85000000", ready=False)
    shut = "Microsoft.Cis.Fabric.CertificateServices.RdCertificateFactory.Shutdown()"
    for count in range(14):
        s.agent.say(
            s.now + minutes(5 * count),
            Said(0, "PInvoke PFXImportCertStore failed. Error Code: 86.", "ERROR"),
            Said(0.4, "Self-signed Certificate Generation failed. Error Code: -2146893808", "ERROR"),
            Said(0.1, f"Failed to get TransportCertificate. Error: System.AccessViolationException\n{shut}", "WARN"),
            thread=6,
        )
    s.rest(26)
    return zipped_azure(s, "viewer-xml", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("machine-keys-settings", "windows/machine-keys-denied")
def keyset() -> Files:
    """VMSnapshot cannot decrypt its protected settings (Keyset does not exist): MachineKeys lost its access rights."""
    vm = WinVm("machine-keys-settings", "CITRIX07", "UTC", SERVER_2016, AGENT_2024)
    s = Story(vm, utc("2025-02-24 06:00:00"), hour=20)
    s.nights(4)
    s.rest(6)
    frames = (
        "System.Security.Cryptography.Pkcs.EnvelopedCms.DecryptContent(RecipientInfoCollection recipientInfos, "
        "X509Certificate2Collection extraStore)",
        "Microsoft.Azure.RecoveryServices.VMSnapshot.Settings.Decrypt(String protectedSettings, String thumbprint)",
    )
    keyset = "System.Security.Cryptography.CryptographicException: Keyset does not exist"
    text = dotnet.exception(keyset, frames=frames)
    for _ in range(2):
        run = s.try_backup("load")
        named = f"{{Thumbprint = {vm.thumbprint}, Exception = {text}}}"
        run.say(0.6, f"Decrypting protected settings failed {named}", "Error")
        message = "FailedToDecryptProtectedSettings: the protected settings cannot be read."
        s.failed(run, 16, message, exit_code=1)
    s.rest(5)
    return cut(by_hand(s, "evtx", {"icacls MachineKeys.txt": crlf(ACL).encode()}), "System.evtx", 0.7)


@scenario("dotnet-damaged", "windows/dotnet-missing")
def dotnet_damaged() -> Files:
    """machine.config is damaged since a setup: the agent and every other .NET program die at their start."""
    vm = WinVm("dotnet-damaged", "TILLSRV5", "America/Chicago", SERVER_2019, AGENT_2024)
    s = Story(vm, utc("2025-01-06 12:00:00"), hour=8)
    s.nights(3)
    reason = "Application: Installation (Planned)"
    process, system = r"C:\Windows\system32\msiexec.exe", r"NT AUTHORITY\SYSTEM"
    up = s.restart(s.now + minutes(420), process, system, reason, agent=False)
    text = dotnet.unhandled("System.Configuration.ConfigurationErrorsException", *CONFIGURATION)
    for count in range(1, 7):
        at = up + minutes(1.3 * count)
        for key, program in PROGRAMS.items():
            s.log.add(at, ".NET Runtime", 1026, [f"Application: {program}\n{text}"])
            crash(s.log, at + seconds(0.4), program, "2.7.41491.1117", vm.agent_home, "KERNELBASE.dll", "e0434352")
            scm.died(s.log, at + seconds(1), key, count, 60000 if count < 6 else None)
    s.agent.say(up + minutes(1.2), Said(0, MACHINE_CONFIG, "ERROR"), thread=3)
    s.rest(40, agent=False)
    return by_hand(s, "winevent-csv", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("dotnet-removed", "windows/dotnet-missing")
def dotnet_removed() -> Files:
    """.NET 4 was removed with a feature: RdAgent dies, and installer and registry say that .NET is not there."""
    vm = WinVm("dotnet-missing", "MINISRV2", "Asia/Tokyo", SERVER_2012_R2, AGENT_2019, JA_JP)
    s = Story(vm, utc("2020-05-11 08:00:00"))
    s.nights(2)
    process, reason = r"C:\Windows\system32\wbem\wmiprvse.exe", "Operating System: Reconfiguration (Planned)"
    up = s.restart(s.now + minutes(600), process, rf"{vm.name}\ops1", reason, agent=False)
    for count in range(1, 4):
        fell = up + minutes(2 * count)
        crash(s.log, fell - seconds(1), "WaAppAgent.exe", vm.agent.version, vm.agent_home, "KERNELBASE.dll", "c06d007e")
        scm.died(s.log, fell, "RdAgent", count, 60000 if count < 3 else None)
    missing = Said(0, "Required .NET version is not present. Installed: 3.5. Required: 4.0 or later.", "ERROR")
    s.installer.log.say(up + minutes(1), [missing, Said(0.2, "The agent will not be started.", "WARN")], 1)
    s.rest(30, agent=False)
    keys = {registry.GUEST: registry.guest(vm, RequiredDotNetVersionPresent=0, GuestAgentStatus="NotReady")}
    return by_hand(s, "eventlog-csv", {"guest.reg": registry.registry(keys)})


@scenario("wmi-broken", "windows/wmi-broken")
def wmi() -> Files:
    """The WMI repository cannot be loaded (5601, 28): the agent's own update fails (1722), and the agent stays down."""
    vm = WinVm("wmi-broken", "OLDERP1", "Asia/Kolkata", SERVER_2016, AGENT_2019)
    s = Story(vm, utc("2021-07-05 04:00:00"), hour=17)
    s.nights(2)
    s.rest(6)
    s.log.add(s.now, "Microsoft-Windows-WMI", 5601, user="S-1-5-18")
    s.log.add(s.now + seconds(1), "Microsoft-Windows-WMI", 28, ["0x80041013"], user="S-1-5-18")
    scm.ended(s.log, s.now + seconds(2), "Winmgmt", 2147942402)
    product = "Windows Azure VM Agent - 2.7.41491.1010"
    query = "Unable to query WMI: System.Management.ManagementException: Provider load failure "
    for count in range(3):
        tried = s.now + timedelta(hours=4 * count, minutes=25)
        s.log.add(tried, "MsiInstaller", 10005, [f"Product: {product} -- Error 1722. {SETUP_PROGRAM}"])
        s.log.add(tried + seconds(2), "MsiInstaller", 11708, [f"Product: {product} -- Installation failed."])
        update = Said(0, "Update of the agent failed. msiexec exit code: 1603", "ERROR")
        s.installer.log.say(tried + seconds(3), [update], 1)
        s.agent.say(tried + seconds(8), Said(0, query, "ERROR"), thread=9)
    s.rest(8.5)
    s.agent.stop(s.now)
    s.rest(20, agent=False)
    return guest_logs(s)
