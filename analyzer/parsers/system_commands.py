"""Facts in the output of `timedatectl`, `uname`, `hostname`, `hostnamectl`: clock zone, kernel, name."""

from __future__ import annotations

import re

from analyzer.parsers import os_release
from analyzer.parsers.base import FactValue
from analyzer.parsers.scrub import scrub

_TIMEDATECTL_ZONE = re.compile(r"\s{0,40}Time ?zone\s?[:=]\s?([A-Za-z][\w+\-/]{1,80})", re.IGNORECASE)
_FIELD = re.compile(r"\s{0,40}([A-Z][A-Za-z ]{1,30}): (\S.{0,300})")
_HOSTNAMECTL = {"Static hostname": "os.hostname", "Operating System": "os.pretty"}


def timedatectl(lines: list[str]) -> dict[str, FactValue]:
    found = [match.group(1) for line in lines if (match := _TIMEDATECTL_ZONE.match(line))]
    return {"os.timezone": found[0]} if found else {}


def uname(lines: list[str]) -> dict[str, FactValue]:
    filled = [line for line in lines if line.strip()]
    return os_release.kernel(scrub(filled[0], 500)).facts if filled else {}


def hostname(lines: list[str]) -> dict[str, FactValue]:
    words = " ".join(lines[:5]).split()
    return {"os.hostname": scrub(words[0], 255)} if len(words) == 1 else {}


def hostnamectl(lines: list[str]) -> dict[str, FactValue]:
    facts: dict[str, FactValue] = {}
    for line in lines:
        found = _FIELD.match(line)
        if found and found.group(1) in _HOSTNAMECTL:
            facts[_HOSTNAMECTL[found.group(1)]] = scrub(found.group(2).strip(), 255)
        elif found and found.group(1) == "Kernel":
            facts |= os_release.kernel(found.group(2).strip().removeprefix("Linux ").strip()).facts
    return facts
