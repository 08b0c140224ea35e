"""JUnit XML, for pipelines: a suite for the bundle, a case for each kind of operation and one for the verdict.

A case fails where an operation failed and no later one made up for it, or where the verdict names a cause or cannot
decide; it is skipped where the bundle does not tell. No time of the run is in it: same document, same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from analyzer.language import _, plural, using
from analyzer.report import formatting
from analyzer.report.terminal import render_terminal
from analyzer.report.view import IncidentView, View, build_view

_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDTH = 120
_MOST_LINES = 50


def _text(value: object, limit: int = 100_000) -> str:
    """Text that XML 1.0 can hold, every character of the bundle visible."""
    return _NO_XML.sub("\ufffd", formatting.visible(value, limit))


def _line(value: object) -> str:
    return _NO_XML.sub("\ufffd", formatting.one_line(value))


def _told(item: IncidentView) -> str:
    code = ", " + _("code {code}").format(code=item.code) if item.code else ""
    return f"{item.sign} {item.title}, {item.state_word}, {item.when}{code}"


def _unhealed(view: View) -> set[str]:
    """The incidents that failed and that nothing later made up for."""
    return {
        item["id"]
        for item in view.document["incidents"]
        if item["outcome"] in ("failed", "degraded") and not item["resolved"]
    }


def _operations(case: ET.Element, items: Sequence[IncidentView], failed: Sequence[IncidentView]) -> None:
    """How the operations of one kind ended."""
    if failed:
        last = failed[-1]
        found = ET.SubElement(case, "failure", type=_line(last.state), message=_line(_told(last)))
        found.text = _text("\n".join(f"{line.place}: {line.rows[0].text}" for line in last.evidence))
    elif all(item.state == "open" for item in items):
        ET.SubElement(case, "skipped", message=_line(_told(items[-1])))
    shown = [_told(item) for item in items[-_MOST_LINES:]]
    if len(items) > len(shown):
        left = len(items) - len(shown)
        shown.insert(0, plural("{n} earlier one is not listed", "{n} earlier ones are not listed", left))
    ET.SubElement(case, "system-out").text = _text("\n".join(shown))


def _verdict(case: ET.Element, view: View) -> None:
    """The answer, with the block that a terminal shows as its text."""
    words = f"{view.outcome.word}: {view.headline}"
    told = _text(render_terminal(view.document, colour=False, width=_WIDTH))
    if view.outcome_id == "not-enough":
        ET.SubElement(case, "skipped", message=_line(words))
    elif view.outcome_id != "no-fault":
        kind = view.lead.id if view.lead else view.outcome_id
        ET.SubElement(case, "failure", type=_line(kind), message=_line(words)).text = told
        return
    ET.SubElement(case, "system-out").text = told


def render_junit(document: Mapping[str, Any]) -> str:
    """The document as JUnit XML, ending with a line feed."""
    with using(document["language"]):
        view, tool, bundle = build_view(document), document["tool"], document["bundle"]
        name = _line(bundle["name"])
        suite = ET.Element("testsuite", name=name)
        properties = ET.SubElement(suite, "properties")
        for key, value in (
            (tool["name"], tool["version"]),
            ("sha256", bundle["sha256"]),
            ("os", bundle["os"]),
            ("outcome", view.outcome_id),
        ):
            ET.SubElement(properties, "property", name=_line(key), value=_line(value))
        unhealed = _unhealed(view)
        for kind in sorted({item.kind for item in view.incidents}):
            items = [item for item in view.incidents if item.kind == kind]
            case = ET.SubElement(suite, "testcase", classname=f"{tool['name']}.operations", name=_line(kind))
            _operations(case, items, [item for item in items if item.id in unhealed])
        _verdict(ET.SubElement(suite, "testcase", classname=str(tool["name"]), name="verdict"), view)
    counts = {
        "tests": str(len(suite.findall("testcase"))),
        "failures": str(len(suite.findall("testcase/failure"))),
        "errors": "0",
        "skipped": str(len(suite.findall("testcase/skipped"))),
    }
    suite.attrib.update(counts)
    root = ET.Element("testsuites", {"name": str(tool["name"])} | counts)
    root.append(suite)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
