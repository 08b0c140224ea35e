"""What a wall clock is ahead of UTC by, as a function of time: a fixed distance, or a zone with daylight saving.

A zone's rules are kept as the moments at which its distance changes, so that a column of a million stamps is turned
with one search. All times and distances are microseconds; a distance is positive east of UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from analyzer.lines.stamp import Bools, Ints

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 86_400 * SECOND
QUARTER = 15 * 60 * SECOND  # zones are whole quarters of an hour
FARTHEST = 14 * HOUR  # UTC+14 is the largest distance in use

_YEAR = 365.2425 * DAY
_STEP = timedelta(days=9)  # no zone changes there and back within so few days
_FIRST_YEAR, _LAST_YEAR = 1970, 2100  # what lies beyond is a broken clock's
_NOISE = 60 * SECOND  # lines that were written out of order differ by less


@dataclass(frozen=True)
class Rules:
    """`distances[i]` holds before `changes[i]` (UTC), the last one behind all of them."""

    distances: Ints
    changes: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def at_utc(self, utc: Ints) -> Ints:
        return self.distances[np.searchsorted(self.changes, utc, side="right")]

    def at_local(self, local: Ints, second: bool = False) -> Ints:
        """Of an hour that the clock shows twice, the first or the second; of one that it leaves out, as if it had not
        moved yet, or had already."""
        pick = np.minimum if second else np.maximum
        shown = self.changes + pick(self.distances[:-1], self.distances[1:])
        return self.distances[np.searchsorted(shown, local, side="right")]

    def twice(self, local: Ints) -> Bools:
        """Stamps of the hours that the clock shows twice."""
        first, last = self.changes + self.distances[1:], self.changes + self.distances[:-1]
        place = np.searchsorted(last, local, side="right")
        padded = np.append(first, np.iinfo(np.int64).max)
        result: Bools = padded[place] <= local
        return result

    def within(self, first: int, last: int) -> Rules:
        """The rules of that span alone; equal spans have equal rules."""
        begin, end = np.searchsorted(self.changes, [first, last], side="right").tolist()
        return Rules(self.distances[begin : end + 1], self.changes[begin:end])

    @property
    def key(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return tuple(self.distances.tolist()), tuple(self.changes.tolist())

    def label(self, local: Ints) -> str:
        """'UTC+01:00' for these stamps; where daylight saving begins or ends among them, 'UTC+01:00/+02:00'."""
        return "UTC" + "/".join(_signed(distance) for distance in np.unique(self.at_local(local)).tolist())


@dataclass(frozen=True)
class Zone:
    """How local stamps are read: a name for the reader, the rules, and how they were found."""

    name: str
    how: str
    rules: Rules
    known: bool = False
    guess: bool = False  # nothing speaks for it

    def to_utc(self, local: Ints) -> Ints:
        return local - self.rules.at_local(local)

    def in_order_to_utc(self, local: Ints) -> Ints:
        """Stamps of a file in the order of its lines, oldest or newest first: where the clock shows an hour twice,
        the lines behind the jump back are the second ones."""
        utc = self.to_utc(local)
        doubled = self.rules.twice(local)
        if not doubled.any():
            return utc
        forward = slice(None) if float(np.median(np.sign(np.diff(local)))) >= 0 else slice(None, None, -1)
        stamps, doubled, turned = local[forward], doubled[forward], utc[forward]
        rows = np.flatnonzero(doubled)
        back = np.flatnonzero(np.diff(stamps, prepend=stamps[0]) < -_NOISE)
        back = back[doubled[back - 1]]  # the clock went back, and no line was written out of order
        place = np.searchsorted(back, rows, side="right") - 1
        rows, jump = rows[place >= 0], back[place[place >= 0]]
        second = rows[np.abs(stamps[jump] - stamps[rows]) <= _DOUBLED]
        turned[second] = stamps[second] - self.rules.at_utc(turned[second] + _DOUBLED)
        return utc


_DOUBLED = 3 * 3600 * SECOND  # the longest stretch that a clock shows twice
UTC_RULES = Rules(np.zeros(1, dtype=np.int64))


def fixed(distance: int) -> Rules:
    return Rules(np.array([distance], dtype=np.int64))


def named(name: str, first: int, last: int) -> Rules | None:
    """The rules of an IANA name over a span, None where there is no such zone."""
    if not name:
        return None
    years = [min(max(int(moment / _YEAR) + 1970, _FIRST_YEAR), _LAST_YEAR) for moment in (first - DAY, last + DAY)]
    return _rules(name, years[0], max(years))


@lru_cache(maxsize=1024)
def _rules(name: str, first: int, last: int) -> Rules | None:
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    moment, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    distances, changes = [_distance(zone, moment)], []
    while moment < end:
        later = moment + _STEP
        after = _distance(zone, later)
        if after != distances[-1]:
            changes.append(_change(zone, moment, later))
            distances.append(after)
        moment = later
    return Rules(np.array(distances, dtype=np.int64), np.array(changes, dtype=np.int64))


def _distance(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return 0 if offset is None else offset // timedelta(microseconds=1)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> int:
    """The second at which the zone's distance changes between two moments."""
    old = _distance(zone, before)
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if _distance(zone, datetime.fromtimestamp(middle, UTC)) == old:
            low = middle
        else:
            high = middle
    return high * SECOND


def _signed(distance: int) -> str:
    minutes = abs(distance) // (60 * SECOND)
    return f"{'-' if distance < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
