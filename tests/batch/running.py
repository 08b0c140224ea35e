"""Runs of `vmtriage batch` in tests: in this process, or as the command that somebody types."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import closing
from pathlib import Path
from typing import Any

from analyzer.batch.inbox import tickets
from analyzer.batch.job import Job
from analyzer.batch.run import Summary, run
from analyzer.batch.store import Store
from tests.shared import TICKETS

QUESTION = Job("", "", seconds=60.0)
PATIENCE = 180 + TICKETS  # seconds that a command has: far more than it needs on a busy machine


def triage(
    places: Sequence[Path],
    out: Path,
    pool: Executor,
    question: Job = QUESTION,
    *,
    retry: bool = False,
    forget: bool = False,
) -> Summary:
    with closing(Store(out)) as store:
        return run(tickets(map(str, places)), store, out, question, pool, 2, retry=retry, forget=forget)


def rows(out: Path, query: str) -> list[tuple[Any, ...]]:
    """What the store says, read as any other program would."""
    with closing(sqlite3.connect(out / "triage.sqlite", timeout=30)) as base:
        return base.execute(query).fetchall()


def names(out: Path) -> list[str]:
    return [name for (name,) in rows(out, "SELECT name FROM bundles ORDER BY name")]


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "analyzer", "batch", *map(str, words)]


def batch(*words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command, run to its end."""
    return subprocess.run(command(*words), capture_output=True, text=True, timeout=PATIENCE, **options)


def whole(out: Path) -> None:
    """Every row of the store is complete, and every report is there and stands at its row."""
    assert rows(out, "PRAGMA integrity_check") == [("ok",)]
    assert rows(out, "PRAGMA foreign_key_check") == []
    without = "SELECT name FROM bundles WHERE status = 'analysed' AND id NOT IN (SELECT bundle FROM {})"
    for table in ("verdicts", "timings"):
        assert rows(out, without.format(table)) == []
    reports = [name for (name,) in rows(out, "SELECT report FROM bundles WHERE report IS NOT NULL ORDER BY report")]
    assert reports == sorted(f"reports/{path.name}" for path in (out / "reports").iterdir())
    for name in reports:
        assert (out / name).read_text("utf-8").rstrip().endswith("</html>")
