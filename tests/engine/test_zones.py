"""The rules of a zone: what zoneinfo says, for whole columns, in both readings of an hour that is shown twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.clocks.zones import DAY, SECOND, Rules, Zone, fixed, named
from analyzer.parsers.windows.zones import iana_names

EPOCH = datetime(1970, 1, 1)
names = st.sampled_from(sorted({*iana_names(), "Australia/Lord_Howe", "Africa/Casablanca", "Africa/Cairo"}))
moments = st.lists(st.datetimes(datetime(1980, 1, 1), datetime(2050, 1, 1)), min_size=1, max_size=30)


def micros(when: datetime) -> int:
    return (when.replace(tzinfo=None) - EPOCH) // timedelta(microseconds=1)


def rules(name: str, times: list[datetime]) -> Rules:
    found = named(name, micros(min(times)), micros(max(times)))
    assert found is not None
    return found


@settings(max_examples=150, deadline=None)
@given(names, moments)
def test_distances_are_those_of_zoneinfo(name: str, times: list[datetime]) -> None:
    zone, own = ZoneInfo(name), rules(name, times)
    at = np.array([micros(when) for when in times])
    expected = [micros(when.replace(tzinfo=UTC).astimezone(zone)) - micros(when) for when in times]
    assert own.at_utc(at).tolist() == expected
    for fold in (0, 1):
        local = [when.replace(tzinfo=zone, fold=fold) for when in times]
        expected = [micros(when) - micros(when.astimezone(UTC)) for when in local]
        assert own.at_local(at, second=bool(fold)).tolist() == expected
    both = [{when.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)} for when in times]
    gap = [
        when.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != when.replace(fold=0)
        for when in times
    ]
    assert own.twice(at).tolist() == [len(each) > 1 and not skipped for each, skipped in zip(both, gap, strict=True)]


@settings(max_examples=100, deadline=None)
@given(names, st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1)), st.integers(61, 1_700), st.booleans())
def test_lines_in_order_come_back(name: str, start: datetime, step: int, newest_first: bool) -> None:
    """Also those of the hour that is shown twice, as long as the file has lines in it."""
    utc = micros(start) + np.arange(0, 400 * DAY, step * SECOND)
    own = rules(name, [start, start + timedelta(days=400)])
    order = slice(None, None, -1 if newest_first else 1)
    local = (utc + own.at_utc(utc))[order]
    read = Zone(name, "", own).in_order_to_utc(local)
    late = np.flatnonzero(read != utc[order])
    assert all(own.twice(local[i : i + 1]).all() for i in late)
    if step <= 600:  # several lines in each of the two hours
        assert len(late) == 0


def test_lines_out_of_order_are_no_second_hour() -> None:
    own = rules("Europe/Berlin", [datetime(2025, 10, 1), datetime(2025, 11, 1)])
    lines = [datetime(2025, 10, 26, 2, 10), datetime(2025, 10, 26, 2, 9, 30), datetime(2025, 10, 26, 2, 11)]
    local = np.array([micros(when) for when in lines])
    assert (Zone("", "", own).in_order_to_utc(local) == local - 7_200 * SECOND).all()


@given(names, moments)
@settings(max_examples=60, deadline=None)
def test_rules_of_a_span_are_the_same_within(name: str, times: list[datetime]) -> None:
    at = np.array([micros(when) for when in times])
    own = rules(name, times)
    part = own.within(int(at.min()), int(at.max()))
    assert (part.at_utc(at) == own.at_utc(at)).all()
    assert part.key == own.within(int(at.min()), int(at.max())).key
    assert all(a < b for a, b in pairwise(part.changes.tolist()))


def test_a_broken_clock_costs_no_time() -> None:
    """Stamps of the year 1601 or 9999 are read as at the ends of what is known."""
    first, last = micros(datetime(1, 1, 1)), micros(datetime(9999, 12, 31))
    own = named("Europe/Berlin", first, last)
    assert own is not None
    assert own.at_local(np.array([first, last])).tolist() == [3_600 * SECOND] * 2


@pytest.mark.parametrize("name", ["", "Nowhere/City", "../../etc/passwd", "\0", "x" * 300])
def test_no_zone(name: str) -> None:
    assert named(name, 0, DAY) is None


@pytest.mark.parametrize(
    ("minutes", "label"),
    [(0, "UTC+00:00"), (60, "UTC+01:00"), (-210, "UTC-03:30"), (345, "UTC+05:45"), (-30, "UTC-00:30")],
)
def test_labels(minutes: int, label: str) -> None:
    assert fixed(minutes * 60 * SECOND).label(np.zeros(3, dtype=np.int64)) == label


def test_a_label_with_daylight_saving() -> None:
    times = [datetime(2025, 1, 1), datetime(2025, 7, 1)]
    own, local = rules("America/New_York", times), np.array([micros(when) for when in times])
    assert own.label(local) == "UTC-05:00/-04:00"
    assert own.label(local[:1]) == "UTC-05:00"
