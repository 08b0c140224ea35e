"""A difference as a page like the report: one file without a script, loading nothing, everything escaped."""

from __future__ import annotations

from markupsafe import Markup

from analyzer.compare import words
from analyzer.compare.model import Difference, Json
from analyzer.language import _, plural, using
from analyzer.report import html
from analyzer.report.words import outcome_words

MOST_OPERATIONS = 60
STYLES = ("report.css", "diff.css")


def render_diff_html(difference: Difference, tool: Json) -> str:
    """The page. `tool` is that of the documents. Same documents, same bytes."""
    with using(difference.language):
        style = html.asset(*STYLES)
        sides = (difference.before, difference.after)
        return (
            html.environment()
            .get_template("diff.html.j2")
            .render(
                language=difference.language,
                difference=difference,
                tool=tool,
                sides=[(side, outcome_words(side.outcome), words.age_word(difference, side)) for side in sides],
                operations=difference.incidents[: -MOST_OPERATIONS - 1 : -1],
                sections=_sections(difference),
                words=words,
                plural=plural,
                css=Markup(style),  # noqa: S704 - the program's own file
                csp=html.policy(style),
            )
        )


def _sections(difference: Difference) -> list[tuple[str, str]]:
    """The jump list; it mirrors which sections the template shows, in their order."""
    shown = [
        (bool(difference.causes), "causes", _("Causes and notes")),
        (bool(difference.incidents), "operations", _("Operations since")),
        (True, "errors", _("New errors")),
        *((True, f"group-{n}", words.title(group.title)) for n, group in enumerate(difference.groups, 1)),
        (bool(difference.sources), "sources", _("Sources of records")),
    ]
    return [(anchor, label) for there, anchor, label in shown if there]
