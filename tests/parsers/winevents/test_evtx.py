"""Real event logs, and one that was damaged in many ways: nothing that can be read is lost, and nothing comes twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.lines.stamp import Clock
from analyzer.parsers.winevents.event import Notes, WinEvent
from tests.parsers.winevents.evtx_cases import events_of
from tests.shared import SHARED, needs

SAMPLES = SHARED / "samples" / "windows"

# Events in each damaged copy of plaso_System.evtx, which has 5,009; and what the best other reader gets out of it
# (the evtx library, libevtx and the prototype of knowledge/windows.md).
DAMAGED = {
    "appended": (5009, 5009),
    "bitflip200": (4967, 4785),
    "chunkhdr_zero": (5009, 5009),
    "chunks_only": (5009, 5009),
    "empty": (0, 0),
    "hdr_count1": (5009, 5009),
    "hdr_zero": (5009, 5009),
    "html": (0, 0),
    # 13 records are zero and one has its last 8 bytes left. The prototype's 4996th is an <Event> with nothing in it.
    "page_zero": (4995, 4995),
    "rand1000": (5005, 5005),
    "shift512": (5009, 5009),
    "trunc_3k": (0, 0),
    "trunc_mid": (4357, 4357),
}
REAL = {
    "plaso_System": (5009, 5009),
    "plaso_System2": (283, 283),
    "py_dns_log_malformed": (5, 5),
    "py_issue_38": (1, 1),
    "py_issue_39": (394, 394),
    "py_system": (1601, 1601),
    "rs_2-vss_7-System": (1160, 1160),
    "rs_Application_no_crc32": (17, 17),
    "rs_E_Windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational": (340, 340),
    "rs_issue_201": (1, 1),
    "rs_sample-with-zero-data-size-event": (450, 450),
    "rs_sample_with_a_bad_chunk_magic": (430, 348),
    "rs_security_bad_string_cache": (2261, 2261),
    "rs_system": (1881, 1881),
}


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damaged")
    script = needs(SAMPLES / "make_bad.py")
    subprocess.run([sys.executable, str(script), str(SAMPLES / "plaso_System.evtx"), str(folder)], check=True)
    assert {path.stem for path in folder.iterdir()} == DAMAGED.keys()
    return folder


def check(events: list[WinEvent], count: int, best_other: int) -> None:
    assert len(events) == count >= best_other
    assert len({(event.record_id, event.micros) for event in events}) == count
    assert all(event.provider and event.clock == Clock.UTC and event.position == event.record_id for event in events)


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_log_gives_what_is_left_of_it(damaged: Path, name: str) -> None:
    events, notes = events_of((damaged / f"{name}.evtx").read_bytes())
    check(events, *DAMAGED[name])
    if not events:
        assert notes.words[0] == "no event could be found in this file"


@pytest.mark.parametrize("name", REAL)
def test_a_real_log_is_read_whole(name: str) -> None:
    events, _ = events_of(needs(SAMPLES / f"{name}.evtx").read_bytes())
    check(events, *REAL[name])


def test_damage_leaves_the_other_events_as_they_were(damaged: Path) -> None:
    whole, _ = events_of((SAMPLES / "plaso_System.evtx").read_bytes())
    for name in ("chunkhdr_zero", "chunks_only", "hdr_zero", "shift512", "appended", "hdr_count1"):
        assert events_of((damaged / f"{name}.evtx").read_bytes())[0] == whole, name
    for name in ("page_zero", "trunc_mid"):
        left = events_of((damaged / f"{name}.evtx").read_bytes())[0]
        numbers = {event.record_id for event in left}
        assert left == [event for event in whole if event.record_id in numbers], name


def test_what_is_missing_and_why_is_said(damaged: Path) -> None:
    said = {name: events_of((damaged / f"{name}.evtx").read_bytes())[1] for name in DAMAGED}
    assert said["page_zero"].words == [
        "damaged chunks, of which the whole parts are shown: 1 of 27",
        "records missing: 14 (numbers 465 to 478)",
    ]
    assert said["bitflip200"].words == [
        "damaged chunks, of which the whole parts are shown: 27 of 27",
        "records that could not be read: 42",
    ]
    assert said["trunc_mid"].words == [
        "chunks missing: 4 of 27",
        "damaged chunks, of which the whole parts are shown: 1 of 23",
    ]
    assert said["trunc_3k"].words[1:] == ["chunks missing: 27 of 27"]
    assert said["chunks_only"].words == said["hdr_zero"].words == ["the header of the log file is missing or damaged"]
    assert said["shift512"].words == said["hdr_count1"].words == said["appended"].words == []
    assert said["appended"].unread == pytest.approx(70_000, rel=0.01)
    assert said["html"].unread == 3300
    whole = events_of((SAMPLES / "rs_system.evtx").read_bytes())[1]
    assert whole == Notes(["the log was in use when it was copied"], 0)
    assert events_of((SAMPLES / "rs_2-vss_7-System.evtx").read_bytes())[1].words == [
        "the log was in use when it was copied",
        "records missing: 262 (numbers 1156 to 1417)",
    ]


@pytest.mark.parametrize("size", [7, 4096, 65_537, 1 << 30])
def test_blocks_of_any_size_give_the_same(damaged: Path, size: int) -> None:
    for path in (SAMPLES / "plaso_System2.evtx", SAMPLES / "rs_sample-with-zero-data-size-event.evtx"):
        content = path.read_bytes()[:300_000]
        assert events_of(content, size) == events_of(content)
    content = (damaged / "shift512.evtx").read_bytes()[:200_000]
    assert events_of(content, size) == events_of(content)


def test_an_event_of_each_kind() -> None:
    """Classic with <Binary>, named data, <UserData>; as the Event Viewer shows them."""
    events = {event.record_id: event for event in events_of(needs(SAMPLES / "plaso_System.evtx").read_bytes())[0]}
    assert events[2505] == WinEvent(
        provider="Service Control Manager",
        event_id=7036,
        micros=1441345446580750,
        clock=Clock.UTC,
        level="info",
        channel="System",
        position=2505,
        record_id=2505,
        event_source="Service Control Manager",
        guid="{555908d1-a6d7-4695-8e1e-26931d2012f4}",
        computer="DC1.internal.greendale.edu",
        data=[("param1", "Windows Modules Installer"), ("param2", "stopped")],
        binary="540072007500730074006500640049006E007300740061006C006C00650072002F0031000000",
    )
    assert events[18].data == [("InstallSubsystemState", "false"), ("CachingSubsystemState", "false")]
    volsnap = next(e for e in events_of((SAMPLES / "py_system.evtx").read_bytes())[0] if e.provider == "volsnap")
    assert volsnap.event_id == 36
    assert volsnap.data == [("", r"\Device\HarddiskVolumeShadowCopy2"), ("", "C:")]


def test_a_copy_keeps_the_number_and_the_time_of_the_original() -> None:
    """An exported selection numbers its records anew and writes when it was made; the event tells the truth."""
    (event,), _ = events_of(needs(SAMPLES / "py_issue_38.evtx").read_bytes())
    assert (event.position, event.record_id, event.micros) == (17845, 17845, 1498195879787263)
