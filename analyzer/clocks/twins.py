"""Events that stand in two exports: the same provider and id at the same second, once the clocks are put together.

They tell an export's zone best: two events of different minutes that fit at one distance alone are hardly chance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analyzer.clocks.meetings import DISTANCES, REACH, Meetings
from analyzer.clocks.zones import SECOND
from analyzer.lines.stamp import Bools, Ints

CODE_BITS = 20  # a kind of event is a number of so many bits; that two share one now and then does no harm
_CODES = 1 << CODE_BITS
_HAPPENING = 600  # seconds; what lies closer together happened together and counts once
_MOST_HAPPENINGS, _OF_EACH = 1_500, 4
_SAMPLE = 100_000  # events that are enough to tell a share
_LATEST = 1 << 32  # seconds since 1970; what is later is a broken clock's


@dataclass(frozen=True)
class Rows:
    """Events of one member in the order of its rows: seconds on their clock, and the code of each one's kind."""

    member: int
    second: Ints
    code: Ints


class Twins:
    """Events in UTC, ready to be asked for the same event at some second."""

    def __init__(self, parts: Iterable[Rows]) -> None:
        self._parts: list[_Part] = []
        for rows in parts:
            self.add(rows)

    def add(self, rows: Rows) -> None:
        second, code = _sane(rows)
        if len(second):
            kinds = np.bincount(code, minlength=_CODES) > 0
            span = int(second.min()) - REACH, int(second.max()) + REACH
            self._parts.append(_Part(rows.member, span, np.flatnonzero(kinds), np.sort(code * _LATEST + second)))

    def meetings(self, local: Rows) -> Meetings | None:
        """The events that could stand in both, some of each happening, the rarer the better."""
        second, code = _sane(local)
        if len(second) == 0:
            return None
        own = np.bincount(code, minlength=_CODES)
        parts = [part for part in self._parts if part.member != local.member and part.may_hold(own, second)]
        shared = np.zeros(_CODES, dtype=np.bool_)
        for part in parts:
            shared[part.kinds] = True
        near = shared[code]
        near &= second >= min((part.span[0] for part in parts), default=0)
        near &= second <= max((part.span[1] for part in parts), default=0)
        if not near.any():
            return None
        second, code = _chosen(second[near], code[near], own)
        first = np.flatnonzero(np.diff(second // _HAPPENING, prepend=-1))
        agrees = np.zeros((len(second), len(DISTANCES)), dtype=np.float64)
        for column, distance in enumerate((DISTANCES // SECOND).tolist()):
            for part in parts:
                agrees[:, column] += part.holds(second - distance, code)
        counts = np.diff(np.append(first, len(second)))
        share = np.add.reduceat(np.minimum(agrees, 1), first, axis=0) / counts[:, None]
        return Meetings(second[first] * SECOND, True, share, rarest=1e-3, apart=True)

    def where(self, rows: Rows) -> tuple[int, float]:
        """(another member than their own that holds most of these events, its share of them), their seconds being in
        UTC; (-1, 0) for none."""
        second, code = (column[:: len(column) // _SAMPLE + 1] for column in _sane(rows))
        others = [part for part in self._parts if part.member != rows.member]
        shares = [(float(part.holds(second, code).mean()), part.member) for part in others if len(second)]
        share, member = max(shares, key=lambda found: found[0], default=(0.0, -1))
        return (member, share) if share else (-1, 0.0)


@dataclass(frozen=True)
class _Part:
    """The events of one member. `span` is theirs, as far as a clock of another zone may show them."""

    member: int
    span: tuple[int, int]
    kinds: Ints
    events: Ints  # in order

    def may_hold(self, kinds: Ints, second: Ints) -> bool:
        near = bool(((second >= self.span[0]) & (second <= self.span[1])).any())
        return near and bool(kinds[self.kinds].any())

    def holds(self, second: Ints, code: Ints) -> Bools:
        wanted = code * _LATEST + second.clip(0, _LATEST - 1)
        result: Bools = self.events[np.searchsorted(self.events, wanted).clip(0, len(self.events) - 1)] == wanted
        return result


def _sane(rows: Rows) -> tuple[Ints, Ints]:
    good = (rows.second >= 0) & (rows.second < _LATEST)
    return (rows.second, rows.code) if good.all() else (rows.second[good], rows.code[good])


def _chosen(second: Ints, code: Ints, rarity: Ints) -> tuple[Ints, Ints]:
    """At most _MOST_HAPPENINGS happenings, evenly spread, in order; of each the rarest kinds of events."""
    happening = second // _HAPPENING
    begun = np.zeros(int(happening.max() - happening.min()) + 1, dtype=np.bool_)
    begun[happening - happening.min()] = True
    number = (np.cumsum(begun) - 1)[happening - happening.min()]
    taken = number % (int(number.max()) // _MOST_HAPPENINGS + 1) == 0
    second, code, happening = second[taken], code[taken], happening[taken]
    _, first = np.unique(happening * _CODES + code, return_index=True)
    second, code, happening = second[first], code[first], happening[first]
    order = np.lexsort((second, rarity[code], happening))
    second, code, happening = second[order], code[order], happening[order]
    begins = np.flatnonzero(np.diff(happening, prepend=-1))
    rank = np.arange(len(happening)) - np.repeat(begins, np.diff(np.append(begins, len(happening))))
    few = rank < _OF_EACH
    return second[few], code[few]
