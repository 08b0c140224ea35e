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
from itertools import count
from typing import Any, Self

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analyzer import language, resources
from analyzer.language import _
from analyzer.report import formatting
from analyzer.report.cascade import cascade_tree
from analyzer.report.figures import AT_ONCE, figures
from analyzer.report.timelineview import timeline_view
from analyzer.report.view import View, build_view

STYLES = ("report.css", "timeline.css")
SCRIPTS = ("report.js", "timeline.js")
_RISK_SIGNS = {"none": "✓", "restarts-service": "↻", "restarts-vm": "↻", "changes-data": "⚠"}
_ENGLISH = Markup(' lang="en" translate="no"')
"""What the logs of agents and systems are written in, on a page in another language."""


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


def _ngettext(one: str, many: str, how_many: int, **values: object) -> Markup:
    form = language.catalogue(language.REPORT).ngettext(one, many, how_many)
    return Sentence(form % _named({"num": how_many} | values))


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
        quality=formatting.quality,
        figures=figures,
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
    """The jump list; it mirrors which sections the templates show, in their order."""
    asked_first = view.outcome_id in {"not-enough", "undetermined"}
    ask = ("ask", _("What would settle it") if view.outcome_id == "undetermined" else _("What to ask for"))
    facts, unknown = view.facts, view.document["unknown"]
    shown = [
        (has_cascade, "cascade", _("Cascade")),
        (asked_first, *ask),
        (view.outcome_id == "platform", "tell", _("What to tell the platform")),
        (bool(view.evidence), "evidence", _("Evidence")),
        (view.lead is not None, "against", _("Against it ({n})").format(n=len(view.against))),
        (bool(view.contenders), "contenders", _("Candidates ({n})").format(n=len(view.contenders))),
        (
            bool(view.others or view.effects or view.lead),
            "others",
            _("Also considered ({n})").format(n=len(view.others) + len(view.effects)),
        ),
        (bool(view.lead and view.lead.steps), "steps", _("What to do")),
        (not asked_first, *ask),
        (True, "coverage", _("Coverage")),
        (True, "versions", _("Versions")),
        (True, "timeline", _("Timeline")),
        (bool(view.incidents), "incidents", _("Operations ({n})").format(n=len(view.incidents))),
        (bool(view.notes), "notes", _("Notes ({n})").format(n=len(view.notes))),
        (bool(facts.system or facts.areas), "facts", _("The VM")),
        (bool(unknown), "unknown", _("Unknown errors ({n})").format(n=len(unknown))),
    ]
    return [(anchor, label) for there, anchor, label in shown if there]


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
                css=Markup(asset(*STYLES)),  # noqa: S704 - the program's own files
                js=Markup(asset(*SCRIPTS)),  # noqa: S704
                sections=_sections(view, tree is not None),
                cascade=tree,
                next_evidence=count(1).__next__,
                at_once=AT_ONCE,
                risk_signs=_RISK_SIGNS,
                foreign="" if language.current() == "en" else _ENGLISH,
                **timeline_view(document),
            )
        )
