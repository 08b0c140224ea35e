"""One set of events gives the same timeline in whatever format it was exported, and wherever somebody exported it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.analysis import analyze
from analyzer.bundle.eventlog import kind_of
from analyzer.lines.stamp import Clock
from analyzer.parsers.winevents import normalise
from analyzer.parsers.winevents.event import LEVEL_CODES, Notes, WinEvent
from analyzer.parsers.winevents.readers import READERS
from tests.generator import as_folder
from tests.generator.event_exports import FORMATS, Format, export
from tests.generator.event_text import wall
from tests.generator.event_xml import Exporter
from tests.generator.stamps import utc
from tests.generator.windows import commands, scm
from tests.generator.windows.cultures import CULTURES, JA_JP
from tests.generator.windows.events import Event, EventLog
from tests.generator.windows.story import Story
from tests.generator.windows.vm import WinVm

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LETTERS = {"en": "é", "de": "äöüß", "fr": "éèàç", "ja": "障害発生", "pt": "ãçéô"}
SERVICES = ("VSS", "BITS", "RdAgent", "COMSysApp")


@st.composite
def logs(draw: st.DrawFn) -> tuple[list[Event], Exporter]:
    """Some hours of a System log, in a language, and where it is exported. No day is below 13: no date is ambiguous."""
    culture = draw(st.sampled_from(list(CULTURES.values())))
    vm = WinVm("same timeline", "SRV01", "UTC", culture=culture)
    log, at = EventLog(vm), utc("2025-05-14 03:00:00") + timedelta(days=draw(st.integers(0, 13)))
    words = st.text(st.sampled_from(f"ab cd\"'<>&,;:%\n{LETTERS[culture.words]}"), min_size=1, max_size=20)
    for _ in range(draw(st.integers(2, 12))):
        at += timedelta(microseconds=draw(st.integers(1_000, 4_000_000_000)))
        word = draw(words.map(str.strip).filter(bool))
        draw(st.sampled_from(_WRITERS))(log, at, word, draw(st.sampled_from(SERVICES)))
    return log.events("System"), Exporter(culture, draw(st.sampled_from(ZONES)))


def _killed(log: EventLog, at: datetime, word: str, key: str) -> None:
    log.add(at, scm.SCM, 7031, [key, 1, 60000, 1, word])


def _dns(log: EventLog, at: datetime, word: str, key: str) -> None:
    log.add(at, "Microsoft-Windows-DNS-Client", 1014, [word, "16", "02000035A83F8110"], user="S-1-5-20")


def _state(log: EventLog, at: datetime, word: str, key: str) -> None:
    scm.state(log, at, key, "running")


def _power(log: EventLog, at: datetime, word: str, key: str) -> None:
    log.add(at, "Microsoft-Windows-Kernel-Power", 41, ["0"] * 8, user="S-1-5-18")


def _memory(log: EventLog, at: datetime, word: str, key: str) -> None:
    data = ["1", "2", "3", word, "5", "6", "b.exe", "8", "9", "c.exe", "11", "12"]
    log.add(at, "Microsoft-Windows-Resource-Exhaustion-Detector", 2004, data)


_WRITERS = (_killed, _dns, _state, _power, _memory)


def read(data: bytes, size: int) -> list[WinEvent]:
    blocks: Iterator[bytes] = (data[at : at + size] for at in range(0, len(data), size))
    return list(READERS[kind_of(data[: 128 * 1024])](blocks, Notes()))


def _micros(when: datetime) -> int:
    return (when.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def wanted(event: Event, shape: Format, by: Exporter) -> tuple[object, ...]:
    """What a reader must give of it: provider, id, level, time on its clock."""
    kind = event.kind
    level = LEVEL_CODES[kind.level] if shape.level else "info"
    if shape is FORMATS["eventlog-csv"] and level == "critical":
        level = "error"  # Get-EventLog knows no critical
    micros = _micros(event.when if shape.zone else wall(event, by))
    micros -= micros % 10 ** (6 - shape.fraction)
    known = WinEvent(kind.provider, kind.event_id, event_source=kind.source, guid=kind.guid)
    return normalise.provider(known), kind.event_id, level, micros, Clock.UTC if shape.zone else Clock.LOCAL


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=15, deadline=None)
@given(drawn=logs(), size=st.sampled_from((7, 4096, 10**9)))
def test_every_format_tells_what_happened_and_when(name: str, drawn: tuple[list[Event], Exporter], size: int) -> None:
    events, by = drawn
    shape = FORMATS[name]
    got = read(export(name, events, by), size)
    told = [(normalise.provider(e), e.event_id, e.level, e.micros, e.clock) for e in got]
    assert sorted(told, key=repr) == sorted((wanted(event, shape, by) for event in events), key=repr)


@pytest.mark.parametrize("name", [name for name, shape in FORMATS.items() if shape.message])
@settings(max_examples=15, deadline=None)
@given(drawn=logs())
def test_messages_come_back_as_they_were(name: str, drawn: tuple[list[Event], Exporter]) -> None:
    """Letters that the format's code page lacks are lost before we see them."""
    events, by = drawn
    page = "ascii" if name == "eventlog-csv" else by.culture.oem if FORMATS[name].oem else "utf-8"
    wrote = [_plain(event.message(by.culture).encode(page, "replace").decode(page), name) for event in events]
    assert sorted(_plain(e.message, name) for e in read(export(name, events, by), 4096)) == sorted(wrote)


def _plain(text: str, name: str) -> str:
    """Without blanks at the ends of lines; and where the code page has to be guessed, without its letters."""
    text = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))
    return re.sub(r"[^\x00-\x7f]+", "?", text) if FORMATS[name].oem else text


@pytest.mark.parametrize("name", [name for name, shape in FORMATS.items() if shape.data])
@settings(max_examples=15, deadline=None)
@given(drawn=logs())
def test_values_come_back_as_they_were(name: str, drawn: tuple[list[Event], Exporter]) -> None:
    events, by = drawn
    page = by.culture.oem if FORMATS[name].oem else "utf-8"
    wrote = [[_plain(value.encode(page, "replace").decode(page), name) for value in event.data] for event in events]
    got = [[_plain(value, name) for _, value in e.data] for e in read(export(name, events, by), 4096)]
    assert sorted(got) == sorted(wrote)


@pytest.fixture(scope="module")
def story() -> Story:
    """Two days of a Japanese server in Tokyo."""
    s = Story(WinVm("same timeline", "SRV01", "Asia/Tokyo", culture=JA_JP), utc("2025-05-14 01:00:00"), hour=16)
    s.nights(1)
    s.rest(14)
    return s


def _frame(folder: Path) -> pd.DataFrame:
    frame = analyze(folder).timeline
    return frame[frame["source"].str.startswith("event:")]


def _bundle(story: Story, names: list[str]) -> dict[str, bytes]:
    """The System log in some formats, and what tells the zone."""
    by = Exporter(story.vm.culture, story.vm.zone)
    rows = story.log.events("System")
    files = {f"{place}/System{FORMATS[name].ending}": export(name, rows, by) for place, name in enumerate(names)}
    return files | {"systeminfo.txt": commands.systeminfo(story.vm, story.booted)} | story.azure()


@pytest.fixture(scope="module")
def binary(story: Story, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    frame = _frame(as_folder(_bundle(story, ["evtx"]), tmp_path_factory.mktemp("same") / "binary"))
    assert len(frame) == len(story.log.events("System"))
    return frame


def _rows(frame: pd.DataFrame, level: bool) -> list[tuple[object, ...]]:
    """To the second, since many formats know no less."""
    columns = frame[["time", "event_id", "component", *(["level"] if level else [])]].copy()
    columns["time"] = columns["time"].dt.floor("s")
    return sorted(columns.astype(str).itertuples(index=False, name=None))


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "evtx"])
def test_the_timeline_is_that_of_the_binary_log(name: str, story: Story, binary: pd.DataFrame, tmp_path: Path) -> None:
    shape = FORMATS[name]
    other = _frame(as_folder(_bundle(story, [name]), tmp_path / "other"))
    assert _rows(other, shape.level) == _rows(binary, shape.level)
    assert set(other["time_quality"]) == {"exact" if shape.zone else "zone-assumed"}
