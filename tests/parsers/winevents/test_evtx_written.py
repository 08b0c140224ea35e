"""Logs that tests wrote themselves are read back exactly, and what they lack is said."""

from __future__ import annotations

import io
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest
from evtx import PyEvtxParser
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.evtx import read
from tests.generator.evtx_events import event_log, plain
from tests.generator.evtx_writer import CHUNK, DIRTY, FILE_HEADER, log
from tests.parsers.winevents.evtx_cases import LOGS, MANY, event, events, events_of


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


def test_a_huge_block_is_not_searched_again_and_again() -> None:
    started = time.process_time()
    found, notes = events_of(LOGS[True] + bytes(50 << 20) + b"\xa5" * (50 << 20) + LOGS[True], 1 << 30)
    assert (found, notes.unread) == (MANY, 50 << 20)
    assert time.process_time() - started < 10
