"""Events as columns: what the walk over the bundle put in comes out, at its place, whatever the blocks were."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzer.analysis import run
from analyzer.lines.grammar import LEVELS
from analyzer.lines.index import LineIndex
from analyzer.lines.stamp import NOT_A_TIME, Clock
from analyzer.matching.patterns import Pattern, PatternSet
from analyzer.matching.scanner import Scanner
from analyzer.parsers.base import StateEvent
from analyzer.parsers.families import FAMILIES
from analyzer.plan import make_plan
from analyzer.reading import records
from analyzer.reading.column import Column
from analyzer.reading.store import MemberInfo, Store
from analyzer.signatures.selftest import MemoryBundle
from tests.shared import ROOT

from .support import LOG, SYSLOG, evidence, line, required, signature

INFO = MemberInfo("a", "a", "waagent", "waagent")
LINES = st.sampled_from(("10:00", "09:59", "below", "größer\r", "", "\0"))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5_000), max_size=6), st.integers(-(2**31), 2**31 - 30_000))
@example([2_000, 10, 9_000], 0)
def test_a_column_is_what_was_appended(sizes: list[int], first: int) -> None:
    """Pieces of any size, smaller and larger than what it grows by."""
    column, every = Column(np.int32), np.arange(first, first + sum(sizes))
    for end, size in zip(np.cumsum(sizes).tolist(), sizes, strict=True):
        column.extend(every[end - size : end])
    assert column.values().dtype == np.int32
    assert np.array_equal(column.values(), every)


@settings(max_examples=40, deadline=None)
@given(st.lists(LINES, max_size=20), st.integers(1, 200))
def test_places_are_where_records_stand(lines: list[str], size: int) -> None:
    """Offset and length of each record, added up from lengths, cut the very bytes out of the file."""
    data = "".join(line(x, "words") if ":" in x else f"{x}\n" for x in lines).encode()
    store = Store()
    texts: list[bytes] = []
    member = store.add_member(MemberInfo("a", "a", "waagent", "waagent"))
    index = LineIndex(FAMILIES["waagent"], store.sources, "waagent")
    for block in index.blocks(data[i : i + size] for i in range(0, len(data), size)):
        first = store.add_block(member, block)
        assert first == len(texts)
        texts += [block.buffer[b:e] for b, e in zip(block.start.tolist(), block.end.tolist(), strict=True)]
    offset, length = store.places(member)
    assert [data[o : o + n] for o, n in zip(offset.tolist(), length.tolist(), strict=True)] == texts
    assert b"".join(texts) == data
    columns = store.columns(member)
    assert {len(column) for column in columns.values()} == {store.members[member].events}
    assert all(text[: int(header)] in data for text, header in zip(texts, columns["header"].tolist(), strict=True))


def test_columns_that_only_some_members_have() -> None:
    """An event id where a record has one; the default for members without any."""
    store = Store()
    events, plain = store.add_member(MemberInfo("e", "e", "events-xml", "")), store.add_member(INFO)
    for ids in ([7036], [1, 2]):
        block = records.of_states(store, [StateEvent("event:System", f"event {i}", component="SCM") for i in ids])
        block.event_id = np.array(ids, dtype=np.int32)
        store.add_block(events, block)
    store.members[plain].events = 3
    assert store.optional(events, "event_id", -1).tolist() == [7036, 1, 2]
    assert store.optional(plain, "event_id", -1).tolist() == [-1, -1, -1]
    assert [store.components.names[c] for c in store.optional(events, "component", 0)] == ["SCM"] * 3
    assert (store.has(events, "event_id"), store.has(plain, "event_id")) == (True, False)


def test_a_member_that_fails_moves_nobody_else_s_components(monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk that names components reads the whole file, of which the first one left the rest."""
    scan, calls = Scanner.scan, []

    def failing(self: Scanner, *arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 3:
            raise RuntimeError("a bug")
        scan(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Scanner, "scan", failing)
    files = {LOG: line("10:00", "a") * 9, SYSLOG: "Mar  1 10:00:00 host kernel: x\n" * 9}
    frame = run(MemoryBundle(files), make_plan([])).timeline
    assert {str(f): int(n) for f, n in frame["file"].value_counts().items()} == {LOG: 9, SYSLOG: 8}
    for path, component in ((LOG, "ExtHandler"), (SYSLOG, "kernel")):
        assert set(frame[frame["file"] == path]["component"].astype(str)) == {component}


def test_states_become_records() -> None:
    store = Store()
    events = [
        StateEvent("settings", "one\nline below", "2025-03-01T10:00:00Z", "error", "a", 3),
        StateEvent("agent-status", "größer \ud800", "2025-03-01T10:00:00", "odd", "", 0),
        StateEvent("agent-status", "", "no time", "", "a", 2**40),
    ]
    block = records.of_states(store, events)
    texts = [block.buffer[b:e] for b, e in zip(block.start.tolist(), block.end.tolist(), strict=True)]
    assert texts == [b"one\nline below\n", "größer ?\n".encode(), b"\n"]
    assert block.clock.tolist() == [Clock.UTC, Clock.LOCAL, Clock.NONE]
    assert [LEVELS[code] for code in block.level] == ["error", "none", "none"]
    assert (block.raw[0] == block.raw[1], block.raw[2] == NOT_A_TIME) == (True, True)
    assert block.line.tolist() == [3, 0, 2**31 - 1]
    assert [list(store.sources)[code] for code in block.source] == ["settings", "agent-status", "agent-status"]


def test_marks_inside_a_log() -> None:
    """From the mark to the end of its line, cut where that is far; what lies behind the block's records is left."""
    data = line("10:00", "x MARK one").encode() + b"MARK two " + b"y" * 50 + b"\nMARK three\n"
    chunks = [data, line("10:01", "MARK four").encode() * 2]
    found = [
        list(records.lines_with(block, b"MARK", 20)) for block in LineIndex(FAMILIES["waagent"], {}).blocks(chunks)
    ]
    assert found == [
        [(1, b"MARK one"), (1, b"MARK two yyyyyyyyyyy"), (1, b"MARK three"), (4, b"MARK four")],
        [(5, b"MARK four")],
    ]


def test_who_asks_the_same_shares_its_hits(tmp_path: Path) -> None:
    """Two signatures with one regex see one search; another source, or another regex, is another question."""
    signatures = [
        signature(tmp_path, "x/one", required("disk full here")),
        signature(
            tmp_path,
            "x/two",
            required("disk full here") + evidence("more", "match = 'disk full here'", source="syslog"),
        ),
    ]
    plan = make_plan(signatures)
    files = {
        LOG: line("10:00", "disk full here") + line("10:01", "disk full here"),
        SYSLOG: "Mar  1 10:00:00 h k: disk full here\n",
    }
    found = run(MemoryBundle(files), plan).findings
    one, two, other = (plan.evidence[key] for key in (("x/one", "seen"), ("x/two", "seen"), ("x/two", "more")))
    assert plan.patterns.same[two] == one
    assert found.of(one) is found.of(two)
    assert (found.count(one), found.count(two), found.count(other)) == (2, 2, 1)
    assert {f.path for f in found.of(one)} == {LOG}
    assert {f.path for f in found.of(other)} == {SYSLOG}


@pytest.mark.parametrize("patterns", [
    (Pattern("alpha beta", (), "x"), Pattern("alpha beta", (), "y", repeat=True)),
    (Pattern("alpha beta", (), "x"), Pattern("alpha beta", (), "y", literal="gamma")),
    (Pattern("alpha beta", (), "x"), Pattern("alpha beta", ("syslog",), "y")),
    (Pattern("alpha beta", (), "x"), Pattern("alpha beta", (), "y", (7,), ("VSS",))),
    (Pattern("alpha beta", (), "x", (7,), ("VSS",)), Pattern("alpha beta", (), "y", (8,), ("VSS",))),
])  # fmt: skip
def test_what_is_not_asked_alike(patterns: tuple[Pattern, Pattern]) -> None:
    assert PatternSet(patterns).same == [0, 1]


def test_settings_of_a_long_run() -> None:
    """They may be made more than once; the collector leaves alone what was there and still collects what comes."""
    code = (
        "import gc, weakref; from analyzer.memory import settle; settle(); settle(); frozen = gc.get_freeze_count()\n"
        "class Ring: pass\n"
        "ring = Ring(); ring.self = ring; gone = weakref.ref(ring); del ring; gc.collect()\n"
        "assert frozen > 1_000 and gone() is None and len(bytes(100 << 20)) == 100 << 20"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
