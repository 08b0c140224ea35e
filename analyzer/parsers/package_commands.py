"""Versions of the few packages that matter to the agent, from `dpkg -l` and `rpm -qa`."""

from __future__ import annotations

import re

from analyzer.parsers.base import FactValue
from analyzer.parsers.scrub import scrub

_WANTED = re.compile(
    r"(?:walinuxagent|python[\d.]*-azure-agent|cloud-init|openssl|python3?|python2|iptables|nftables|util-linux|"
    r"dhclient|dhcp-client|isc-dhcp-client|networkmanager|network-manager)$",
    re.IGNORECASE,
)
_ARCHITECTURE = re.compile(r"\.(?:x86_64|noarch|aarch64|i[3-6]86|ppc64le|s390x)$")


def dpkg(lines: list[str]) -> dict[str, FactValue]:
    """`ii  walinuxagent  2.2.45-0ubuntu1  amd64  …`: the second letter says whether it is installed."""
    facts: dict[str, FactValue] = {}
    for line in lines:
        words = line.split(None, 3)
        if len(words) >= 3 and 2 <= len(words[0]) <= 3 and words[0][1] == "i":
            _set(facts, words[1].partition(":")[0], words[2])
    return facts


def rpm(lines: list[str]) -> dict[str, FactValue]:
    """`WALinuxAgent-2.2.45-1.el7.noarch`, with or without a date behind it."""
    facts: dict[str, FactValue] = {}
    for line in lines:
        words = line.split(None, 1)
        parts = _ARCHITECTURE.sub("", words[0]).rsplit("-", 2) if words else []
        if len(parts) == 3:
            _set(facts, parts[0], f"{parts[1]}-{parts[2]}")
    return facts


def _set(facts: dict[str, FactValue], name: str, version: str) -> None:
    if _WANTED.match(name):
        facts[f"package[{name}]"] = scrub(version, 200)
