"""What must hold for every hostile input: a partial report or one clear error, soon, and nothing dangerous in either.

`survive` analyses an input as a user would and writes every form of report. It asserts that nothing but `BundleError`
is raised, that no file is written, no program started and no address asked for, that it takes less than ten seconds of
the processor (other programs do not count), and that no output carries an order to a terminal, markup, or a formula.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from os import O_ACCMODE, O_RDONLY, PathLike
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

from analyzer.analysis import Analysis, analyze
from analyzer.bundle import BundleError, Limits
from analyzer.plan import shipped_plan
from analyzer.report.rows import write_rows
from analyzer.report.terminal import render_terminal
from analyzer.report.write import FORMS, render

SECONDS = 10.0
MOST_ROWS = 20_000  # of a bundle whose rows are all written: what a million of them show, a few do
TEMPORARY = tempfile.gettempdir()
BOUNDS = Limits(
    max_members=1_000,
    max_total_bytes=64 << 20,
    max_ratio=100,
    ratio_floor=2 << 20,
    total_ratio_floor=16 << 20,
    max_nested_bytes=32 << 20,
)
"""Small enough for tests; the defaults bite in the same way (docs/hostile.md has their figures)."""

ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal or a reader would obey: controls but for tab and line feed, what reorders text, lone surrogates."""
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")
DATA = ("json", "jsonl", "sarif")
MARKUP = (
    "<img src=x onerror=run(1)>",
    "</script><script>run(1)</script>",
    "'\"><svg/onload=run(1)>",
    "]]><run/><![CDATA[",
    "&lt;b&gt;",
)
TEMPLATES = (
    "{{1337*1337}}", "${1337*1337}", "#{1337*1337}", "<%= 1337*1337 %>", "{%set x=1%}",
    "{0.__class__}", "%(x)s%n%s", "$(id)", "`id`",
)  # fmt: skip
ESCAPES = ("\x1b[2J\x1b[1;31mred", "\x1b]0;title\x07", "\x9b31m", "\x08\x08\x7f", "\u202egnp.exe\u2066x\u2069", "a\rb")
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1")
BAIT = " ".join((*MARKUP, *TEMPLATES, *ESCAPES, *FORMULAS))
"""All of them in one line, for the places where a file has room for words."""
SCORED = "1787569"  # 1337 * 1337: a template was run

_WRITES = {"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}
_LEAVES = {"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"}


@dataclass
class Outcome:
    """What became of an input: an error for the user, or an analysis with its document and reports."""

    error: str = ""
    analysis: Analysis | None = None
    document: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """All that is said of what was not read."""
        if self.error:
            return self.error
        refused = [f"{r['path']}: {r['reason']}" for r in self.document["bundle"]["refused"]]
        return "\n".join(refused + [f"{f['path']}: {f['note']}" for f in self.document["coverage"]["files"]])

    @property
    def members(self) -> list[str]:
        return [] if self.analysis is None else [info.path for info in self.analysis.reading.store.members]


_watched: list[str] | None = None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _watched is None:
        return
    if event in _WRITES or event in _LEAVES:
        _watched.append(f"{event} {arguments}")
    elif event == "open" and arguments[0] != TEMPORARY:  # a folder is opened only for a file without a name
        flags = arguments[2]
        if isinstance(flags, int) and flags & O_ACCMODE != O_RDONLY:
            _watched.append(f"open {arguments}")


sys.addaudithook(_watch)


@contextmanager
def untouched() -> Iterator[None]:
    """No file is written or renamed meanwhile, no program started, no address asked for."""
    global _watched
    seen: list[str] = []
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # a module may be imported here for the first time
    _watched = seen
    try:
        yield
    finally:
        _watched = None
        sys.dont_write_bytecode = before
    assert not seen, seen


def survive(
    source: str | PathLike[str] | BinaryIO,
    limits: Limits = BOUNDS,
    *,
    signatures: Sequence[Path] = (),
    seconds: float = SECONDS,
) -> Outcome:
    """Analyse it and write every report; see the module."""
    shipped_plan()  # what every run knows is no input's time
    begun = time.process_time()
    outcome = Outcome()
    shipped_plan(tuple(signatures))  # which may write the cache of its literals
    with untouched():
        try:
            analysis = outcome.analysis = analyze(source, limits=limits, signatures=signatures)
        except BundleError as error:
            outcome.error = str(error)
        else:
            outcome.document = analysis.to_json()
            outcome.outputs = {form: render(form, outcome.document) for form in FORMS}
            outcome.outputs["terminal"] = render_terminal(outcome.document, colour=False, width=100, height=60)
            for form in ("csv", "jsonl") if analysis.reading.records < MOST_ROWS else ():
                rows = io.StringIO()
                write_rows(analysis, form, rows, analysis.redactor)
                outcome.outputs[form] = rows.getvalue()
            analysis.bundle.close()
    took = time.process_time() - begun
    assert took < seconds, f"{took:.1f} s of the processor"
    _harmless(outcome)
    return outcome


def _harmless(outcome: Outcome) -> None:
    assert not ORDERS.search(outcome.error), ascii(outcome.error)
    for form, text in outcome.outputs.items():
        found = (CONTROLS if form in DATA else ORDERS).search(text) if form != "csv" else None
        assert not found, (form, ascii(text[max(0, found.start() - 80) : found.end() + 80]))
        assert SCORED not in text, form
    if not outcome.outputs:
        return
    page = _Page()
    page.feed(outcome.outputs["html"])
    page.close()
    ElementTree.fromstring(outcome.outputs["junit"])  # well-formed
    json.loads(outcome.outputs["json"])
    json.loads(outcome.outputs["sarif"])
    for markup in ("<img", "<svg/onload", "<run", "<script>run"):
        assert markup not in _outside_code(outcome.outputs["markdown"]), markup
    for row in csv.reader(io.StringIO(outcome.outputs.get("csv", ""))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row), row


def _outside_code(text: str) -> str:
    """Markdown without what stands in fences and between backticks, which no reader takes for markup."""
    kept, fence = [], ""
    for line in text.splitlines():
        found = re.match(r" {0,3}(`{3,}|~{3,})", line)
        if fence:
            fence = "" if found and found[1].startswith(fence) and line.strip() == found[1] else fence
        elif found:
            fence = found[1]
        else:
            kept.append(re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", line))
    assert not fence
    return "\n".join(kept)


class _Page(HTMLParser):
    """Fails on what only a bundle could have brought into the page."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"img", "iframe", "object", "embed", "base", "run"}, tag
        for name, value in attrs:
            assert not name.startswith("on"), (tag, attrs)
            assert not (name in ("href", "src") and (value or "").lower().startswith("javascript:")), (tag, attrs)

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            assert "run(1)" not in data
