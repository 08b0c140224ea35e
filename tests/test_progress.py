"""Progress: a line on a terminal that is gone at the end, nothing elsewhere, and what it says is true."""

from __future__ import annotations

import io
import re
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

from analyzer import progress
from analyzer.analysis import analyze
from analyzer.bundle import open_bundle
from analyzer.report.cells import cells
from analyzer.report.progressline import Line, shown
from tests.shared import ROOT

SAMPLE = ROOT / "sample_bundles" / "backup-freeze-busy.tar.gz"


class Terminal(io.StringIO):
    """A stream that says it is a terminal, and what stands on its line."""

    def isatty(self) -> bool:
        return True

    def line(self) -> str:
        """What a reader sees: each carriage return goes back to the first column."""
        seen: list[str] = []
        for part in self.getvalue().split("\r"):
            seen[: len(part)] = list(part)
        return "".join(seen).rstrip()


class Recorder:
    """A watcher that remembers."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None]] = []
        self.calls: list[tuple[str, int]] = []

    def stage(self, words: str, total: int | None = None) -> None:
        self.stages.append((words, total))

    def read(self, name: str, packed: int) -> None:
        self.calls.append((name, packed))


class Clock:
    """A time that goes on by a step at each look."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def followed(source: Any) -> Recorder:
    recorder = Recorder()
    with progress.watched_by(recorder), open_bundle(source) as bundle:
        for member in progress.following(bundle, "Reading"):
            member.head()
            assert b"".join(member.blocks()) is not None
    return recorder


def test_an_archive_is_followed_to_its_end() -> None:
    recorder = followed(SAMPLE)
    assert recorder.stages == [("Reading", SAMPLE.stat().st_size)]
    done = [packed for _name, packed in recorder.calls]
    assert done == sorted(done)
    assert 0.9 * SAMPLE.stat().st_size <= done[-1] <= SAMPLE.stat().st_size
    assert any(name.endswith("waagent.log") for name, _packed in recorder.calls)


def test_a_folder_counts_its_files_together(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    with tarfile.open(SAMPLE) as archive:
        archive.extractall(folder, filter="data")
    shutil.make_archive(str(folder / "more"), "zip", folder / "var")
    total = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    recorder = followed(folder)
    assert recorder.stages == [("Reading", total)]
    done = [packed for _name, packed in recorder.calls]
    assert done == sorted(done)
    assert 0.8 * total <= done[-1] <= total


def test_a_stream_has_no_size() -> None:
    with SAMPLE.open("rb") as stream:
        assert followed(stream).stages == [("Reading", None)]


def test_nothing_is_wrapped_while_nobody_watches() -> None:
    with open_bundle(SAMPLE) as bundle:
        names = [type(member).__name__ for member in progress.following(bundle, "Reading")]
    assert set(names) == {"StreamMember"}
    progress.stage("nobody hears it")


def test_the_watched_members_are_the_bundle_s(tmp_path: Path) -> None:
    with open_bundle(SAMPLE) as bundle:
        plain = [(m.path, m.declared_size, b"".join(m.blocks())) for m in bundle.members()]
        with progress.watched_by(Recorder()):
            watched = [(m.path, m.declared_size, b"".join(m.blocks())) for m in progress.following(bundle, "Reading")]
    assert watched == plain


def test_a_stream_that_is_poured_tells_how_far() -> None:
    recorder = Recorder()
    poured = progress.Poured(io.BytesIO(b"x" * 10), "Reading standard input", recorder)
    assert [poured.read(4), poured.read(4), poured.read(4), poured.read(4)] == [b"xxxx", b"xxxx", b"xx", b""]
    assert recorder.calls == [("", 4), ("", 8), ("", 10), ("", 10)]


@pytest.mark.parametrize("width", [10, 20, 40, 80, 200])
def test_the_line_fits_and_goes_away(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    terminal = Terminal()
    line = Line(terminal, Clock(1.0))
    line.stage("Reading", 4_000_000)
    line.read("a/漢字/\x1b[31m/" + "long/" * 30 + "waagent.log", 1_000_000)
    drawn = terminal.line()
    assert cells(drawn) < width
    assert "\x1b" not in terminal.getvalue()
    if width >= 40:
        assert drawn.startswith("Reading  25 % of 4 MB  ")
        assert drawn.endswith("waagent.log")
    line.close()
    assert terminal.line() == ""
    line.read("late", 2_000_000)
    assert terminal.line() == ""


def test_it_never_says_that_all_is_done_before_it_is() -> None:
    terminal = Terminal()
    line = Line(terminal, Clock(1.0))
    line.stage("Reading", 100)
    line.read("x", 0)
    assert "0 % of 100 B" in terminal.line()
    line.read("x", 250)
    assert "99 % of 100 B" in terminal.line()


def test_a_spinner_stands_where_nobody_knows_the_size() -> None:
    terminal = Terminal()
    line = Line(terminal, Clock(1.0))
    line.stage("Reading")
    seen = []
    for packed in range(1_000, 5_000, 1_000):
        line.read("", packed)
        seen.append(terminal.line())
    assert len({text.split()[1] for text in seen}) == 4
    assert seen[-1].endswith("4 kB")


def test_at_most_ten_updates_a_second() -> None:
    terminal = Terminal()
    line = Line(terminal, Clock(0.0005))
    line.stage("Reading", 10_000)
    for packed in range(4_000):
        line.read("x", packed)
    assert 5 <= terminal.getvalue().count("\r") <= 45  # four thousand calls, two looks at the clock where it draws


def test_a_short_analysis_shows_no_line() -> None:
    terminal = Terminal()
    with shown(terminal):
        progress.stage("Reading")
    assert terminal.getvalue() == ""


def test_no_line_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    with shown(stream), open_bundle(SAMPLE) as bundle:
        assert {type(m).__name__ for m in progress.following(bundle, "Reading")} == {"StreamMember"}
    assert stream.getvalue() == ""
    monkeypatch.setenv("TERM", "dumb")
    terminal = Terminal()
    with shown(terminal):
        progress.stage("Reading")
    assert terminal.getvalue() == ""


def test_a_terminal_that_went_away_costs_no_analysis() -> None:
    terminal = Terminal()
    line = Line(terminal, Clock(1.0))
    terminal.close()
    line.stage("Reading", 100)
    line.close()


def test_the_line_is_gone_when_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.report.progressline.FIRST", 0.0)
    terminal = Terminal()

    def work() -> None:
        with shown(terminal):
            progress.stage("Reading")
            assert terminal.line().startswith("Reading")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()
    assert terminal.line() == ""
    assert re.search(r"\r\s*\r$", terminal.getvalue())


def test_an_analysis_gives_the_same_document_while_it_is_watched() -> None:
    plain = analyze(SAMPLE).to_json()
    with progress.watched_by(Recorder()):
        watched = analyze(SAMPLE).to_json()
    assert plain | {"timings": {}} == watched | {"timings": {}}
