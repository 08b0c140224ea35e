"""Facts in the output of `ip`, `route`, `netstat -r`, `ifconfig` and in /proc/net/route: interfaces, a way out."""

from __future__ import annotations

import re

from analyzer.parsers.base import FactValue, first
from analyzer.parsers.scrub import scrub

MAX_INTERFACES = 200

_LINK = re.compile(r"\d{1,6}: ([^\s:@]{1,64})(?:@[^\s:]{1,64})?: <")
_CONFIGURED = re.compile(r"([^\s:]{1,64}):? {1,12}(?:Link encap|flags=)")
_ROUTE = re.compile(r"(?:default|unreachable|blackhole|prohibit|broadcast|\d{1,3}(?:\.\d{1,3}){1,3}(?:/\d{1,2})?) ")
_TABLE = re.compile(r"(?:\S{1,64}\s+)?(0\.0\.0\.0|default|00000000)\s+\S{1,64}\s")
_TABLE_HEAD = re.compile(r"\s*(?:Destination|Iface|Ziel)\s+\S")


def ip(lines: list[str], command: str, problems: list[str]) -> dict[str, FactValue]:
    """`net.interfaces` from addresses and links, `net.default_route` from (IPv4) routes; told apart by the lines."""
    interfaces = [found.group(1) for line in lines if (found := _LINK.match(line))]
    if interfaces:
        return _interfaces(interfaces, problems)
    filled = [line for line in lines if line.strip()]
    words = re.split(r"[\s_]+", command)
    asked = any(word in ("route", "ro", "r") for word in words[1:])
    if "-6" in words or not (asked or any(_ROUTE.match(line) for line in filled)):
        return {}
    return {"net.default_route": any(line.startswith("default") for line in filled)}


def ifconfig(lines: list[str], problems: list[str]) -> dict[str, FactValue]:
    found = (_CONFIGURED.match(line) for line in lines)
    return _interfaces([match.group(1) for match in found if match], problems)


def route(lines: list[str]) -> dict[str, FactValue]:
    """`route -n`, `netstat -rn`, /proc/net/route. A table with its head but without rows is a VM without routes."""
    if not any(_TABLE_HEAD.match(line) for line in lines):
        return {}
    return {"net.default_route": any(_TABLE.match(line) for line in lines)}


def _interfaces(names: list[str], problems: list[str]) -> dict[str, FactValue]:
    unique = first(sorted({scrub(name) for name in names if name != "lo"}), MAX_INTERFACES, "interfaces", problems)
    return {"net.interfaces": list(unique)}
