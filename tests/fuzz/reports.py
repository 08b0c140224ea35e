"""What is shown to people: text of a bundle in every renderer, and nothing of it acts.

An input for `reports` begins with a line that names the form; the rest is put behind a third of the document's
strings, which third the same line says.
"""

from __future__ import annotations

import copy
import html
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from xml.etree import ElementTree
from zlib import crc32

from lxml import html as markup

from analyzer.analysis import analyze
from analyzer.report import cells, formatting
from analyzer.report.markdown import _APART, code, escaped, fence
from analyzer.report.sheets import as_cell
from analyzer.report.svg import escape
from analyzer.report.terminal import render_terminal
from analyzer.report.write import FORMS, render
from tests.browser.hostile import KEPT, PAYLOADS
from tests.fuzz.finding import Broken
from tests.fuzz.target import Target, chosen, headed
from tests.shared import ROOT

TERMINAL = "terminal"
OURS = KEPT | {"tool", "links"}  # what no bundle writes
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
TIME = re.compile(r"\d{4}-\d\d-\d\dT")


def shown(data: bytes) -> None:
    text = data.decode("utf-8", "surrogatepass") if _is_text(data) else data.decode("latin-1")
    limit = 1 + len(data) % 90
    for made in (formatting.visible(text), formatting.visible(text, limit), formatting.one_line(text), escape(text)):
        _harmless("visible", made)
    for made in (cells.fit(text, limit), cells.fit_end(text, limit)):
        _harmless("fitted", made)
        if cells.cells(made) > max(limit, 1):
            raise Broken(f"wider than it may be: {made!r} in {limit}")
    for line in cells.wrap(text, limit + 1, 3):
        if cells.cells(line) > limit + 1:
            raise Broken(f"wider than it may be: {line!r} in {limit + 1}")
    if "\n" in formatting.one_line(text):
        raise Broken("one line is more than one")
    for made in (escaped(text).replace(_APART, ""), code(text), *fence(text.split("\n"))):
        _harmless("markdown", made)
    lines = fence(text.split("\n"))
    if any(not line.strip("`") and len(line) >= len(lines[-1]) for line in lines[1:-1]):
        raise Broken("fence is closed by what it holds")
    if as_cell(text)[:1] in ("=", "+", "-", "@", "\t", "\r"):
        raise Broken("cell is a formula")


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _harmless(where: str, text: str) -> None:
    found = CONTROL.search(text)
    if found:
        raise Broken(f"{where}: U+{ord(found[0]):04X} is not made visible")


@cache
def _document() -> dict[str, Any]:
    return analyze(ROOT / "sample_bundles" / "extension-dpkg-locked.tar.gz").to_json()


def rendered(data: bytes) -> None:
    line, rest = headed(data)
    form = chosen(line.partition(" ")[0], [*FORMS, TERMINAL])
    hostile = rest.decode("utf-8", "surrogatepass") if _is_text(rest) else rest.decode("latin-1")
    document = _poisoned(copy.deepcopy(_document()), hostile, crc32(line.encode("latin-1")))
    if form == TERMINAL:
        width = 40 + len(data) % 100
        text = render_terminal(document, colour=False, width=width, height=30)
        if any(cells.cells(each) > width for each in text.split("\n")):
            raise Broken("terminal line is too wide")
    else:
        text = render(form, document)
    text.encode("utf-8", "replace")
    if form == "html":
        _inert(text)
    elif form == "junit":
        ElementTree.fromstring(text.encode("utf-8", "replace"))
    elif form == "sarif":
        json.loads(text)
    if form not in ("json", "sarif"):
        _harmless(form, html.unescape(text) if form == "html" else text.replace(_APART, ""))


def _poisoned(value: Any, hostile: str, seed: int) -> Any:
    if isinstance(value, dict):
        seeds = {name: crc32(name.encode("utf-8", "replace"), seed) for name in value}
        return {name: item if name in OURS else _poisoned(item, hostile, seeds[name]) for name, item in value.items()}
    if isinstance(value, list):
        return [_poisoned(item, hostile, crc32(b"%d" % number, seed)) for number, item in enumerate(value)]
    if isinstance(value, str) and seed % 3 == 0 and not TIME.match(value):
        return value + hostile
    return value


@cache
def _tags() -> tuple[int, frozenset[str]]:
    page = markup.document_fromstring(render("html", _document()))
    names = [element.tag for element in page.iter() if isinstance(element.tag, str)]
    return names.count("script"), frozenset(names)


def _inert(text: str) -> None:
    scripts, known = _tags()
    parser = markup.HTMLParser(encoding="utf-8", huge_tree=True)
    page = markup.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag not in known:
            raise Broken(f"element <{element.tag}> came from the bundle")
        for name, value in element.attrib.items():
            if str(name).lower().startswith("on") or str(value).strip().lower().startswith("javascript:"):
                raise Broken(f"attribute {name!r} came from the bundle")
    if sum(1 for _ in page.iter("script")) != scripts:
        raise Broken("script came from the bundle")


def text_seeds() -> Iterator[bytes]:
    yield from (payload.encode("utf-8", "surrogatepass") for payload in PAYLOADS)
    yield from ("=1+1 | `` ``` * _ [x](y) 漢字 \u0301\u0301".encode(), b"a\r\nb\tc")


def document_seeds() -> Iterator[bytes]:
    for number, form in enumerate([*FORMS, TERMINAL]):
        for payload in PAYLOADS[number % 3 :: 3]:
            yield f"{form} {number}\n".encode() + payload.encode("utf-8", "surrogatepass")


TARGETS = (
    Target("visible", shown, text_seeds, 1024, ("report/formatting.py", "report/markdown.py")),
    Target("reports", rendered, document_seeds, 512, ("report/markdown.py", "report/svg.py")),
)
