"""Events as text come back as they were written: wevtutil, what the Event Viewer copies, Format-List."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.lines.stamp import Clock
from analyzer.parsers.winevents.event import WinEvent
from analyzer.parsers.winevents.textrecords import LONGEST
from analyzer.parsers.winevents.wevtutil_text import read
from tests.parsers.winevents.regions import BY_NAME, REGIONS, Region
from tests.parsers.winevents.textwriter import (
    GET_WINEVENT,
    details,
    events_in,
    format_list,
    read_all,
    seen,
    wevtutil,
    when,
)

UNICODE = ("utf-8", "utf-8-sig", "utf-16")
DETAILED = tuple(region for region in REGIONS if region.details)
SHORT = ("TimeCreated", "ProviderName", "Id", "Message")
JANUARY = 1_705_802_711_000_000  # 2024-01-21T02:05:11
RECORD = "Event[{}]:\n  Log Name: System\n  Source: disk\n  Date: 2024-01-21T02:05:11.5{}\n  Event ID: 153\n"
XML = (
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">\n  <System>\n    <Provider Name="VSS" />\n'
    '    <EventID Qualifiers="0">8193</EventID>\n    <Level>2</Level>\n'
    '    <TimeCreated SystemTime="2024-01-21T01:05:11.5000000Z" />\n    <EventRecordID>7</EventRecordID>\n'
    "    <Channel>Application</Channel>\n  </System>\n  <EventData>\n    <Data>x</Data>\n  </EventData>\n</Event>\n"
)


def one(region: Region, **others: Any) -> WinEvent:
    event = WinEvent("VSS", 8193, JANUARY, Clock.LOCAL, "error", "Application", computer="vm01")
    return replace(event, **({"message": f"{region.phrases[0]}\n\nx"} | others))


@settings(max_examples=60)
@given(st.data())
def test_wevtutil(data: st.DataObject) -> None:
    region = data.draw(st.sampled_from(REGIONS))
    events = data.draw(events_in(region))
    encoding = data.draw(st.sampled_from((*UNICODE, *region.codepages)))
    text = wevtutil(events, region, data.draw(st.sampled_from([":", ""]))).replace(
        "\n", data.draw(st.sampled_from(["\n", "\r\n", "\r\r\n"]))
    )
    got, notes = read_all(read, text.encode(encoding, "replace"), data.draw(st.integers(1, 3000)))
    assert seen(got, *FIELDS) == seen(events, *FIELDS)
    assert notes.unread == 0


FIELDS = ("provider", "event_id", "level", "micros", "clock", "channel", "computer", "message")


def test_wevtutil_of_newer_systems_writes_utc() -> None:
    events, _ = read_all(read, (RECORD.format(0, "Z") + RECORD.format(1, "")).encode())
    assert [(event.clock, event.micros - JANUARY) for event in events] == [(Clock.UTC, 500_000), (Clock.LOCAL, 500_000)]
    assert [event.position for event in events] == [1, 6]


def test_a_description_may_look_like_an_event() -> None:
    text = RECORD.format(0, "") + "  Description: \nEvent[1]:\nEvent[2] was lost\n\n" + RECORD.format(1, "")
    assert [event.message for event in read_all(read, text.encode())[0]] == ["Event[1]:\nEvent[2] was lost", ""]


def test_no_description_is_no_message() -> None:
    (event,), _ = read_all(read, (RECORD.format(0, "") + "  Description: \nN/A\n\n").encode())
    assert event.message == ""


@pytest.mark.parametrize("region", DETAILED, ids=lambda region: region.name)
def test_what_the_event_viewer_copies(region: Region) -> None:
    events = [one(region), one(region, level="warning", message="")]
    got, notes = read_all(read, details(events, region).replace("\n", "\r\n").encode("utf-8-sig"))
    assert seen(got, *FIELDS[:3], *FIELDS[5:]) == seen(events, *FIELDS[:3], *FIELDS[5:])
    assert [when(event).isoformat() for event in got] == ["2024-01-21T02:05:11"] * 2
    assert (notes.words, notes.unread) == ([], 0)


@pytest.mark.parametrize("region", DETAILED, ids=lambda region: region.name)
def test_the_xml_that_is_copied_along_is_read(region: Region) -> None:
    events = [one(region), one(region, channel="System")]
    first, second = read_all(read, details(events, region, XML).encode())[0]
    assert (first.clock, first.micros) == (Clock.UTC, JANUARY - 3_600_000_000 + 500_000)
    assert (first.record_id, first.data, first.message) == (7, [("", "x")], events[0].message)
    assert second.position > first.position == 1


@settings(max_examples=60)
@given(st.data())
def test_format_list(data: st.DataObject) -> None:
    region = data.draw(st.sampled_from(REGIONS))
    events = data.draw(events_in(region))
    names = data.draw(st.sampled_from([GET_WINEVENT, SHORT, ("Id", "LevelDisplayName", "TimeCreated", "Message")]))
    encoding = data.draw(st.sampled_from(UNICODE))
    text = format_list(events, region, names).replace("\n", "\r\n")
    got, notes = read_all(read, text.encode(encoding), data.draw(st.integers(1, 3000)))
    fields = ["event_id", "message", *(["provider"] if "ProviderName" in names else [])]
    fields += ["level"] if "LevelDisplayName" in names else []
    fields += ["channel", "record_id", "computer"] if names == GET_WINEVENT else []
    if any(when(event).day > 12 for event in events) or region.name in ("de-DE", "ja-JP", "ru-RU", "cs-CZ"):
        fields += ["clock", "micros"]
    assert seen(got, *fields) == seen(events, *fields)
    assert notes.unread == 0


def test_get_eventlog_as_a_list_and_names_that_the_console_broke() -> None:
    text = (
        "\n\nIndex              : 2719\nEntryType          : Warning\nInstanceId         : 3221233665\n"
        "Message            : It said:\n                     again\nReplacementStrings : {a, b}\n"
        "Source             : Microsoft-Windows-Securi\n                     ty-SPP\n"
        "TimeGenerated      : 21/01/2024 02:05:11\nUserName           : \n\n\n"
    )
    (event,), notes = read_all(read, text.encode("utf-16"))
    assert (event.event_id, event.provider, event.level) == (8193, "Microsoft-Windows-Security-SPP", "warning")
    assert (event.message, event.record_id, event.micros) == ("It said:\nagain", 2719, JANUARY)
    assert (event.position, notes.words) == (3, [])


def test_a_list_is_no_copy_of_details_where_a_provider_has_no_number() -> None:
    text = (
        "Message              : It said\nId                   : 326\nVersion              : \n"
        "Qualifiers           : 16384\nLevel                : 4\nTask                 : 1\n"
        "Opcode               : 0\nKeywords             : 36028797018963968\nRecordId             : 88000\n"
        "ProviderName         : ESENT\nProviderId           : \nLogName              : Application\n"
        "MachineName          : vm\nTimeCreated          : 21/01/2024 02:05:11\nLevelDisplayName     : Information\n"
    )
    (event,), notes = read_all(read, text.encode())
    assert (event.event_id, event.provider, event.channel) == (326, "ESENT", "Application")
    assert (event.micros, event.message, notes.words) == (JANUARY, "It said", [])


def test_what_stands_before_the_first_and_what_is_no_event_is_unread() -> None:
    junk = "C:\\> wevtutil qe System /f:text\n\n"
    _, notes = read_all(read, (junk + RECORD.format(0, "")).encode())
    assert notes.unread == len(junk.strip())
    events, notes = read_all(read, (RECORD.format(0, "").replace("153", "none") + RECORD.format(1, "")).encode())
    assert (len(events), notes.words) == (1, ["1 records are damaged"])


def test_a_long_description_is_cut_and_what_follows_is_read() -> None:
    long = RECORD.format(0, "") + "  Description:\n" + "line of text\n" * (2 * LONGEST // 12)
    events, notes = read_all(read, (long + RECORD.format(1, "") + long).encode())
    assert [len(event.message) > LONGEST // 2 for event in events] == [True, False, True]
    assert events[1].position == 2 * LONGEST // 12 + 7
    assert notes.words == ["2 events have more than 1 Mi characters and were cut"]
    assert notes.unread > LONGEST


@pytest.mark.parametrize("write", [wevtutil, details, format_list])
def test_any_size_of_blocks_gives_the_same(write: Callable[..., str]) -> None:
    region = BY_NAME["ja-JP"]
    events = [one(region, micros=JANUARY + n * 10**9) for n in range(600)]
    data = write(events, region).replace("\n", "\r\n").encode("utf-8")
    whole = read_all(read, data, len(data))
    assert len(whole[0]) == 600
    for size in (1, 7, 4096):
        assert read_all(read, data, size) == whole


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_nothing_makes_it_raise(data: st.DataObject) -> None:
    region = data.draw(st.sampled_from(DETAILED))
    write = data.draw(st.sampled_from([wevtutil, details, format_list]))
    good = write(data.draw(events_in(region, 4)), region).encode()
    at = data.draw(st.integers(0, len(good)))
    signs = [b"Event[1]:\n  Log Name:", b"\n\n", b":", b" : ", b"\0", b"\xff\xfe", b"\r", XML.encode(), b"Id : 1\n"]
    junk = data.draw(st.binary(max_size=60) | st.sampled_from(signs))
    for hostile in (junk, good[:at] + junk + good[at:], good[at:], good[:at]):
        events, notes = read_all(read, hostile)
        assert all(0 <= event.event_id <= 0xFFFF for event in events)
        assert notes.unread >= 0


@pytest.mark.thorough
@pytest.mark.parametrize(
    "hostile",
    [
        RECORD.format(0, "").splitlines(True)[0] * 300_000,
        "a: b\n" * 1_000_000,
        "\n" * 5_000_000,
        "Id : 1\n\n" * 200_000,
        "x" * 10_000_000,
        " " * 5_000_000 + ":",
        "a" * 41 + " " * 5_000_000,
        ("<Event " * 100_000 + ":\n") * 5,
    ],
    ids=["beginnings", "labels", "blank", "no events", "one line", "blanks", "name", "xml"],
)
@pytest.mark.parametrize("first", ["", "wevtutil", "details", "list"])
def test_hostile_texts_take_no_time(hostile: str, first: str) -> None:
    region = BY_NAME["en-US"]
    writers = {"wevtutil": wevtutil, "details": details, "list": format_list}
    text = writers[first]([one(region)], region) if first else ""
    began = time.process_time()
    events, _ = read_all(read, (text + hostile).encode())
    assert time.process_time() - began < 10
    assert len(events) == bool(first)
