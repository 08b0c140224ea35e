"""One event that several exports hold counts once: in findings, in coverage and in the timeline."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.analysis import Analysis, run
from analyzer.clocks import clock, duplicates
from analyzer.judging.findings import Findings
from analyzer.matching.patterns import Pattern, PatternSet
from analyzer.matching.scanner import KEEP
from analyzer.plan import make_plan
from analyzer.reading.pipeline import read
from analyzer.signatures.selftest import MemoryBundle
from tests.generator.event_exports import FORMATS, export
from tests.generator.event_xml import Exporter
from tests.generator.stamps import utc
from tests.generator.windows import scm
from tests.generator.windows.cultures import DE_DE
from tests.generator.windows.events import Event, EventLog
from tests.generator.windows.vm import WinVm

from .exporting import member_of, system_events
from .support import OrderedBundle, analyse, required, signature

START = utc("2025-06-02 08:00:00")
EVENTS = system_events(11, START, 25, timedelta(minutes=11))
STARTED = sum(event.kind.event_id == 7036 for event in EVENTS)
ALL = sorted(FORMATS)
AS_GOOD = ("viewer-xml", "viewer-xml-plain", "wevtutil-xml", "wevtutil-xml-utf16", "wevtutil-rendered", "clixml")


def seen(analysis: Analysis) -> Counter[tuple[object, ...]]:
    """What stands in the timeline, to the second."""
    frame = analysis.timeline
    times = frame["time"].dt.floor("s").astype(str)
    return Counter(zip(times, frame["event_id"].astype(int), frame["component"].astype(str), strict=True))


def once(events: list[Event]) -> Counter[tuple[object, ...]]:
    return seen(analyse({"System.evtx": export("evtx", events, Exporter())}))


ONCE = once(EVENTS)


@settings(max_examples=40, deadline=None)
@given(
    parts=st.lists(st.tuples(st.sampled_from(ALL), st.integers(0, 25), st.integers(0, 25)), max_size=3),
    whole=st.sampled_from(ALL),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
)
def test_any_exports_of_a_log_are_that_log(parts: list[tuple[str, int, int]], whole: str, zone: str) -> None:
    """Overlapping parts of it beside the whole, in any formats and from a machine in any zone that is known."""
    files = {f"System{FORMATS[whole].ending}": export(whole, EVENTS, Exporter(zone=zone))}
    for number, (how, first, last) in enumerate(parts):
        if rows := EVENTS[first:last]:
            files[f"System{number}{FORMATS[how].ending}"] = export(how, rows, Exporter(zone=zone))
    files["utc/System.evtx"] = export("evtx", EVENTS, Exporter())
    analysis = analyse(files)
    assert seen(analysis) == ONCE
    assert analysis.covers["event:System"].events == len(EVENTS)


@pytest.mark.parametrize("how", [name for name in ALL if name != "evtx"])
def test_the_export_with_values_keeps_its_rows(how: str) -> None:
    """Rendered XML has values and words, .evtx the values; of other exports .evtx is the better."""
    copy = f"System{FORMATS[how].ending}"
    files = {
        copy: export(how, EVENTS, Exporter(DE_DE, "Europe/Berlin")),
        "b/System.evtx": export("evtx", EVENTS, Exporter()),
    }
    analysis = analyse(files)
    kept = "b/System.evtx" if how not in AS_GOOD else copy  # of equals the first by name
    assert set(analysis.timeline["file"]) == {kept}
    dropped = next(info for info in analysis.reading.store.members if info.canonical != kept)
    assert f"{len(EVENTS)} of its events stand in {kept.rpartition('/')[2]} too and count once" in dropped.notes
    assert dropped.events == len(EVENTS)


def test_what_is_lost_in_one_stands_in_the_other() -> None:
    """A damaged log lacks some events; the table has them."""
    lost = EVENTS[:3] + EVENTS[9:11]
    rest = [event for event in EVENTS if event not in lost]
    files = {"System.csv": export("viewer-csv", EVENTS, Exporter()), "System.evtx": export("evtx", rest, Exporter())}
    analysis = analyse(files)
    assert seen(analysis) == ONCE
    assert Counter(analysis.timeline["file"]) == {"System.evtx": len(rest), "System.csv": len(lost)}


def test_an_export_whose_name_does_not_tell_its_channel() -> None:
    files = {
        "export (2).csv": export("viewer-csv", EVENTS, Exporter()),
        "System.evtx": export("evtx", EVENTS, Exporter()),
    }
    analysis = analyse(files)
    assert seen(analysis) == ONCE
    assert set(analysis.covers) == {"event:System"}


def test_twins_in_a_second_are_two_events() -> None:
    """What one export has twice happened twice."""
    doubled = sorted([*EVENTS, *EVENTS[:4]], key=lambda event: event.when)
    files = {
        "System.csv": export("viewer-csv", doubled, Exporter()),
        "System.xml": export("viewer-xml", doubled, Exporter()),
    }
    assert len(analyse(files).timeline) == len(doubled)


def test_two_machines_have_two_logs() -> None:
    """Nodes of a cluster restart together and share some seconds."""
    rng = random.Random(12)
    other = system_events(12, START, 25, timedelta(minutes=11)) + rng.sample(EVENTS, 3)
    other.sort(key=lambda event: event.when)
    files = {
        "node1/System.evtx": export("evtx", EVENTS, Exporter()),
        "node2/System.evtx": export("evtx", other, Exporter()),
    }
    analysis = analyse(files)
    assert len(analysis.timeline) == len(EVENTS) + len(other)
    assert not analysis.times.copies


def test_channels_of_their_own_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """System and Application have nothing in common: the common bundle pays nothing."""
    monkeypatch.setattr(duplicates, "_overlap", lambda one, other: pytest.fail("compared"))
    files = {
        "System.evtx": export("evtx", EVENTS, Exporter()),
        "Microsoft-Windows-CAPI2%4Operational.csv": export("viewer-csv", EVENTS, Exporter()),
    }
    assert len(analyse(files).timeline) == 2 * len(EVENTS)


def found(files: Mapping[str, str | bytes], regex: str) -> tuple[list[str], int]:
    """The files of the records that a pattern finds, and how many it says that there are."""
    reading = read(MemoryBundle(files), PatternSet([Pattern(regex, ("event:*",), "test")]))
    findings = Findings(reading.scanner, reading.store, clock.resolve(reading.store))
    return [item.path for item in findings.of(0)], findings.count(0)


BOTH = {"System.csv": export("viewer-csv", EVENTS, Exporter()), "System.evtx": export("evtx", EVENTS, Exporter())}


def test_a_finding_counts_once() -> None:
    assert STARTED > 2
    assert found(BOTH, "^Service Control Manager 7036: ") == (["System.evtx"] * STARTED, STARTED)


def test_what_only_the_lesser_export_shows_is_found_there() -> None:
    """.evtx has no words of Windows' own."""
    assert found(BOTH, "service entered the [a-z]+ state") == (["System.csv"] * STARTED, STARTED)


def test_hits_that_are_not_kept_count_once_too() -> None:
    """Of a pattern that matches everywhere the first and last hits are kept; the others are copies in proportion."""
    many = system_events(13, START, 2, timedelta(0))[:1] * 1_500
    many = [replace(event, when=START + timedelta(seconds=n)) for n, event in enumerate(many)]
    files = {f"{n}/System.evtx": export("evtx", many, Exporter()) for n in range(2)}
    kept, counted = found(files, f"{many[0].kind.event_id}: ")
    assert (len(kept), counted) == (2 * KEEP, 1_500)


def test_what_a_cause_explains_in_one_export_is_not_unknown_in_another(tmp_path: Path) -> None:
    """The pattern needs the values, which a table of words lacks."""
    log = EventLog(WinVm("unknown", "SRV01"))
    for hour in range(4):
        scm.not_started(log, START + timedelta(hours=hour), "VSS", 1058)
    events = log.events("System")
    files = {
        "System.csv": export("viewer-csv", events, Exporter()),
        "System.xml": export("wevtutil-rendered", events, Exporter()),
    }
    alone = analyse({"System.csv": files["System.csv"]})
    assert alone.unknown
    one = signature(tmp_path, "x/tested", required("^  param1=Volume").replace("waagent", "event:System"))
    assert not analyse(files, one).unknown


@pytest.mark.parametrize("order", [sorted(BOTH), sorted(BOTH, reverse=True)])
def test_the_archive_s_order_does_not_matter(order: list[str]) -> None:
    analysis = run(OrderedBundle(BOTH, order), make_plan([]))
    assert set(analysis.timeline["file"]) == {"System.evtx"}
    assert analysis.times.notes[member_of(analysis.reading.store, "System.csv")]
