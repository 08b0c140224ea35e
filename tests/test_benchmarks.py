"""The benchmarks measure a program that is right: what a run finds in their logs is what the design that everybody
writes first finds, and the logs are what their names say."""

from __future__ import annotations

import hashlib
import random
from itertools import islice
from pathlib import Path

import pytest

from analyzer.bundle import open_bundle
from analyzer.bundle.model import Limits
from analyzer.matching import scanner
from analyzer.matching.patterns import Pattern, PatternSet
from analyzer.plan import shipped_plan
from analyzer.reading import pipeline
from analyzer.signatures.lint import lint_folder
from analyzer.signatures.load import load_folder
from benchmarks import corpus, knowledge, naive
from benchmarks.corpus import Mix

SIZE = 300_000
MIXES = (Mix(hits=0.10), Mix(hits=0.10, mixed=False))
DIGESTS = {
    "10of200-mixed": "e4ce878d684b7a25",
    "10of200-plain": "440547b5f2aeb79a",
    "2of1000-mixed": "ac0956ec11b6d608",
}
SOURCE = ("waagent",)


def asked(count: int) -> PatternSet:
    return PatternSet([Pattern(regex, SOURCE, str(n)) for n, regex in enumerate(knowledge.regexes(count))])


def read(bundle: Path, patterns: PatternSet, block: int = 4 << 20) -> pipeline.Reading:
    with open_bundle(bundle, Limits(block_bytes=block)) as opened:
        return pipeline.read(opened, patterns)


@pytest.fixture(scope="module", params=MIXES, ids=[mix.name for mix in MIXES])
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus.write_log(tmp_path_factory.mktemp("logs"), SIZE, request.param)


@pytest.fixture(scope="module")
def truth(log: Path) -> tuple[list[str], set[tuple[int, int]]]:
    """(the records, what the naive design finds in them)."""
    lines = log.read_text("ascii").splitlines(keepends=True)
    return list(naive.records(lines)), naive.found(lines, knowledge.regexes(200))


@pytest.mark.parametrize("block", [3_000, 4_096, 50_001, 4 << 20])
def test_a_run_finds_what_the_naive_design_finds(
    log: Path, truth: tuple[list[str], set[tuple[int, int]]], block: int
) -> None:
    """Exactly, at any size of blocks; the records are the same too."""
    records, expected = truth
    reading = read(corpus.pack(log), asked(200), block)
    [info] = reading.store.members
    hits = [hit for kept in reading.scanner.hits.values() for hit in kept.kept]
    assert sum(kept.count for kept in reading.scanner.hits.values()) == len(hits)
    assert {(hit.row, hit.pattern) for hit in hits} == expected
    assert [hit.text for hit in hits] == [records[hit.row] for hit in hits]
    assert (info.events, info.unparsed, info.notes) == (len(records), 0, [])
    assert reading.scanner.problems == []


@pytest.mark.parametrize("block", [4_096, 50_001, 4 << 20])
def test_of_dense_hits_the_first_and_last_are_kept(
    log: Path, truth: tuple[list[str], set[tuple[int, int]]], block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if one hit were many: of each signature the first and the last, and the count of all."""
    monkeypatch.setattr(scanner, "KEEP", 1)
    rows: dict[int, list[int]] = {}
    for row, number in sorted(truth[1]):
        rows.setdefault(number, []).append(row)
    hits = read(corpus.pack(log), asked(200), block).scanner.hits
    assert {number: kept.count for (number, _), kept in hits.items()} == {n: len(r) for n, r in rows.items()}
    assert max(map(len, rows.values())) > 2
    for (number, _), kept in hits.items():
        assert [hit.row for hit in kept.kept] == rows[number][:1] + rows[number][1:][-1:]


def test_there_is_something_to_find(truth: tuple[list[str], set[tuple[int, int]]]) -> None:
    records, expected = truth
    assert 0.08 * len(records) < len({row for row, _ in expected}) < 0.12 * len(records)
    assert len({number for _, number in expected}) > 90
    assert any("\n" in text for text in records)


@pytest.mark.parametrize("mix", [*MIXES, Mix(signatures=1_000)], ids=lambda mix: mix.name)
def test_the_same_bytes_every_time(mix: Mix) -> None:
    first = b"".join(islice(corpus.lines(mix), 1))[:SIZE]
    assert hashlib.sha256(first).hexdigest()[:16] == DIGESTS[mix.name]


def test_a_log_has_its_size_and_ends_with_a_line(log: Path) -> None:
    data = log.read_bytes()
    assert SIZE - 400 < len(data) <= SIZE
    assert data.endswith(b"\n")
    assert corpus.write_log(log.parent, SIZE, MIXES[0] if "mixed" in log.name else MIXES[1]) == log


@pytest.mark.parametrize("count", [1, 200, 1_000])
def test_each_signature_has_its_line(count: int) -> None:
    """A regex matches the line that was written for it, and of the others' lines none."""
    draw = random.Random(5)
    texts = [corpus._filled(draw, phrase) for phrase in knowledge.phrases(count)]
    found = naive.found((f"2025-03-01T10:00:00.000001Z INFO {text}\n" for text in texts[:40]), knowledge.regexes(count))
    assert found == {(n, n) for n in range(min(count, 40))}
    assert len(set(knowledge.regexes(count))) == count


def test_there_are_no_more_signatures_than_words() -> None:
    with pytest.raises(ValueError, match="1000"):
        knowledge.regexes(1_001)


def test_signature_files_are_as_people_write_them(tmp_path: Path) -> None:
    """They load and lint says nothing but that they have no tests."""
    folder = knowledge.write_signatures(tmp_path, 12)
    assert [e.regex for s in load_folder(folder) for e in s.evidence] == knowledge.regexes(12)
    assert {words.split(": ", 1)[1] for words in lint_folder(folder)} == {
        "no near-miss test (absent, candidate or effect)",
        "no positive test (named or noted)",
    }


def shipped_owners(folder: Path, lines: list[str]) -> dict[int, set[str]]:
    """Who of the shipped plan matches each of these lines, each a record."""
    log = folder / "var" / "log" / "waagent.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("".join(f"2025-03-01T10:00:00.000001Z INFO ExtHandler ExtHandler {line}\n" for line in lines))
    patterns = shipped_plan().patterns
    hits = [hit for kept in read(folder, patterns).scanner.hits.values() for hit in kept.kept]
    return {row: {patterns.patterns[hit.pattern].owner for hit in hits if hit.row == row} for row in range(len(lines))}


def test_quiet_lines_are_known_to_nobody(tmp_path: Path) -> None:
    """With every number, id and handler; their continuation lines too."""
    draw = random.Random(1)
    quiet = [corpus._filled(draw, text) for text in corpus.QUIET for _ in range(8)]
    quiet += [f"x\n{corpus._filled(draw, text)}" for text in corpus.CONTINUED for _ in range(4)]
    assert {row: owners for row, owners in shipped_owners(tmp_path, quiet).items() if owners} == {}


def test_heard_lines_are_known(tmp_path: Path) -> None:
    draw = random.Random(2)
    owners = shipped_owners(tmp_path, [corpus._filled(draw, text) for text in corpus.HEARD])
    assert [row for row, of in owners.items() if not of] == []
