"""Read the labelled bundles, damaged: no input may raise, hang or take too much memory.

    python -m tests.fuzz.many --inputs 100000 [--seconds 600] [--processes 2] [--seed 1] [--first 0]
    python -m tests.fuzz.many --seed 1 --only 4342      one input again, with its traceback

Figures go to stdout as JSON, findings to build/fuzz/findings/ under the name of the target that reads them.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from tests.fuzz.bounds import in_memory, in_time, most_used
from tests.fuzz.finding import failure, key_of
from tests.fuzz.mutate import made
from tests.fuzz.target import Target, load
from tests.shared import ROOT

FINDINGS = ROOT / "build" / "fuzz" / "findings"
REPORT_AFTER = 500
MOST_DEATHS = 20  # processes that end before their time; beyond it something else is wrong than an input


@dataclass(frozen=True)
class Course:
    """Which inputs a run reads: from `first` to before `last`, while there is time."""

    seed: int
    first: int
    last: int
    step: int
    seconds: float


def read(target: Target, data: bytes) -> tuple[BaseException | None, float]:
    """What went wrong with an input, and the processor time it took."""
    began = time.process_time()
    return failure(target.run, data), time.process_time() - began


def _work(course: Course, begin: int, at: Synchronized[int], answers: Any) -> None:
    counts: Counter[str] = Counter()
    longest, where = 0.0, -1
    _warm(course.seed)
    end = time.monotonic() + course.seconds
    with in_memory():
        for number in range(begin, course.last, course.step):
            if time.monotonic() > end:
                break
            at.value = number
            what, name, data = made(course.seed, number)
            error, took = read(load(name), data)
            counts[what] += 1
            if error is not None:
                answers.put(("finding", number, key_of(error), f"{type(error).__name__}: {error}"[:500]))
            if took > longest:
                longest, where = took, number
            if counts.total() >= REPORT_AFTER:
                answers.put(("part", where, (longest, most_used()), dict(counts)))
                counts.clear()
    answers.put(("done", where, (longest, most_used()), dict(counts)))


def _warm(seed: int) -> None:
    """Knowledge is loaded and parsers are imported once; no input is to blame for that time."""
    for number in range(-100, 0):
        _, name, data = made(seed, number)
        failure(load(name).run, data)


@dataclass
class Sum:
    """What the processes told so far."""

    seed: int
    findings_in: Path
    kinds: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    died: int = 0
    slowest: tuple[float, int] = (0.0, -1)
    memory: int = 0

    def take(self, answers: Any) -> None:
        while not answers.empty():
            what, number, told, rest = answers.get()
            if what == "finding":
                self.findings[told] += 1
                self.keep(number, told, rest)
            else:
                self.kinds.update(rest)
                self.slowest = max(self.slowest, (told[0], number))
                self.memory = max(self.memory, told[1])

    def keep(self, number: int, key: str, words: str) -> None:
        """The first input of each mistake, as its target takes it."""
        self.findings_in.mkdir(parents=True, exist_ok=True)
        _, name, data = made(self.seed, number)
        place = self.findings_in / f"{name}-{key}"
        if not place.exists():
            place.write_bytes(data)
            print(f"{name} {self.seed}:{number}: {key}: {words}", file=sys.stderr, flush=True)

    def figures(self, began: float) -> dict[str, Any]:
        return {
            "inputs": self.kinds.total(),
            "kinds": dict(sorted(self.kinds.items())),
            "findings": dict(self.findings),
            "died": self.died,
            "slowest": {"seconds": round(self.slowest[0], 2), "number": self.slowest[1]},
            "memory_mib": self.memory >> 20,
            "seconds": round(time.monotonic() - began, 1),
            "seed": self.seed,
        }


def many(
    inputs: int,
    seed: int,
    processes: int,
    *,
    first: int = 0,
    seconds: float = 1e9,
    findings: Path = FINDINGS,
    told: Path | None = None,
) -> dict[str, Any]:
    """Read so many inputs in so many processes. A process that dies is a finding; its rest is done by another.

    Figures so far are written to `told` every minute."""
    began = last_told = time.monotonic()
    course = Course(seed, first, first + inputs, processes, seconds)
    answers: Any = multiprocessing.Queue()
    total = Sum(seed, findings)

    def start(begin: int) -> tuple[Any, Synchronized[int]]:
        at = multiprocessing.Value("q", begin)
        process = multiprocessing.Process(target=_work, args=(course, begin, at, answers))
        process.start()
        return process, at

    working = [start(first + n) for n in range(processes)]
    while working:
        total.take(answers)
        for entry in list(working):
            process, at = entry
            if process.is_alive():
                continue
            process.join()
            working.remove(entry)
            if process.exitcode:
                total.died += 1
                total.keep(at.value, f"died-{-process.exitcode}", "the process died")
                if total.died < MOST_DEATHS:
                    working.append(start(at.value + processes))
        if told and time.monotonic() - last_told > 60:
            last_told = time.monotonic()
            told.write_text(json.dumps(total.figures(began)), "utf-8")
        time.sleep(0.1)
    total.take(answers)
    return total.figures(began)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.many", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=1e9, help="end after so long")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--told", type=Path, help="a file that has the figures so far, every minute")
    parser.add_argument("--only", type=int, help="this input alone, with its traceback")
    options = parser.parse_args()
    if options.only is not None:
        what, name, data = made(options.seed, options.only)
        began = time.process_time()
        with in_memory(), in_time(60):
            load(name).run(data)
        print(what, name, f"{time.process_time() - began:.2f} s")
        return 0
    figures = many(
        options.inputs, options.seed, options.processes,
        first=options.first, seconds=options.seconds, told=options.told,
    )  # fmt: skip
    print(json.dumps(figures))
    return 1 if figures["findings"] or figures["died"] else 0


if __name__ == "__main__":
    sys.exit(main())
