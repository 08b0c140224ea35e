"""Events as JSON come back as they were written; wrappers, damage and other objects cost no event."""

from __future__ import annotations

import json
import time
import warnings
from dataclasses import replace

import evtx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.lines.stamp import Clock
from analyzer.parsers.winevents.event import WinEvent
from analyzer.parsers.winevents.jsonevents import read
from analyzer.parsers.winevents.xmlevent import event_of
from tests.parsers.winevents.regions import BY_NAME, REGIONS
from tests.parsers.winevents.textwriter import events_in, evtx_json, json_object, json_text, read_all, seen
from tests.shared import SHARED, needs

ENGLISH = BY_NAME["en-US"]
STYLES = ("array", "indented", "lines", "wrapped")
FIELDS = ("provider", "event_id", "level", "micros", "clock", "channel", "record_id", "computer", "data", "message")
EVENT = WinEvent(
    "VSS", 8193, 1_705_802_711_123_000, Clock.UTC, "error", "Application", 1, 7, computer="vm", message='a "b"\n{c}',
    data=[("", "x"), ("", "{y}")],
)  # fmt: skip


def in_utc(events: list[WinEvent]) -> list[WinEvent]:
    return [replace(event, clock=Clock.UTC, data=[("", event.message), ("", "")]) for event in events]


@settings(max_examples=60)
@given(st.data())
def test_what_was_written_is_read(data: st.DataObject) -> None:
    region = data.draw(st.sampled_from(REGIONS))
    events = in_utc(data.draw(events_in(region)))
    old = data.draw(st.booleans())
    text = json_text([json_object(event, region, old) for event in events], data.draw(st.sampled_from(STYLES)))
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    got, notes = read_all(read, text.encode(encoding), data.draw(st.integers(1, 3000)))
    assert seen(got, *FIELDS) == seen(events, *FIELDS)
    assert (notes.words, notes.unread) == ([], 0)


@settings(max_examples=40)
@given(st.data())
def test_evtx_as_json(data: st.DataObject) -> None:
    events = [replace(event, message="") for event in in_utc(data.draw(events_in(ENGLISH)))]
    documents = [evtx_json(event) for event in events]
    text = data.draw(
        st.sampled_from([json_text(documents, "lines"), json_text(documents, "array"), _dumped(documents)])
    )
    got, notes = read_all(read, text.encode())
    assert seen(got, *FIELDS) == seen(events, *FIELDS)
    assert (notes.words, notes.unread) == ([], 0)


def _dumped(documents: list[dict[str, object]]) -> str:
    return "".join(f"Record {n}\n{json.dumps(document, indent=2)}\n" for n, document in enumerate(documents))


@pytest.mark.parametrize(
    "name", ["plaso_System.evtx", "rs_E_Windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational.evtx"]
)
def test_a_dump_of_a_real_log_gives_what_its_xml_gives(name: str) -> None:
    path = str(needs(SHARED / "samples" / "windows" / name))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lines = [record["data"] for record in evtx.PyEvtxParser(path).records_json() if record]
        texts = [record["data"] for record in evtx.PyEvtxParser(path).records() if record]
    got, notes = read_all(read, "\n".join(lines).encode())
    wanted = [event for event in map(event_of, texts) if event]
    fields = ("provider", "event_id", "level", "micros", "channel", "record_id", "computer", "guid", "event_source")
    assert len(got) == len(lines) > 300
    assert seen(got, *fields) == seen(wanted, *fields)
    assert notes.unread == 0
    assert seen(got, "data", "binary") == seen(wanted, "data", "binary")


def test_positions_are_lines() -> None:
    text = json_text([json_object(EVENT, ENGLISH, True)] * 3, "lines")
    assert [event.position for event in read_all(read, text.encode())[0]] == [1, 2, 3]
    indented = json_text([json_object(EVENT, ENGLISH, True)] * 2, "indented")
    lines = indented.split("\n")
    for event in read_all(read, indented.encode())[0]:
        assert lines[event.position - 1].strip() == "{"


def test_other_shapes_of_the_same_event() -> None:
    monitor = {
        "TimeGenerated": "2024-01-21T02:05:11.123Z", "Source": "VSS", "EventLog": "Application", "EventID": 8193,
        "EventLevelName": "Error", "RenderedDescription": EVENT.message, "Computer": "vm",
    }  # fmt: skip
    event_log = {
        "EventID": 8193, "MachineName": "vm", "Data": [0, 255], "Index": 7, "EntryType": 1, "Message": EVENT.message,
        "Source": "VSS", "ReplacementStrings": ["x", "{y}"], "TimeGenerated": "\\/Date(1705802711123)\\/",
    }  # fmt: skip
    deep = json_object(EVENT, ENGLISH, True) | {
        "TimeCreated": {"value": "/Date(1705802711123)/", "DisplayHint": 2, "DateTime": "Sonntag"},
        "Properties": [{"Value": "x"}, {"Value": {"BinaryLength": 12, "Value": "{y}"}}, {"Value": [0, 255]}],
    }
    shallow = json_object(EVENT, ENGLISH, True) | {"Properties": ["System.Diagnostics.Eventing.Reader.EventProperty"]}
    for document, binary, data in (
        (monitor, "", []),
        (event_log, "00FF", EVENT.data),
        (deep, "00FF", EVENT.data),
        (shallow, "", []),
    ):
        (got,), notes = read_all(read, json.dumps(document).replace(r"\\\\/", r"\\/").encode())
        assert seen([got], *FIELDS[:5], "message", "computer") == seen([EVENT], *FIELDS[:5], "message", "computer")
        assert (got.binary, got.data, notes.words) == (binary, data, [])


def test_local_times_stay_local() -> None:
    document = json_object(EVENT, ENGLISH, True) | {"TimeCreated": "21.01.2024 02:05:11"}
    (got,), _ = read_all(read, json.dumps(document).encode())
    assert (got.clock, got.micros) == (Clock.LOCAL, 1_705_802_711_000_000)


def test_events_inside_a_larger_document_and_objects_that_are_none() -> None:
    inner = [json_object(EVENT, ENGLISH, True)] * 2
    text = json.dumps({"vm": {"name": "vm01"}, "logs": {"System": inner}}) + '\n{"a": {"b": 1}}\n'
    events, notes = read_all(read, text.encode())
    assert (len(events), notes.words) == (2, ["1 objects are no events"])


def test_damage_costs_the_events_that_it_is_in() -> None:
    whole = [json.dumps(json_object(replace(EVENT, record_id=n), ENGLISH, True)) for n in range(100)]
    broken = [*whole[:50], whole[50].replace('"Level":', '"Level" oops'), *whole[51:]]
    events, notes = read_all(read, f"[{','.join(broken)}]"[:-30].encode())
    numbers = {event.record_id for event in events}
    assert numbers >= set(range(99)) - {50, 51}
    assert notes.words == ["the JSON is damaged in 2 places"]
    assert notes.unread > 0


def test_a_document_larger_than_what_is_held_is_read_in_parts() -> None:
    inner = ",".join([json.dumps(json_object(EVENT, ENGLISH, True))] * 12_000)
    events, _ = read_all(read, f'{{"created by": "a tool", "rows": {{"list": [{inner}]}}}}'.encode())
    assert len(events) == 12_000


@pytest.mark.parametrize("style", STYLES)
def test_any_size_of_blocks_gives_the_same(style: str) -> None:
    events = [replace(EVENT, record_id=n, message=f"é{n}") for n in range(700)]
    data = json_text([json_object(event, ENGLISH, False) for event in events], style).encode()
    whole = read_all(read, data, len(data))
    assert len(whole[0]) == 700
    for size in (1, 7, 4096):
        assert read_all(read, data, size) == whole


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_nothing_makes_it_raise(data: st.DataObject) -> None:
    good = json.dumps([json_object(EVENT, ENGLISH, True), evtx_json(EVENT)]).encode()
    at, end = data.draw(st.integers(0, len(good))), data.draw(st.integers(0, len(good)))
    signs = [b'"', b"{", b"}", b"[", b"]", b":", b",", b"\\", b"null", b"1e999", b"9" * 5000, b"\xff", b"[[1]]", b"{}"]
    junk = data.draw(st.binary(max_size=60) | st.sampled_from(signs))
    for hostile in (junk, good[:at] + junk + good[end:], good[at:], good[:at]):
        events, notes = read_all(read, hostile)
        assert all(0 <= event.event_id <= 0xFFFF for event in events)
        assert notes.unread >= 0


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.just("/Date(99999999999999999)/"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Value", "value", "#text", "#attributes", "Name", "a_attributes"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_values_of_any_type_are_taken(data: st.DataObject) -> None:
    flat = json_object(EVENT, ENGLISH, True)
    flat |= data.draw(st.dictionaries(st.sampled_from([*flat, "EntryType", "Data"]), VALUES, max_size=4))
    system = {"EventID": 1} | data.draw(
        st.dictionaries(
            st.sampled_from(["Provider", "EventID", "Level", "TimeCreated", "Channel", "TimeCreated_attributes"]),
            VALUES,
            max_size=4,
        )
    )
    document = {"Event": {"System": system, "EventData": data.draw(VALUES), "UserData": data.draw(VALUES)}}
    events, _ = read_all(read, json.dumps([flat, document]).encode())
    for event in events:
        assert {type(value) for pair in event.data for value in pair} <= {str}
        assert {type(event.message), type(event.binary), type(event.provider), type(event.channel)} == {str}


@pytest.mark.thorough
@pytest.mark.parametrize(
    "hostile",
    [
        '{"a":' * 1_000_000,
        '{"a":"' + "x" * 20_000_000,
        "{" * 5_000_000,
        "[" * 5_000_000,
        '{"a":1,' * 1_000_000,
        '{"a":1}\n' * 500_000,
    ],
    ids=["deep", "open string", "braces", "brackets", "open objects", "others"],
)
def test_hostile_documents_take_no_time(hostile: str) -> None:
    began = time.process_time()
    tail = "\n" * 10 + json.dumps(json_object(EVENT, ENGLISH, True))
    read_all(read, (hostile + tail).encode())
    assert time.process_time() - began < 10
