"""Dates of any region are read, and what is the day in them is told from all of them, or said to be unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.lines.stamp import NOT_A_TIME, Clock
from analyzer.parsers.winevents import words
from analyzer.parsers.winevents.dates import STEPS, read_stamp, timed
from analyzer.parsers.winevents.event import Notes, WinEvent
from tests.parsers.winevents.textwriter import micros, when

DAY = 86_400 * 10**6
MORNING, AFTERNOON = datetime(2024, 1, 21, 2, 5, 11), datetime(2024, 1, 21, 14, 5, 11)
UK, US = "{0:%d/%m/%Y %H:%M:%S}", "{0.month}/{0.day}/{0:%Y} {0:%I:%M:%S %p}"
DOUBT = "day and month of its dates cannot be told apart: read as "

CERTAIN = [
    ("2024/01/21 2:05:11", MORNING),
    ("2024-01-21 오후 2:05:11", AFTERNOON),
    ("2024/1/21 下午 02:05:11", AFTERNOON),
    ("2024年1月21日 下午 2:05:11", AFTERNOON),
    ("午後 2:05:11", None),
    ("2024. 01. 21. 2:05:11", MORNING),
    ("2024年1月21日 2:05:11", MORNING),
    ("21-Jan-24 2:05:11 PM", AFTERNOON),
    ("Sunday, January 21, 2024 2:05:11 AM", MORNING),
    ("21 de enero de 2024 2:05:11", MORNING),
    ("21. ledna 2024 2:05:11", MORNING),
    ("Sonntag, 21. Januar 2024 02:05:11", MORNING),
    ("21 янв 2024 2:05:11", MORNING),
    ("2567/1/21 2:05:11", MORNING),
    ("2024-01-21T02:05:11", MORNING),
    ("1445/07/09 02:05:11", None),
    ("2024/02/30 02:05:11", None),
    ("2024/01/21 24:05:11", None),
    ("21 xyz 2024 2:05:11", None),
    ("1999-01-01", None),
    ("", None),
]
AMBIGUOUS = [
    ("1/21/2024 2:05:11 AM", "mdy", MORNING),
    ("\u200e1/\u200e21/\u200e2024 2:05:11\u202fPM", "mdy", AFTERNOON),
    ("12/31/2024 12:00:00 AM", "mdy", datetime(2024, 12, 31)),
    ("12/31/2024 12:00:00 PM", "mdy", datetime(2024, 12, 31, 12)),
    ("21.01.2024 02:05:11", "dmy", MORNING),
    ("21/01/2024 02:05:11 p. m.", "dmy", AFTERNOON),
    ("21.1.2024 2.05.11", "dmy", MORNING),
    ("21. 1. 2024 2:05:11", "dmy", MORNING),
    ("21.1.2024 г. 2:05:11 ч.", "dmy", MORNING),
    ("21-1-2024 2:05:11", "dmy", MORNING),
    ("21/1/2024 2:05:11 μμ", "dmy", AFTERNOON),
    ("21.01.24 02:05:11", "dmy", MORNING),
    ("21/1/2567 2:05:11", "dmy", MORNING),
    ("21/1/2024 2:05", "dmy", MORNING.replace(second=0)),
]


def dated(texts: list[str], expected: str = "") -> tuple[list[WinEvent], Notes]:
    notes = Notes()
    return list(timed(((text, WinEvent("x", 1)) for text in texts), lambda: expected, notes)), notes


@pytest.mark.parametrize(("text", "moment"), CERTAIN)
def test_dates_that_say_it_all(text: str, moment: datetime | None) -> None:
    parts = read_stamp(text)
    if moment is None:
        assert parts is None
    else:
        assert parts is not None
        assert parts.day is not None
        assert (parts.day * DAY + parts.micros, parts.clock) == (micros(moment), Clock.LOCAL)


@pytest.mark.parametrize(("text", "order", "moment"), AMBIGUOUS)
def test_dates_whose_day_must_be_told(text: str, order: str, moment: datetime) -> None:
    (event,), notes = dated([text], order)
    assert (when(event), event.clock, notes.words) == (moment, Clock.LOCAL, [])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2024-01-21T02:05:11.1234567Z", "2024-01-21T02:05:11.123456"),
        ("2024-01-21T02:05:11.1234567+02:00", "2024-01-21T00:05:11.123456"),
        ("/Date(1705802711123)/", "2024-01-21T02:05:11.123000"),
        (r"\/Date(-1)\/", "1969-12-31T23:59:59.999000"),
        ("2024-01-21 02:05:11Z", "2024-01-21T02:05:11"),
    ],
)
def test_dates_with_a_zone_are_utc(text: str, shown: str) -> None:
    (event,), _ = dated([text])
    assert (when(event).isoformat(), event.clock) == (shown, Clock.UTC)


def test_dates_beyond_the_timeline_are_none() -> None:
    texts = ["/Date(99999999999999999)/", "9999-12-31T23:59:59Z", "1/1/0001 12:00:00 AM", "nonsense"]
    events, notes = dated(texts)
    assert [event.micros for event in events] == [NOT_A_TIME] * 4
    assert notes.words == ["3 dates could not be read"]


def test_letters_that_ascii_lost_are_said() -> None:
    _, notes = dated(["2024/01/21 ?? 2:05:11", "2024/01/21 2:05:11"])
    assert notes.words == ["1 dates lost their AM or PM to '?': they may be twelve hours off"]


def walk(first: datetime, count: int, step: timedelta) -> list[datetime]:
    return [first + n * step for n in range(count)]


@settings(max_examples=200)
@given(
    st.datetimes(datetime(2015, 1, 1), datetime(2030, 12, 1)),
    st.integers(3, 60),
    st.integers(6 * 3600, 36 * 3600),
    st.sampled_from([UK, US]),
    st.booleans(),
)
def test_a_log_of_three_days_tells_its_order(
    first: datetime, days: int, step: int, form: str, newest_first: bool
) -> None:
    first = first.replace(microsecond=0)
    moments = walk(first, days * 86_400 // step + 1, timedelta(seconds=step))
    if len({moment.date() for moment in moments}) < 3:
        return
    moments = moments[::-1] if newest_first else moments
    events, notes = dated([form.format(moment) for moment in moments])
    assert [when(event) for event in events] == moments
    assert notes.words == []


@pytest.mark.parametrize("form", [UK, US])
def test_one_day_that_may_be_two_is_said_to_be_unknown(form: str) -> None:
    events, notes = dated([form.format(datetime(2024, 4, 3, hour)) for hour in range(5)])
    assert len(notes.words) == 1
    assert notes.words[0].startswith(DOUBT)
    assert {when(event).date().isoformat() for event in events} <= {"2024-04-03", "2024-03-04"}
    assert dated([form.format(datetime(2024, 4, 4))])[1].words == []


def test_the_language_decides_where_the_dates_do_not_and_yields_where_they_do() -> None:
    (event,), notes = dated(["03/04/2024 10:00:00"], "dmy")
    assert (when(event).month, notes.words) == (4, [])
    events, notes = dated(["4/3/2024 10:00:00 AM", "4/13/2024 10:00:00 AM"], "dmy")
    assert [when(event).day for event in events] == [3, 13]
    assert notes.words == []


def test_looks_of_dates_count_where_nothing_else_does() -> None:
    for text, month in (
        ("1/05/2024 10:00:00 AM", 5),
        ("3/4/2024 10:00:00 AM", 3),
        ("03/04/2024 10:00:00", 4),
        ("3.4.2024 10:00", 4),
    ):
        (event,), _ = dated([text])
        assert when(event).month == month


def test_a_clock_that_was_set_back_does_not_mislead() -> None:
    moments = walk(datetime(2024, 3, 28), 40, timedelta(hours=7))
    moments[20:20] = walk(datetime(2024, 3, 30), 3, timedelta(minutes=1))
    events, _ = dated([UK.format(moment) for moment in moments])
    assert [when(event) for event in events] == moments


def test_only_so_many_events_wait_and_what_comes_later_is_owned_up_to() -> None:
    taken = 0

    def source() -> Iterator[tuple[str, WinEvent]]:
        nonlocal taken
        for moment in (*walk(datetime(2024, 4, 3), STEPS[-1] + 10, timedelta(seconds=1)), datetime(2024, 4, 30)):
            taken += 1
            yield US.format(moment), WinEvent("x", 1)

    notes = Notes()
    events = timed(source(), lambda: "dmy", notes)
    next(events)
    assert taken <= STEPS[-1]
    rest = list(events)
    assert when(rest[-1]).date().isoformat() == "2024-04-30"
    assert notes.words in (
        ["its dates turned out to be month/day/year: the first ones may be read wrongly"],
        ["1 dates do not fit day/month/year"],
    )


@pytest.mark.parametrize(
    "language", [entry for entry in words.table().languages if entry.order], ids=lambda entry: entry.name
)
def test_levels_tell_the_language(language: words.Language) -> None:
    labels = [word for word in sorted(language.words) if words.column(word)]
    assert words.Levels(labels).order() == language.order
    assert all(words.level(word) or words.column(word) for word in language.words)


@settings(max_examples=300)
@given(st.text(max_size=40) | st.text(st.sampled_from("0123456789/.-: TZAMP+,年"), max_size=30))
def test_nothing_makes_it_raise(text: str) -> None:
    (event,), _ = dated([text])
    assert (event.clock is Clock.NONE) == (event.micros == NOT_A_TIME)
