"""Snapshots fail on the way to storage, or storage and host refuse them: proxy, names, TLS, rights, limits."""

from __future__ import annotations

from ..archives import Files
from ..stamps import local, utc
from . import commands, dotnet, registry
from .layouts import by_hand, events, guest_logs, tss
from .scenario import minutes, scenario
from .story import Story
from .vm import (
    AGENT_2021,
    AGENT_2024,
    AGENT_2025,
    SERVER_2012_R2,
    SERVER_2019,
    SERVER_2022,
    WinVm,
)

NO_NETWORK = "Snapshot operation failed due to no network connectivity on the virtual machine."
NO_SECURE_NETWORK = "Snapshot operation failed due to failure in creating a secure network communication channel."
ALL_FAILED = "DoSnapshot=complete. WaitResult:True, AnySnapshotFailed:True, AllSnapshotFailed:True, ReturnValue:False"
CONNECT = "Unable to connect to the remote server"
UNSAFE = "The request was aborted: Could not create SSL/TLS secure channel."
UNTRUSTED = (
    "The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure channel."
)
INVALID = (
    "System.Security.Authentication.AuthenticationException: The remote certificate is invalid according to the "
    "validation procedure."
)
PROTOCOLS = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols"


def cut(s: Story, text: str, message: str = NO_NETWORK, code: int = 76, last: str = "drives") -> None:
    """Two nights in which the extension's calls to storage fail."""
    for _ in range(2):
        run = s.try_backup(last)
        for place in range(3):
            blob = f"https://{s.vm.storage}/{s.vm.word(12)}/abcd"
            run.say(
                21 + place,
                f"Snapshot of blob failed {{Blob = {blob}, Attempt = {place + 1}, Exception = {text}}}",
                "Error",
            )
        run.say(0.4, f"{ALL_FAILED}, DoSnapshotRunDuration:00:01:12.1180000", "Error")
        s.failed(run, code, message)
    s.rest(6)


@scenario("proxy-dead", "network/proxy-unreachable")
def proxy_dead() -> Files:
    """Snapshots go through a proxy of the system account that does not answer any more."""
    vm = WinVm("proxy-dead", "INSURE09", "Europe/Amsterdam", SERVER_2019, AGENT_2021)
    s = Story(vm, utc("2022-05-09 06:00:00"))
    s.nights(3)
    cut(s, dotnet.storage(CONNECT, dotnet.CONNECT, f"{dotnet.SILENT}10.20.0.8:3128"))
    texts = {"winhttp.txt": commands.winhttp_proxy(vm, "10.20.0.8:3128", "<local>")}
    return by_hand(s, "winevent-csv", texts | {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("dns-failure", "network/dns-failure")
def dns() -> Files:
    """The VM's DNS servers do not answer: storage's name is not resolved, and 1014 tells of many other names."""
    vm = WinVm("dns-failure", "CALLCTR5", "Australia/Sydney", SERVER_2022, AGENT_2025, domain="corp.contoso.example")
    s = Story(vm, utc("2025-10-20 02:00:00"), hour=15)
    s.nights(3)
    s.rest(4)
    names = (vm.storage, "login.microsoftonline.com", "settings-win.data.microsoft.com")
    for count in range(60):
        data = [names[count % 3], "16", "020000350A0900040000000000000000"]
        s.log.add(s.now + minutes(23 * count), "Microsoft-Windows-DNS-Client", 1014, data, user="S-1-5-20")
    s.log.add(s.now + minutes(31), "NETLOGON", 5719, ["CORP", "%%1311"])
    unresolved = "The remote name could not be resolved"
    cut(s, dotnet.storage(unresolved, f"System.Net.WebException: {unresolved}: '{vm.storage}'"))
    return tss(s, {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("storage-silent", "network/storage-unreachable")
def storage_silent() -> Files:
    """A route table sends storage into the void (timeouts at 443); the platform is reached as ever."""
    vm = WinVm("storage-silent", "HUBFILE3", "UTC", SERVER_2019, AGENT_2024)
    s = Story(vm, utc("2025-01-27 06:00:00"))
    s.nights(4)
    cut(s, dotnet.storage(CONNECT, dotnet.CONNECT, f"{dotnet.SILENT}20.150.38.228:443"))
    return guest_logs(s)


@scenario("tls-off", "windows/tls-misconfigured")
def tls_off() -> Files:
    """A hardening guide switched TLS 1.2 off for clients: no secure channel to storage since the restart."""
    vm = WinVm("tls-off", "ARCGIS1", "America/New_York", SERVER_2012_R2, AGENT_2021)
    s = Story(vm, utc("2023-01-16 11:00:00"), hour=6)
    s.nights(3)
    at = s.now + minutes(540)
    s.restart(at, r"C:\Windows\system32\shutdown.exe", rf"{vm.name}\ops1", "Other (Planned)", "0x85000000")
    for count in range(24):
        s.log.add(s.now + minutes(50 * count), "Schannel", 36871, ["client", "10013"], user="S-1-5-18")
    cut(s, dotnet.storage(UNSAFE), NO_SECURE_NETWORK)
    off: registry.Values = {"Enabled": 0, "DisabledByDefault": 1}
    keys = {rf"{PROTOCOLS}\{name}\Client": off for name in ("TLS 1.0", "TLS 1.2")}
    texts = {"schannel.reg": registry.registry(keys), "systeminfo.txt": commands.systeminfo(vm, s.booted)}
    return by_hand(s, "viewer-xml-plain", texts)


@scenario("tls-inspected", "windows/tls-misconfigured", "network/tls-interception")
def tls_inspected() -> Files:
    """A web filter opens TLS to storage with its own certificate, which Windows does not trust (36882)."""
    vm = WinVm("tls-inspected", "TRADE12", "Europe/London", SERVER_2022, AGENT_2025)
    s = Story(vm, utc("2025-12-01 06:00:00"))
    s.nights(3)
    s.rest(3)
    for count in range(30):
        s.log.add(s.now + minutes(40 * count), "Schannel", 36882, [], user="S-1-5-18")
    cut(s, dotnet.storage(UNTRUSTED, f"System.Net.WebException: {UNTRUSTED}", INVALID), NO_SECURE_NETWORK)
    return events(s, "evtx") | s.azure()


@scenario("clock-skew", "system/clock-skew")
def clock() -> Files:
    """The clock was set back 95 minutes by hand; storage refuses the signatures, the time service the correction."""
    vm = WinVm("clock-skew", "LABCTRL3", "Asia/Kolkata", SERVER_2019, AGENT_2024)
    s = Story(vm, utc("2025-04-21 04:00:00"), hour=16)
    s.nights(3)
    s.rest(5)
    old, new = (f"{when:%Y-%m-%dT%H:%M:%S}.000000000Z" for when in (s.now, s.now - minutes(95)))
    s.clock_set(s.now - minutes(95))
    data = [new, old, "2", r"C:\Windows\System32\SystemSettingsAdminFlows.exe", vm.pid()]
    s.log.add(s.now, "Microsoft-Windows-Kernel-General", 1, data, user=f"{vm.machine_sid}-500")
    source = "time.windows.com,0x8 (ntp.m|0x8|0.0.0.0:123->20.101.57.9:123)"
    for count in range(8):
        at = s.now + minutes(64 * count + 3)
        s.log.add(at, "Microsoft-Windows-Time-Service", 34, ["5700", "3600", source], user="S-1-5-19")
    frame = f"Signature not valid in the specified time frame: Start [{s.now + minutes(95):%a, %d %b %Y %H:%M:%S} GMT]"
    says = f"Server failed to authenticate the request. {frame}"
    forbidden = "The remote server returned an error: (403) Forbidden."
    text = dotnet.storage(forbidden, code="AuthenticationFailed", says=says)
    cut(s, text, "Snapshot operation failed: the request to storage was not authorized.")
    wall = local(s.now, vm.zone)
    lines = [f"{wall:%H:%M:%S}, d:+00.02{place}0141s o:+5700.1{place}84301s" for place in (1, 2, 3)]
    head = ["Tracking time.windows.com [20.101.57.9:123].", f"The current time is {vm.culture.date(wall)}."]
    texts = {"w32tm.txt": "\r\n".join(head + lines).encode(), "systeminfo.txt": commands.systeminfo(vm, s.booted)}
    return by_hand(s, "details", texts)


@scenario("snapshot-limit", "backup/snapshot-limit-reached")
def snapshot_limit() -> Files:
    """Page blob snapshots of a customer's script reached the blob's limit (409 SnapshotCountExceeded, code 85)."""
    vm = WinVm("snapshot-limit", "GEODATA1", "Australia/Sydney", SERVER_2019, AGENT_2021)
    s = Story(vm, utc("2022-08-15 01:00:00"), hour=12)
    s.nights(3)
    says = "The snapshot count against this blob has been exceeded."
    conflict = "The remote server returned an error: (409) Conflict."
    text = dotnet.storage(conflict, code="SnapshotCountExceeded", says=says)
    cut(s, text, "Snapshot operation failed because the number of snapshots reached the limit.", 85, "complete")
    return by_hand(s, "json-7", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("storage-denied", "backup/storage-access-denied")
def storage_denied() -> Files:
    """The storage account's firewall refuses the VM (403 AuthorizationFailure)."""
    vm = WinVm("storage-denied", "ESCROW01", "Europe/Amsterdam", SERVER_2022, AGENT_2024)
    s = Story(vm, utc("2025-03-31 06:00:00"))
    s.nights(3)
    says = "This request is not authorized to perform this operation."
    forbidden = "The remote server returned an error: (403) Forbidden."
    cut(s, dotnet.storage(forbidden, code="AuthorizationFailure", says=says), last="complete")
    return events(s, "clixml") | s.azure()


@scenario("host-snapshot-500", "platform/host-snapshot-error")
def host_failed() -> Files:
    """The host's snapshot service answers 500 in two nights; everything in the guest went well."""
    vm = WinVm("host-failed", "LOGISTIC", "UTC", SERVER_2022, AGENT_2025)
    s = Story(vm, utc("2025-12-08 06:00:00"))
    s.nights(3)
    answer = '{"error":{"code":"InternalError","message":"The snapshot service failed."}}'
    did = "snapshotCreator=backupHostService, hostStatusCodePreSnapshot=200, hostStatusCodeDoSnapshot=500"
    for _ in range(2):
        run = s.try_backup("complete")
        for place in range(3):
            tried = f"{{StatusCode = 500, Attempt = {place + 1}, Response = {answer}}}"
            run.say(12 + place, f"DoSnapshotHost failed {tried}", "Error")
        run.say(0.4, f"{ALL_FAILED}, DoSnapshotRunDuration:00:00:58.0320000", "Error")
        s.failed(run, 76, "Snapshot operation failed: the host returned 500.", did=did)
    s.rest(5)
    return guest_logs(s)
