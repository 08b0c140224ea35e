"""Every form in which an analysis leaves the process, as text by name."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

from analyzer.analysis import Analysis, analyze
from analyzer.batch.inbox import Ticket
from analyzer.batch.store import NAME, Store
from analyzer.bundle import open_bundle
from analyzer.compare import compare
from analyzer.compare.page import render_diff_html
from analyzer.compare.terminal import render_diff_terminal
from analyzer.report.html import render_html
from analyzer.report.junit import render_junit
from analyzer.report.markdown import render_markdown
from analyzer.report.rows import export, write_rows
from analyzer.report.sarif import render_sarif
from analyzer.report.terminal import render_terminal
from analyzer.report.write import as_json
from tests.shared import ROOT

HEALTHY = ROOT / "sample_bundles" / "healthy-agent.tar.gz"


def reports(analysis: Analysis) -> dict[str, str]:
    """All reports and exports of one analysis."""
    document = analysis.to_json()
    result = {
        "json": as_json(document),
        "html": render_html(document),
        "markdown": render_markdown(document),
        "terminal": render_terminal(document, colour=False, width=200),
        "sarif": render_sarif(document),
        "junit": render_junit(document),
    }
    healthy = analyze(HEALTHY).to_json()
    difference = compare(healthy, document)
    result["diff"] = render_diff_html(difference, document["tool"])
    result["diff in the terminal"] = render_diff_terminal(difference, colour=False, width=200)
    result["diff as json"] = json.dumps(difference.as_json(), ensure_ascii=False)
    result["store"] = _stored(document)
    with tempfile.TemporaryDirectory() as folder:
        export(analysis, "parquet", f"{folder}/events.parquet")
        result["parquet"] = pd.read_parquet(f"{folder}/events.parquet").to_csv()
    for form in ("csv", "jsonl"):
        file = io.StringIO()
        write_rows(analysis, form, file)
        result[form] = file.getvalue()
    return result


def _stored(document: dict[str, Any]) -> str:
    """The store of a batch as SQL."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        run = store.begin("")
        store.analysed(Ticket("ticket", "/ticket", 1, ""), run, "", document, "ticket.html")
        store.close()
        with closing(sqlite3.connect(Path(folder) / NAME)) as base:
            return "\n".join(base.iterdump())


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def contents(path: Path) -> dict[str, str]:
    """The members of a bundle as text, whatever they are packed in; names too."""
    with open_bundle(path) as bundle:
        found = {member.path: b"".join(member.blocks()) for member in bundle.members()}
    return {name: _decoded(data) for name, data in found.items()} | {"names": "\n".join(found)}


def _decoded(data: bytes) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return data.decode("utf-16" if wide else "utf-8", "replace")


def write_bundle(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def verdict(path: Path, at: str | None = None, symptom: str | None = None) -> tuple[object, ...]:
    document = analyze(path, at, symptom).to_json()
    named = document["verdict"]
    strongest = [(cause["id"], cause["score"]) for cause in document["causes"][:3]]
    return named["outcome"], named["cause"], json.dumps(strongest)
