"""Output of the commands that customers run beside the logs: vssadmin, systeminfo, sc, netsh, ipconfig, wmic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ..event_text import crlf
from ..stamps import local
from .services import SERVICES
from .vm import WinVm
from .vssevents import SYSTEM_PROVIDER, WRITERS

WRITER_STATES = {1: "Stable", 7: "Failed", 8: "Failed", 9: "Timed out"}
VSSADMIN = """vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool
(C) Copyright 2001-2013 Microsoft Corp.

"""
ZONES = {
    "UTC": "(UTC) Coordinated Universal Time",
    "Europe/Berlin": "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
    "Europe/Amsterdam": "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
    "Europe/Paris": "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris",
    "Europe/London": "(UTC+00:00) Dublin, Edinburgh, Lisbon, London",
    "America/New_York": "(UTC-05:00) Eastern Time (US & Canada)",
    "America/Chicago": "(UTC-06:00) Central Time (US & Canada)",
    "America/Sao_Paulo": "(UTC-03:00) Brasilia",
    "Asia/Tokyo": "(UTC+09:00) Osaka, Sapporo, Tokyo",
    "Asia/Kolkata": "(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi",
    "Australia/Sydney": "(UTC+10:00) Canberra, Melbourne, Sydney",
}
SC_MISSING = """[SC] EnumQueryServicesStatus:OpenService FAILED 1060:

The specified service does not exist as an installed service.

"""
SC_QUERY = """
SERVICE_NAME: {key}\x20
        TYPE               : 10  WIN32_OWN_PROCESS \x20
        STATE              : {number}  {state}\x20
                                {controls}
        WIN32_EXIT_CODE    : {code}  (0x{code:x})
        SERVICE_EXIT_CODE  : 0  (0x0)
        CHECKPOINT         : 0x0
        WAIT_HINT          : 0x0
"""
SC_QC = """[SC] QueryServiceConfig SUCCESS

SERVICE_NAME: {key}
        TYPE               : 10  WIN32_OWN_PROCESS\x20
        START_TYPE         : {start}
        ERROR_CONTROL      : 1   NORMAL
        BINARY_PATH_NAME   : {program}
        LOAD_ORDER_GROUP   :\x20
        TAG                : 0
        DISPLAY_NAME       : {display}
        DEPENDENCIES       :\x20
        SERVICE_START_NAME : {account}
"""
STARTS = {"auto": "2   AUTO_START", "demand": "3   DEMAND_START", "disabled": "4   DISABLED"}
IPCONFIG = """
Windows IP Configuration

   Host Name . . . . . . . . . . . . : {name}
   Primary Dns Suffix  . . . . . . . : {domain}
   Node Type . . . . . . . . . . . . : Hybrid
   IP Routing Enabled. . . . . . . . : No

Ethernet adapter Ethernet:

   Description . . . . . . . . . . . : Microsoft Hyper-V Network Adapter
   Physical Address. . . . . . . . . : {mac}
   DHCP Enabled. . . . . . . . . . . : {dhcp}
   IPv4 Address. . . . . . . . . . . : {address}(Preferred)
   Subnet Mask . . . . . . . . . . . : 255.255.255.0
   Default Gateway . . . . . . . . . : {gateway}
   DNS Servers . . . . . . . . . . . : {dns}
"""


def console(vm: WinVm, text: str) -> bytes:
    return crlf(text).encode(vm.culture.oem, "replace")


def writers(vm: WinVm, bad: Mapping[str, tuple[int, str]] | None = None) -> bytes:
    """`vssadmin list writers`; `bad` gives state number and last error of a writer."""
    also = ("sql",) if vm.sql else vm.products
    blocks = [VSSADMIN]
    for name, own in WRITERS.items():
        number, error = (bad or {}).get(name, (1, "No error"))
        if own.get("only", "") in ("", *also):
            identity = f"   Writer Id: {own['id']}\n   Writer Instance Id: {{{vm.uuid()}}}\n"
            state = f"   State: [{number}] {WRITER_STATES[number]}\n   Last error: {error}\n\n"
            blocks.append(f"Writer name: '{name}'\n{identity}{state}")
    return console(vm, "".join(blocks))


def providers(vm: WinVm, *foreign: tuple[str, str]) -> bytes:
    """`vssadmin list providers`; `foreign` are (name, id)."""
    rows = [("Microsoft Software Shadow Copy provider 1.0", SYSTEM_PROVIDER, "System", "1.0.0.7")]
    rows += [(name, identity, "Software", "1.0.0.1") for name, identity in foreign]
    blocks = [
        f"Provider name: '{name}'\n   Provider type: {kind}\n   Provider Id: {identity}\n   Version: {version}\n\n"
        for name, identity, kind, version in rows
    ]
    return console(vm, VSSADMIN + "".join(blocks))


def shadow_storage(vm: WinVm, drive: str, used: str, maximum: str) -> bytes:
    volume = f"({drive}){vm.volume(drive)}\\"
    text = f"Shadow Copy Storage association\n   For volume: {volume}\n   Shadow Copy Storage volume: {volume}\n"
    text += f"   Used Shadow Copy Storage space: {used}\n   Allocated Shadow Copy Storage space: {used}\n"
    return console(vm, VSSADMIN + text + f"   Maximum Shadow Copy Storage space: {maximum}\n")


def systeminfo(vm: WinVm, booted: datetime) -> bytes:
    """English, as most of them are sent."""
    wall = local(booted, vm.zone)
    rows = {
        "Host Name": vm.name,
        "OS Name": vm.release.name,
        "OS Version": f"{vm.release.version}.{vm.release.build} N/A Build {vm.release.build}",
        "OS Manufacturer": "Microsoft Corporation",
        "OS Configuration": "Member Server" if vm.domain else "Standalone Server",
        "System Boot Time": f"{wall.month}/{wall.day}/{wall.year}, {wall.hour % 12 or 12}:{wall:%M:%S} {wall:%p}",
        "System Manufacturer": "Microsoft Corporation",
        "System Model": "Virtual Machine",
        "Windows Directory": r"C:\Windows",
        "System Locale": f"{vm.culture.name.lower()};",
        "Time Zone": ZONES[vm.zone],
        "Total Physical Memory": "16,383 MB",
        "Domain": vm.domain or "WORKGROUP",
    }
    return console(vm, "\n" + "".join(f"{name + ':':<27}{value}\n" for name, value in rows.items()))


def sc_query(vm: WinVm, key: str, state: str, code: int = 0) -> bytes:
    """`sc query <key>`; `state` is RUNNING or STOPPED; code 1060 means that there is no such service."""
    if code == 1060:
        return console(vm, SC_MISSING)
    stopped = "(NOT_STOPPABLE, NOT_PAUSABLE, IGNORES_SHUTDOWN)"
    controls = "(STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)" if state == "RUNNING" else stopped
    number = {"STOPPED": 1, "RUNNING": 4}[state]
    return console(vm, SC_QUERY.format(key=key, number=number, state=state, controls=controls, code=code))


def sc_qc(vm: WinVm, key: str, start: str) -> bytes:
    """`sc qc <key>`; start is auto, demand or disabled."""
    own = SERVICES[key]._asdict() | {"start": STARTS[start]}
    return console(vm, SC_QC.format(**own))


def winhttp_proxy(vm: WinVm, server: str, bypass: str = "(none)") -> bytes:
    text = f"    Proxy Server(s) :  {server}\n    Bypass List     :  {bypass}\n\n"
    return console(vm, f"\nCurrent WinHTTP proxy settings:\n\n{text}")


def static_ipconfig(vm: WinVm, address: str) -> bytes:
    """`ipconfig /all` of an adapter that has its address from hand."""
    own = {"name": vm.name, "domain": vm.domain, "mac": vm.mac, "dhcp": "No", "dns": "10.9.0.4"}
    gateway = address.rpartition(".")[0] + ".1"
    return console(vm, IPCONFIG.format(**own, address=address, gateway=gateway))


def logical_disks(vm: WinVm, free: Mapping[str, int]) -> bytes:
    """`wmic logicaldisk get`; free bytes by drive."""
    rows = [f"{drive:<10}{free.get(drive, 58_211_708_928):<15}136365211648  Local" for drive in vm.volumes]
    return console(vm, "\n".join(["DeviceID  FreeSpace      Size          VolumeName", *rows, "", ""]))
