"""One pattern's regex on the texts of records, within a time.

A bundle and a pack of signatures can be made for each other so that a regex takes for ever. It has a second for one
record, some seconds beyond its share for all of them, and all regexes together have some more; what comes behind that
is not searched, and coverage says so. Times are those of the thread, so that a busy machine gives nothing up.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from time import thread_time
from typing import TYPE_CHECKING, Any, TypeVar

import regex

from analyzer.matching import effort
from analyzer.matching.literals import is_plain

if TYPE_CHECKING:
    from analyzer.matching.patterns import Pattern

REGEX_SECONDS = 1.0  # a regex that takes longer on one record is given up there, and coverage says so
MOST_SECONDS = 3.0  # and one that takes so much longer than its share on all records, in the rest of the bundle
MOST_OF_ALL = 6.0  # seconds that all regexes may take so; from then on each has next to nothing left
_LAST_SECONDS = 0.02  # what it has then, and for one record
_SHARE = (2e-5, 2e-7)  # seconds that a regex may take for a record, and for each of its characters

Found = TypeVar("Found")


@dataclass
class Patience:
    """What is left for the regexes of one bundle that take longer than their share."""

    seconds: float = MOST_OF_ALL
    is_at_its_end: bool = False


class Matcher:
    """A pattern, compiled. `plain` patterns are found by their literal alone."""

    def __init__(self, pattern: Pattern, patience: Patience | None = None) -> None:
        self.repeat = pattern.repeat
        self.beginnings = pattern.beginnings
        self._literal = pattern.literal
        self.plain = not (pattern.literal or pattern.repeat or self.beginnings) and is_plain(pattern.regex)
        self._regex = pattern.regex
        self._quick = re.compile(pattern.regex, re.MULTILINE)
        self._longest = effort.longest(pattern.regex)
        self._plainly_quick = not (pattern.literal or self.beginnings)
        self._captures = bool(self._quick.groupindex)
        self.renew(patience or Patience())

    def renew(self, patience: Patience) -> None:
        """To be called before another bundle: what one made slow is not given up in the next."""
        self._patience = patience
        self._spent = 0.0
        self.is_given_up = False  # it took so long on the records of the bundle that it is not looked for any more

    @cached_property
    def _timed(self) -> Any:
        return regex.compile(self._regex, regex.MULTILINE)

    def among(self, texts: Sequence[str]) -> tuple[list[int], list[int]]:
        """(places of the texts that match, places of those on which the regex took too long)."""
        found: list[int] = []
        slow: list[int] = []
        at = 0
        if self._plainly_quick and max(map(len, texts), default=0) <= self._longest:
            search, ends = self._quick.search, list(accumulate(map(len, texts), initial=0))
            while at < len(texts) and not (self.is_given_up or self._patience.is_at_its_end):
                # two texts of the greatest length take two seconds at worst, and no more do shorter ones of that sum
                until = max(at + 1, bisect_right(ends, ends[at] + 2 * self._longest) - 1)
                begun = thread_time()
                found += [i for i, text in enumerate(texts[at:until], at) if search(text)]
                self._charge(begun, until - at, ends[until] - ends[at])
                at = until
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
            matches = self._every(text)
        else:
            first = self._first(text)
            matches = [] if first is None else [first]
        if not self._captures:
            return [{} for _ in matches]
        return [{name: value for name, value in m.groupdict().items() if value is not None} for m in matches]

    def _first(self, text: str) -> Any:
        if self._literal not in text or (self.beginnings and not text.startswith(self.beginnings)):
            return None
        if len(text) <= self._longest and not self._patience.is_at_its_end:
            return self._charged(self._quick.search, text)
        return self._charged(self._timed.search, text, timeout=self._limit())

    def _every(self, text: str) -> list[Any]:
        if self._literal not in text:
            return []
        return self._charged(self._all, text, timeout=self._limit())

    def _all(self, text: str, timeout: float) -> list[Any]:
        return list(self._timed.finditer(text, timeout=timeout))

    def _limit(self) -> float:
        """Seconds for one record."""
        return _LAST_SECONDS if self._patience.is_at_its_end else REGEX_SECONDS

    def _charged(self, search: Callable[..., Found], text: str, **options: float) -> Found:
        """What `search` gives; TimeoutError where the regex has had its time."""
        if self.is_given_up:
            raise TimeoutError
        begun = thread_time()
        try:
            return search(text, **options)
        finally:
            self._charge(begun, 1, len(text))

    def _charge(self, begun: float, records: int, characters: int) -> None:
        """What a search took beyond its share is gone from what the regex, and what all of them may take."""
        beyond = thread_time() - begun - records * _SHARE[0] - characters * _SHARE[1]
        if beyond > 0:
            patience = self._patience
            self._spent += beyond
            patience.seconds -= beyond
            patience.is_at_its_end = patience.seconds <= 0
            self.is_given_up = self._spent >= (_LAST_SECONDS if patience.is_at_its_end else MOST_SECONDS)
