"""The programs that are compared, and how one run of one of them is measured."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Program:
    """A command line that is timed as a whole process with its children."""

    name: str
    command: tuple[str, ...]
    amount: int = 0  # of what it goes through, where it is compared by that

    @property
    def there(self) -> bool:
        return shutil.which(self.command[0]) is not None


@dataclass(frozen=True)
class Run:
    """One run: seconds by the wall, seconds of processor, peak memory of the largest process in MB."""

    wall: float
    cpu: float
    memory: float
    output: str


def run(program: Program) -> Run:
    """Start the program, wait for it, and read the kernel's account of it. RuntimeError when it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryDirectory() as home:
        started = time.perf_counter()
        process = subprocess.Popen(
            program.command,
            stdout=out,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": home, "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", "")},
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode("utf-8", "replace")
    if process.returncode not in (0, 1):  # grep's 1 is 'nothing found'
        raise RuntimeError(f"{program.name} ended with {process.returncode}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, text)


def interleaved(programs: Sequence[Program], rounds: int) -> dict[str, Run]:
    """The median run of each program; one after the other in every round, so that a slow minute hits all of them."""
    runs: dict[str, list[Run]] = {program.name: [] for program in programs}
    for number in range(rounds + 1):
        for program in programs:
            one = run(program)
            if number:  # the first round warms the caches
                runs[program.name].append(one)
    return {
        name: Run(
            median(r.wall for r in every), median(r.cpu for r in every), max(r.memory for r in every), every[-1].output
        )
        for name, every in runs.items()
    }


def ours(stage: str, file: Path, signatures: Path, *more: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "benchmarks.job", stage, str(file), "--signatures", str(signatures), *more)


def memory_of_nothing() -> float:
    """MB that this interpreter takes before it does anything, for comparison."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
