"""Files that cannot be read, or that change while they are: each costs itself, and the report says so."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from analyzer.analysis import Analysis, analyze
from analyzer.bundle.model import BundleError
from analyzer.progress import watched_by
from analyzer.redaction.cleaning.clean import write_clean
from analyzer.report.rows import write_beside
from tests.faults.commands import BEFORE, LINUX, PROGRAM, environment, left
from tests.shared import ROOT

LINES = 100_000  # some 10 MB: larger than what is kept of a file, so that it is read again


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sample bundle as a folder."""
    place = tmp_path / "bundle"
    with tarfile.open(LINUX) as tar:
        tar.extractall(place, filter="data")
    return place


@pytest.fixture
def large(tmp_path: Path, folder: Path) -> Path:
    """The same with a log that is too large to be kept, and one that comes before it."""
    log = next(folder.rglob("waagent.log"))
    line = b"2025-09-21T22:30:00.%06dZ INFO ExtHandler ExtHandler HeartBeat number %d with words to make it longer\n"
    with log.open("ab") as file:
        file.write(b"".join(line % (n, n) for n in range(LINES)))
    log.with_name("auth.log").write_text("Sep 21 22:30:00 vm sshd[1]: Server listening on 0.0.0.0 port 22.\n" * 500)
    return folder


class Meddler:
    """Does something to the bundle once, when the reading of a file has come so far."""

    def __init__(self, name: str, act: Callable[[], object]) -> None:
        self._name, self._act, self.done = name, act, False

    def stage(self, words: str, total: int | None = None) -> None:
        pass

    def read(self, name: str, packed: int) -> None:
        if not self.done and name.endswith(self._name) and packed:
            self.done = True
            self._act()


def meddled(source: Path, name: str, act: Callable[[], object]) -> Analysis:
    meddler = Meddler(name, act)
    with watched_by(meddler):
        analysis = analyze(source)
        analysis.to_json()
    assert meddler.done
    return analysis


def exported(analysis: Analysis, folder: Path) -> list[str]:
    write_beside(analysis, folder / "events.csv")
    return (folder / "events.csv").read_text("utf-8").splitlines()


def _shrink(log: Path) -> None:
    os.truncate(log, 100_000)


def _vanish(log: Path) -> None:
    log.unlink()


def _grow(log: Path) -> None:
    with log.open("ab") as file:
        file.write(b"2025-09-21T23:59:00.000000Z INFO ExtHandler ExtHandler one more line\n" * 50_000)


def _replace(log: Path) -> None:
    log.unlink()
    log.write_bytes(random.Random(1).randbytes(300_000))


def _neighbours(log: Path) -> None:
    """Rotation: files come and go before this one in the order of names."""
    log.with_name("auth.log").unlink()
    log.with_name("aaa.log").write_text("2025-09-21T22:30:00.000001Z INFO a new file\n")


CHANGES = {"shrinks": _shrink, "vanishes": _vanish, "grows": _grow, "is replaced": _replace, "moves": _neighbours}


@pytest.mark.parametrize("what", CHANGES)
def test_a_file_of_a_folder_changes_while_it_is_read(what: str, large: Path, tmp_path: Path) -> None:
    log = next(large.rglob("waagent.log"))
    analysis = meddled(large, "waagent.log", lambda: CHANGES[what](log))
    document = analysis.to_json()
    assert document["verdict"]["outcome"] == "named"
    assert exported(analysis, tmp_path)[0].startswith("time,")
    assert analysis.timeline.shape[0] > 1000


def test_a_neighbour_that_goes_moves_no_text(large: Path, tmp_path: Path) -> None:
    """After the first reading a file before it in the folder is gone; each line still has its own text."""
    before = analyze(large)
    rows = exported(before, tmp_path)
    analysis = analyze(large)
    next(large.rglob("auth.log")).unlink()
    (next(large.rglob("waagent.log")).parent / "0.log").write_text("2025-09-21T22:30:00.000001Z INFO new\n")
    others = [row for row in rows if "auth.log" not in row]
    assert [row for row in exported(analysis, tmp_path) if "auth.log" not in row] == others


def test_an_archive_is_cut_while_it_is_read(tmp_path: Path, large: Path) -> None:
    archive = tmp_path / "bundle.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(large, ".")
    half = archive.stat().st_size // 2
    document = meddled(archive, "waagent.log", lambda: os.truncate(archive, half)).to_json()
    assert document["bundle"]["refused"]


@pytest.mark.parametrize("command", ["analyze", "timeline", "redact", "diff"])
def test_an_archive_that_is_gone_when_it_is_read_again(command: str, tmp_path: Path) -> None:
    """A message and the exit code of what cannot be read, and nothing of an earlier result is lost."""
    shutil.copy(LINUX, tmp_path / "b.tar.gz")
    (tmp_path / "out").write_text(BEFORE)
    script = (
        "import sys, pathlib, analyzer.reading.pipeline as pipeline, analyzer.redaction.cleaning.clean as clean\n"
        "def after(module, name):\n"
        "    real = getattr(module, name)\n"
        "    def gone(*arguments, **options):\n"
        "        result = real(*arguments, **options)\n"
        "        pathlib.Path('b.tar.gz').unlink(missing_ok=True)\n"
        "        return result\n"
        "    setattr(module, name, gone)\n"
        "after(pipeline, 'read')\n"
        "after(clean, '_study')\n"
        "from analyzer.__main__ import main\n"
        "main()\n"
    )
    arguments = [command, "b.tar.gz", *([str(LINUX)] if command == "diff" else []), "-o", "out"]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=tmp_path, env=environment(), capture_output=True, timeout=120
    )
    assert done.stderr.decode() == "vmtriage: b.tar.gz: there is no such file or folder\n"
    assert done.returncode == 3
    assert left(tmp_path) == ["out"]
    assert (tmp_path / "out").read_text() == BEFORE


def test_a_file_that_comes_while_a_bundle_is_cleaned_is_left_out(folder: Path, tmp_path: Path) -> None:
    """Nobody learned its secrets."""

    def progress(path: str, number: int) -> None:
        (folder / "late.log").write_text("password=hunter2hunter2\n")

    cleaned = write_clean(folder, tmp_path / "clean.tar.gz", progress=progress)
    with tarfile.open(tmp_path / "clean.tar.gz") as tar:
        assert not [name for name in tar.getnames() if "late" in name]
    assert ("late.log", "it came while the bundle was read") in cleaned.left_out


def test_a_file_that_goes_while_a_bundle_is_cleaned(folder: Path, tmp_path: Path) -> None:
    def progress(path: str, number: int) -> None:
        (folder / "0.log").unlink(missing_ok=True)

    (folder / "0.log").write_text("2025-09-21T22:30:00.000001Z INFO nothing\n")
    whole = write_clean(folder, tmp_path / "whole.tar.gz")
    cleaned = write_clean(folder, tmp_path / "clean.tar.gz", progress=progress)
    assert cleaned.members == whole.members - 1
    assert [path for path, _ in cleaned.left_out] == [path for path, _ in whole.left_out]


class Broken:
    """A file whose disk is broken: nothing of it can be read."""

    def __init__(self, handle: BinaryIO) -> None:
        self._handle = handle

    def read(self, size: int = -1) -> bytes:
        raise OSError(5, "Input/output error")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handle, name)

    def __enter__(self) -> Broken:
        return self

    def __exit__(self, *_: object) -> None:
        self._handle.close()


def test_a_broken_disk_under_one_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = next(folder.rglob("extension.log")).name
    real_open, real = os.open, os.fdopen
    broken: set[int] = set()

    def opening(path: str, flags: int, *more: Any) -> int:
        descriptor = real_open(path, flags, *more)
        if str(path).endswith(bad):
            broken.add(descriptor)
        else:
            broken.discard(descriptor)
        return descriptor

    def handle(descriptor: int, *arguments: Any, **options: Any) -> Any:
        opened = real(descriptor, *arguments, **options)
        return Broken(opened) if descriptor in broken else opened

    monkeypatch.setattr("analyzer.bundle.folder.os.open", opening)
    monkeypatch.setattr("analyzer.bundle.folder.os.fdopen", handle)
    document = analyze(folder).to_json()
    refused = {each["path"]: each["reason"] for each in document["bundle"]["refused"]}
    assert {reason for path, reason in refused.items() if path.endswith(bad)} == {"cannot be read: Input/output error"}
    assert document["coverage"]["files"]


def test_a_broken_disk_under_an_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    def opening(path: Path, mode: str, buffering: int) -> Broken:
        return Broken(path.open("rb", buffering=0))

    monkeypatch.setattr("analyzer.bundle.open.open", opening, raising=False)
    with pytest.raises(BundleError, match="Input/output error"):
        analyze(LINUX)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="left out: needs root to be somebody else")
def test_files_that_the_user_may_not_read(folder: Path, tmp_path: Path) -> None:
    """As a user without rights: those files are listed, the rest is analysed."""
    secret = next(folder.rglob("waagent.log"))
    locked = folder / "locked"
    locked.mkdir()
    (locked / "x.log").write_text("x\n")
    secret.chmod(0)
    locked.chmod(0)
    for place in (*folder.parents, folder):
        if place.is_relative_to("/tmp") and place != Path("/tmp"):
            place.chmod(0o755)
    rights = [
        "setpriv",
        "--reuid",
        "65534",
        "--regid",
        "65534",
        "--clear-groups",
        "--inh-caps=-all",
        "--bounding-set=-all",
    ]
    script = (
        "import sys; sys.path.insert(0, sys.argv.pop(1))\n"
        "from analyzer.analysis import analyze\n"
        "document = analyze(sys.argv[1]).to_json()\n"
        "print(document['verdict']['outcome'])\n"
        "for each in document['bundle']['refused']: print(each['path'], each['reason'])\n"
    )
    done = subprocess.run(
        [*rights, sys.executable, "-c", script, str(ROOT), str(folder)], cwd="/", capture_output=True, timeout=120
    )
    if done.returncode and b"ModuleNotFoundError" in done.stderr:
        pytest.skip("left out: nobody else may read this checkout")
    assert done.stderr == b""
    lines = done.stdout.decode().splitlines()
    assert f"{secret.relative_to(folder)} cannot be read: Permission denied" in lines
    assert "locked cannot be read: Permission denied" in lines


def test_a_bundle_that_may_not_be_read_at_all(tmp_path: Path) -> None:
    done = subprocess.run(
        [*PROGRAM, "analyze", "/proc/self/mem"], cwd=tmp_path, env=environment(), capture_output=True, timeout=60
    )
    assert done.returncode == 3
    assert done.stderr.decode().count("\n") == 1
    assert done.stderr.decode().startswith("vmtriage: mem: ")
