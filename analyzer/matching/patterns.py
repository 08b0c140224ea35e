"""All regexes that a run looks for, behind one literal search.

Signatures, operations and log facts each bring their patterns; the set compiles their literals into one automaton, so
that the cost of a clean line does not grow with the number of patterns. A regex is compiled when its literal is first
seen.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import ahocorasick_rs
import numpy as np
import numpy.typing as npt
import regex

from analyzer.matching.literals import required

REGEX_SECONDS = 1.0  # a regex that takes longer on one record is given up, and coverage says so


@dataclass(frozen=True)
class Pattern:
    """One thing to look for. `sources` are shell patterns over logical sources (`extension:*`); empty means any."""

    regex: str
    sources: tuple[str, ...]
    owner: str  # who asks, for messages: 'network/no-route http_failed'
    event_ids: tuple[int, ...] = ()
    providers: tuple[str, ...] = ()
    literal: str = ""  # looked for in place of the regex's own literals
    repeat: bool = False  # every match in a record is a hit, not only the first

    def wants(self, source: str) -> bool:
        return not self.sources or any(fnmatch.fnmatchcase(source, glob) for glob in self.sources)


class PatternSet:
    """The patterns of a run, numbered by their place in `patterns`."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.patterns = list(patterns)
        self.unfiltered: list[int] = []  # no literal to look for: the regex sees every record of its sources
        self.by_event_id: dict[int, list[int]] = {}
        by_literal: dict[bytes, list[int]] = {}
        for number, pattern in enumerate(self.patterns):
            if pattern.event_ids or pattern.providers:
                for event_id in pattern.event_ids:
                    self.by_event_id.setdefault(event_id, []).append(number)
                continue
            literals = frozenset((pattern.literal,)) if pattern.literal else required(pattern.regex)
            if literals is None:
                self.unfiltered.append(number)
            else:
                for literal in literals:
                    by_literal.setdefault(literal.encode(), []).append(number)
        self.literals = sorted(by_literal)
        self.numbers = [np.array(by_literal[literal], dtype=np.int64) for literal in self.literals]
        self._compiled: dict[int, Any] = {}
        self._allowed: dict[str, npt.NDArray[np.bool_]] = {}

    @cached_property
    def automaton(self) -> ahocorasick_rs.BytesAhoCorasick:
        return ahocorasick_rs.BytesAhoCorasick(self.literals, implementation=ahocorasick_rs.Implementation.DFA)

    def allowed(self, source: str) -> npt.NDArray[np.bool_]:
        """Which patterns look at this source."""
        if source not in self._allowed:
            self._allowed[source] = np.array([p.wants(source) for p in self.patterns], dtype=np.bool_)
        return self._allowed[source]

    def search(self, number: int, text: str) -> list[dict[str, str]]:
        """The captures of each match. TimeoutError when the regex backtracks for longer than REGEX_SECONDS."""
        compiled = self._compiled.get(number)
        if compiled is None:
            compiled = self._compiled[number] = regex.compile(self.patterns[number].regex, regex.MULTILINE)
        if self.patterns[number].repeat:
            matches = list(compiled.finditer(text, timeout=REGEX_SECONDS))
        else:
            match = compiled.search(text, timeout=REGEX_SECONDS)
            matches = [match] if match else []
        return [{name: value for name, value in m.groupdict().items() if value is not None} for m in matches]


@dataclass
class Hit:
    """A record in which a pattern was found. `row` counts the member's records from 0."""

    pattern: int
    member: int
    row: int
    line: int
    text: str
    captures: dict[str, str] = field(default_factory=dict)
