"""One measured run of ours, as a process of its own: `python -m benchmarks.job STAGE FILE --signatures N`.

Stages: `index` (records, times and levels of a plain log), `scan` (a bundle, without a verdict), `report` (a bundle to
HTML), `batch` (a bundle so many times in one warm process).
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("stage", choices=("index", "scan", "report", "frame", "batch"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--signatures", type=Path, help="a folder of signature files")
    parser.add_argument("--output", type=Path, default=Path("/dev/null"))
    parser.add_argument("--times", type=int, default=1)
    asked = parser.parse_args()
    print(json.dumps(index(asked.file) if asked.stage == "index" else analysed(asked)))


def index(log: Path) -> dict[str, float]:
    """The line index alone, as fast as it reads a file."""
    from analyzer.lines.index import LineIndex
    from analyzer.parsers import waagent

    with log.open("rb") as file:
        blocks = iter(lambda: file.read(4 << 20), b"")
        return {"events": sum(len(block.start) for block in LineIndex(waagent.FAMILY, {}).blocks(blocks))}


def analysed(asked: argparse.Namespace) -> dict[str, float]:
    from analyzer import analysis, pipeline
    from analyzer.bundle import open_bundle
    from analyzer.bundle.model import Limits
    from analyzer.memory import settle
    from analyzer.plan import make_plan
    from analyzer.signatures.load import load_folder

    settle()
    plan = make_plan(load_folder(asked.signatures))
    limits = Limits()
    started = time.perf_counter()
    if asked.stage == "scan":
        scanner = pipeline.read(open_bundle(asked.file, limits), plan.patterns).scanner
        return {"hits": sum(hits.count for hits in scanner.hits.values())}
    for _ in range(asked.times):
        done = analysis.run(open_bundle(asked.file, limits), plan)
        if asked.stage == "frame":
            return {"rows": len(done.timeline)}
        from analyzer.report.html import render_html

        asked.output.write_text(render_html(done.to_json()), "utf-8")
    return {"seconds": time.perf_counter() - started}


if __name__ == "__main__":
    main()
