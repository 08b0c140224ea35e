"""All regexes that a run looks for, behind one literal search.

Signatures, operations and log facts each bring their patterns; the set gathers their literals for one search, so that
the cost of a clean line does not grow with the number of patterns. A regex is compiled when its literal is first seen,
and what several patterns ask alike is looked for once.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analyzer.matching import remembered
from analyzer.matching.finder import LiteralFinder
from analyzer.matching.literals import SHORTEST
from analyzer.matching.matcher import Matcher, Patience
from analyzer.parsers import waagent

MOST_UNFILTERED = 32  # regexes without a literal, which see every record


@dataclass(frozen=True)
class Pattern:
    """One thing to look for. `sources` are shell patterns over logical sources (`extension:*`); empty means any.

    `providers` and `event_ids` stand for the first words of a Windows event's text, 'VSS 8193: '."""

    regex: str
    sources: tuple[str, ...]
    owner: str  # who asks, for messages: 'network/no-route http_failed'
    event_ids: tuple[int, ...] = ()
    providers: tuple[str, ...] = ()
    literal: str = ""  # looked for in place of the regex's own literals
    repeat: bool = False  # every match in a record is a hit, not only the first

    def wants(self, source: str) -> bool:
        return not self.sources or any(fnmatch.fnmatchcase(source, glob) for glob in self.sources)

    @property
    def beginnings(self) -> tuple[str, ...]:
        """What the text of a wanted Windows event begins with."""
        return tuple(f"{provider} {number}: " for provider in self.providers for number in self.event_ids)

    @property
    def asked(self) -> tuple[object, ...]:
        """Equal for patterns that find the same."""
        return self.regex, self.sources, self.beginnings, self.literal, self.repeat


class PatternSet:
    """The patterns of a run, numbered by their place in `patterns`. Hits are found for `same[number]`, the first
    pattern that asks the same."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.patterns = list(patterns)
        first: dict[tuple[object, ...], int] = {}
        self.same = [first.setdefault(pattern.asked, number) for number, pattern in enumerate(self.patterns)]
        self._first = first
        self.unfiltered: list[int] = []  # no literal to look for: the regex sees every record of its sources
        by_literal: dict[bytes, list[int]] = {}
        asked = [self.patterns[number] for number in first.values()]
        try:
            known = remembered.required(p.regex for p in asked if not (p.providers or p.literal))
        except re.error as error:
            owner = next((p.owner for p in asked if p.regex == error.pattern), "")
            raise ValueError(f"{owner}: {error.pattern!r} is no regex: {error}") from error
        for number in first.values():
            literals = _literals(self.patterns[number], known)
            if literals is None:
                self.unfiltered.append(number)
            else:
                for literal in literals:
                    by_literal.setdefault(literal.encode(), []).append(number)
        if len(self.unfiltered) > MOST_UNFILTERED:
            owner = self.patterns[self.unfiltered[MOST_UNFILTERED]].owner
            words = f"more than {MOST_UNFILTERED} regexes have no literal of {SHORTEST} characters or more"
            raise ValueError(f"{owner}: {words}, so that they would be tried on every line")
        by_literal.setdefault(waagent.PACKED, [])
        self.literals = sorted(by_literal)
        self.packed = self.literals.index(waagent.PACKED)  # no pattern's own: it hides the others' literals
        counts = [len(by_literal[literal]) for literal in self.literals]
        self._begin = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts, dtype=np.int64)))
        self._numbers = np.array([n for literal in self.literals for n in by_literal[literal]], dtype=np.int64)
        self._patience = Patience()
        self._matchers: dict[int, Matcher] = {}
        self._allowed: dict[str, npt.NDArray[np.bool_]] = {}

    def number_of(self, pattern: Pattern) -> int:
        """The number of a pattern that is in the set."""
        return self._first[pattern.asked]

    def renew(self) -> None:
        """To be called before another bundle."""
        self._patience = Patience()
        for matcher in self._matchers.values():
            matcher.renew(self._patience)

    @cached_property
    def finder(self) -> LiteralFinder:
        return LiteralFinder(self.literals)

    def asking(self, literal: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """(place in `literal`, pattern) for every pattern that looks for one of these literals."""
        many = self._begin[literal + 1] - self._begin[literal]
        place = np.repeat(np.arange(len(literal)), many)
        within = np.arange(len(place)) - np.repeat(np.cumsum(many) - many, many)
        return place, self._numbers[self._begin[literal][place] + within]

    def allowed(self, source: str) -> npt.NDArray[np.bool_]:
        """Which patterns look at this source."""
        if source not in self._allowed:
            kinds = {p.sources: p for p in self.patterns}
            wanting = {sources for sources, pattern in kinds.items() if pattern.wants(source)}
            self._allowed[source] = np.array([p.sources in wanting for p in self.patterns], dtype=np.bool_)
        return self._allowed[source]

    def matcher(self, number: int) -> Matcher:
        if number not in self._matchers:
            self._matchers[number] = Matcher(self.patterns[number], self._patience)
        return self._matchers[number]


def _literals(pattern: Pattern, known: remembered.Literals) -> frozenset[str] | None:
    if pattern.providers:
        return frozenset(pattern.beginnings)
    if pattern.literal:
        return frozenset((pattern.literal,)) if len(pattern.literal) >= SHORTEST else None
    return known[pattern.regex]


@dataclass(slots=True)
class Hit:
    """A record in which a pattern was found. `row` counts the member's records from 0."""

    pattern: int
    member: int
    row: int
    line: int
    text: str
    captures: dict[str, str] = field(default_factory=dict)
