"""Run fuzz targets: `python -m tests.fuzz [NAME…] [--seconds N] [--jobs N] [--keep]`.

Without names all of them, side by side as processors allow, and the damaged labelled bundles behind them. What a search
learns stays in build/fuzz/corpus, so that the next begins where it ended. Findings are made small and kept in
build/fuzz/findings; the exit code is 1 where there are any.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict

from tests.fuzz.search import BUILD, Figures, keep, search
from tests.fuzz.target import MODULES
from tests.shared import ROOT

MUTATED = "mutated"  # the labelled bundles, damaged, without guidance
HEAD = ("target", "executions", "a second", "edges", "features", "corpus", "longest s", "MiB", "findings")
ROW = "{:<16}{:>12}{:>10}{:>8}{:>10}{:>8}{:>11}{:>7}  {}"


def mutated(seconds: float) -> Figures:
    """The labelled bundles, damaged, for so long, by a process of its own; other inputs each time."""
    seed = int.from_bytes(os.urandom(3))
    options = ["--inputs", str(1 << 30), "--seconds", str(seconds), "--processes", "1", "--seed", str(seed)]
    command = [sys.executable, "-m", "tests.fuzz.many", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout or "{}")
    if not told:
        return Figures(MUTATED, 0, seconds, 0, 0, 0, 0.0, 0, (), died=done.stderr[-2000:])
    return Figures(
        target=MUTATED,
        executions=told["inputs"],
        seconds=told["seconds"],
        edges=0,
        features=0,
        inputs=0,
        longest=told["slowest"]["seconds"],
        memory_mib=told["memory_mib"],
        findings=tuple(told["findings"]),
        died=f"{told['died']} processes died, seed {seed}" if told["died"] else "",
    )


def row(figures: Figures) -> str:
    guided = figures.target != MUTATED
    return ROW.format(
        figures.target,
        f"{figures.executions:,}",
        f"{figures.executions / max(figures.seconds, 0.1):,.0f}",
        *((figures.edges, figures.features, figures.inputs) if guided else ("", "", "")),
        f"{figures.longest:.2f}" if figures.longest else "< 0.05",
        figures.memory_mib,
        " ".join(figures.findings) or "none",
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join([*MODULES, MUTATED])}")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each target")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="targets at a time")
    parser.add_argument("--keep", action="store_true", help="no search: make the kept corpus anew from what was learnt")
    options = parser.parse_args()
    unknown = set(options.names) - {*MODULES, MUTATED}
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    names = options.names or [*MODULES, MUTATED]
    if options.keep:
        for name in names:
            if name in MODULES:
                print(f"{name}: {keep(name)} inputs are kept", flush=True)
        return 0
    return 1 if _run(names, options.seconds, options.jobs) else 0


def _figures(name: str, seconds: float) -> Figures:
    return mutated(seconds) if name == MUTATED else search(name, seconds=seconds)


def _run(names: list[str], seconds: float, jobs: int) -> bool:
    """Whether anything was found."""
    found = False
    BUILD.mkdir(parents=True, exist_ok=True)
    print(ROW.format(*HEAD), flush=True)
    with ThreadPoolExecutor(jobs) as pool, (BUILD / "figures.jsonl").open("a", encoding="utf-8") as file:
        running = [
            pool.submit(mutated, seconds) if n == MUTATED else pool.submit(search, n, seconds=seconds) for n in names
        ]
        for done in as_completed(running):
            figures = done.result()
            found |= bool(figures.findings or figures.died)
            print(row(figures), flush=True)
            if figures.died:
                print(figures.died, file=sys.stderr, flush=True)
            file.write(json.dumps(asdict(figures)) + "\n")
    return found


if __name__ == "__main__":
    sys.exit(main())
