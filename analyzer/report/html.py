"""The HTML report: one file that opens anywhere, loads nothing, and reads the same without its script.

Everything printed passes `visible` (through Jinja's finalize, and where values are put into a sentence) and autoescape.
The Content-Security-Policy names the hash of the one style and the one script, so that nothing a bundle smuggles in
could run even if it slipped through.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any, Self

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analyzer import language, resources
from analyzer.language import _
from analyzer.report import formatting
from analyzer.report.cascade import cascade_tree
from analyzer.report.charts import cascade_svg, shown_marks, timeline_svg
from analyzer.report.view import View, build_view

STYLES = ("report.css", "timeline.css")
SCRIPTS = ("report.js", "timeline.js")


def _finalize(value: object) -> object:
    """Makes every printed string visible; markup is ours and stays as it is."""
    return formatting.visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


class Sentence(Markup):
    """A translated sentence. What is put into it is made visible as what stands beside it is; numbers read as such."""

    def format(self, *values: Any, **named: Any) -> Self:
        """`{name}` filled in."""
        return super().format(*map(_shown, values), **{name: _shown(value) for name, value in named.items()})


def _shown(value: object) -> object:
    counted = isinstance(value, (int, float)) and not isinstance(value, bool)
    return formatting.number(value) if counted else _finalize(value)  # type: ignore[arg-type]


def _gettext(message: str, **values: object) -> Markup:
    return Sentence(_(message)) if not values else Sentence(_(message) % _named(values))


def _ngettext(one: str, many: str, count: int, **values: object) -> Markup:
    form = language.catalogue(language.REPORT).ngettext(one, many, count)
    return Sentence(form % _named({"num": count} | values))


def _named(values: Mapping[str, object]) -> dict[str, str]:
    """Values for `%(name)s`, escaped."""
    return {name: str(Markup.escape(_shown(value))) for name, value in values.items()}


def environment() -> Environment:
    """Jinja for the language of the moment. One a language: what a template folds while it compiles is in its words."""
    return _environment(language.current())


@cache
def _environment(tag: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(resources.folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.globals.update(gettext=_gettext, ngettext=_ngettext)
    made.newstyle_gettext = True  # type: ignore[attr-defined]
    made.filters.update(
        visible=formatting.visible,
        moment=formatting.moment,
        period=formatting.period,
        size=formatting.size,
        number=formatting.number,
        signed=formatting.points,
        percent=formatting.percent,
        plural=formatting.plural,
    )
    return made


@cache
def asset(*names: str) -> str:
    """Styles or scripts, one behind the other. Line feeds only: a browser hashes what it parsed, and parsing drops
    carriage returns."""
    folder = resources.folder("templates")
    return "".join((folder / name).read_text(encoding="utf-8").replace("\r\n", "\n") for name in names)


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")


def policy(style: str, script: str = "") -> str:
    """The policy of a page: nothing but its own style and script, and images inside the file."""
    scripts = f"'{_hash(script)}'" if script else "'none'"
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src {scripts}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def content_security_policy() -> str:
    """The policy of the report."""
    return policy(asset(*STYLES), asset(*SCRIPTS))


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


def _timeline(document: Mapping[str, Any]) -> dict[str, Any]:
    """What templates/timeline.html.j2 shows."""
    return {
        "timeline_svg": Markup(timeline_svg(document["timeline"])),
        "marks": shown_marks(document["timeline"]),
    }


def render_html(document: Mapping[str, Any]) -> str:
    """The report on a document of schema 1. Same document, same bytes; its `timings` are not in it.

    Raises jinja2.UndefinedError or KeyError where the document lacks what the schema requires.
    """
    with language.using(document.get("language", "en")):
        view, tree = build_view(document), cascade_tree(document)
        return (
            environment()
            .get_template("report.html.j2")
            .render(
                view=view,
                language=language.current(),
                csp=content_security_policy(),
                css=Markup(asset(*STYLES)),
                js=Markup(asset(*SCRIPTS)),
                sections=_sections(view, tree is not None),
                cascade=tree,
                cascade_svg=Markup(cascade_svg(document)),
                **_timeline(document),
            )
        )
