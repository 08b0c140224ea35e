"""What fuzzing once found does not come back, a short search finds nothing new, and every reader has a target."""

from __future__ import annotations

import importlib.util
import random
from itertools import count
from pathlib import Path

import pytest

from analyzer.parsers.families import FAMILIES
from analyzer.parsers.registry import STATE_PARSERS
from analyzer.parsers.winevents.readers import READERS
from tests.fuzz import kept, logs, states
from tests.fuzz.bounds import Hang, in_memory, in_time
from tests.fuzz.damage import damaged
from tests.fuzz.finding import failure, key_of, smaller
from tests.fuzz.many import many
from tests.fuzz.mutate import made
from tests.fuzz.search import search
from tests.fuzz.target import MODULES, load
from tests.shared import IN_CI

GUIDED = (("json-state", 800), ("redaction", 300))
"""Targets and how many inputs the suite gives them; `make fuzz` searches all."""


@pytest.mark.parametrize("name", MODULES)
def test_kept_inputs_break_nothing(name: str) -> None:
    target = load(name)
    inputs = {f"corpus {number}": data for number, data in enumerate(kept.corpus(name))} | kept.finds(name)
    assert inputs, "every target has a corpus"
    with in_memory():
        broken = {name: failure(target.run, data) for name, data in inputs.items()}
    assert {name: repr(error) for name, error in broken.items() if error is not None} == {}


def test_what_is_kept_is_small_and_belongs_to_a_target() -> None:
    files = [path for folder in (kept.CORPUS, kept.FINDS) for path in folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 1 << 20
    assert {path.name.removesuffix(".tar.xz") for path in kept.CORPUS.iterdir()} == set(MODULES)
    assert {path.name for path in kept.FINDS.iterdir()} <= set(MODULES)


def test_every_reader_has_a_target() -> None:
    for kind in STATE_PARSERS:
        load(states.target_of(kind))
        assert kind in {"json-state": states.JSON, "xml-state": states.XML, "text-state": states.TEXT}.get(
            states.target_of(kind), states.WINDOWS
        )
    assert set(logs.KINDS) == set(FAMILIES)
    assert set(READERS) - {"events-evtx"} < set(MODULES)


@pytest.mark.parametrize(("name", "runs"), GUIDED)
def test_a_short_search_finds_nothing(name: str, runs: int, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        if IN_CI:
            pytest.fail("atheris is not installed: pip install -e '.[fuzz]'")
        pytest.skip("left out: atheris is not installed")
    figures = search(name, build=tmp_path, runs=runs, seed=1)
    assert figures.died == ""
    assert figures.findings == ()
    assert figures.executions >= runs
    assert figures.edges > 50, "the analyzer's branches are counted"


def test_damaged_bundles_break_nothing(tmp_path: Path) -> None:
    figures = many(250, seed=1, processes=1, findings=tmp_path)
    assert figures["inputs"] == 250
    assert (figures["findings"], figures["died"]) == ({}, 0)


def test_an_input_follows_from_its_number() -> None:
    assert made(1, 5) == made(1, 5)
    assert damaged(b"a line\nanother\n" * 20, random.Random(7)) == damaged(b"a line\nanother\n" * 20, random.Random(7))


def test_what_is_kept_is_read_again_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "CORPUS", tmp_path)
    assert kept.keep("lines", [b"bb", b"", b"a", b"bb", b"x" * (kept.MOST + 1)]) == 3
    assert kept.corpus("lines") == [b"", b"a", b"bb"]


def test_a_finding_is_named_and_made_small() -> None:
    def run(data: bytes) -> None:
        if b"<" in data and b">" in data:
            raise ValueError("both")

    error = failure(run, b"x" * 500 + b"<" + b"y" * 500 + b">")
    assert error is not None
    assert key_of(error).startswith("ValueError-test_fuzz-")
    assert smaller(run, b"x" * 500 + b"<" + b"y" * 500 + b">", key_of(error)) == b"<>"


def test_what_takes_too_long_is_stopped() -> None:
    with pytest.raises(Hang), in_time(0.2):
        sum(number & 0 for number in count())


def test_what_takes_too_much_memory_is_an_error() -> None:
    with pytest.raises(MemoryError), in_memory(256 << 20):
        bytearray(512 << 20)
