"""What a log line may look like: a stamp, and what follows it. Grammars are data; `analyzer.parsers` holds them.

A `Family` is the set of grammars that one kind of file mixes. The grammar is chosen per line, since one file may hold
several generations (an old daemon and a self-updated agent in one waagent.log; a Python 2 helper in a Python 3 log).
Lines that fit no grammar continue the record above them.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.lines.stamp import Stamp

LEVELS = ("none", "critical", "error", "warning", "info", "verbose")
"""Level codes of the event columns are indexes into this tuple; 'none' where the source gives no level."""

_CODES = {name: code for code, name in enumerate(LEVELS)}


@dataclass(frozen=True)
class Lead:
    """Bytes that must stand behind the stamp, the level they tell, and how many of them belong to the header."""

    literal: bytes
    level: str = "none"
    keep: int = 0  # bytes at the literal's end that belong to the message

    @property
    def code(self) -> int:
        return _CODES[self.level]

    @property
    def width(self) -> int:
        return len(self.literal) - self.keep


@dataclass(frozen=True)
class Grammar:
    """One line shape. `anchor` is searched in the line's head first, and the stamp stands behind it (audit records)."""

    name: str
    stamp: Stamp
    leads: tuple[Lead, ...] = (Lead(b""),)
    anchor: bytes = b""
    source: str = ""  # where the rows are not of the family's source
    component: str = ""  # where the family's rule does not hold
    old: bool = False  # counts only before the first line of a newer grammar; after that it is somebody's output


@dataclass(frozen=True)
class Family:
    """The grammars of one kind of file, in order of preference.

    `source` is the logical source of its rows. `inner` maps (anchor in the message, family): rows whose message holds
    a record of another family take that family's time, level and source (a waagent record inside syslog).
    `component` is the rule that names it: thread (waagent), program (syslog), none."""

    name: str
    grammars: tuple[Grammar, ...]
    source: str = ""
    component: str = "none"
    inner: tuple[tuple[bytes, Family], ...] = ()


def levels(prefix: bytes, suffix: bytes, words: dict[bytes, str]) -> tuple[Lead, ...]:
    """Leads for a level word between two literals."""
    return tuple(Lead(prefix + word + suffix, level) for word, level in words.items())
