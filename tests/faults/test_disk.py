"""A disk that is full: the message names the file, what was there before stays, no part of the new file does."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from analyzer.analysis import analyze
from tests.faults.commands import BEFORE, LINUX, PROGRAM, WINDOWS, earlier, environment, left, started

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="left out: needs /dev/full and file systems of Linux")

FULL = Path("/dev/full")
TO_FILES = {
    "analyze": (["analyze", str(LINUX), "-o", "out"], "out"),
    "analyze, events": (["analyze", str(LINUX), "-o", os.devnull, "--events", "out.csv"], "out.csv"),
    "timeline": (["timeline", str(WINDOWS), "-o", "out"], "out"),
    "timeline, parquet": (["timeline", str(WINDOWS), "--format", "parquet", "-o", "out"], "out"),
    "redact": (["redact", str(LINUX), "-o", "out"], "out"),
    "diff": (["diff", str(LINUX), str(WINDOWS), "-o", "out"], "out"),
}
TO_STDOUT = {
    "analyze": ["analyze", str(LINUX), "-o", os.devnull, "--json", "-"],
    "the verdict": ["analyze", str(LINUX), "-o", os.devnull],
    "timeline": ["timeline", str(LINUX)],
    "timeline, parquet": ["timeline", str(LINUX), "--format", "parquet"],
    "diff": ["diff", str(LINUX), str(LINUX)],
    "diff, json": ["diff", str(LINUX), str(LINUX), "--json", "-"],
    "signatures": ["signatures", "list"],
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", TO_FILES)
def test_files_may_grow_no_longer(name: str, tmp_path: Path) -> None:
    arguments, output = TO_FILES[name]
    earlier(tmp_path, [output])
    most = 2048
    process = started(arguments, tmp_path, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)))
    _, said = process.communicate(timeout=120)
    assert said.decode() == f"Error: cannot write {output}: File too large\n"
    assert process.returncode == 1
    assert left(tmp_path) == [output]
    assert (tmp_path / output).read_text() == BEFORE


@pytest.fixture
def small(tmp_path: Path) -> list[str]:
    """The beginning of a command line that runs the rest in a file system of 16 KiB, `tmp_path`/small."""
    (tmp_path / "small").mkdir()
    mounted = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    mounted += ['mount -t tmpfs -o size=16k,nr_inodes=20 none "$0" && cd "$0" && exec "$@"', str(tmp_path / "small")]
    if subprocess.run([*mounted, "true"], capture_output=True).returncode:
        pytest.skip("left out: this system lets nobody mount a file system")
    return mounted


@pytest.mark.parametrize("name", TO_FILES)
def test_a_full_file_system(name: str, small: list[str]) -> None:
    arguments, output = TO_FILES[name]
    script = f'printf "{BEFORE}" > {output}; "$@"; code=$?; ls -A; cat {output}; exit $code'
    done = subprocess.run(
        [*small, "sh", "-c", script, "sh", *PROGRAM, *arguments], env=environment(), capture_output=True, timeout=120
    )
    assert done.stderr.decode() == f"Error: cannot write {output}: No space left on device\n"
    assert done.returncode == 1
    assert done.stdout.decode() == f"{output}\n{BEFORE}"


@pytest.mark.parametrize("name", TO_STDOUT)
def test_stdout_that_takes_nothing(name: str, tmp_path: Path) -> None:
    with FULL.open("wb") as full:
        process = started(TO_STDOUT[name], tmp_path, stdout=full.fileno())
        _, said = process.communicate(timeout=120)
    text = said.decode()
    assert "No space left on device" in text
    assert "Traceback" not in text
    assert "Exception ignored" not in text
    assert process.returncode == 1
    assert left(tmp_path) == []


@pytest.mark.parametrize("name", TO_STDOUT)
def test_a_reader_that_has_enough(name: str, tmp_path: Path) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    process = started(TO_STDOUT[name], tmp_path, stdout=writes)
    os.close(writes)
    _, said = process.communicate(timeout=120)
    assert "roken pipe" not in said.decode()
    assert "Traceback" not in said.decode()
    assert process.returncode == 0


def test_a_reader_that_has_enough_changes_no_exit_code(tmp_path: Path) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    process = started([*TO_STDOUT["analyze"], "--fail-on", "named"], tmp_path, stdout=writes)
    os.close(writes)
    process.communicate(timeout=120)
    assert process.returncode == 1


def test_no_room_for_standard_input(tmp_path: Path, small: list[str]) -> None:
    script = f'cat {LINUX} | TMPDIR="$PWD" "$@"'
    done = subprocess.run(
        [*small, "sh", "-c", script, "sh", *PROGRAM, "analyze", "-", "-o", os.devnull],
        env=environment(), capture_output=True, timeout=120,
    )  # fmt: skip
    reason = f"no room for it in {tmp_path}/small: No space left on device"
    assert done.stderr.decode() == f"vmtriage: standard input cannot be kept: {reason}\n"
    assert done.returncode == 3


def test_no_room_for_an_archive_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs itself, and the rest of the bundle is analysed."""
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("big.log", os.urandom(100_000))
    bundle = tmp_path / "bundle.tar"
    with tarfile.open(LINUX) as source, tarfile.open(bundle, "w") as tar:
        for entry in source:
            tar.addfile(entry, source.extractfile(entry) if entry.isreg() else None)
        tar.add(inner, "logs.zip")

    class Full:
        """A temporary file on a full disk."""

        def __init__(self, max_size: int) -> None:
            self.closed = False

        def write(self, data: bytes) -> int:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            self.closed = True

    monkeypatch.setattr("analyzer.bundle.spool.tempfile.SpooledTemporaryFile", Full)
    document = analyze(bundle).to_json()
    assert document["verdict"]["outcome"] == "named"
    reasons = {each["path"]: each["reason"] for each in document["bundle"]["refused"]}
    assert reasons == {"logs.zip": "no room for an archive inside the bundle: No space left on device"}


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path: Path, small: list[str]) -> None:
    script = (
        'dd if=/dev/zero of=full bs=1k 2>/dev/null; XDG_CACHE_HOME="$PWD" "$@" >/dev/null; code=$?; ls -A; exit $code'
    )
    done = subprocess.run(
        [*small, "sh", "-c", script, "sh", *PROGRAM, "analyze", str(LINUX), "-o", os.devnull],
        env=environment(), capture_output=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().split() in (["full"], ["full", "vmtriage"])
