"""Every event's time in UTC: derive the VM's zone and the missing years, and say how sure that is.

Stamps with a zone are exact. Local stamps need the VM's zone: from the bundle's own statement (timedatectl,
/etc/timezone), else from files that write both clocks within seconds (an old daemon beside a self-updated agent, a
Python 2 line with a UTC stamp inside), else UTC is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from analyzer.lines.stamp import NO_YEAR, NOT_A_TIME, Clock, Ints
from analyzer.store import QUALITIES, Store

_SECOND = 1_000_000
_QUARTER = 15 * 60 * _SECOND  # zones are whole quarters of an hour
_SAME_MOMENT = 10 * _SECOND  # two clocks written one after the other differ by less than this, beside the zone
_DAY = 86_400 * _SECOND
_YOUNGER = 45 * _DAY
_HALF_YEAR = 183 * _DAY
_FARTHEST = 14 * 3600 * _SECOND  # UTC+14 is the largest offset in use
_MEETING = 3 * _SECOND  # one action in two files
_MOST_MEETINGS = 2_000
_FEW = 5  # stamps far beyond all others
_FALLBACK_YEAR = 2026  # a bundle without one dated line


@dataclass(frozen=True)
class Zone:
    """The VM's zone: a name, or a fixed offset in microseconds east of UTC; `how` is for the reader."""

    name: str
    how: str
    offset: int = 0
    rules: ZoneInfo | None = None
    known: bool = False

    def to_utc(self, local: Ints) -> Ints:
        """Local microseconds to UTC; daylight saving by the hour."""
        if self.rules is None:
            return local - self.offset
        hours, inverse = np.unique(local // (3600 * _SECOND), return_inverse=True)
        offsets = np.zeros(len(hours), dtype=np.int64)
        for i, hour in enumerate(hours.tolist()):
            wall = np.datetime64(hour * 3600, "s").item().replace(tzinfo=self.rules)
            offsets[i] = int(wall.utcoffset().total_seconds()) * _SECOND
        return local - offsets[inverse]


@dataclass
class Times:
    """Per member, in file order: microseconds UTC (NOT_A_TIME for none) and the code of the time's quality."""

    zone: Zone
    utc: dict[int, Ints]
    quality: dict[int, npt.NDArray[np.uint8]]


def resolve(store: Store, stated_zone: str | None) -> Times:
    """Times of all events. `stated_zone` is an IANA name that the bundle itself gives, if it does."""
    zone = _stated(stated_zone) or _derived(store)
    newest = _newest(store)
    times = Times(zone, {}, {})
    for member in range(len(store.members)):
        columns = store.columns(member)
        raw, clock = columns["raw"], columns["clock"]
        quality = np.full(len(raw), QUALITIES.index("none"), dtype=np.uint8)
        quality[clock == Clock.UTC] = QUALITIES.index("exact")
        yearless = clock == Clock.LOCAL_NO_YEAR
        if (clock != Clock.UTC).any():
            raw = raw.copy()  # what is UTC already is shared with the store, since it is most of the memory
        raw[yearless] = _with_years(raw[yearless], newest)
        local = yearless | (clock == Clock.LOCAL)
        raw[local] = zone.to_utc(raw[local])
        quality[clock == Clock.LOCAL] = QUALITIES.index("zone-assumed")
        quality[yearless] = QUALITIES.index("year-guessed")
        raw[(clock == Clock.NONE) | (clock == Clock.UPTIME)] = NOT_A_TIME
        times.utc[member], times.quality[member] = raw, quality
    return times


def _stated(name: str | None) -> Zone | None:
    if not name:
        return None
    try:
        return Zone(name, f"the bundle says so ({name})", rules=ZoneInfo(name), known=True)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _derived(store: Store) -> Zone:
    """The offset that most neighbouring lines of the two clocks agree on."""
    votes: dict[int, int] = {}
    example: dict[int, str] = {}
    for member in store.order():
        columns = store.columns(member)
        offsets, counts = np.unique(_pairs(columns["raw"], columns["clock"]), return_counts=True)
        for offset, count in zip(offsets.tolist(), counts.tolist(), strict=True):
            votes[offset] = votes.get(offset, 0) + count
            example.setdefault(offset, store.members[member].canonical)
    if votes:
        offset = max(votes, key=lambda o: (votes[o], -abs(o)))
        return _fixed(offset, f"derived: {example[offset]} writes local time and UTC within seconds of each other")
    coincident = _coincident(store)
    if coincident is not None:
        return _fixed(coincident, "derived: local and UTC files of the bundle record the same moments at this distance")
    return Zone("UTC", "nothing in the bundle tells the VM's zone; local stamps are read as UTC")


def _fixed(offset: int, how: str) -> Zone:
    minutes = offset // (60 * _SECOND)
    name = f"UTC{'+' if minutes >= 0 else '-'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    return Zone(name, how, offset=offset, known=True)


def _coincident(store: Store) -> int | None:
    """The one offset at which UTC stamps of some files meet local stamps of others, if there is such a one.

    A status file and the log line of the same action differ by seconds; at a wrong offset they meet by chance only."""
    local_parts, utc_parts = [], []
    for member in range(len(store.members)):
        columns = store.columns(member)
        local_parts.append(columns["raw"][columns["clock"] == Clock.LOCAL])
        utc_parts.append(columns["raw"][columns["clock"] == Clock.UTC])
    local = _distinct(local_parts)
    utc = _distinct([part // _SECOND for part in utc_parts])[-_MOST_MEETINGS:] * _SECOND
    if len(local) == 0 or len(utc) == 0:
        return None
    meetings: dict[int, int] = {}
    for offset in range(-_FARTHEST, _FARTHEST + 1, _QUARTER):
        wanted = utc + offset
        after = local[np.minimum(np.searchsorted(local, wanted - _MEETING), len(local) - 1)]
        meetings[offset] = int((np.abs(after - wanted) <= _MEETING).sum())
    best, second = sorted(meetings, key=lambda o: (-meetings[o], abs(o)))[:2]
    clear = meetings[best] >= 3 and meetings[best] >= 2 * meetings[second]
    return best if clear or (meetings[best] > 0 and meetings[second] == 0) else None


def _distinct(parts: list[Ints]) -> Ints:
    """The distinct values in order. Logs are nearly sorted, which a stable sort takes advantage of."""
    every = np.sort(np.concatenate(parts or [np.zeros(0, dtype=np.int64)]), kind="stable")
    return every[np.flatnonzero(np.diff(every, prepend=NOT_A_TIME))] if len(every) else every


def _pairs(raw: Ints, clock: npt.NDArray[np.uint8]) -> Ints:
    """Offsets (local minus UTC) of neighbours where one is local and one is UTC."""
    local = (clock == Clock.LOCAL) | (clock == Clock.LOCAL_NO_YEAR)
    utc = clock == Clock.UTC
    offsets = [np.zeros(0, dtype=np.int64)]
    for a, b in ((0, 1), (1, 0)):
        left, right = slice(a, len(raw) - b), slice(b, len(raw) - a)
        rows = np.flatnonzero(local[left] & utc[right])
        if len(rows) == 0:
            continue
        mine, theirs = raw[left][rows], raw[right][rows]
        yearless = clock[left][rows] == Clock.LOCAL_NO_YEAR
        mine[yearless] = _in_year_of(mine[yearless], theirs[yearless])
        offset = np.round((mine - theirs) / _QUARTER).astype(np.int64) * _QUARTER
        good = (np.abs(mine - theirs - offset) <= _SAME_MOMENT) & (np.abs(offset) <= _FARTHEST)
        offsets.append(offset[good])
    return np.concatenate(offsets)


def _in_year_of(yearless: Ints, reference: Ints) -> Ints:
    """Times whose year is unknown, put into the year that brings them nearest to the reference."""
    best = np.zeros(len(yearless), dtype=np.int64)
    distance = np.full(len(yearless), np.iinfo(np.int64).max)
    year = reference.astype("datetime64[us]").astype("datetime64[Y]").astype(np.int64) + 1970
    for step in (-1, 0, 1):
        candidate = _to_year(yearless, year + step)
        nearer = np.abs(candidate - reference) < distance
        best[nearer] = candidate[nearer]
        distance[nearer] = np.abs(candidate - reference)[nearer]
    return best


def _with_years(yearless: Ints, newest: int) -> Ints:
    """Years for a file's stamps in file order. The last line is at most _YOUNGER than the bundle's newest dated event
    (the system log goes on when the agent has stopped), and a jump back of more than half a year is a New Year."""
    if len(yearless) == 0:
        return yearless
    turns = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(np.diff(yearless) < -_HALF_YEAR)))
    year = int(np.datetime64(newest, "us").astype("datetime64[Y]").astype(np.int64)) + 1970
    last = yearless[-1:]
    if int(_to_year(last, np.array([year]))[0]) > newest + _YOUNGER:
        year -= 1
    return _to_year(yearless, year - (turns[-1] - turns))


def _to_year(yearless: Ints, year: Ints) -> Ints:
    moment = yearless.astype("datetime64[us]")
    month = moment.astype("datetime64[M]")
    moved = (month + (year - NO_YEAR) * 12).astype("datetime64[us]") + (moment - month.astype("datetime64[us]"))
    result: Ints = moved.astype(np.int64)
    return result


def _newest(store: Store) -> int:
    """The newest event that has a year, in microseconds; the fallback year's end where nothing has one. A few stamps
    that lie more than a year after all others are a broken clock's and do not count."""
    tops = []
    for member in range(len(store.members)):
        columns = store.columns(member)
        dated = columns["raw"][(columns["clock"] == Clock.UTC) | (columns["clock"] == Clock.LOCAL)]
        tops.append(np.partition(dated, -_FEW - 1)[-_FEW - 1 :] if len(dated) > _FEW else dated)
    newest = np.sort(np.concatenate(tops or [np.zeros(0, dtype=np.int64)]))
    if len(newest) == 0:
        return int(np.datetime64(f"{_FALLBACK_YEAR}-12-31", "us").astype(np.int64))
    for few in range(min(_FEW, len(newest) - 1), 0, -1):
        if newest[-few] - newest[-few - 1] > 366 * _DAY:
            return int(newest[-few - 1])
    return int(newest[-1])
