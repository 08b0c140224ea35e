"""Put the reports where the user wants them, whole or not at all, and print the verdict."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from analyzer.report.html import render_html
from analyzer.report.markdown import render_markdown
from analyzer.report.terminal import render_terminal

_STRIPPED = (".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".tgz", ".tar", ".zip")


def default_name(document: Mapping[str, Any]) -> str:
    """`<bundle>.report.html` in the working directory."""
    name = Path(str(document["bundle"]["name"])).name or "bundle"
    for ending in _STRIPPED:
        name = name.removesuffix(ending)
    return ("stdin" if name == "-" else name) + ".report.html"


def as_json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def write_reports(document: Mapping[str, Any], targets: Mapping[str, str | None]) -> dict[str, str]:
    """Write each wanted report; '-' is stdout. Returns the files written, by form. OSError when one cannot be."""
    makers = {"html": render_html, "json": as_json, "markdown": render_markdown}
    written: dict[str, str] = {}
    for form, target in targets.items():
        if target is None:
            continue
        text = makers[form](document)
        if target == "-":
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            _aside(Path(target), text)
            written[form] = target
    return written


def _aside(path: Path, text: str) -> None:
    """Write beside the target and rename, so that a full disk or a signal leaves no half report."""
    descriptor, name = tempfile.mkstemp(dir=path.parent or Path("."), prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)
        raise


def print_verdict(document: Mapping[str, Any], written: Mapping[str, str], *, to_stderr: bool) -> None:
    """The verdict block, and where the reports are."""
    stream = sys.stderr if to_stderr else sys.stdout
    colour = stream.isatty() and "NO_COLOR" not in os.environ
    width = shutil.get_terminal_size((100, 24)).columns
    click.echo(render_terminal(document, colour=colour, width=width).rstrip("\n"), file=stream, color=colour)
    for target in written.values():
        click.echo(f"Report: {target}", file=stream)
