"""Reading ahead changes nothing but the time: the same blocks, the same errors in their place, no thread left over."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.bundle import ahead, open_bundle
from analyzer.bundle.ahead import HELD, read_ahead
from analyzer.bundle.model import Limits
from analyzer.matching.patterns import Pattern, PatternSet
from analyzer.matching.scanner import Scanner
from analyzer.reading import pipeline
from analyzer.signatures.selftest import MemoryBundle

LONG = 100


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A member of a hundred bytes is a long one."""
    monkeypatch.setattr(ahead, "LONG", LONG)


def readers() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name == "vmtriage-reader"]


class Broken(BaseException):
    """What no `except Exception` holds up."""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(min_size=0, max_size=60), max_size=30), st.sampled_from([None, ValueError, Broken]))
def test_the_same_blocks_and_then_the_error(
    small: None, blocks: list[bytes], error: type[BaseException] | None
) -> None:
    def source() -> Iterator[bytes]:
        yield from blocks
        if error is not None:
            raise error("in its place")

    found: list[bytes] = []
    if error is None:
        found += read_ahead(source(), len)
    else:
        with pytest.raises(error, match="in its place"):
            found.extend(read_ahead(source(), len))
    assert found == blocks
    assert readers() == []


def test_a_short_member_has_no_thread(small: None) -> None:
    seen: list[str] = []

    def source() -> Iterator[bytes]:
        for size in (40, 40, 20):
            seen.append(threading.current_thread().name)
            yield b"x" * size

    assert [len(block) for block in read_ahead(source(), len)] == [40, 40, 20]
    assert set(seen) == {threading.current_thread().name}


def test_a_long_member_is_read_by_a_thread_and_not_far_ahead(small: None) -> None:
    """What waits is bounded, however slowly it is used."""
    names: list[str] = []

    def source() -> Iterator[bytes]:
        for _ in range(40):
            names.append(threading.current_thread().name)
            yield b"x" * 60

    used = 0
    for _ in read_ahead(source(), len):
        used += 1
        if used in (5, 20):
            time.sleep(0.1)
        assert len(names) <= used + HELD + 2
    assert used == 40
    assert names == [threading.current_thread().name] * 2 + ["vmtriage-reader"] * 38


@pytest.mark.parametrize("used", [1, 2, 3, 10])
def test_leaving_early_stops_the_thread(small: None, used: int) -> None:
    given_out: list[int] = []

    def source() -> Iterator[bytes]:
        for i in range(10_000):
            given_out.append(i)
            yield b"x" * 60

    blocks = read_ahead(source(), len)
    for _ in range(used):
        next(blocks)
    assert isinstance(blocks, Generator)
    blocks.close()
    assert readers() == []
    assert len(given_out) <= used + HELD + 2


def test_an_error_before_and_behind_a_thread(small: None) -> None:
    """Nothing is raised before the blocks that were read are given."""

    def source(good: int) -> Iterator[bytes]:
        for i in range(good):
            yield bytes([i]) * 60
        raise OSError("unreadable")

    for good in range(8):
        found: list[bytes] = []
        with pytest.raises(OSError, match="unreadable"):
            found.extend(read_ahead(source(good), len))
        assert found == [bytes([i]) * 60 for i in range(good)]
        assert readers() == []


STAMP = "2025-03-01T10:00:00.000001Z INFO ExtHandler "
TEXT = "".join(f"{STAMP}alpha beta {i}\n" for i in range(400))
PATTERNS = PatternSet([Pattern("alpha beta", ("waagent",), "a")])


def read(path: Path) -> pipeline.Reading:
    with open_bundle(path, Limits(block_bytes=700)) as bundle:
        return pipeline.read(bundle, PATTERNS)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A folder of two logs; the first is packed, its end is damaged."""
    folder = tmp_path / "var" / "log"
    folder.mkdir(parents=True)
    packed = gzip.compress(TEXT.encode())
    (folder / "waagent.log").write_text(TEXT)
    (folder / "waagent.log.1.gz").write_bytes(packed[: len(packed) - 200])
    return tmp_path


def test_members_of_a_bundle(small: None, logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that a walk finds, the damage among it, is the same with and without threads."""
    threaded = read(logs)
    monkeypatch.setattr(ahead, "LONG", 1 << 30)
    plain = read(logs)
    assert [vars(info) for info in threaded.store.members] == [vars(info) for info in plain.store.members]
    assert threaded.refused == plain.refused
    assert len(plain.refused) == 1
    assert threaded.scanner.hits == plain.scanner.hits
    assert readers() == []


def test_a_failure_in_the_middle_leaves_no_thread(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next member is read as if nothing had been."""
    scan, calls = Scanner.scan, []

    def failing(self: Scanner, *arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 3:
            raise RuntimeError("a bug")
        scan(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Scanner, "scan", failing)
    bundle = MemoryBundle({"var/log/waagent.log": TEXT, "var/log/waagent.log.1": TEXT})
    for member in bundle._files:
        monkeypatch.setattr(member, "blocks", lambda: iter([TEXT.encode()[i : i + 900] for i in range(0, 40_000, 900)]))
    reading = pipeline.read(bundle, PATTERNS)
    assert readers() == []
    first, second = reading.store.members
    assert first.notes == ["reading it failed: RuntimeError: a bug"]
    assert second.notes == []
    assert reading.scanner.hits[0, 1].count == TEXT.count("alpha")
