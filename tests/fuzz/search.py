"""A guided search of one target: its folders, libFuzzer's options, and the figures in what libFuzzer says."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import kept
from tests.fuzz.target import Target, load, words
from tests.shared import ROOT

BUILD = ROOT / "build" / "fuzz"


@dataclass(frozen=True)
class Figures:
    """What a search did. `died` are the last words of a process that ended before its time."""

    target: str
    executions: int
    seconds: float
    edges: int
    features: int
    inputs: int  # in the corpus at its end
    longest: float  # processor seconds of one input; below 0.05 s it is not measured
    memory_mib: int
    findings: tuple[str, ...]
    died: str = ""


def search(name: str, *, build: Path = BUILD, seconds: float = 0, runs: int = 0, seed: int = 0) -> Figures:
    """Fuzz one target for so long, or so many times, beginning with what is kept (a new target with its seeds) and what
    earlier searches learnt (in `build`). With `runs` and `seed` the search is the same each time."""
    target = load(name)
    learnt, findings = build / "corpus" / name, build / "findings"
    for folder in (learnt, findings):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(findings.glob(f"{name}-*"))
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vmtriage-fuzz-") as folder_name:
        folder = Path(folder_name)
        inputs = kept.corpus(name) or [data[: target.longest] for data in target.seeds()]
        begin = _written([*inputs, *kept.finds(name).values()], folder / "begin")
        options = [f"-max_len={target.longest}", f"-artifact_prefix={findings}/{name}-", *_dictionary(target, folder)]
        options += [f"-max_total_time={max(1, round(seconds))}"] if seconds else []
        options += [f"-runs={runs}", f"-seed={seed}"] if runs else []
        log = _child(name, build, folder, [*options, str(learnt), str(begin)])
    return _figures(name, log, time.monotonic() - began, sorted(set(findings.glob(f"{name}-*")) - before))


def _figures(name: str, log: str, seconds: float, found: Iterable[Path]) -> Figures:
    coverage = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", log) or [("0", "0", "0")]
    stats = dict(re.findall(r"stat::(\w+):\s+(\d+)", log))
    longest = re.findall(r"longest input: ([\d.]+) s", log)
    return Figures(
        target=name,
        executions=int(stats.get("number_of_executed_units", 0)),
        seconds=round(seconds, 1),
        edges=int(coverage[-1][0]),
        features=int(coverage[-1][1]),
        inputs=int(coverage[-1][2]),
        longest=float(longest[-1]) if longest else 0.0,
        memory_mib=int(stats.get("peak_rss_mb", 0)),
        findings=tuple(path.name for path in found if path.suffix != ".txt"),
        died="" if stats else log[-2000:] or "it said nothing",
    )


def _written(inputs: Iterable[bytes], folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for data in inputs:
        (folder / hashlib.sha256(data).hexdigest()[:32]).write_bytes(data)
    return folder


def _dictionary(target: Target, folder: Path) -> list[str]:
    found = words(target.reads)
    place = folder / "words"
    place.write_text("".join(f'"{_escaped(word)}"\n' for word in found), "ascii")
    return [f"-dict={place}"] if found else []


def _escaped(word: bytes) -> str:
    return "".join(chr(b) if 32 < b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in word)


def _child(name: str, build: Path, folder: Path, options: list[str]) -> str:
    child = [sys.executable, "-m", "tests.fuzz.guided", name, str(build / "findings")]
    again = folder / "again"
    again.write_text(f'#!/bin/sh\nexec {shlex.join([*child, str(again)])} "$@"\n')
    again.chmod(0o700)
    env = os.environ | {"PYTHONHASHSEED": "0"}
    done = subprocess.run([*child, str(again), *options], cwd=ROOT, capture_output=True, env=env, check=False)
    log = (done.stderr + done.stdout).decode("utf-8", "replace")
    (build / f"{name}.log").write_text(log, "utf-8")
    return log


def keep(name: str, build: Path = BUILD) -> int:
    """Make the kept corpus anew: of what is kept, what was learnt and the seeds, the smallest inputs that reach
    everything; how many there are."""
    with tempfile.TemporaryDirectory(prefix="vmtriage-fuzz-") as folder_name:
        folder = Path(folder_name)
        merged = _written([], folder / "merged")
        begin = _written([*kept.corpus(name), *load(name).seeds()], folder / "begin")
        (build / "corpus" / name).mkdir(parents=True, exist_ok=True)
        folders = [str(merged), str(begin), str(build / "corpus" / name)]
        _child(name, build, folder, ["-merge=1", f"-max_len={kept.LONGEST}", *folders])
        return kept.keep(name, [path.read_bytes() for path in merged.iterdir()])
