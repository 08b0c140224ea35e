"""The years that stamps such as 'Mar  1 10:00:00' lack."""

from __future__ import annotations

import numpy as np

from analyzer.clocks.zones import DAY, SECOND
from analyzer.lines.stamp import NO_YEAR, Clock, Ints
from analyzer.reading.store import Store

_YOUNGER = 45 * DAY
_HALF_YEAR = 183 * DAY
_FEW = 5  # stamps far beyond all others
_WRITTEN = (1_325_376_000, 4_102_444_800)  # 2012 to 2100: when a file of an Azure VM may have been written
_FALLBACK_YEAR = 2026  # a bundle without one dated line whose files have no time either


def with_years(yearless: Ints, newest: int) -> Ints:
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


def in_year_of(yearless: Ints, reference: Ints) -> Ints:
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


def _to_year(yearless: Ints, year: Ints) -> Ints:
    moment = yearless.astype("datetime64[us]")
    month = moment.astype("datetime64[M]")
    moved = (month + (year - NO_YEAR) * 12).astype("datetime64[us]") + (moment - month.astype("datetime64[us]"))
    result: Ints = moved.astype(np.int64)
    return result


def newest(store: Store) -> int:
    """The newest event that has a year, in microseconds; where none has, when the last log was written, or the
    fallback year's end. A few stamps more than a year after all others are a broken clock's and do not count."""
    tops = []
    for member in range(len(store.members)):
        columns = store.columns(member)
        dated = columns["raw"][(columns["clock"] == Clock.UTC) | (columns["clock"] == Clock.LOCAL)]
        tops.append(np.partition(dated, -_FEW - 1)[-_FEW - 1 :] if len(dated) > _FEW else dated)
    every = np.sort(np.concatenate(tops or [np.zeros(0, dtype=np.int64)]))
    if len(every) == 0:
        return _last_written(store) or int(np.datetime64(f"{_FALLBACK_YEAR}-12-31", "us").astype(np.int64))
    for few in range(min(_FEW, len(every) - 1), 0, -1):
        if every[-few] - every[-few - 1] > 366 * DAY:
            return int(every[-few - 1])
    return int(every[-1])


def _last_written(store: Store) -> int:
    """When the last file that holds events was written, in microseconds; 0 where nothing tells."""
    written = [info.modified for info in store.members if info.events and _WRITTEN[0] <= info.modified <= _WRITTEN[1]]
    return int(max(written, default=0) * SECOND)
