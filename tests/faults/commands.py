"""Runs the program as a user does, and looks at what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.shared import ROOT

LINUX = ROOT / "sample_bundles" / "backup-freeze-busy.tar.gz"
WINDOWS = ROOT / "sample_bundles" / "windows-vss-writer-timeout.tar.gz"
PROGRAM = [sys.executable, "-m", "analyzer"]
BEFORE = "an earlier result"


def started(
    arguments: Sequence[str],
    folder: Path,
    *,
    stdout: int = subprocess.DEVNULL,
    before: Callable[[], None] | None = None,
) -> subprocess.Popen[bytes]:
    """The program under way in `folder`; `before` runs in its process."""
    return subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        preexec_fn=before,
    )


def environment() -> Mapping[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


def until_it_listens(process: subprocess.Popen[bytes]) -> None:
    """Wait until it catches signals, SIGALRM as the last; before that, Python itself is starting."""
    while process.poll() is None:
        state = Path(f"/proc/{process.pid}/status").read_text()
        caught = next(int(line.split()[1], 16) for line in state.splitlines() if line.startswith("SigCgt"))
        if caught >> (signal.SIGALRM - 1) & 1:
            return
        time.sleep(0.001)


def earlier(folder: Path, names: Sequence[str]) -> None:
    """Put earlier results in the places of these outputs."""
    for name in names:
        (folder / name).write_text(BEFORE)


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
