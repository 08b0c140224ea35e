"""Events that stand in two exports: the same provider and id at the same second, once the clocks are put together.

They tell an export's zone best: two events of different minutes that fit at one distance alone are hardly chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.lines.stamp import Bools, Ints
from analyzer.meetings import DISTANCES, REACH, Meetings
from analyzer.zones import SECOND

_HAPPENING = 600  # seconds; what lies closer together happened together and counts once
_MOST_HAPPENINGS, _OF_EACH = 1_500, 4
_LATEST = 1 << 32  # seconds since 1970; what is later is a broken clock's


@dataclass(frozen=True)
class Rows:
    """Records in no order: seconds on their clock, a number that is the same for events of one provider and id, and
    the member of each."""

    second: Ints
    key: Ints
    member: Ints

    @staticmethod
    def join(parts: Sequence[Rows]) -> Rows:
        none = np.zeros(0, dtype=np.int64)
        return Rows(
            *(np.concatenate([none, *(getattr(part, name) for part in parts)]) for name in ("second", "key", "member"))
        )

    def sane(self) -> Rows:
        good = (self.second >= 0) & (self.second < _LATEST)
        return Rows(self.second[good], self.key[good], self.member[good])


class Twins:
    """Events in UTC, ready to be asked for the same event at some second."""

    def __init__(self, rows: Rows) -> None:
        rows = rows.sane()
        self._keys, code = np.unique(rows.key, return_inverse=True)
        packed = code * _LATEST + rows.second
        order = np.argsort(packed, kind="stable")
        self._packed, self._member = packed[order], rows.member[order]
        self._span = (int(rows.second.min()), int(rows.second.max())) if len(rows.second) else (0, -1)

    def meetings(self, local: Rows) -> Meetings | None:
        """The events that could stand in both, some of each happening, the rarer the better."""
        local = local.sane()
        second, code = self._known(local)
        if len(second) == 0:
            return None
        second, code = _chosen(second, code)
        first = np.flatnonzero(np.diff(second // _HAPPENING, prepend=-1))
        agrees = np.stack([self._find(code, second - d)[1] for d in (DISTANCES // SECOND).tolist()], axis=1)
        counts = np.diff(np.append(first, len(second)))
        share = np.add.reduceat(agrees.astype(np.float64), first, axis=0) / counts[:, None]
        return Meetings(second[first] * SECOND, True, share, rarest=1e-3, apart=True)

    def where(self, rows: Rows, own: int) -> tuple[int, int]:
        """(another member than their own that holds most of these events, how many), their seconds being in UTC;
        (-1, 0) for none."""
        second, code = self._known(rows.sane())
        at, same = self._find(code, second)
        counts = np.bincount(self._member[at[same]], minlength=own + 1)
        counts[own] = 0
        return (int(counts.argmax()), int(counts.max())) if counts.any() else (-1, 0)

    def _known(self, local: Rows) -> tuple[Ints, Ints]:
        """(second, code) of the events whose kind stands here, at about the time that is covered here."""
        if len(self._keys) == 0:
            return local.second[:0], local.key[:0]
        code = np.searchsorted(self._keys, local.key).clip(0, len(self._keys) - 1)
        near = (local.second >= self._span[0] - REACH) & (local.second <= self._span[1] + REACH)
        keep = near & (self._keys[code] == local.key)
        return local.second[keep], code[keep]

    def _find(self, code: Ints, second: Ints) -> tuple[Ints, Bools]:
        """(place, whether it is the very event)."""
        wanted = code * _LATEST + second.clip(0, _LATEST - 1)
        at = np.searchsorted(self._packed, wanted).clip(0, max(len(self._packed) - 1, 0))
        return at, self._packed[at] == wanted


def _chosen(second: Ints, code: Ints) -> tuple[Ints, Ints]:
    """At most _MOST_HAPPENINGS happenings, evenly spread, in order; of each the rarest kinds of events."""
    happening = second // _HAPPENING
    every = np.unique(happening)
    taken = np.searchsorted(every, happening) % (len(every) // _MOST_HAPPENINGS + 1) == 0
    rarity = np.bincount(code)
    second, code, happening = second[taken], code[taken], happening[taken]
    _, first = np.unique(happening * len(rarity) + code, return_index=True)
    second, code, happening = second[first], code[first], happening[first]
    order = np.lexsort((second, rarity[code], happening))
    second, code, happening = second[order], code[order], happening[order]
    begins = np.flatnonzero(np.diff(happening, prepend=-1))
    rank = np.arange(len(happening)) - np.repeat(begins, np.diff(np.append(begins, len(happening))))
    few = rank < _OF_EACH
    return second[few], code[few]
