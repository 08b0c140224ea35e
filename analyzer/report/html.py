"""The HTML report: one file that opens anywhere, loads nothing, and reads the same without its script.

Everything printed passes `visible` (through Jinja's finalize) and autoescape. The Content-Security-Policy names the
hash of the one style and the one script, so that nothing a bundle smuggles in could run even if it slipped through.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analyzer import resources
from analyzer.report import formatting
from analyzer.report.cascade import cascade_tree
from analyzer.report.charts import cascade_svg, shown_marks, timeline_svg
from analyzer.report.view import View, build_view


def _finalize(value: object) -> object:
    """Makes every printed string visible; markup is ours and stays as it is."""
    return formatting.visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(resources.folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        visible=formatting.visible,
        moment=formatting.moment,
        period=formatting.period,
        size=formatting.size,
        number=formatting.number,
        signed=formatting.points,
        percent=formatting.percent,
        plural=formatting.plural,
    )
    return environment


@cache
def _asset(name: str) -> str:
    """Style or script. Line feeds only: a browser hashes what it parsed, and parsing drops carriage returns."""
    return (resources.folder("templates") / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")


def content_security_policy() -> str:
    """The policy of the report: nothing but its own style and script, and images inside the file."""
    return (
        f"default-src 'none'; style-src '{_hash(_asset('report.css'))}'; script-src '{_hash(_asset('report.js'))}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _sections(view: View, has_cascade: bool) -> list[tuple[str, str]]:
    """The jump list; it mirrors which sections the template shows."""
    asked = view.outcome_id in {"not-enough", "undetermined"}
    coverage = view.coverage
    shown = [
        (bool(asked and view.ask), "ask", "What to ask for"),
        (view.outcome_id == "platform", "tell", "What to tell the platform"),
        (bool(view.evidence), "evidence", f"Evidence ({len(view.evidence)})"),
        (view.lead is not None, "against", f"Against ({len(view.against)})"),
        (bool(view.contenders), "contenders", f"Candidates ({len(view.contenders)})"),
        (has_cascade, "cascade", "Cascade"),
        (bool(view.lead and view.lead.steps), "steps", "What to do"),
        (bool((view.ask and not asked) or coverage.missing or coverage.unchecked), "missing", "What is missing"),
        (bool(view.others), "others", f"Also considered ({len(view.others)})"),
        (bool(view.notes), "notes", f"Notes ({len(view.notes)})"),
        (True, "timeline", "Timeline"),
        (True, "facts", "The VM"),
        (True, "coverage", "Coverage"),
        (bool(view.document["unknown"]), "unknown", f"Unknown errors ({len(view.document['unknown'])})"),
    ]
    return [(anchor, label) for there, anchor, label in shown if there]


def render_html(document: Mapping[str, Any]) -> str:
    """The report on a document of schema 1. Same document, same bytes; its `timings` are not in it.

    Raises jinja2.UndefinedError or KeyError where the document lacks what the schema requires.
    """
    view, tree = build_view(document), cascade_tree(document)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            view=view,
            csp=content_security_policy(),
            css=Markup(_asset("report.css")),
            js=Markup(_asset("report.js")),
            sections=_sections(view, tree is not None),
            cascade=tree,
            cascade_svg=Markup(cascade_svg(document)),
            timeline_svg=Markup(timeline_svg(document["timeline"])),
            marks=shown_marks(document["timeline"]),
        )
    )
