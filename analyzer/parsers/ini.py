"""Sections, keys and values of the INI files under /etc/azure, with line numbers; as Python's ConfigParser reads them,
because Python programs read these files, but without giving up at the first bad line."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SECTION = re.compile(r"\[([^\]]{1,200})\]")
_OPTION = re.compile(r"([^=:\s][^=:]{0,200}?)\s?[=:]\s?(.*)$")


@dataclass(frozen=True)
class Option:
    """One `key = value`; `section` is '' where no header stands above it."""

    section: str
    key: str
    value: str
    line: int


@dataclass(frozen=True)
class Ini:
    sections: tuple[str, ...]
    options: tuple[Option, ...]
    odd_lines: tuple[int, ...]  # neither comment, header nor option, and no continuation of one


def read_ini(text: str) -> Ini:
    sections: list[str] = []
    options: list[Option] = []
    odd: list[int] = []
    section = ""
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith(("#", ";")):
            continue
        header = _SECTION.match(stripped)
        if header:
            section = header.group(1)
            sections.append(section)
            continue
        found = _OPTION.match(stripped[:4_096])
        if found:
            options.append(Option(section, found.group(1).strip(), found.group(2).strip(), number))
        elif not (line[0].isspace() and options):
            odd.append(number)
    return Ini(tuple(sections), tuple(options), tuple(odd))
