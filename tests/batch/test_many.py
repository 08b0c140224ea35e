"""Many bundles with ten bombs among them, killed in the middle and started again: each of them once, and whole."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.bundle.walk import printable
from tests.batch.bundles import LABELLED, bombs, inbox
from tests.batch.running import PATIENCE, command, names, rows, whole
from tests.shared import TICKETS

SECONDS = 20  # a bundle; the pipe needs them
MEASURED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10, file=sys.stderr)
sys.exit(code)
"""
"""Runs a command and tells the memory of its largest process on stderr. The system counts what starts a process, too:
this is small, and other tests left nothing in it."""


@pytest.mark.thorough
def test_killed_among_bombs_and_started_again(tmp_path: Path) -> None:
    place, out = inbox(tmp_path / "inbox", TICKETS, LABELLED), tmp_path / "out"
    bad = bombs(place, members=5_000)
    words = (place, "-o", out, "--jobs", 2, "--time-limit", SECONDS, "--memory-limit", 1024, "--jsonl")
    first = _killed(words, TICKETS // 4, out)
    second = _killed(words, TICKETS // 4, out)
    assert 2 * (TICKETS // 4) <= len(second) < TICKETS
    assert first.items() <= second.items(), "what was done is not done again"
    measured = [sys.executable, "-c", MEASURED, *command(*words)]
    done = subprocess.run(measured, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert names(out) == sorted(printable(entry.name) for entry in place.iterdir())
    assert second.items() <= dict(rows(out, "SELECT name, run FROM bundles")).items()
    whole(out)
    failed = dict(rows(out, "SELECT name, reason FROM bundles WHERE status = 'failed'"))
    assert failed.keys() <= {printable(name) for name in bad}
    assert failed["pipe.tar.gz"] == f"took longer than {SECONDS} s"
    assert rows(out, "SELECT count(DISTINCT sha256) FROM bundles WHERE name LIKE 'ticket%'") == [(TICKETS,)]
    assert "\x1b" not in done.stdout + done.stderr
    page = (out / "index.html").read_text("utf-8")
    assert f"{TICKETS + len(bad)} tickets" in page
    assert page.count("<script") == 1
    assert int(done.stderr.splitlines()[-1]) < 1200, "a limit of 1024 MiB holds"


def _killed(words: tuple[object, ...], lines: int, out: Path) -> dict[str, int]:
    """Which run analysed which bundle, after a run that was killed when it had told of so many."""
    process = subprocess.Popen(command(*words), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    with process, process.stdout as told:
        for _ in range(lines):
            assert told.readline()
        process.send_signal(signal.SIGKILL)
    return dict(rows(out, "SELECT name, run FROM bundles"))


def test_no_code_is_taken_from_the_inbox(tmp_path: Path) -> None:
    """Somebody stands in the inbox, which holds what a customer sent."""
    place = inbox(tmp_path / "inbox", 1)
    (place / "analyzer").mkdir()
    for name in ("analyzer/__init__.py", "json.py", "numpy.py"):
        (place / name).write_text(f"open({str(tmp_path / 'owned')!r}, 'w')")
    program = Path(command()[0]).with_name("vmtriage")
    subprocess.run([program, "batch", ".", "-o", tmp_path / "out"], cwd=place, check=True, timeout=PATIENCE)
    assert not (tmp_path / "owned").exists()
    assert rows(tmp_path / "out", "SELECT name FROM bundles WHERE outcome = 'named'") == [("ticket-0000.tar.gz",)]


@pytest.mark.thorough
def test_memory_stays_flat(tmp_path: Path) -> None:
    """The process that holds the store needs no more for the second half of the bundles than for the first."""
    place, out = inbox(tmp_path / "inbox", TICKETS, LABELLED), tmp_path / "out"
    sizes = []
    process = subprocess.Popen(command(place, "-o", out, "--jobs", 2, "--jsonl"), stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process, process.stdout as lines:
        for _ in lines:
            status = Path(f"/proc/{process.pid}/status").read_text()
            sizes.append(int(status.partition("VmRSS:")[2].split()[0]) >> 10 if "VmRSS:" in status else 0)
    assert len(sizes) == TICKETS
    assert max(sizes[TICKETS // 2 : -1]) < max(sizes[: TICKETS // 2]) + 8
