"""What two clocks say of the same happenings, and at which distance between them they agree.

Local seconds are held against seconds in UTC at every distance that a zone may have: do the logs in UTC speak up when
the local one does, do both record what is known to go together, and are they silent while Windows is down? A happening
counts for as much as its agreement would surprise at a wrong distance: what repeats every hour fits many distances and
says little. All arguments are seconds, in no order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analyzer.clocks.zones import DAY, FARTHEST, QUARTER, SECOND, Rules
from analyzer.lines.stamp import Ints

Floats = npt.NDArray[np.float64]
DISTANCES: Ints = np.arange(-FARTHEST, FARTHEST + 1, QUARTER)
REACH = FARTHEST // SECOND

_MOST_MOMENTS = 3_000
_QUIET = 120  # seconds without a line, before one is a start
_BURST, _BURST_LINES, _BURST_APART = 10, 4, 60
_BEFORE, _BEHIND = 2, 5  # seconds by which a line may miss a burst
_SLOT = QUARTER // SECOND  # of the day; what comes every day in the same slot may be two timers, and is one happening
_STOPPING, _STARTING = 5, 3  # seconds around a restart in which a line may still be written
_SHORTEST_STOP, _LONGEST_STOP = 15, 3 * 86_400
_AROUND = 3_600  # a log that speaks so close to a restart covers it
_SMOOTH = 10  # distances that the average of all happenings stands for beside a happening's own
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Meetings:
    """One kind of evidence. `agrees[i, d]` is the share of happening i that fits distance d; NaN says nothing."""

    time: Ints  # microseconds, on the local clock or in UTC
    local: bool
    agrees: Floats
    rarest: float  # no agreement surprises more than this, however rare it seems
    apart: bool = False  # its happenings are counted on their own, not together with what else came at the time
    certain: float | None = None  # the share that agrees at the true distance, where it need not be learnt

    def fits(self, rules: Rules) -> Ints:
        """For each happening the column of the distance that the rules give; of an hour that the clock shows twice,
        the one that fits. An hour that it leaves out is never shown, so what stands there fits by chance alone."""
        if not self.local:
            return _column(rules.at_utc(self.time))
        first, second = _column(rules.at_local(self.time)), _column(rules.at_local(self.time, second=True))
        row, agrees = np.arange(len(first)), np.nan_to_num(self.agrees)
        better = rules.twice(self.time) & (agrees[row, second] > agrees[row, first])
        return np.where(better, second, first)

    def weights(self) -> Floats:
        """What each happening adds to the logarithm of a distance's odds."""
        told = np.isfinite(self.agrees)
        agrees = np.where(told, self.agrees, 0.0)
        fits = agrees.sum(axis=1)
        best = int((agrees / np.maximum(fits, 1e-9)[:, None]).sum(axis=0).argmax())
        count = told.sum(axis=1)
        usual = float(fits.sum() / max(int(count.sum()), 1))
        chance = (fits - agrees[:, best] + _SMOOTH * usual) / (count - told[:, best] + _SMOOTH)
        chance = chance.clip(self.rarest, 1 - self.rarest)[:, None]
        true = self.certain or float(agrees[:, best].sum() / max(int(told[:, best].sum()), 1))
        true = min(max(true, 0.01), 0.99)
        odds = agrees * np.log(true / chance) + (1 - agrees) * np.log((1 - true) / (1 - chance))
        result: Floats = np.where(told & (chance < true), odds, 0.0)
        return result


def _column(distance: Ints) -> Ints:
    column: Ints = np.clip((distance + FARTHEST + QUARTER // 2) // QUARTER, 0, len(DISTANCES) - 1)
    return column


def moments(seconds: Ints) -> Ints:
    """When a source speaks up: after a pause that is long for it, or with many lines at once."""
    seconds = np.sort(seconds)
    if len(seconds) < 2:
        return seconds
    pauses = np.diff(seconds)
    starts = seconds[1:][pauses > max(_QUIET, 1.5 * float(np.median(pauses[pauses > 0])) if pauses.any() else 0)]
    lines = np.searchsorted(seconds, seconds + _BURST) - np.arange(len(seconds))
    bursts = seconds[lines >= max(_BURST_LINES, 3 * float(np.median(lines)))]
    bursts = bursts[np.diff(bursts, prepend=-_BURST_APART - 1) > _BURST_APART]
    return np.concatenate([starts, bursts])


def lively(local: Ints, sources: Iterable[Ints]) -> Meetings | None:
    """Whether the local log speaks when the logs in UTC speak up."""
    local = np.unique(local)
    found = _near(np.sort(np.concatenate([_NONE, *(moments(source) for source in sources)])), local)
    if len(found) == 0:
        return None
    starts = np.flatnonzero(np.diff(found, prepend=found[0] - _BURST_APART) > _BURST)[-_MOST_MOMENTS:]
    begin, end = found[starts], found[np.append(starts[1:], len(found)) - 1] + _BURST
    end = np.minimum(end, begin + _BURST_APART)
    shifts = (DISTANCES // SECOND).tolist()
    agrees = np.stack([_between(local, begin + d - _BEFORE, end + d + _BEHIND) > 0 for d in shifts], axis=1)
    slot = begin % (DAY // SECOND) // _SLOT
    order = np.argsort(slot, kind="stable")
    first = np.flatnonzero(np.diff(slot[order], prepend=-1))
    counts = np.diff(np.append(first, len(order)))
    shares = np.add.reduceat(agrees[order].astype(np.float64), first, axis=0) / counts[:, None]
    return Meetings(begin[order][first] * SECOND, False, shares, rarest=1e-2)


def named(local: Ints, utc: Ints) -> Meetings:
    """Events of the local log that name their moment in UTC; both in microseconds."""
    agrees = np.abs((local - utc)[:, None] - DISTANCES[None, :]) <= _BURST_APART * SECOND
    return Meetings(local, True, agrees.astype(np.float64), rarest=1e-5, apart=True, certain=0.99)


def recorded(local: Ints, utc: Ints, lag: tuple[int, int]) -> Meetings | None:
    """One kind of happening that both sides record, the line in UTC `lag` after the local one. The side that has
    fewer of them is asked."""
    local, utc = _near(np.unique(local), utc), _near(np.unique(utc), local)
    if len(local) == 0 or len(utc) == 0:
        return None
    mine, other, (earliest, latest), shifts = local, utc, lag, -DISTANCES // SECOND
    if len(utc) < len(local):
        mine, other, (earliest, latest), shifts = utc, local, (-latest, -earliest), -shifts
    agrees = [_between(other, mine + d + earliest, mine + d + latest) > 0 for d in shifts.tolist()]
    return Meetings(mine * SECOND, mine is local, np.stack(agrees, axis=1).astype(np.float64), rarest=5e-3)


def stops(ends: Ints, begins: Ints, spoken: Ints) -> Meetings | None:
    """Whether the logs in UTC, whose lines are `spoken`, are silent while the local one says that Windows is down:
    from the last of `ends` to the first of `begins`."""
    times = np.concatenate([ends, begins])
    order = np.lexsort((np.repeat([1, 0], [len(ends), len(begins)]), times))
    times, stopping = times[order], order < len(ends)
    at = np.flatnonzero(stopping[:-1] & ~stopping[1:])
    down, up = times[at], times[at + 1]
    long = (up - down >= _SHORTEST_STOP) & (up - down <= _LONGEST_STOP)
    down, up, spoken = down[long], up[long], np.sort(spoken)
    if len(down) == 0 or len(spoken) == 0:
        return None
    columns: list[Floats] = []
    for distance in (DISTANCES // SECOND).tolist():
        a, b = down - distance, up - distance
        covered = (_between(spoken, a - _AROUND, a) > 0) & (_between(spoken, b, b + _AROUND) > 0)
        silent = _between(spoken, a + _STOPPING, b - _STARTING) == 0
        columns.append(np.where(covered, silent.astype(np.float64), np.nan))
    return Meetings(down * SECOND, True, np.stack(columns, axis=1), rarest=0.02, certain=0.98)


def _near(seconds: Ints, others: Ints) -> Ints:
    """Those that are within reach of the others' span."""
    if len(others) == 0:
        return others
    near: Ints = seconds[(seconds >= others.min() - REACH) & (seconds <= others.max() + REACH)]
    return near


def _between(ordered: Ints, first: Ints, last: Ints) -> Ints:
    """How many of the ordered values lie in each span."""
    count: Ints = np.maximum(np.searchsorted(ordered, last, side="right") - np.searchsorted(ordered, first), 0)
    return count
