"""Every form in which an analysis leaves the process, as text by name."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from pathlib import Path

from analyzer.analysis import Analysis, analyze
from analyzer.bundle import open_bundle
from analyzer.report.html import render_html
from analyzer.report.junit import render_junit
from analyzer.report.markdown import render_markdown
from analyzer.report.rows import write_rows
from analyzer.report.sarif import render_sarif
from analyzer.report.terminal import render_terminal
from analyzer.report.write import as_json


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
    for form in ("csv", "jsonl"):
        file = io.StringIO()
        write_rows(analysis, form, file)
        result[form] = file.getvalue()
    return result


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
