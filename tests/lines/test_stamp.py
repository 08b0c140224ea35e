"""Every shape of stamp decodes like `datetime`."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzer.lines.stamp import HEAD, NO_YEAR, NOT_A_TIME, Clock, Heads, Stamp
from analyzer.parsers import extension_log, system_logs, vmsnapshot, waagent

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1700, 1, 1), datetime(2261, 12, 31, 23, 59, 59, 999999))
FRACTIONS = st.text("0123456789", min_size=1, max_size=9)
ZONES = st.one_of(st.none(), st.just("Z"), st.tuples(st.sampled_from("+-"), st.integers(0, 14 * 60), st.booleans()))
LEAP_DAY = datetime(2000, 2, 29, 23, 59, 59)

FAMILIES = (
    waagent.FAMILY,
    vmsnapshot.FAMILY,
    vmsnapshot.SHELL,
    extension_log.FAMILY,
    system_logs.JOURNAL,
    system_logs.KERNEL,
    system_logs.CLOUD_INIT,
    system_logs.AUDIT,
    system_logs.SERIAL_CONSOLE,
    system_logs.LOG_COLLECTOR,
    system_logs.PACKAGES,
)
STAMPS = sorted({g.stamp for f in FAMILIES for g in f.grammars}, key=lambda s: (s.shape, s.clock, s.tail))
DATED = [s for s in STAMPS if "hh:mm:ss" in s.shape]
EPOCHAL = [s for s in STAMPS if "hh:mm:ss" not in s.shape]


def heads(*lines: str) -> Heads:
    """Lines as the matrix that stamps look at."""
    padded = b"".join(line.encode()[:HEAD].ljust(HEAD, b"\0") for line in lines)
    return np.frombuffer(padded, dtype=np.uint8).reshape(len(lines), HEAD).copy()


def written(stamp: Stamp, moment: datetime, blank: bool = True) -> str:
    """The moment in the stamp's shape. `blank`: a day below ten takes a blank, not a zero."""
    month = calendar.month_abbr[moment.month]
    day = f"{moment.day:2d}" if blank else f"{moment.day:02d}"
    text = stamp.shape.replace("dddd/dd/dd dd:dd:dd", "1999/01/01 12:34:56")
    if "pp" in text:
        text = text.replace("hh:mm:ss", f"{moment:%I:%M:%S}")
    for name, value in (
        ("wwww", "CEST"), ("www", "Mon"), ("pp", f"{moment:%p}"), ("bbb", month),
        ("YYYY", f"{moment.year:04d}"), ("MM", f"{moment.month:02d}"), ("_D", day), ("DD", f"{moment.day:02d}"),
        ("hh:mm:ss", f"{moment:%H:%M:%S}"), ("ffffff", f"{moment.microsecond:06d}"),
    ):  # fmt: skip
        text = text.replace(name, value, 1) if name != "www" else text.replace(name, value)
    return text


def decoded(stamp: Stamp, line: str) -> tuple[int, int, int] | None:
    """(microseconds, end, clock) of the line's stamp; None when the line does not begin with the shape."""
    matrix = heads(line)
    if not stamp.matches(matrix)[0]:
        return None
    micros, end, clock = stamp.decode(matrix)
    return int(micros[0]), int(end[0]), int(clock[0])


def micros_of(moment: datetime) -> int:
    return (moment.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def clock_of(stamp: Stamp, micros: int) -> Clock:
    """What the stamp means at that moment: some programs turned from local time to UTC."""
    return Clock.LOCAL if stamp.utc_since is not None and micros < stamp.utc_since else stamp.clock


@pytest.mark.parametrize("stamp", DATED, ids=lambda s: f"{s.shape} {s.clock.name}")
@settings(max_examples=40, deadline=None)
@given(moment=MOMENTS, blank=st.booleans(), behind=st.sampled_from((" rest", "", "- x", "]")))
@example(moment=LEAP_DAY, blank=True, behind=" ")
@example(moment=datetime(1700, 1, 1), blank=False, behind="")
@example(moment=datetime(1900, 3, 1), blank=True, behind=" ")
@example(moment=datetime(2261, 12, 31, 23, 59, 59, 999999), blank=True, behind="")
def test_a_moment(stamp: Stamp, moment: datetime, blank: bool, behind: str) -> None:
    text = written(stamp, moment, blank)
    found = decoded(stamp, text + behind)
    assert found is not None
    micros, end, clock = found
    wanted = moment if "ffffff" in stamp.shape else moment.replace(microsecond=0)
    if stamp.clock == Clock.LOCAL_NO_YEAR:
        if (moment.month, moment.day) == (2, 29):
            assert NO_YEAR % 4 == 0
        wanted = wanted.replace(year=NO_YEAR)
    assert (micros, end, clock) == (micros_of(wanted), len(text), clock_of(stamp, micros))


@pytest.mark.parametrize("stamp", [s for s in DATED if s.tail], ids=lambda s: f"{s.shape} {s.clock.name}")
@settings(max_examples=40, deadline=None)
@given(moment=MOMENTS, fraction=st.one_of(st.none(), FRACTIONS), mark=st.sampled_from(".,"), zone=ZONES)
def test_a_tail(
    stamp: Stamp, moment: datetime, fraction: str | None, mark: str, zone: str | tuple[str, int, bool] | None
) -> None:
    moment = moment.replace(microsecond=0)
    text = written(stamp, moment) + (mark + fraction if fraction else "")
    offset = timedelta()
    if isinstance(zone, tuple):
        sign, minutes, colon = zone
        offset = timedelta(minutes=minutes if sign == "+" else -minutes)
        text += f"{sign}{minutes // 60:02d}{':' if colon else ''}{minutes % 60:02d}"
    elif zone:
        text += zone
    if stamp.clock == Clock.LOCAL_NO_YEAR:
        moment = moment.replace(year=NO_YEAR)
    aware = moment.replace(tzinfo=timezone(offset))
    expected = (aware - EPOCH) // timedelta(microseconds=1) + int((fraction or "").ljust(6, "0")[:6])
    clock = Clock.UTC if zone else clock_of(stamp, expected)
    assert decoded(stamp, text + " rest") == (expected, len(text), clock)


@pytest.mark.parametrize("stamp", [s for s in DATED if "YYYY" in s.shape], ids=lambda s: f"{s.shape} {s.clock.name}")
@settings(max_examples=25, deadline=None)
@given(
    field=st.sampled_from(
        (
            "year 0000",
            "year 1699",
            "year 2262",
            "year 9999",
            "month 00",
            "month 13",
            "day 00",
            "day 31",
            "leap",
            "hour 24",
            "minute 60",
            "second 61",
        )
    )
)
def test_digits_that_name_no_date(stamp: Stamp, field: str) -> None:
    """NaT, and the clock says that there is no time. (A month's name that is none is no stamp at all.)"""
    moment = datetime(2026, 4, 12, 3, 7, 9, 456789)
    text = written(stamp, moment)
    year, month, day, clock = "2026", "Apr" if "bbb" in stamp.shape else "04", "12", "03:07:09"
    month_at = stamp.shape.replace("dddd/dd/dd", "-" * 10).find("bbb" if "bbb" in stamp.shape else "MM")
    places = {
        "year": (stamp.shape.find("YYYY"), year),
        "month": (month_at, month),
        "day": (max(stamp.shape.find("DD"), stamp.shape.find("_D")), day),
        "hour": (stamp.shape.find("hh"), clock[:2]),
        "minute": (stamp.shape.find("mm"), clock[3:5]),
        "second": (stamp.shape.find("ss"), clock[6:]),
    }
    name, _, value = field.partition(" ")
    leap = [("day", "29"), ("month", "Feb" if month == "Apr" else "02")]  # 2026 has none
    changes = leap if name == "leap" else [(name, value)]
    for part, new in changes:
        at, old = places[part]
        assert text[at : at + len(old)] == old
        text = text[:at] + new + text[at + len(new) :]
    found = decoded(stamp, text + " rest")
    if name == "month" and month == "Apr":
        assert found is None
    else:
        assert found is not None
        assert (found[0], found[2]) == (NOT_A_TIME, Clock.NONE)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 9_999_999_999), st.one_of(st.none(), FRACTIONS))
def test_epoch_seconds(seconds: int, fraction: str | None) -> None:
    stamp = next(s for s in EPOCHAL if s.shape == "eeeeeeeeee")
    text = f"{seconds:010d}" + (f".{fraction}" if fraction else "")
    expected = seconds * 1_000_000 + int((fraction or "").ljust(6, "0")[:6])
    assert decoded(stamp, text + ":45)") == (expected, len(text), Clock.UTC)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 99_999_999), st.integers(0, 999_999), st.integers(0, 8))
def test_uptime(seconds: int, micros: int, width: int) -> None:
    """As the kernel writes it: '[    1.234567]' and wider; one of the shapes takes it whole."""
    text = f"[{str(seconds).rjust(width)}.{micros:06d}]"
    found = [d for s in EPOCHAL if s.shape.endswith("]") and (d := decoded(s, text + " usb 1-1: x"))]
    assert found
    assert set(found) == {(seconds * 1_000_000 + micros, len(text), Clock.UPTIME)}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(STAMPS), st.binary(max_size=HEAD))
def test_any_bytes(stamp: Stamp, line: bytes) -> None:
    """Nothing raises, and a stamp never ends behind what was looked at."""
    matrix = np.frombuffer(line.ljust(HEAD, b"\0"), dtype=np.uint8).reshape(1, HEAD).copy()
    if stamp.matches(matrix)[0]:
        _, end, _ = stamp.decode(matrix)
        assert int(end[0]) <= HEAD


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(DATED), MOMENTS, st.integers(0, 30), st.characters(max_codepoint=126))
def test_one_wrong_byte(stamp: Stamp, moment: datetime, at: int, letter: str) -> None:
    """A byte that the shape does not allow there is no stamp: a blank is one only where it pads a digit."""
    text = written(stamp, moment)
    at %= len(text)
    literal = stamp.shape[at] in '-/:[]="T. ' and text[at] == stamp.shape[at]
    digit = text[at].isdigit() and not (letter == " " and stamp.shape[at] == "_")
    changed = text[:at] + letter + text[at + 1 :]
    if (literal and letter != text[at]) or (digit and not letter.isdigit()):
        assert decoded(stamp, changed) is None


def test_many_lines_at_once() -> None:
    """A block's lines do not disturb one another."""
    stamp = waagent.ISO.stamp
    lines = [
        "2025-03-01T10:00:00.5Z x",
        "2025-03-01T10:00:00+01:00 x",
        "2025-03-01T10:00:00 x",
        "2025-02-30T10:00:00Z x",
    ]
    matrix = heads(*lines)
    assert stamp.matches(matrix).all()
    together = [tuple(int(c[i]) for c in stamp.decode(matrix)) for i in range(len(lines))]
    assert together == [decoded(stamp, line) for line in lines]
