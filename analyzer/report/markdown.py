"""The Markdown report: at most 60 lines, to paste into a ticket.

Text of the bundle stands in code spans and fences longer than any run of backticks inside it; words of the verdict
may hold captures of the bundle too, so their punctuation is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.report import formatting
from analyzer.report.cause_view import CauseView, EvidenceView
from analyzer.report.view import View, build_view

MAX_LINES = 60
_PUNCTUATION = re.compile(r"([\\`*_\[\]<>#|~])")
_BACKTICKS = re.compile(r"`+")
_LINE_LIMIT, _EVIDENCE_LINES = 400, 5


def escaped(value: object) -> str:
    """Words on one line that no Markdown reader takes for markup, a link, HTML or a mention."""
    text = _PUNCTUATION.sub(r"\\\1", formatting.one_line(value, 1_000))
    return text.replace("@", "&#64;").replace("://", "&#58;//")


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)


def code(value: object) -> str:
    """A code span around text of the bundle."""
    text = formatting.one_line(value, _LINE_LIMIT)
    ticks = "`" * (_longest_run(text) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def fence(lines: Sequence[str], language: str = "") -> list[str]:
    """A fenced block that the text cannot close."""
    shown = [formatting.one_line(line, _LINE_LIMIT) for line in lines]
    ticks = "`" * max(3, _longest_run("\n".join(shown)) + 1)
    return [ticks + language, *shown, ticks]


def _evidence(items: Sequence[EvidenceView]) -> list[str]:
    lines = []
    for item in items:
        hit = next((row.text for row in item.rows if row.hit), item.rows[0].text)
        when = f", {item.time}" if item.iso else ""
        more = f", {escaped(item.repeats)}" if item.repeats else ""
        lines.append(f"- **{escaped(item.label)}**: {code(item.place)}{when}{more}")
        lines += ["  " + line for line in fence([hit])]
    return lines


def _head(view: View) -> list[str]:
    lines = [f"## {view.outcome.sign} {view.outcome.word}: {escaped(view.headline)}", ""]
    if view.lead and view.lead.summary:
        lines += [escaped(view.lead.summary), ""]
    if view.lead and view.confidence is not None:
        terms = " · ".join(
            f"{formatting.points(row['points'])} {escaped(row['label'])}" for row in view.lead.arithmetic
        )
        score = f" Score {formatting.number(view.lead.score)}" + (f": {terms}." if terms else ".")
        lines.append(f"- **Confidence**: {formatting.percent(view.confidence)}, {view.confidence_word}.{score}")
    if view.incident:
        told = f"{escaped(view.incident.title)}, {view.incident.state_word}, {view.incident.when}"
        lines.append(f"- **Incident**: {told}" + (f", code {code(view.incident.code)}" if view.incident.code else ""))
    if view.symptom:
        lines.append(f"- **Asked about**: {escaped(view.symptom.get('title') or view.symptom['text'])}")
    if view.lead:
        lines.append(f"- **Cause**: {code(view.lead.id)}")
    lines.append(f"- **Covered**: {view.covered}")
    return lines


def _candidates(causes: Sequence[CauseView]) -> list[str]:
    lines = []
    for item in causes:
        share = f", {formatting.percent(item.confidence)}" if item.confidence is not None else ""
        lines.append(f"- {escaped(item.title)} (score {formatting.number(item.score)}{share})")
        if item.evidence:
            lines.append(f"  first line: {code(item.evidence[0].place)}")
    return lines


def _commands(view: View) -> list[str]:
    """Numbered steps; commands as code spans, so that a step stays one line."""
    lines = []
    for n, step in enumerate(view.lead.steps if view.lead else (), 1):
        risk = f" _({step.risk_word})_" if step.risk_word else ""
        lines.append(f"{n}. {escaped(step.text)}{risk}" + (f" {code(step.command)}" if step.command else ""))
    return lines


def _missing(view: View) -> list[str]:
    wanted = [(item["what"], item.get("command"), item.get("why")) for item in view.ask]
    wanted += [(item["source"], item.get("command"), item.get("why")) for item in view.coverage.missing]
    return [
        f"- {escaped(what)}" + (f": {escaped(why)}" if why else "") + (f" {code(command)}" if command else "")
        for what, command, why in wanted
    ]


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", f"### {title}", "", *lines] if lines else []


def render_markdown(document: Mapping[str, Any]) -> str:
    """The verdict for a ticket, at most 60 lines, ending with a line feed. Same document, same bytes."""
    view = build_view(document)
    cascade = [f"- {escaped(item.title)}" for item in view.effects]
    tool, bundle = document["tool"], document["bundle"]
    foot = ["", f"{tool['name']} {tool['version']}, {code(bundle['name'])}, sha256 {code(bundle['sha256'])}"]
    body = _head(view)
    for title, lines, most in (
        ("Candidates", _candidates(view.contenders), 8),
        (view.outcome.evidence_title, _evidence(view.evidence[:_EVIDENCE_LINES]), 16),
        ("Speaks against it", _evidence(view.against[:1]), 4),
        ("What to do", _commands(view), 7),
        ("Missing", _missing(view), 4),
        ("Effects of the cause", cascade, 3),
        ("Also considered", [f"- {escaped(item.title)}: {escaped(item.lost)}" for item in view.others], 2),
    ):
        section = _section(title, _cut(lines, most))
        if len(body) + len(section) + len(foot) <= MAX_LINES:
            body += section
    return "\n".join([*body, *foot]) + "\n"


def _cut(lines: list[str], most: int) -> list[str]:
    """The first entries that fit into `most` lines; an entry with its fence is never split."""
    kept: list[str] = []
    entry: list[str] = []
    for line in [*lines, "- "]:
        if not line.startswith("  ") and entry:
            if len(kept) + len(entry) > most:
                break
            kept += entry
            entry = []
        entry.append(line)
    return kept
