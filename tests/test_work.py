"""How much work a run is, counted and not timed, so that no machine makes a difference: bytes that were searched, words
that were compared, regexes that ran, texts that were made, functions that were called (docs/performance.md).

The bounds lie a tenth above what is needed. Whoever lowers the work may lower them; whoever raises one says why."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

import pytest

from analyzer.bundle import open_bundle
from analyzer.bundle.model import Limits
from analyzer.matching.finder import Ints, LiteralFinder
from analyzer.matching.matcher import Matcher, Patience
from analyzer.matching.patterns import Pattern, PatternSet
from analyzer.plan import shipped_plan
from analyzer.reading import pipeline
from benchmarks import corpus
from benchmarks.corpus import Mix
from benchmarks.knowledge import regexes

SIZE = 300_000
BLOCK = 64 << 10
LOUD, CLEAN = Mix(hits=0.10), Mix(hits=0.0, heard=0.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What the search for literals and the compiling of regexes did."""
    work: Counter[str] = Counter()
    learn, look_up, compare, compiled = (
        LiteralFinder._learn, LiteralFinder._look_up, LiteralFinder._compare, Matcher.__init__,
    )  # fmt: skip

    def count_learning(self: LiteralFinder, buffer: bytes, end: int) -> None:
        work["learnings"] += 1
        learn(self, buffer, end)

    def count_look_up(self: LiteralFinder, buffer: bytes, end: int) -> tuple[Ints, Ints]:
        found = look_up(self, buffer, end)
        work["searched bytes"] += end
        work["compared words"] += len(found[0])
        return found

    def count_compared(self: LiteralFinder, buffer: bytes, end: int, at: Ints, gram: Ints) -> tuple[Ints, Ints]:
        found = compare(self, buffer, end, at, gram)
        work["found literals"] += len(found[0])
        return found

    def count_compiled(self: Matcher, pattern: Pattern, patience: Patience) -> None:
        work["compiled"] += 1
        compiled(self, pattern, patience)

    monkeypatch.setattr(LiteralFinder, "_learn", count_learning)
    monkeypatch.setattr(LiteralFinder, "_look_up", count_look_up)
    monkeypatch.setattr(LiteralFinder, "_compare", count_compared)
    monkeypatch.setattr(Matcher, "__init__", count_compiled)
    return work


def log(folder: Path, mix: Mix, size: int = SIZE) -> Path:
    """A lone log, in a folder of its own."""
    place = folder / f"{mix.name}-{size}"
    place.mkdir(exist_ok=True)
    return corpus.write_log(place, size, mix)


def asked(count: int) -> PatternSet:
    return PatternSet([Pattern(regex, ("waagent",), str(n)) for n, regex in enumerate(regexes(count))])


def read(path: Path, patterns: PatternSet, block: int = BLOCK) -> pipeline.Reading:
    with open_bundle(path, Limits(block_bytes=block)) as bundle:
        return pipeline.read(bundle, patterns)


def summary(reading: pipeline.Reading, work: Counter[str]) -> dict[str, int]:
    scanner = reading.scanner
    return {
        **work,
        "read bytes": reading.bytes_read,
        "searches": scanner.searches,
        "decoded": scanner.decoded,
        "hits": sum(hits.count for hits in scanner.hits.values()),
    }


def test_a_log_with_hits(folder: Path, counted: Counter[str]) -> None:
    path = log(folder, LOUD)
    work = summary(read(path, asked(200)), counted)
    size = path.stat().st_size
    assert work["read bytes"] == work["searched bytes"] == size  # each byte once
    assert work["learnings"] == 1
    assert work["hits"] == work["found literals"] == 136
    assert work["compared words"] <= 305  # of the 75,000 words at even places
    assert work["searches"] <= 265  # two signatures share a literal
    assert work["decoded"] <= work["searches"]
    assert work["compiled"] <= 148


def test_five_times_as_many_signatures(folder: Path, counted: Counter[str]) -> None:
    """The same text costs the search for literals nothing more; regexes run for signatures that share a literal."""
    path = log(folder, LOUD)
    few = summary(read(path, asked(200)), counted)
    counted.clear()
    many = summary(read(path, asked(1_000)), counted)
    for same in ("read bytes", "searched bytes", "learnings", "hits", "found literals"):
        assert many[same] == few[same]
    assert many["compared words"] <= 1.1 * few["compared words"]
    assert many["searches"] <= 5 * few["searches"]
    assert many["compiled"] <= 5 * few["compiled"]


def test_what_is_asked_alike_is_looked_for_once(folder: Path, counted: Counter[str]) -> None:
    path = log(folder, LOUD)
    once = summary(read(path, asked(200)), counted)
    counted.clear()
    twice = PatternSet([*asked(200).patterns, *asked(200).patterns])
    assert summary(read(path, twice), counted) == once


@pytest.mark.parametrize("shipped", [False, True], ids=["made up", "shipped"])
def test_a_clean_log_costs_no_regex(folder: Path, counted: Counter[str], shipped: bool) -> None:
    """None runs, none is compiled, no text is made."""
    patterns = PatternSet(shipped_plan().patterns.patterns) if shipped else asked(200)
    work = summary(read(log(folder, CLEAN), patterns), counted)
    assert (work["hits"], work["searches"], work["decoded"], work.get("compiled", 0)) == (0, 0, 0, 0)
    # a literal that stands in every second line would add 700
    assert work["compared words"] <= (900 if shipped else 10)


def test_dense_hits_are_not_all_made(folder: Path, counted: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a plain signature that hits every twelfth record, texts are made of the first hits and the last alone."""
    monkeypatch.setattr("analyzer.matching.scanner.KEEP", 10)
    plain = PatternSet([Pattern("telemetry events", ("waagent",), "plain")])
    work = summary(read(log(folder, CLEAN), plain), counted)
    assert work["hits"] == work["found literals"] == 117
    assert (work["searches"], work["compiled"]) == (0, 1)
    assert work["decoded"] <= 4 * 10  # what the last blocks hold


def calls(path: Path, patterns: PatternSet) -> tuple[int, int]:
    """(Python functions that reading the log as one block called, regexes that ran). Patterns are compiled before, and
    what other tests left behind is thrown away before: its finalizers would be counted here."""
    read(path, patterns, 4 << 20)
    gc.collect()
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    gc.disable()
    sys.setprofile(note)
    try:
        reading = read(path, patterns, 4 << 20)
    finally:
        sys.setprofile(before)
        gc.enable()
    return count, reading.scanner.searches


@pytest.mark.parametrize("shipped", [False, True], ids=["made up", "shipped"])
def test_no_loop_over_lines(folder: Path, shipped: bool) -> None:
    """Three times as many clean lines in a block call no function more."""
    patterns = PatternSet(shipped_plan().patterns.patterns) if shipped else asked(200)
    few, _ = calls(log(folder, CLEAN), patterns)
    many, _ = calls(log(folder, CLEAN, 3 * SIZE), patterns)
    assert abs(many - few) <= 50
    assert few <= 1_500


def test_what_a_hit_costs(folder: Path) -> None:
    patterns = asked(200)
    clean, _ = calls(log(folder, CLEAN), patterns)
    loud, searches = calls(log(folder, LOUD, 3 * SIZE), patterns)
    assert searches > 600
    assert loud - clean <= 15 * searches
