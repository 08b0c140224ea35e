"""`netsh winhttp show proxy`, `ipconfig /all`, `netsh int ipv4 show config`, `route print`, firewall profiles.

All of these are translated. What is read is what stays: `WinHTTP` in the heading, dotted leaders, the order of lines
(the line below the MAC address says whether DHCP is on), columns of addresses.
Facts: `windows.winhttp_proxy` ('none' or host:port) and `windows.winhttp_bypass`; `windows.adapter[<name>].dhcp`,
`.addresses`, `.gateway`, `.dhcp_server`; `net.default_route`, `windows.wireserver_route`;
`windows.firewall[<profile>]`; `windows.reachable[<host>:<port>]` of Test-NetConnection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from analyzer.parsers.base import FactValue, StateEvent, first
from analyzer.parsers.scrub import scrub
from analyzer.parsers.windows.told import Told

SOURCE = "command-output"
MAX_ADAPTERS = 100
WIRESERVER = "168.63.129.16"

_PROXY = re.compile(r"\s{1,8}\S[^:]{1,60}: {1,4}((?:\w{2,6}=)?\S{1,200}:\d{1,5}\S{0,200})\s*$")
_BYPASS = re.compile(r"\s{1,8}\S[^:]{1,60}: {1,4}(\S.{0,500}?)\s*$")
_ENTRY = re.compile(r" {3}(\S.{0,60}?)(?: ?\.){2,}\s?: ?(.{0,200}?)\s*$")
_MORE = re.compile(r" {20,60}(\S.{0,100}?)\s*$")
_MAC = re.compile(r"(?:[0-9A-F]{2}-){5,7}[0-9A-F]{2}$", re.IGNORECASE)
_IPV4 = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})\b")
_IN_CONFIG = re.compile(r"\s{0,4}\S[^\"]{2,60}\"(.{1,100})\"\s*$")
_CONFIG_DHCP = re.compile(r"\s{1,8}DHCP\b[^:]{1,40}: {1,40}(\S{1,20})\s*$")
_ROUTE = re.compile(r"\s{1,20}(\d{1,3}(?:\.\d{1,3}){3})\s{1,20}(\d{1,3}(?:\.\d{1,3}){3})\s{1,20}(\S.{0,60})$")
_FIREWALL_PROFILE = re.compile(r"(Domain|Private|Public|Standard) Profile Settings:", re.IGNORECASE)
_FIREWALL_STATE = re.compile(r"State\s{2,60}(ON|OFF)\s*$", re.IGNORECASE)

_TESTED = re.compile(r"(ComputerName|RemotePort|TcpTestSucceeded)\s{0,40}: (\S.{0,200}?)\s*$")

_YES = frozenset(["yes", "ja", "oui", "sí", "si", "sì", "sim", "да", "tak", "はい", "是", "예", "evet", "ano"])
_NO = frozenset(
    ["no", "nein", "non", "não", "нет", "nie", "nee", "いいえ", "否", "아니요", "아니오", "hayır", "ne", "nej"]
)


def proxy(lines: list[str]) -> Told:
    told = Told()
    at = next((place for place, line in enumerate(lines) if "WinHTTP" in line), -1)
    if at < 0:
        return told
    below = [(number, line) for number, line in enumerate(lines[at + 1 : at + 12], at + 2) if line.strip()]
    server, bypass, used = "none", "none", {at + 1}
    for number, line in below[:4]:
        found = _PROXY.match(line)
        if found and server == "none":
            server = scrub(found.group(1), 300)
            used.add(number)
        elif server != "none" and (rest := _BYPASS.match(line)):
            bypass = "none" if rest.group(1).startswith("(") else scrub(rest.group(1), 500)
            used.add(number)
            break
    text = f"winhttp proxy {server}, bypass {bypass}"
    told.events.append(StateEvent(SOURCE, text, component="netsh", line=at + 1))
    told.facts = {"windows.winhttp_proxy": server, "windows.winhttp_bypass": bypass}
    told.used = used
    return told


@dataclass
class _Adapter:
    name: str
    line: int
    dhcp: bool | None = None
    addresses: list[str] = field(default_factory=list)
    gateway: list[str] = field(default_factory=list)
    dhcp_server: str = ""


def adapters(lines: list[str]) -> Told:
    told = Told()
    found = [*_of_ipconfig(lines), *_of_config(lines)]
    for adapter in first(found, MAX_ADAPTERS, "network adapters", told.problems):
        name = scrub(adapter.name, 120)
        fact = f"windows.adapter[{name}]"
        facts: dict[str, FactValue] = {f"{fact}.addresses": adapter.addresses, f"{fact}.gateway": adapter.gateway}
        if adapter.dhcp is not None:
            facts[f"{fact}.dhcp"] = adapter.dhcp
        if adapter.dhcp_server:
            facts[f"{fact}.dhcp_server"] = adapter.dhcp_server
        told.facts |= facts
        dhcp = {True: "enabled", False: "disabled", None: "unknown"}[adapter.dhcp]
        text = (
            f"adapter {name}: dhcp {dhcp}, addresses {' '.join(adapter.addresses) or 'none'},"
            f" gateway {' '.join(adapter.gateway) or 'none'}, dhcp server {adapter.dhcp_server or 'none'}"
        )
        told.events.append(StateEvent(SOURCE, text, component="ipconfig", line=adapter.line))
    return told


def _of_ipconfig(lines: list[str]) -> list[_Adapter]:
    result: list[_Adapter] = []
    heading, entries = ("", 0), list[list[str]]()
    for number, line in enumerate([*lines, "end:"], 1):
        entry, more = _ENTRY.match(line), _MORE.match(line)
        if entry:
            entries.append([entry.group(2)])
        elif more and entries:
            entries[-1].append(more.group(1))
        elif line.strip() and not line.startswith(" "):
            result += _adapter(heading, entries)
            heading, entries = (line.strip().rstrip(":"), number), []
    return result


def _adapter(heading: tuple[str, int], entries: list[list[str]]) -> list[_Adapter]:
    """Below its MAC stand: DHCP, autoconfiguration, addresses and masks, the lease, the gateway, the DHCP server."""
    at = next((place for place, values in enumerate(entries) if _MAC.match(values[0])), -1)
    if at < 0 or at + 1 >= len(entries):
        return []
    adapter = _Adapter(*heading, dhcp=_yes(entries[at + 1][0]))
    masks = [place for place, values in enumerate(entries) if values[0].startswith("255.")]
    adapter.addresses = [found for place in masks for found in _addresses(entries[place - 1])]
    behind = [values for values in entries[masks[-1] + 1 :] if _addresses(values) or not values[0]] if masks else []
    if behind:
        adapter.gateway = _addresses(behind[0])
    if adapter.dhcp and len(behind) > 1:
        adapter.dhcp_server = "".join(_addresses(behind[1])[:1])
    return [adapter]


def _addresses(values: list[str]) -> list[str]:
    return [found.group(1) for value in values if (found := _IPV4.match(value)) and not value.startswith("255.")]


def _of_config(lines: list[str]) -> list[_Adapter]:
    """`netsh interface ipv4 show config`: a heading with the adapter in quotes, the first line below is DHCP."""
    result: list[_Adapter] = []
    current: _Adapter | None = None
    for number, line in enumerate(lines, 1):
        heading, dhcp = _IN_CONFIG.match(line), _CONFIG_DHCP.match(line)
        if heading:
            current = _Adapter(heading.group(1), number)
        elif current and dhcp:
            current.dhcp = _yes(dhcp.group(1))
            result.append(current)
        elif current and (found := _IPV4.search(line)) and ":" in line:
            address = found.group(1)
            if not current.addresses:
                current.addresses.append(address)
            elif "/" not in line and not current.gateway:
                current.gateway.append(address)
    return result


def _yes(word: str) -> bool | None:
    folded = word.strip().lower()
    return True if folded in _YES else False if folded in _NO else None


def routes(lines: list[str]) -> Told:
    """The IPv4 rows of `route print`; of the persistent ones below only the network and its mask are alike."""
    rows = [found for line in lines if (found := _ROUTE.match(line))]
    if not rows or not any(line.startswith("====") for line in lines):
        return Told()
    default = any(row.group(1) == row.group(2) == "0.0.0.0" for row in rows)  # noqa: S104 - a route
    host = any(row.group(1) == WIRESERVER for row in rows)
    return Told(facts={"net.default_route": default, "windows.wireserver_route": host})


def firewall(lines: list[str]) -> Told:
    """`netsh advfirewall show allprofiles` in English."""
    told = Told()
    profile = ""
    for line in lines:
        heading, state = _FIREWALL_PROFILE.match(line), _FIREWALL_STATE.match(line)
        if heading:
            profile = heading.group(1).lower()
        elif state and profile:
            told.facts[f"windows.firewall[{profile}]"] = state.group(1).lower()
    return told


def connection(lines: list[str]) -> Told:
    """Test-NetConnection with a port; its property names are the same everywhere."""
    told = Told()
    fields: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        found = _TESTED.match(line)
        if not found:
            continue
        fields[found.group(1)] = found.group(2)
        told.used.add(number)
        if found.group(1) == "TcpTestSucceeded":
            host, port = fields.get("ComputerName", ""), fields.get("RemotePort", "")
            reached = fields.pop("TcpTestSucceeded") == "True"
            if host and port:
                place = f"{scrub(host, 200)}:{scrub(port, 10)}"
                told.facts[f"windows.reachable[{place}]"] = reached
                text = f"connection to {place} {'succeeded' if reached else 'failed'}"
                level = "info" if reached else "warning"
                told.events.append(StateEvent(SOURCE, text, None, level, "test-netconnection", number))
    return told
