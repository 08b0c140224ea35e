"""Logs that were damaged: read as far as they go, whatever happened to their bytes, and no event twice."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.parsers.winevents import evtx_texts
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.reading import records
from analyzer.reading.store import Store
from tests.generator.evtx_writer import CHUNK, FILE_HEADER
from tests.parsers.winevents.evtx_cases import LOGS, MANY, SHORT, Damage, damages, events_of

RECORD = b"**\0\0"


@pytest.mark.parametrize("templates", [False, True])
@given(st.lists(damages(), min_size=1, max_size=4), st.sampled_from([1000, 4096, 65_536, 1 << 20]))
@settings(max_examples=30, deadline=None)
def test_damage_never_stops_the_reader_nor_makes_it_stammer(templates: bool, happened: list[Damage], size: int) -> None:
    content = SHORT[templates]
    for damage in happened:
        content = damage(content) or b"\0"
    found, notes = events_of(content)
    assert len({(e.record_id, e.micros) for e in found}) == len(found)
    assert events_of(content, size) == (found, notes)
    assert 0 <= notes.unread <= len(content)


@pytest.mark.parametrize("templates", [False, True])
@given(st.data())
@settings(max_examples=30, deadline=None)
def test_damage_stays_in_its_chunk(templates: bool, data: st.DataObject) -> None:
    content = SHORT[templates]
    hit = data.draw(st.integers(0, chunk_count(content) - 1))
    start = FILE_HEADER + hit * CHUNK
    at = data.draw(st.integers(start, start + CHUNK - 1))
    noise = data.draw(st.binary(min_size=1, max_size=start + CHUNK - at))
    damaged = content[:at] + noise + content[at + len(noise) :]
    found, written = events_of(damaged)[0], events_of(content)[0]
    there = in_chunk(damaged, hit)  # of which one may now bear the number of another
    spared = {e.record_id for e in written} - {e.record_id for e in in_chunk(content, hit)}
    told = [e for e in found if e.record_id in spared and e not in there]
    assert told == [e for e in written if e.record_id in spared]


def in_chunk(content: bytes, number: int) -> list[WinEvent]:
    start = FILE_HEADER + number * CHUNK
    return events_of(content[start : start + CHUNK])[0]


def second_record(content: bytes | bytearray, number: int) -> int:
    """Where the second record of a chunk begins."""
    start = FILE_HEADER + number * CHUNK + 512
    (size,) = struct.unpack_from("<I", content, start + 4)
    assert content.startswith(RECORD, start + size)
    return int(start + size)


@pytest.mark.parametrize("templates", [False, True])
@pytest.mark.parametrize("part", ["mark", "size", "mark and size", "last size", "size and last size", "number"])
def test_a_record_with_a_damaged_end_is_read(templates: bool, part: str) -> None:
    content = bytearray(LOGS[templates])
    at = second_record(content, 1)
    (size,) = struct.unpack_from("<I", content, at + 4)
    if "mark" in part:
        content[at] ^= 1
    if part.startswith("size") or "and size" in part:
        content[at + 5] ^= 0x40
    if "last" in part:
        content[at + size - 3] ^= 0x40
    if part == "number":
        content[at + 8] ^= 0x55
    found, notes = events_of(bytes(content))
    assert found == MANY
    assert notes == Notes([f"damaged chunks, of which the whole parts are shown: 1 of {chunk_count(content)}"], 0)


def chunk_count(content: bytes | bytearray) -> int:
    return (len(content) - FILE_HEADER) // CHUNK


@pytest.mark.parametrize("number", [0, 1])
def test_a_template_that_is_lost_is_taken_from_another_chunk(number: int) -> None:
    """From an earlier one, or from one that comes later."""
    content = bytearray(LOGS[True])
    start = FILE_HEADER + number * CHUNK
    first = second_record(content, number) - start
    name = "EventRecordID".encode("utf-16-le")
    at = content.index(name, start + 512, start + first)
    content[at : at + len(name)] = b"?" * len(name)
    found, notes = events_of(bytes(content))
    assert sorted(found, key=lambda e: e.record_id) == MANY
    assert notes.unread == 0


@pytest.mark.parametrize(
    "error", [RuntimeError, type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})]
)
def test_our_own_reader_takes_over_when_the_library_fails(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    class Failing:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def records(self) -> Iterator[dict[str, object]]:
            raise error
            yield {}

    monkeypatch.setattr(evtx_texts, "PyEvtxParser", Failing)
    assert events_of(SHORT[True]) == (MANY[:500], Notes())


def test_a_record_that_was_cut_off_is_not_guessed_at() -> None:
    content = LOGS[False]
    at = second_record(content, 1)
    found, notes = events_of(content[: at + 200])
    assert found == MANY[: len(found)]
    assert found[-1].record_id == struct.unpack_from("<Q", content, at + 8)[0] - 1
    assert 150 < notes.unread <= 200


def test_a_mark_at_the_very_end_of_a_chunk() -> None:
    content = bytearray(SHORT[True])
    end = len(content) - len(RECORD)
    noise = struct.pack("<4sI88xI", RECORD, 100, 100)  # looks like a record from outside
    content[end - 100 : end + len(RECORD)] = noise + RECORD
    content[-CHUNK] = 0  # so that the whole chunk is searched
    assert events_of(bytes(content))[0] == MANY[:500]


def test_the_number_of_a_damaged_record_may_have_all_of_its_bits() -> None:
    event = WinEvent(provider="VSS", event_id=8193, position=2**64 - 1, record_id=2**64 - 1)
    [block] = records.of_windows(Store(), "winevt/Logs/Application.evtx", [event])
    assert block.line.tolist() == [2**31 - 1]
