"""Logs that tests wrote themselves: read back exactly, and read as far as they go whatever happened to their bytes."""

from __future__ import annotations

import io
import struct
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest
from evtx import PyEvtxParser
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.parsers.winevents import evtx_texts
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.evtx import read
from tests.generator.evtx_events import event_log, plain
from tests.generator.evtx_writer import CHUNK, DIRTY, FILE_HEADER, log
from tests.parsers.winevents.evtxwriter import Damage, damages, event, events

MANY = [event(number) for number in range(1, 1001)]
LOGS = {templates: event_log(MANY, templates=templates) for templates in (False, True)}
SHORT = {False: event_log(MANY[:250]), True: event_log(MANY[:500], templates=True)}  # of some three chunks


def events_of(content: bytes, size: int = 1 << 16) -> tuple[list[WinEvent], Notes]:
    notes = Notes()
    return list(read((content[at : at + size] for at in range(0, len(content), size)), notes)), notes


@given(events(), st.booleans())
@settings(deadline=None)
def test_what_was_written_is_read(written: list[WinEvent], templates: bool) -> None:
    content = event_log(written, templates=templates)
    assert events_of(content) == (written, Notes())
    parser = PyEvtxParser(io.BytesIO(content), number_of_threads=1, validate_checksums=True)
    assert [record["event_record_id"] for record in parser.records() if record] == [e.record_id for e in written]


@pytest.mark.parametrize("templates", [False, True])
def test_several_chunks(templates: bool) -> None:
    content = LOGS[templates]
    assert len(content) > FILE_HEADER + 2 * CHUNK
    assert events_of(content) == (MANY, Notes())


def test_user_data() -> None:
    written = replace(MANY[0], data=[("Channel", "System"), ("BackupPath", r"C:\logs\a.evtx")], binary="")
    assert events_of(log([plain(written, user_data="AutoBackup")])) == ([written], Notes())


def test_a_log_without_events() -> None:
    assert events_of(log([])) == ([], Notes(["the log holds no events"]))


def test_a_log_in_use() -> None:
    assert events_of(event_log(MANY, DIRTY))[1].words == ["the log was in use when it was copied"]


@pytest.mark.parametrize("templates", [False, True])
@given(st.lists(damages(), min_size=1, max_size=4), st.sampled_from([1000, 4096, 65_536, 1 << 20]))
@settings(max_examples=100, deadline=None)
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
@settings(max_examples=60, deadline=None)
def test_damage_stays_in_its_chunk(templates: bool, data: st.DataObject) -> None:
    content = SHORT[templates]
    hit = data.draw(st.integers(0, chunk_count(content) - 1))
    start = FILE_HEADER + hit * CHUNK
    at = data.draw(st.integers(start, start + CHUNK - 1))
    noise = data.draw(st.binary(min_size=1, max_size=start + CHUNK - at))
    found, _ = events_of(content[:at] + noise + content[at + len(noise) :])
    written = events_of(content)[0]
    spared = {e.record_id for e in written} - {e.record_id for e in in_chunk(content, hit)}
    assert [e for e in found if e.record_id in spared] == [e for e in written if e.record_id in spared]


def in_chunk(content: bytes, number: int) -> list[WinEvent]:
    start = FILE_HEADER + number * CHUNK
    return events_of(content[start : start + CHUNK])[0]


RECORD = b"**\0\0"


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


def test_a_file_twice_in_a_row_is_one_log() -> None:
    found, notes = events_of(LOGS[False] * 2)
    assert (found, notes.words) == (MANY, ["records that are in the file twice and shown once: 1000"])


def test_logs_in_a_row_that_count_alike_are_two() -> None:
    later = [replace(e, micros=e.micros + 1) for e in MANY]
    assert events_of(LOGS[False] + event_log(later))[0] == MANY + later


def test_what_lies_behind_the_last_record_is_old() -> None:
    """The log service fills chunks anew and leaves what was there; Windows does not show it."""
    content = bytearray(event_log(MANY[100:110]))
    old = event_log(MANY[:1])[FILE_HEADER + 512 :].rstrip(b"\0")
    content[FILE_HEADER + CHUNK - 2048 : FILE_HEADER + CHUNK - 2048 + len(old)] = old
    assert events_of(bytes(content)) == (MANY[100:110], Notes())


def test_missing_records_are_told_by_their_numbers() -> None:
    left = [e for e in MANY if e.record_id not in {5, 300, 301, 302, 700, 900}]
    assert events_of(event_log(left))[1].words == ["records missing: 6 (numbers 5, 300 to 302, 700 and 1 more)"]


def test_a_circle_of_chunks_has_no_gap() -> None:
    """The log service begins again at the file's first chunk when the file is full."""
    content = LOGS[False]
    second = FILE_HEADER + CHUNK
    found, notes = events_of(content[:FILE_HEADER] + content[second:] + content[FILE_HEADER:second])
    assert sorted(found, key=lambda e: e.record_id) == MANY
    assert notes == Notes()


def test_memory_does_not_grow_with_the_file() -> None:
    def blocks() -> Iterator[bytes]:
        yield LOGS[True][:FILE_HEADER]
        for _ in range(300):  # 20 MB
            yield b"\xa5" * CHUNK
        for start in range(1, 3000, 100):
            yield event_log(map(event, range(start, start + 100)), templates=True)[FILE_HEADER:]

    tracemalloc.start()
    count = sum(1 for _ in read(blocks(), Notes()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 3000
    assert peak < 4 << 20
