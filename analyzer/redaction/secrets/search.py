"""Where in a text rules may match: one search for the words that trigger them, and the lines around each hit.

Most lines of a log hold no trigger, so that a text of megabytes costs one search and the rules see a few lines of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Generic, Protocol, TypeVar

from ahocorasick_rs import AhoCorasick

SHORT = 4 << 10  # a text of so many characters is looked at whole
BEHIND = 2  # lines behind a hit in which what it announces may stand

Reach = Callable[[str, int], tuple[int, int]]
"""Of a text and the end of a hit in it: how many lines before and behind the hit to look at."""
Hit = tuple[int, int, int]
"""(number of the trigger, start, end)"""


class Triggered(Protocol):
    """A rule that cannot match where none of its triggers stands; triggers are in lower case."""

    @property
    def triggers(self) -> tuple[str, ...]: ...


T = TypeVar("T", bound=Triggered)


def encodable(value: str) -> str:
    """The same length without lone surrogates, which the automaton cannot take."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def folded(value: str) -> str:
    """In lower case, of the same length, without lone surrogates."""
    return value.lower() if value.isascii() else encodable(value.replace("\u0130", "i").lower())


class Search(Generic[T]):
    """The triggers of many rules, looked for at once. `needless` says of a trigger's hit that it announces nothing."""

    def __init__(
        self,
        rules: Sequence[T],
        reach: Mapping[str, Reach] | None = None,
        needless: Mapping[str, Callable[[str, int], bool]] | None = None,
    ) -> None:
        self._rules = rules
        self._words = sorted({trigger for rule in rules for trigger in rule.triggers})
        self._called = [
            frozenset(number for number, rule in enumerate(rules) if word in rule.triggers) for word in self._words
        ]
        self._reach = [(reach or {}).get(word) for word in self._words]
        self._needless = {self._words.index(word): check for word, check in (needless or {}).items()}
        self._automaton = AhoCorasick(self._words)

    def hits(self, value: str) -> list[Hit]:
        found = self._automaton.find_matches_as_indexes(folded(value), overlapping=True)
        if not self._needless or not found:
            return found
        return [hit for hit in found if hit[0] not in self._needless or not self._needless[hit[0]](value, hit[1])]

    def called(self, triggers: set[int]) -> list[T]:
        """The rules that these triggers call for, in their order."""
        if not triggers:
            return []
        wanted = frozenset[int]().union(*(self._called[trigger] for trigger in triggers))
        return [self._rules[number] for number in sorted(wanted)]

    def pieces(self, value: str) -> Iterator[tuple[int, int, list[T]]]:
        """The text in pieces (start, end, rules to apply); without rules where it can be handed on as it is."""
        hits = self.hits(value)
        if len(value) <= SHORT or not hits:
            yield 0, len(value), self.called({hit[0] for hit in hits})
            return
        starts = [0, *(found.end() for found in re.finditer("\n", value))]
        at = 0
        for first, last, triggers in self._regions(value, hits, starts):
            begin, end = starts[first], starts[last] if last < len(starts) else len(value)
            if at < begin:
                yield at, begin, []
            yield begin, end, self.called(triggers)
            at = end
        if at < len(value):
            yield at, len(value), []

    def _regions(self, value: str, hits: list[Hit], starts: list[int]) -> list[tuple[int, int, set[int]]]:
        """Stretches of lines (first, behind the last) that belong together, and the triggers in them."""
        spans = []
        for trigger, start, end in hits:
            line = bisect_right(starts, start) - 1
            reach = self._reach[trigger]
            before, behind = reach(value, end) if reach else (0, BEHIND)
            spans.append((max(0, line - before), line + behind + 1, trigger))
        regions: list[tuple[int, int, set[int]]] = []
        for first, last, trigger in sorted(spans):
            if regions and first < regions[-1][1]:
                begun, end, triggers = regions.pop()
                regions.append((begun, max(end, last), triggers | {trigger}))
            else:
                regions.append((first, last, {trigger}))
        return regions

    def parts(self, values: Sequence[str], loose: Sequence[re.Pattern[str]]) -> list[int]:
        """Which of many texts hold a trigger, or match one of `loose`."""
        joined = "\n".join(values)
        starts = [0, *accumulate(len(value) + 1 for value in values)][:-1]
        found = {bisect_right(starts, hit[1]) - 1 for hit in self.hits(joined)}
        for pattern in loose:
            found |= {bisect_right(starts, match.start()) - 1 for match in pattern.finditer(joined)}
        return sorted(found)
