"""Every time in UTC: stated and derived zones, daylight saving, missing years, and stamps that tell nothing."""

from __future__ import annotations

import gzip
import os
import tarfile
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.bundle import open_bundle
from analyzer.clocks import clock
from analyzer.clocks.zones import Zone
from analyzer.lines.stamp import NOT_A_TIME
from analyzer.matching.patterns import PatternSet
from analyzer.reading.pipeline import read
from analyzer.reading.store import QUALITIES
from analyzer.signatures.selftest import MemoryBundle

from .support import LOG, SYSLOG

DPKG = "var/log/dpkg.log"
EPOCH = datetime(1970, 1, 1)
NO_PATTERNS = PatternSet([])


def resolved(files: dict[str, str], zone: str | None = None) -> tuple[Zone, dict[str, list[tuple[str | None, str]]]]:
    """The zone, and (time, quality) of the records of each member."""
    store = read(MemoryBundle(files), NO_PATTERNS).store
    times = clock.resolve(store, zone)
    result: dict[str, list[tuple[str | None, str]]] = {}
    for number, member in enumerate(store.members):
        moments = [
            None if t == NOT_A_TIME else (EPOCH + timedelta(microseconds=int(t))).isoformat() for t in times.utc[number]
        ]
        result[member.path] = list(zip(moments, (QUALITIES[q] for q in times.quality[number]), strict=True))
    return times.zone, result


def test_a_stated_zone_with_daylight_saving() -> None:
    log = "2025-03-30 01:59:59 a\n2025-03-30 03:00:00 b\n2025-10-26 01:30:00 c\n2025-10-26 03:00:00 d\n"
    zone, times = resolved({DPKG: log}, "Europe/Berlin")
    assert (zone.name, zone.known) == ("Europe/Berlin", True)
    assert "the bundle says so" in zone.how
    expected = ["2025-03-30T00:59:59", "2025-03-30T01:00:00", "2025-10-25T23:30:00", "2025-10-26T02:00:00"]
    assert times[DPKG] == [(e, "zone-assumed") for e in expected]


ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Adelaide", "Pacific/Kiritimati", "UTC")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ZONES), st.lists(st.datetimes(datetime(1980, 1, 1), datetime(2030, 12, 31)), min_size=1, max_size=6)
)
def test_local_time_is_what_zoneinfo_says(name: str, moments: list[datetime]) -> None:
    moments = [m.replace(minute=m.minute // 30 * 30 + 15, microsecond=0, fold=0) for m in moments]  # no zone turns then
    log = "".join(f"{m:%Y-%m-%d %H:%M:%S} x\n" for m in moments)
    wanted = [m.replace(tzinfo=ZoneInfo(name)).astimezone(UTC).replace(tzinfo=None).isoformat() for m in moments]
    assert [t for t, _ in resolved({DPKG: log}, name)[1][DPKG]] == wanted


@pytest.mark.parametrize("name", ["Nowhere/City", "../../etc/passwd", "/etc/passwd", "\0", "", "x" * 500])
def test_a_zone_that_is_none(name: str) -> None:
    zone, times = resolved({DPKG: "2025-03-30 01:59:59 a\n"}, name)
    assert (zone.name, zone.known) == ("UTC", False)
    assert times[DPKG] == [("2025-03-30T01:59:59", "zone-assumed")]


def both(offset: timedelta, count: int = 4) -> str:
    """A waagent.log in which an old daemon's local lines stand beside an agent's UTC lines."""
    lines = []
    for i in range(count):
        moment = datetime(2025, 3, 1, 22, 0) + timedelta(minutes=17 * i)
        lines.append(f"{moment + offset:%Y/%m/%d %H:%M:%S}.000000 INFO Daemon a\n")
        lines.append(f"{moment:%Y-%m-%dT%H:%M:%S}.500000Z INFO ExtHandler b\n")
    return "".join(lines)


@settings(max_examples=60, deadline=None)
@given(st.integers(-12 * 4, 14 * 4))
def test_a_zone_from_neighbours(quarters: int) -> None:
    """Lines of two clocks that were written one after the other tell the offset."""
    offset = timedelta(minutes=15 * quarters)
    zone, times = resolved({LOG: both(offset), DPKG: f"{datetime(2025, 3, 1, 12) + offset:%Y-%m-%d %H:%M:%S} x\n"})
    sign = "-" if quarters < 0 else "+"
    assert zone.name == f"UTC{sign}{abs(quarters) // 4:02d}:{abs(quarters) % 4 * 15:02d}"
    assert (zone.known, zone.how) == (True, f"derived: {LOG} writes local time and UTC within seconds of each other")
    assert times[DPKG] == [("2025-03-01T12:00:00", "zone-assumed")]
    assert {q for _, q in times[LOG]} == {"exact", "zone-assumed"}


def test_most_neighbours_decide() -> None:
    """A pause between two clocks is no offset."""
    odd = "2025/03/02 09:00:00.000000 INFO Daemon a\n2025-03-02T03:30:00Z INFO ExtHandler b\n"
    assert resolved({LOG: both(timedelta(hours=2)) + odd})[0].name == "UTC+02:00"


def test_a_zone_from_a_yearless_log() -> None:
    lines = "".join(
        f"Mar  1 1{h}:00:01 h waagent[1]: 2025-03-01T0{h - 1}:00:01.5Z INFO Daemon x\nMar  1 1{h}:00:02 h cron[2]: y\n"
        for h in range(2, 6)
    )
    zone, times = resolved({SYSLOG: lines})
    assert zone.name == "UTC+11:00"
    assert times[SYSLOG][:2] == [("2025-03-01T01:00:01.500000", "exact"), ("2025-03-01T01:00:02", "year-guessed")]


def test_a_zone_from_what_two_files_say_of_one_moment() -> None:
    utc = "".join(f"2025-03-01T10:0{i}:{i}1Z INFO ExtHandler x\n" for i in range(5))
    local = "".join(f"2025-03-01 05:0{i}:{i}2 x\n" for i in range(5))
    zone, times = resolved({LOG: utc, DPKG: local})
    assert (zone.name, zone.known) == ("UTC-05:00", True)
    assert times[DPKG][0] == ("2025-03-01T10:00:02", "zone-assumed")


def test_meetings_at_two_distances_tell_no_zone() -> None:
    utc = "2025-03-01T10:00:01Z INFO ExtHandler x\n2025-03-01T10:07:11Z INFO ExtHandler x\n"
    zone, _ = resolved({LOG: utc, DPKG: "2025-03-01 04:15:02 status x\n2025-03-01 06:07:12 status x\n"})
    assert not zone.known


def test_nothing_tells_the_zone() -> None:
    zone, times = resolved({LOG: "2025-03-01T10:00:01Z INFO ExtHandler x\n", DPKG: "2025-03-01 10:22:00 x\n"})
    assert (zone.name, zone.known) == ("UTC", False)
    assert times[DPKG] == [("2025-03-01T10:22:00", "zone-assumed")]


def test_years_over_new_year() -> None:
    """The newest dated event tells the last line's year, and each jump back is a New Year."""
    days = ("Dec 31 23:59:58", "Jan  1 00:00:01", "Dec 30 00:00:00", "Dec 31 23:59:59", "Jan  1 00:00:02")
    log = "".join(f"{day} host app: x\n" for day in days)
    _, times = resolved({SYSLOG: log, LOG: "2026-01-01T00:00:01Z INFO ExtHandler x\n"})
    years = [
        "2024-12-31T23:59:58",
        "2025-01-01T00:00:01",
        "2025-12-30T00:00:00",
        "2025-12-31T23:59:59",
        "2026-01-01T00:00:02",
    ]
    assert times[SYSLOG] == [(year, "year-guessed") for year in years]


@settings(max_examples=80, deadline=None)
@given(st.datetimes(datetime(2001, 1, 1), datetime(2060, 1, 1)), st.lists(st.integers(0, 120), min_size=1, max_size=30))
def test_years_of_any_log(newest: datetime, days_back: list[int]) -> None:
    """A log in order, with no pause of half a year, that ends at the bundle's newest event gets its true years."""
    moments = [newest.replace(microsecond=0)]
    for days in days_back:
        moments.append(moments[-1] - timedelta(days=days, hours=1))
    moments.reverse()
    log = "".join(f"{m:%b} {m.day:2d} {m:%H:%M:%S} h app: x\n" for m in moments)
    _, times = resolved({SYSLOG: log, LOG: f"{newest:%Y-%m-%dT%H:%M:%S}Z INFO ExtHandler x\n"}, "UTC")
    assert [t for t, _ in times[SYSLOG]] == [m.isoformat() for m in moments]


def test_the_leap_day_survives() -> None:
    _, times = resolved({SYSLOG: "Feb 29 12:00:00 h app: x\n", LOG: "2024-03-01T00:00:00Z INFO ExtHandler x\n"}, "UTC")
    assert times[SYSLOG] == [("2024-02-29T12:00:00", "year-guessed")]


def test_a_log_older_than_the_rest() -> None:
    _, times = resolved({SYSLOG: "Dec  1 00:00:00 h a: 1\n", LOG: "2025-03-01T00:00:01Z INFO ExtHandler x\n"}, "UTC")
    assert times[SYSLOG] == [("2024-12-01T00:00:00", "year-guessed")]


def test_one_stamp_of_the_future_moves_no_year() -> None:
    log = "2025-03-01T00:00:01Z INFO ExtHandler x\n" * 50 + "2099-01-01T00:00:00Z INFO ExtHandler x\n"
    _, times = resolved({SYSLOG: "Mar  1 00:00:00 h a: 1\n", LOG: log}, "UTC")
    assert times[SYSLOG] == [("2025-03-01T00:00:00", "year-guessed")]


@pytest.mark.parametrize("form", ["folder", "log", "gz", "tar", "zip"])
def test_a_bundle_without_any_year_is_as_old_as_its_files(form: str, tmp_path: Path) -> None:
    """One that knows no time of its files, too: a tar may say 1970, a zip no month at all."""
    log, written = b"Dec 30 12:00:00 h app: x\n", datetime(2019, 1, 2, tzinfo=UTC)
    (tmp_path / "b").mkdir()
    path = tmp_path / "b" / "syslog"
    path.write_bytes(gzip.compress(log) if form == "gz" else log)
    os.utime(path, (written.timestamp(),) * 2)
    bundle = {"folder": path.parent, "tar": tmp_path / "b.tar", "zip": tmp_path / "b.zip"}.get(form, path)
    if form == "tar":
        with tarfile.open(bundle, "w") as tar:
            tar.add(path, SYSLOG)
    elif form == "zip":
        with zipfile.ZipFile(bundle, "w") as archive:
            archive.write(path, SYSLOG)
    with open_bundle(bundle) as opened:
        times = clock.resolve(read(opened, NO_PATTERNS).store, None)
    assert EPOCH + timedelta(microseconds=int(times.utc[0][0])) == datetime(2018, 12, 30, 12)


@pytest.mark.parametrize("written", [0.0, -1.0, 2.0**63, 1e300])
def test_a_time_that_no_file_can_have_tells_no_year(written: float) -> None:
    store = read(MemoryBundle({SYSLOG: "Mar  1 00:00:00 h a: 1\n"}), NO_PATTERNS).store
    unknown = clock.resolve(store, None).utc[0].tolist()
    store.members[0].modified = written
    assert clock.resolve(store, None).utc[0].tolist() == unknown


def test_uptime_is_no_time() -> None:
    _, times = resolved({"var/log/dmesg": "[    1.234567] Linux\n[    2.000000] usb\n"})
    assert times["var/log/dmesg"] == [(None, "none")] * 2


def test_an_empty_bundle() -> None:
    zone, times = resolved({})
    assert (zone.name, times) == ("UTC", {})
