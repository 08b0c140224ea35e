"""Export-Csv of Get-WinEvent and Get-EventLog comes back as it was written, whatever columns were chosen."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.parsers.winevents.event import WinEvent
from analyzer.parsers.winevents.powershell import read
from tests.parsers.winevents.regions import BY_NAME, REGIONS
from tests.parsers.winevents.textwriter import (
    GET_EVENTLOG,
    GET_WINEVENT,
    events_in,
    powershell,
    read_all,
    seen,
    when,
)

TYPE = "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord"
OPTIONAL = ("LogName", "RecordId", "MachineName", "LevelDisplayName", "Level", "Properties", "Version")
ENGLISH = BY_NAME["en-US"]


@settings(max_examples=60)
@given(st.data())
def test_get_winevent(data: st.DataObject) -> None:
    region = data.draw(st.sampled_from(REGIONS))
    events = data.draw(events_in(region))
    columns = data.draw(
        st.just(GET_WINEVENT) | st.permutations(("Message", "Id", "TimeCreated", "ProviderName", "Level"))
    )
    delimiter = data.draw(st.sampled_from([",", ";", "\t"]))
    text = powershell(
        events, region, columns, delimiter, data.draw(st.booleans()), data.draw(st.sampled_from(["", TYPE]))
    )
    data_bytes = text.replace("\n", "\r\n").encode(data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))
    got, notes = read_all(read, data_bytes, data.draw(st.integers(1, 3000)))
    fields = ["provider", "event_id", "level", "message"]
    fields += ["channel", "record_id", "computer"] if columns == GET_WINEVENT else []
    if any(when(event).day > 12 for event in events) or region.name in ("de-DE", "ja-JP", "ru-RU", "cs-CZ"):
        fields += ["clock", "micros"]
    assert seen(got, *fields) == seen(events, *fields)
    assert notes.unread == 0


@settings(max_examples=40)
@given(st.data())
def test_any_columns_that_tell_when_what_and_whose(data: st.DataObject) -> None:
    region = data.draw(st.sampled_from(REGIONS))
    events = data.draw(events_in(region))
    chosen = data.draw(st.lists(st.sampled_from(OPTIONAL), unique=True))
    chosen += ["Id", "TimeCreated", data.draw(st.sampled_from(["ProviderName", "Message"]))]
    got, _ = read_all(read, powershell(events, region, data.draw(st.permutations(chosen))).encode())
    names = {"LogName": "channel", "RecordId": "record_id", "MachineName": "computer", "ProviderName": "provider"}
    names |= {"Message": "message", "Level": "level", "LevelDisplayName": "level"}
    fields = ["event_id", *{names[name] for name in chosen if name in names}]
    assert seen(got, *fields) == seen(events, *fields)


def test_get_eventlog_has_the_channel_in_its_type_and_the_id_in_the_low_bits() -> None:
    event = events_of_one_day()[0]
    for columns in (GET_EVENTLOG, ("TimeGenerated", "EntryType", "Source", "InstanceId", "Message")):
        kind = "#TYPE System.Diagnostics.EventLogEntry#system/VSS/8193"
        (got,), notes = read_all(read, powershell([event], ENGLISH, columns, kind=kind).encode("utf-8-sig"))
        assert (got.event_id, got.provider, got.channel, got.level) == (8193, "VSS", "System", "error")
        assert (got.message, got.position, notes.unread) == (event.message, 3, 0)
        assert when(got) == when(event)


def events_of_one_day() -> list[WinEvent]:
    return [
        WinEvent("VSS", 8193, micros=1_705_802_711_000_000 + n * 10**6, level="error", message='a, "b"\nc')
        for n in range(3)
    ]


def test_letters_that_ascii_lacks_are_question_marks() -> None:
    rows = '"Id","TimeCreated","LevelDisplayName","ProviderName"\n' + '"{}","28/01/2024 02:05:11","{}","VSS"\n' * 2
    events, notes = read_all(read, rows.format(1, "Cr?tico", 2, "????").encode())
    assert [event.level for event in events] == ["critical", "info"]
    assert notes.words == ["levels in words that are not known, read as info: '????'"]


def test_several_exports_in_one_file_each_have_their_labels() -> None:
    events = events_of_one_day()
    text = powershell(events, ENGLISH, kind=TYPE) + powershell(events, ENGLISH, GET_EVENTLOG)
    got, notes = read_all(read, text.encode())
    assert seen(got, "event_id", "message") == seen(events * 2, "event_id", "message")
    assert notes.unread == 0


def test_a_prompt_before_the_labels_is_passed_over() -> None:
    text = "PS C:\\> Get-Content events.csv\n\n" + powershell(events_of_one_day(), ENGLISH, quoted=False)
    assert len(read_all(read, text.encode())[0]) == 3


def test_broken_quotes_cost_no_other_row() -> None:
    rows = powershell(events_of_one_day(), ENGLISH, ("Id", "TimeCreated", "ProviderName", "Message")).splitlines(True)
    rows[3:3] = ['"7","1/21/2024 2:05:11 AM","x","never closed\n', "and on\n"]
    got, notes = read_all(read, "".join(rows).encode())
    assert [event.event_id for event in got] == [8193] * 3
    assert notes.words[-1].endswith("rows are damaged")
    assert notes.unread > 40


def test_no_labels_no_events() -> None:
    events, notes = read_all(read, b"a,b,c\n1,2,3\n" * 100)
    assert (events, notes.unread) == ([], 1200)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_nothing_makes_it_raise(data: st.DataObject) -> None:
    good = powershell(data.draw(events_in(REGIONS[1], 4)), REGIONS[1], kind=TYPE).encode()
    at = data.draw(st.integers(0, len(good)))
    junk = data.draw(st.binary(max_size=60) | st.sampled_from([b'"', b"\n", b",", b"\0", b"\xff\xfe", b"\r", b'","']))
    for hostile in (junk, good[:at] + junk + good[at:], good[at:], good[:at]):
        events, notes = read_all(read, hostile)
        assert all(0 <= event.event_id <= 0xFFFF for event in events)
        assert notes.unread >= 0


@pytest.mark.thorough
@pytest.mark.parametrize(
    "tail",
    ['"' * 3_000_000, '""aaa\n' * 400_000, '"x\n' * 300_000, "\n" * 1_000_000, "," * 3_000_000],
    ids=["quotes", "doubled quotes", "open quotes", "blank lines", "commas"],
)
def test_hostile_tables_take_no_time(tail: str) -> None:
    began = time.process_time()
    text = powershell(events_of_one_day(), ENGLISH) + '"Id\n' + tail
    assert len(read_all(read, text.encode())[0]) == 3
    assert time.process_time() - began < 10
