"""The public frame: its schema, its order, its text; and what coverage counts."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer import timeline
from analyzer.analysis import Analysis, run
from analyzer.parsers.registry import STATE_PARSERS
from analyzer.plan import make_plan

from .support import BACKUP_LOG, LOG, SYSLOG, OrderedBundle, analyse, backup, failure, line, success

STATUS = "var/lib/waagent/Contoso.Tools.Setup-1.2.3/config/HandlerStatus"
FILES = {
    LOG: "banner without a stamp\n"
    + line("10:00", "slow", "WARNING")
    + line("09:00", "out of order")
    + failure("10:01")
    + "  below it\n"
    + "2025-02-30T10:00:00Z INFO ExtHandler no such day\n"
    + "2262-01-01T10:00:00Z INFO ExtHandler out of range\n",
    SYSLOG: "Mar  1 10:00:00 host kernel: yearless\nMar  1 10:00:30 host sshd[1]: hi\n",
    "var/log/dmesg": "[    1.000000] Linux\n",
    "var/log/dpkg.log": "2025-03-01 10:00:00 status installed x\n",
    BACKUP_LOG: backup("10:00", "enable"),
    STATUS: '{"name": "Contoso.Tools.Setup", "version": "1.2.3", "status": "NotReady", "code": 1, "message": "no"}',
}


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyse(FILES)


def test_the_schema(analysis: Analysis) -> None:
    frame = analysis.timeline
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "time": "datetime64[ns, UTC]",
        "time_quality": "category",
        "source": "category",
        "level": "category",
        "component": "category",
        "event_id": "Int32",
        "message": "string",
        "file": "category",
        "line": "Int32",
    }
    assert set(frame["time_quality"].cat.categories) == {"exact", "zone-assumed", "year-guessed", "inherited", "none"}
    assert set(frame["level"].cat.categories) == {"critical", "error", "warning", "info", "verbose"}
    assert list(frame.index) == list(range(len(frame)))


def test_one_row_an_event(analysis: Analysis) -> None:
    """Every record and every state event has its place, and none is dropped."""
    frame = analysis.timeline
    assert len(frame) == 6 + 2 + 1 + 1 + 1 + 1
    assert not frame.duplicated(["file", "line"]).any()
    assert frame["event_id"].isna().all()


def test_by_time_then_by_place(analysis: Analysis) -> None:
    frame = analysis.timeline
    times = frame["time"]
    timed = int(times.notna().sum())
    assert times[:timed].is_monotonic_increasing
    assert times[timed:].isna().all()
    tied = frame[times == pd.Timestamp("2025-03-01T10:00:00Z")]
    assert [str(f) for f in tied["file"]] == sorted([LOG, SYSLOG, "var/log/dpkg.log", BACKUP_LOG])
    assert frame["time_quality"][timed:].eq("none").all()


def test_an_impossible_stamp_is_no_time_and_stays(analysis: Analysis) -> None:
    frame = analysis.timeline
    rows = [i for i in range(len(frame)) if str(frame["file"][i]) == LOG and pd.isna(frame["time"][i])]
    assert [t.split(" INFO")[0] for t in analysis.text(rows)] == [
        "banner without a stamp",
        "2025-02-30T10:00:00Z",
        "2262-01-01T10:00:00Z",
    ]


def test_sources_levels_and_qualities(analysis: Analysis) -> None:
    frame = analysis.timeline
    seen = {(str(r.source), str(r.time_quality)) for r in frame.itertuples()}
    assert seen == {
        ("waagent", "exact"),
        ("waagent", "none"),
        ("syslog", "year-guessed"),
        ("kernel", "none"),
        ("packages", "zone-assumed"),
        ("vmsnapshot", "exact"),
        ("handler-status", "none"),
    }
    loud = frame[frame["level"].isin(["error", "warning"])]
    assert [str(c) for c in loud["component"][:2]] == ["ExtHandler", "ExtHandler"]
    assert frame[frame["source"] == "syslog"]["component"].astype(str).tolist() == ["kernel", "sshd"]
    assert frame[frame["source"] == "kernel"]["component"].isna().all()


def test_warnings_and_errors_keep_their_text(analysis: Analysis) -> None:
    frame = analysis.timeline
    loud = frame["level"].isin(["critical", "error", "warning"])
    assert frame["message"][loud].notna().all()
    assert frame["message"][~loud].isna().all()
    kept = frame["message"][loud].tolist()
    assert kept == analysis.text([int(i) for i in frame.index[loud]])
    assert any(text.endswith("\n  below it") for text in kept)


def test_text_of_any_row(analysis: Analysis) -> None:
    frame = analysis.timeline
    texts = analysis.text(range(len(frame)))
    found = dict(zip(zip(frame["file"].astype(str), frame["line"], strict=True), texts, strict=True))
    assert found[LOG, 3] == "ExtHandler ExtHandler out of order"
    assert found[SYSLOG, 2] == "host sshd[1]: hi"
    assert found["var/log/dmesg", 1] == "Linux"
    assert found[STATUS, 1] == "handler Contoso.Tools.Setup 1.2.3 status NotReady code 1 message: no"
    assert analysis.text([]) == []


def test_too_many_warnings_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "MOST_TEXT_ROWS", 3)
    found = analyse({LOG: "".join(line(f"10:{m:02d}", f"slow {m}", "WARNING") for m in range(10))})
    assert int(found.timeline["message"].notna().sum()) == 3
    assert found.text([9]) == ["ExtHandler ExtHandler slow 9"]


def test_streamed_in_pieces(analysis: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "CHUNK", 5)
    parts = list(timeline.stream(analysis.reading, analysis.times))
    assert [len(frame) for frame, _ in parts] == [5, 5, 2]
    texts = [t for _, part in parts for t in part]
    assert texts == analysis.text(range(12))


def test_an_empty_bundle() -> None:
    found = analyse({})
    assert len(found.timeline) == 0
    assert found.text([]) == []


@pytest.mark.parametrize("order", [sorted(FILES), sorted(FILES, reverse=True)])
def test_the_archive_s_order_does_not_matter(analysis: Analysis, order: list[str]) -> None:
    """Not even to the order of the categories."""
    other = run(OrderedBundle(FILES, order), make_plan([]))
    pd.testing.assert_frame_equal(other.timeline, analysis.timeline)


MANY = {LOG: "".join(line(f"{h:02d}:{m:02d}", f"record {h} {m}") for h, m in itertools.product(range(24), range(60)))}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 24 * 60 - 1), max_size=20))
def test_text_is_that_of_its_row(rows: list[int]) -> None:
    found = _many()
    assert found.text(rows) == [f"ExtHandler ExtHandler record {i // 60} {i % 60}" for i in rows]


_MANY: list[Analysis] = []


def _many() -> Analysis:
    if not _MANY:
        _MANY.append(analyse(MANY))
    return _MANY[0]


def test_coverage_counts_what_was_not_parsed(analysis: Analysis) -> None:
    covers = analysis.covers
    assert covers["waagent"].unparsed_bytes == len("banner without a stamp\n")
    assert covers["waagent"].bytes == len(FILES[LOG])
    assert covers["syslog"].unparsed_bytes == 0
    assert (covers["waagent"].events, covers["handler-status"].events) == (6, 1)
    assert (covers["kernel"].first, covers["kernel"].quality) == (None, "none")
    assert covers["packages"].quality == "zone-assumed"


def test_a_log_of_no_known_shape_is_all_unparsed() -> None:
    text = "one line\nand another\n" * 20
    cover = analyse({"var/log/azure/Contoso.Tools/run.log": text}).covers["extension:Contoso.Tools"]
    assert (cover.unparsed_bytes, cover.bytes, cover.events) == (len(text), len(text), 40)


def test_a_clock_that_was_not_set_is_no_coverage() -> None:
    """Before the first synchronisation a VM writes years that Azure did not have."""
    found = analyse({LOG: "1970-01-01T00:00:05Z INFO ExtHandler x\n" + line("10:00", "y")})
    assert found.covers["waagent"].first == found.covers["waagent"].last


def test_gaps() -> None:
    found = analyse({LOG: line("01:00", "a") + line("02:00", "b") + line("09:00", "c") + success("09:01")})
    (gap,) = found.to_json()["coverage"]["gaps"]
    assert gap == {"source": "waagent", "start": "2025-03-01T02:00:00Z", "end": "2025-03-01T09:00:00Z"}


def test_a_parser_that_fails_costs_its_member(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: str, data: bytes) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setitem(STATE_PARSERS, "handler-status", broken)
    found = analyse(FILES)
    notes = {m.canonical: m.notes for m in found.reading.store.members}
    assert notes[STATUS] == ["reading it failed: RuntimeError: a bug"]
    assert len(found.timeline) == 11
