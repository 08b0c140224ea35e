"""What the system says of itself: os-release and its elder relatives, host name, time zone, `uname` in a file.

os-release and lsb-release are `KEY="value"`; redhat-release and the like are one line 'Name release 7.9 (Core)'.
os-release outranks the others.
"""

from __future__ import annotations

import re
from posixpath import basename

from analyzer.parsers.base import FactValue, StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, filled, unreadable
from analyzer.parsers.scrub import scrub

SOURCE = "os"
_PAIR = re.compile(r"\s{0,20}([A-Z_]{1,60})=(.{0,1000})", re.DOTALL)
_RELEASE = re.compile(r"(.{1,200}?) release (\d[\d.]*)")
_OS_KEYS = {"ID": "os.id", "NAME": "os.name", "VERSION_ID": "os.version", "PRETTY_NAME": "os.pretty"}
_LSB_KEYS = {"DISTRIB_ID": "os.name", "DISTRIB_RELEASE": "os.version", "DISTRIB_DESCRIPTION": "os.pretty"}
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]{0,40}(?:/[A-Za-z0-9_+\-]{1,40}){0,2}$")
_KERNEL = re.compile(r"\d+\.\d+[\w.+\-~]*$")


def parse(path: str, data: bytes) -> StateResult:
    try:
        text = filled(data)
    except UnreadableError as error:
        return unreadable(SOURCE, path, error)
    name = basename(path).lower()
    first = scrub(text.strip().partition("\n")[0].strip(), 500)
    if name == "hostname":
        return StateResult(facts={"os.hostname": first})
    if name == "timezone":
        return _zone(first)
    if name == "clock":  # /etc/sysconfig/clock of SUSE and old Red Hat
        return _zone(_pairs(text).get("ZONE", "") or _pairs(text).get("TIMEZONE", ""))
    if name.startswith("uname"):
        return kernel(first)
    if name == "debian_version":
        return StateResult(facts={"os.debian_version": first})
    return _release(name, text, first)


def kernel(line: str) -> StateResult:
    """`uname -a` ('Linux host 5.14.0-70.el9 …') or `uname -r` alone."""
    words = line.split()
    version = words[2] if len(words) > 2 and words[0] == "Linux" else words[0] if words else ""
    if not _KERNEL.match(version):
        return StateResult(problems=["no kernel version in it"])
    return StateResult(facts={"os.kernel": version}, events=[StateEvent(SOURCE, f"kernel {version}")])


def _zone(zone: str) -> StateResult:
    if not _ZONE.match(zone):
        return StateResult(problems=["no time zone in it"])
    return StateResult(facts={"os.timezone": zone}, events=[StateEvent(SOURCE, f"timezone {zone}")])


def _release(name: str, text: str, first: str) -> StateResult:
    pairs = _pairs(text)
    keys = _LSB_KEYS if "DISTRIB_ID" in pairs else _OS_KEYS
    facts: dict[str, FactValue] = {fact: pairs[key] for key, fact in keys.items() if pairs.get(key)}
    release = _RELEASE.match(first)
    if not facts and release:
        facts = {"os.name": release.group(1), "os.version": release.group(2), "os.pretty": first}
    elif not facts and "=" not in first and name.endswith("-release"):  # SuSE-release
        facts = {"os.pretty": first}
    if not facts:
        return StateResult(problems=["no name of a system in it"])
    result = StateResult(facts=facts, as_of="1" if name == "os-release" else "")
    if "os.pretty" in facts:
        result.events.append(StateEvent(SOURCE, f"os {facts['os.pretty']}"))
    return result


def _pairs(text: str) -> dict[str, str]:
    found = (_PAIR.match(line) for line in text.split("\n")[:500])
    return {pair.group(1): scrub(pair.group(2).strip().strip("\"'"), 500) for pair in found if pair}
