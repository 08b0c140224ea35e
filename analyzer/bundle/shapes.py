"""The form of the tables that tell a file by its first bytes."""

from __future__ import annotations

import re
from typing import NamedTuple


class Grammar(NamedTuple):
    """A line of such a log. '{name}' in the source is the group of that name."""

    line: re.Pattern[bytes]
    kind: str
    source: str


class Mark(NamedTuple):
    """All of these occur in the head of such a file."""

    all_of: tuple[re.Pattern[bytes], ...]
    kind: str
    source: str


def grammars(*rows: tuple[bytes, str, str]) -> tuple[Grammar, ...]:
    return tuple(Grammar(re.compile(pattern), kind, source) for pattern, kind, source in rows)


def marks(*rows: tuple[tuple[bytes, ...], str, str]) -> tuple[Mark, ...]:
    return tuple(Mark(tuple(re.compile(p, re.MULTILINE) for p in parts), kind, source) for parts, kind, source in rows)
