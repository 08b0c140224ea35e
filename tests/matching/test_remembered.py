"""The literals that are kept between runs are what would be worked out again, whatever became of their file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analyzer.matching import literals, remembered
from analyzer.matching.patterns import Pattern, PatternSet

FIRST = (r"Connection re(?:fused|set)", r"[Nn]o space left", r"\d+", r"größer als")
SECOND = (r"alpha (?P<n>\d+) omega", r"Connection re(?:fused|set)", r"(?i)no literal at all")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache folder, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The regexes whose literals were worked out."""
    asked: list[str] = []
    true = literals.required

    def counted(regex: str) -> frozenset[str] | None:
        asked.append(regex)
        return true(regex)

    monkeypatch.setattr(literals, "required", counted)
    return asked


def truth(regexes: tuple[str, ...]) -> remembered.Literals:
    return {regex: literals.required(regex) for regex in regexes}


def kept(cache: Path) -> Path:
    """The one file in the cache, without leftovers beside it."""
    (place,) = (p for p in cache.rglob("*") if p.is_file())
    return place


def test_the_suite_has_a_cache_of_its_own() -> None:
    assert os.environ["XDG_CACHE_HOME"].startswith(os.path.join(tempfile.gettempdir(), "vmtriage-tests-"))


def test_worked_out_once(cache: Path, worked: list[str]) -> None:
    for _ in range(3):
        assert remembered.required(FIRST) == {
            FIRST[0]: {"Connection refused", "Connection reset"},
            FIRST[1]: {"No space left", "no space left"},
            FIRST[2]: None,
            FIRST[3]: {"größer als"},
        }
    assert sorted(worked) == sorted(FIRST)
    assert kept(cache).parent.name == "vmtriage"


def test_two_plans_by_turns(cache: Path, worked: list[str]) -> None:
    for _ in range(3):
        for plan in (FIRST, SECOND):
            assert remembered.required(plan).keys() == set(plan)
    assert sorted(worked) == sorted({*FIRST, *SECOND})


def test_a_plan_beyond_the_limit_stands_alone(cache: Path, worked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST_REGEXES", 4)
    remembered.required(FIRST)
    remembered.required(SECOND)
    assert set(json.loads(kept(cache).read_bytes().partition(b"\n")[2])) == set(SECOND)
    worked.clear()
    remembered.required(SECOND)
    assert worked == []


def test_an_edited_regex_is_another_one(cache: Path) -> None:
    remembered.required((r"Could not mount (\S+)",))
    edited = (r"Could not unmount (\S+)", r"Could not mount  (\S+)")
    assert remembered.required(edited) == truth(edited)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1), value=st.integers(0, 255), cut=st.booleans())
@example(at=0.0, value=0, cut=True)
@example(at=0.5, value=ord("x"), cut=False)
def test_any_damage(cache: Path, at: float, value: int, cut: bool) -> None:
    """One wrong byte anywhere, or the end of the file missing."""
    remembered.required(FIRST)
    place = kept(cache)
    whole = place.read_bytes()
    broken = int(at * (len(whole) - 1))
    place.write_bytes(whole[:broken] + (b"" if cut else bytes([value]) + whole[broken + 1 :]))
    assert remembered.required(FIRST) == truth(FIRST)
    assert place.read_bytes() == whole


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"{}",
        b"[]",
        b"null",
        b'{"\\\\d+": ["x"]}',
        b'{"\\\\d+": 3}',
        b"\xff\xfe",
        b"[" * 100_000,
        b"\0" * 4_096,
    ],
    ids=["empty", "a line", "object", "list", "null", "without a checksum", "number", "no text", "deep", "zeros"],
)
def test_a_file_that_somebody_else_wrote(cache: Path, content: bytes) -> None:
    remembered.required(FIRST)
    kept(cache).write_bytes(content)
    assert remembered.required(FIRST) == truth(FIRST)


def test_a_file_that_is_too_large(cache: Path, worked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    remembered.required(FIRST)
    monkeypatch.setattr(remembered, "MOST_BYTES", 10)
    remembered.required(FIRST)
    assert sorted(worked) == sorted([*FIRST, *FIRST])


def test_other_code_has_another_file(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever changes how literals are found, or the interpreter, meets none of the old ones."""
    remembered.required(FIRST)
    other = tmp_path / "literals.py"
    other.write_bytes(Path(literals.__file__).read_bytes() + b"# changed\n")
    monkeypatch.setattr(literals, "__file__", str(other))
    remembered.required(FIRST)
    monkeypatch.setattr(sys, "version", sys.version + " other")
    remembered.required(FIRST)
    assert len(list(cache.rglob("literals-*.json"))) == 3


@pytest.mark.parametrize("obstacle", ["a file in its place", "a folder in its place", "no parent"])
def test_a_cache_that_cannot_be_written(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, obstacle: str
) -> None:
    if obstacle == "a file in its place":
        cache.write_bytes(b"")
    elif obstacle == "a folder in its place":
        remembered.required(FIRST)
        place = kept(cache)
        place.unlink()
        place.mkdir()
    else:
        monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    for _ in range(2):
        assert remembered.required(FIRST) == truth(FIRST)
    assert [p for p in tmp_path.rglob("*") if p.is_file() and p != cache] == []


def test_a_full_disk_leaves_nothing_behind(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert remembered.required(FIRST) == truth(FIRST)
    assert [p for p in cache.rglob("*") if p.is_file()] == []


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that runs under a number."""

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert remembered.required(FIRST) == truth(FIRST)


def test_a_regex_that_does_not_parse(cache: Path) -> None:
    with pytest.raises(re.error, match="unterminated"):
        remembered.required([*FIRST, "("])
    assert remembered.required(FIRST) == truth(FIRST)


def test_many_processes_at_once(cache: Path) -> None:
    """They share the folder; each finds a whole file or none."""
    code = f"from analyzer.matching import remembered as r; assert r.required({SECOND!r}) and r.required({FIRST!r})"
    started = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    assert remembered.required(FIRST) == truth(FIRST)
    kept(cache)


def test_patterns_are_searched_by_what_was_kept(cache: Path) -> None:
    patterns = [Pattern(regex, (), "x") for regex in FIRST]
    fresh, again = PatternSet(patterns), PatternSet(patterns)
    assert (fresh.literals, fresh.unfiltered) == (again.literals, again.unfiltered)
    assert b"Connection reset" in again.literals
