"""One measured run of ours, as a process of its own: `python -m benchmarks.job STAGE FILE --signatures FOLDER`.

Stages: `index` (records, times and levels of a plain log) · `scan` (a bundle, without a verdict) · `report` (a bundle
to HTML) · `frame` (a bundle to the full DataFrame) · `batch` (every bundle of a folder, in one warm process). It prints
the processor seconds of the stage alone, without the start of the process.
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
    parser.add_argument("--signatures", type=Path, help="a folder of signature files; the shipped ones without it")
    asked = parser.parse_args()
    done = index(asked.file) if asked.stage == "index" else analysed(asked.stage, asked.file, asked.signatures)
    print(json.dumps(done))


def index(log: Path) -> dict[str, float]:
    """The line index alone, as fast as it reads a file."""
    from analyzer.lines.index import LineIndex
    from analyzer.memory import settle
    from analyzer.parsers import waagent

    settle()
    started = time.process_time()
    with log.open("rb") as file:
        blocks = iter(lambda: file.read(4 << 20), b"")
        events = sum(len(block.start) for block in LineIndex(waagent.FAMILY, {}).blocks(blocks))
    return {"events": events, "cpu": time.process_time() - started}


def analysed(stage: str, file: Path, folder: Path | None) -> dict[str, float]:
    from analyzer import analysis
    from analyzer.bundle import open_bundle
    from analyzer.memory import settle
    from analyzer.plan import make_plan, shipped_plan
    from analyzer.reading import pipeline
    from analyzer.report.html import render_html
    from analyzer.signatures.load import load_folder

    settle()
    plan = make_plan(load_folder(folder)) if folder else shipped_plan()
    cpu, wall = time.process_time(), time.perf_counter()
    result: dict[str, float] = {}
    bundles = sorted(file.iterdir()) if stage == "batch" else [file]
    for bundle in bundles:
        if stage == "scan":
            hits = pipeline.read(open_bundle(bundle), plan.patterns).scanner.hits.values()
            result["hits"] = sum(h.count for h in hits)
            continue
        done = analysis.run(open_bundle(bundle), plan)
        if stage == "frame":
            result["rows"] = len(done.timeline)
        else:
            result["characters"] = len(render_html(done.to_json()))
    return result | {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "bundles": len(bundles)}


if __name__ == "__main__":
    main()
