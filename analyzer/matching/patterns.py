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
from time import thread_time
from typing import Any

import numpy as np
import numpy.typing as npt
import regex

from analyzer.matching import effort, remembered
from analyzer.matching.finder import LiteralFinder
from analyzer.matching.literals import SHORTEST, is_plain
from analyzer.parsers import waagent

REGEX_SECONDS = 1.0  # a regex that takes longer on one record is given up there, and coverage says so
MOST_SECONDS = 5.0  # and one that takes so much longer than its share on all records, in the rest of the bundle
_SHARE = (1e-4, 1e-6)  # seconds that a regex may take for a record, and for each of its characters
_FEW = 8  # texts that are searched before it is looked how long that took; ever more while it takes next to nothing


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


class Matcher:
    """A pattern, compiled. `plain` patterns are found by their literal alone."""

    def __init__(self, pattern: Pattern) -> None:
        self.repeat = pattern.repeat
        self.beginnings = pattern.beginnings
        self._literal = pattern.literal
        self.plain = not (pattern.literal or pattern.repeat or self.beginnings) and is_plain(pattern.regex)
        self._regex = pattern.regex
        self._quick = re.compile(pattern.regex, re.MULTILINE)
        self._longest = effort.longest(pattern.regex)
        self._plainly_quick = not (pattern.literal or self.beginnings)
        self._captures = bool(self._quick.groupindex)
        self.renew()

    def renew(self) -> None:
        """To be called before another bundle: what one made slow is not given up in the next."""
        self._left = MOST_SECONDS

    @cached_property
    def _timed(self) -> Any:
        return regex.compile(self._regex, regex.MULTILINE)

    def among(self, texts: Sequence[str]) -> tuple[list[int], list[int]]:
        """(places of the texts that match, places of those on which the regex took too long)."""
        found: list[int] = []
        slow: list[int] = []
        at = 0
        if self._plainly_quick and max(map(len, texts), default=0) <= self._longest:
            search, many = self._quick.search, _FEW
            while at < len(texts) and self._left > 0:
                part = texts[at : at + many]
                begun = thread_time()
                found += [i for i, text in enumerate(part, at) if search(text)]
                at += len(part)
                if self._kept_to_its_share(begun, len(part), sum(map(len, part))):
                    many *= 4
        for i, text in enumerate(texts[at:], at):
            try:
                if self._first(text) is not None:
                    found.append(i)
            except TimeoutError:
                slow.append(i)
        return found, slow

    def captures(self, text: str) -> list[dict[str, str]]:
        """The captures of each match. TimeoutError when the regex backtracks for longer than REGEX_SECONDS."""
        if self.plain:
            return [{}]
        if self.repeat:
            matches = list(self._timed.finditer(text, timeout=REGEX_SECONDS)) if self._literal in text else []
        else:
            first = self._first(text)
            matches = [] if first is None else [first]
        if not self._captures:
            return [{} for _ in matches]
        return [{name: value for name, value in m.groupdict().items() if value is not None} for m in matches]

    def _first(self, text: str) -> Any:
        if self._literal not in text or (self.beginnings and not text.startswith(self.beginnings)):
            return None
        if self._left <= 0:
            raise TimeoutError
        begun = thread_time()
        try:
            if len(text) <= self._longest:
                return self._quick.search(text)
            return self._timed.search(text, timeout=REGEX_SECONDS)
        finally:
            self._kept_to_its_share(begun, 1, len(text))

    def _kept_to_its_share(self, begun: float, records: int, characters: int) -> bool:
        """What the search took beyond its share is gone from what the regex has left."""
        beyond = thread_time() - begun - records * _SHARE[0] - characters * _SHARE[1]
        self._left -= max(beyond, 0.0)
        return beyond <= 0.0


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
        by_literal.setdefault(waagent.PACKED, [])
        self.literals = sorted(by_literal)
        self.packed = self.literals.index(waagent.PACKED)  # no pattern's own: it hides the others' literals
        counts = [len(by_literal[literal]) for literal in self.literals]
        self._begin = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts, dtype=np.int64)))
        self._numbers = np.array([n for literal in self.literals for n in by_literal[literal]], dtype=np.int64)
        self._matchers: dict[int, Matcher] = {}
        self._allowed: dict[str, npt.NDArray[np.bool_]] = {}

    def number_of(self, pattern: Pattern) -> int:
        """The number of a pattern that is in the set."""
        return self._first[pattern.asked]

    def renew(self) -> None:
        """To be called before another bundle."""
        for matcher in self._matchers.values():
            matcher.renew()

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
            self._allowed[source] = np.array([p.wants(source) for p in self.patterns], dtype=np.bool_)
        return self._allowed[source]

    def matcher(self, number: int) -> Matcher:
        if number not in self._matchers:
            self._matchers[number] = Matcher(self.patterns[number])
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
