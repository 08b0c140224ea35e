"""Put the reports where the user wants them, whole or not at all, and print the verdict."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from analyzer.aside import whole
from analyzer.language import _, using
from analyzer.report.terminal import MAX_LINES, render_terminal
from analyzer.stopping import let_go_of_stdout

_STRIPPED = (".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".tgz", ".tar", ".zip")
STDOUT = "-"


def default_name(document: Mapping[str, Any]) -> str:
    """`<bundle>.report.html` in the working directory."""
    name = Path(str(document["bundle"]["name"])).name or "bundle"
    for ending in _STRIPPED:
        name = name.removesuffix(ending)
    return ("stdin" if name == "-" else name) + ".report.html"


def as_json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


FORMS = {
    "html": "analyzer.report.html:render_html",
    "json": "analyzer.report.write:as_json",
    "markdown": "analyzer.report.markdown:render_markdown",
    "sarif": "analyzer.report.sarif:render_sarif",
    "junit": "analyzer.report.junit:render_junit",
}
"""The renderer of each form, loaded when a report of that form is wanted."""


def render(form: str, document: Mapping[str, Any]) -> str:
    """The report of a document in a form of FORMS."""
    module, name = FORMS[form].split(":")
    text: str = getattr(importlib.import_module(module), name)(document)
    return text


class NotWritten(OSError):
    """Some of the reports could not be written. `written` are those that were, by form; they are whole."""

    def __init__(self, failed: Mapping[str, OSError], written: Mapping[str, str]) -> None:
        first = next(iter(failed.values()))
        super().__init__(first.errno, first.strerror or str(first), first.filename)
        self.written = dict(written)
        self.words = "; ".join(f"{target}: {error.strerror or error}" for target, error in failed.items())

    def __str__(self) -> str:
        return self.words


def clash(targets: Mapping[str, str | None], source: str = STDOUT) -> str | None:
    """Why these targets cannot be: two outputs in one place, or one in the place of the bundle itself."""
    places: dict[str, str] = {} if source == STDOUT else {os.path.realpath(source): source}
    for target in targets.values():
        if target is None:
            continue
        place = target if target == STDOUT else os.path.realpath(target)
        if place in places:
            if target == STDOUT:
                return "only one output can go to stdout"
            other = places[place]
            return f"{target} is the bundle itself" if other == source else f"two outputs would go to {target}"
        places[place] = target
    return None


def write_reports(document: Mapping[str, Any], targets: Mapping[str, str | None]) -> dict[str, str]:
    """Write each wanted report (a form of FORMS; '-' is stdout, written last). Returns the files written, by form.
    Raises NotWritten when one cannot be; the others are written nevertheless."""
    texts = {form: render(form, document) for form, target in targets.items() if target is not None}
    written: dict[str, str] = {}
    failed: dict[str, OSError] = {}
    for form in sorted(texts, key=lambda form: targets[form] == STDOUT):
        target = str(targets[form])
        try:
            if target == STDOUT:
                sys.stdout.write(texts[form])
                sys.stdout.flush()
                continue
            with whole(Path(target)) as file:
                file.write(texts[form].encode("utf-8", "replace"))
            written[form] = target
        except OSError as error:
            if target == STDOUT:
                let_go_of_stdout()
            if target != STDOUT or not isinstance(error, BrokenPipeError):  # who reads no further has what he wants
                failed["stdout" if target == STDOUT else target] = error
    if failed:
        raise NotWritten(failed, written)
    return {form: written[form] for form in targets if form in written}


def print_verdict(document: Mapping[str, Any], written: Mapping[str, str], *, to_stderr: bool) -> None:
    """The verdict block, and where the reports are; together they fit the screen."""
    stream = sys.stderr if to_stderr else sys.stdout
    colour = stream.isatty() and "NO_COLOR" not in os.environ
    size = shutil.get_terminal_size((100, MAX_LINES + len(written) + 2))
    block = render_terminal(document, colour=colour, width=size.columns, height=size.lines - len(written) - 2)
    try:
        click.echo(block.rstrip("\n"), file=stream, color=colour)
        with using(document["language"]):
            for target in written.values():
                click.echo(_("Report: {file}").format(file=target), file=stream)
    except BrokenPipeError:
        let_go_of_stdout()
