"""SUSE's supportconfig: text files of sections, each the output of one command or one configuration file.

#==[ Command ]======================================#
# /bin/df -h
Filesystem …
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from analyzer.parsers import os_release
from analyzer.parsers.base import StateResult
from analyzer.parsers.command_output import MAX_LINES, NOTHING, SOURCE, is_known, tell_command
from analyzer.parsers.content import UnreadableError, filled, unreadable

_HEADER = re.compile(r"#==\[ ?([A-Za-z ]{1,40}?) ?\]=+#")
_TABLES = frozenset({"/proc/mounts", "/proc/net/route"})


@dataclass
class _Section:
    kind: str
    title: str
    first_line: int
    lines: list[str]


def parse(path: str, data: bytes) -> StateResult:
    try:
        sections = _sections(filled(data).split("\n"))
    except UnreadableError as error:
        return unreadable(SOURCE, path, error)
    result = StateResult(problems=[] if sections else ["no section of supportconfig in it"])
    for section in sections:
        told = _tell(section, MAX_LINES - len(result.events))
        if told:
            result.facts |= told.facts
            result.events += told.events
            result.problems += [problem for problem in told.problems if not problem.endswith(NOTHING)]
    return result


def _sections(lines: list[str]) -> list[_Section]:
    found: list[_Section] = []
    for number, line in enumerate(lines, 1):
        header = _HEADER.match(line)
        if header:
            found.append(_Section(header.group(1).strip(), "", number + 1, []))
        elif found and not found[-1].title and line.startswith("#"):
            found[-1].title, found[-1].first_line = line.lstrip("# ").strip(), number + 1
        elif found and found[-1].title:
            found[-1].lines.append(line)
    return found


def _tell(section: _Section, most: int) -> StateResult | None:
    if section.title in _TABLES or (section.kind == "Command" and is_known(section.title)):
        return tell_command(
            "route" if section.title.endswith("/route") else section.title,
            section.lines,
            section.first_line,
            max(most, 0),
        )
    if section.kind == "Configuration File" and section.title.endswith("/os-release"):
        return os_release.parse("etc/os-release", "\n".join(section.lines).encode())
    return None
