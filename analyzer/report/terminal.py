"""The verdict block for a terminal: at most 24 lines, so that it fits a screen without scrolling."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.report import formatting
from analyzer.report.cause_view import EvidenceView, Step
from analyzer.report.view import View, build_view

MAX_LINES = 24
_NARROWEST, _INDENT = 40, "  "


def cells(text: str) -> int:
    """Columns that `text` takes: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def fit(value: object, width: int) -> str:
    """One visible line of at most `width` columns."""
    text = formatting.one_line(value, 4 * width)
    if cells(text) <= width:
        return text
    kept, used = [], 0
    for char in text:
        used += cells(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"


class _Block:
    """Lines with colour added only where it was asked for; the words never depend on it."""

    def __init__(self, colour: bool, width: int) -> None:
        self.colour, self.width = colour, max(_NARROWEST, width)

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def wrapped(self, text: object, lines: int, code: str = "") -> list[str]:
        shown = formatting.one_line(text, 2_000)
        rows = textwrap.wrap(shown, self.width - 2, max_lines=lines, placeholder=" …") or [""]
        return [self.paint(fit(row, self.width), code) for row in rows]

    def labelled(self, label: str, text: object, code: str = "2") -> str:
        head = f"{label:<11}"
        return self.paint(head, code) + fit(text, self.width - len(head))

    def title(self, text: str) -> str:
        return self.paint(text, "1")

    def item(self, text: object, indent: str = _INDENT) -> str:
        return indent + fit(text, self.width - len(indent))


def _evidence(block: _Block, items: Sequence[EvidenceView]) -> list[str]:
    """Two lines each: what and where, then the line itself."""
    lines = []
    for item in items:
        where = f"{item.place}  {item.time}" if item.iso else item.place
        lines.append(block.item(f"{where}{'  ' + item.repeats if item.repeats else ''}"))
        hit = next((row.text for row in item.rows if row.hit), item.rows[0].text)
        lines.append(block.paint(block.item(hit, "    "), "2"))
    return lines


def _strongest(items: Sequence[EvidenceView], count: int) -> list[EvidenceView]:
    """The heaviest evidence, in the order of the document among equals."""
    return sorted(items, key=lambda item: -abs(item.weight))[:count]


def _confidence(view: View) -> str:
    if view.lead is None or view.confidence is None:
        return ""
    score = f"score {formatting.number(view.lead.score)}"
    terms = " ".join(formatting.points(row["points"]) for row in view.lead.arithmetic)
    return f"{formatting.percent(view.confidence)}, {view.confidence_word} ({score}{' = ' + terms if terms else ''})"


def _step(step: Step) -> str:
    """The command, behind a warning where running it has consequences."""
    warning = f"[{step.risk_word}] " if step.risk_word and step.risk != "none" else ""
    return warning + (step.command or step.text)


def _actions(block: _Block, view: View, most: int) -> list[str]:
    """Next steps and what is missing, commands preferred over words."""
    steps = [_step(step) for step in view.lead.steps] if view.lead else []
    asks = [item.get("command") or item["what"] for item in [*view.ask, *view.coverage.missing]]
    lines: list[str] = []
    if steps:
        lines += [block.title("Next steps"), *(block.item(f"{n}. {step}") for n, step in enumerate(steps[:4], 1))]
    room = most - len(lines) - 1
    if asks and room > 0:
        lines += [block.title("Missing, collect with"), *(block.item(ask) for ask in asks[: min(3, room)])]
    return lines[:most]


def render_terminal(document: Mapping[str, Any], *, colour: bool, width: int) -> str:
    """The verdict in at most 24 lines of `width` columns (never narrower than 40), ending with a line feed.

    Colour is SGR and only there when `colour`; control characters of the bundle are shown as signs, never sent.
    """
    view, block = build_view(document), _Block(colour, width)
    tone = view.outcome.ansi
    head = [block.paint(f"{view.outcome.sign} {view.outcome.word}", f"1;{tone}"), *block.wrapped(view.headline, 3, "1")]
    if view.lead and view.confidence is not None:
        head.append(block.labelled("confidence", _confidence(view)))
    if view.incident:
        told = f"{view.incident.title}, {view.incident.state_word}, {view.incident.when}"
        head.append(block.labelled("incident", told + (f", code {view.incident.code}" if view.incident.code else "")))
    if view.symptom:
        head.append(block.labelled("asked", view.symptom.get("title") or view.symptom["text"]))
    if not view.lead:
        head.append(block.labelled("covered", view.covered))
    proof: list[str] = []
    for item in view.contenders[:3]:
        share = f"{formatting.percent(item.confidence)}, " if item.confidence is not None else ""
        proof.append(block.item(f"{item.title} ({share}score {formatting.number(item.score)})"))
    if proof:
        proof.insert(0, block.title("It lies between"))
    if view.evidence:
        proof += [block.title(view.outcome.evidence_title), *_evidence(block, _strongest(view.evidence, 3))]
    if view.against:
        proof += [block.title("Against it"), *_evidence(block, _strongest(view.against, 1))]
    body = head + proof
    body = body[: MAX_LINES - 4]
    return "\n".join([*body, *_actions(block, view, MAX_LINES - len(body))]) + "\n"
