"""The verdict block for a terminal: it fits a screen without scrolling, in every language and from 40 columns on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analyzer.language import _, using
from analyzer.report import formatting
from analyzer.report.cause_view import EvidenceView, Step
from analyzer.report.cells import cells, fit, fit_end, wrap
from analyzer.report.view import View, build_view

MAX_LINES = 24
NARROWEST, FEWEST_LINES = 40, 12
_INDENT = "  "
_BOLD, _DIM = "1", "2"


class Block:
    """Lines with colour added only where it was asked for; the words never depend on it."""

    def __init__(self, colour: bool, width: int) -> None:
        self.colour, self.width = colour, max(NARROWEST, width)

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code and text else text

    def wrapped(self, text: object, lines: int, code: str = "") -> list[str]:
        return [self.paint(row, code) for row in wrap(text, self.width, lines)]

    def labelled(self, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
        """Rows of a label and what it is about, the labels in a column of their own."""
        column = min(max((cells(label) for label, _text in rows), default=0), self.width // 3)
        for label, text in rows:
            head = fit(label, column)
            gap = " " * (column - cells(head) + 2)
            first, *rest = wrap(text, self.width - column - 2, 2)
            yield self.paint(head, _DIM) + gap + first
            yield from (" " * (column + 2) + row for row in rest)

    def title(self, text: str) -> str:
        return self.paint(fit(text, self.width), _BOLD)

    def item(self, text: object, indent: str = _INDENT) -> str:
        return indent + fit(text, self.width - cells(indent))


def _evidence(block: Block, items: Sequence[EvidenceView], rows: int) -> Iterator[str]:
    """When and where, then the line itself in at most `rows`. The place keeps its end, the file and the line."""
    for item in items:
        if not item.place:  # a fact or a silence
            yield block.item(item.told)
            continue
        unsure = f" ({item.quality})" if item.quality else ""
        when = f"{item.time}{unsure}  " if item.iso else ""
        more = f"  {item.repeats}" if item.repeats else ""
        room = block.width - len(_INDENT) - cells(when)
        if cells(item.place) + cells(more) > room:
            more = ""
        yield fit(_INDENT + when + fit_end(item.place, room) + more, block.width)
        yield from (block.paint("    " + row, _DIM) for row in wrap(item.told, block.width - 4, rows))


def _strongest(items: Sequence[EvidenceView], count: int) -> list[EvidenceView]:
    """The heaviest evidence, in the document's order among equals: each line once, a second one of its kind and what is
    no line last."""
    lines: dict[tuple[str, str], EvidenceView] = {}
    first: dict[str, EvidenceView] = {}
    for item in items:
        if lines.setdefault((item.place, item.iso), item) is item:
            first.setdefault(item.key, item)
    return sorted(lines.values(), key=lambda item: (not item.place, first[item.key] is not item, -abs(item.weight)))[
        :count
    ]


def _confidence(view: View) -> str:
    if view.lead is None:
        return ""
    score = formatting.number(view.lead.score)
    terms = " ".join(formatting.points(row["points"]) for row in view.lead.arithmetic)
    words = _("{percent}, {word} (score {score} = {terms})") if terms else _("{percent}, {word} (score {score})")
    return words.format(
        percent=formatting.percent(view.confidence), word=view.confidence_word, score=score, terms=terms
    )


def incident_words(view: View) -> str:
    """What failed, how it ended, when, and the guest's own code."""
    if view.incident is None:
        return ""
    parts = [view.incident.title, view.incident.state_word, view.incident.when]
    if view.incident.code:
        parts.append(_("code {code}").format(code=view.incident.code))
    return ", ".join(parts)


def _head(block: Block, view: View) -> list[str]:
    rows = []
    if view.lead and view.confidence is not None:
        rows.append((_("confidence"), _confidence(view)))
    if view.incident:
        rows.append((_("incident"), incident_words(view)))
    if view.symptom:
        rows.append((_("asked about"), str(view.symptom.get("title") or view.symptom["text"])))
    if view.at:
        rows.append((_("asked for"), view.at))
    if not view.lead:
        rows.append((_("covered"), view.covered))
    outcome = block.paint(fit(f"{view.outcome.sign} {view.outcome.word}", block.width), f"{_BOLD};{view.outcome.ansi}")
    return [outcome, *block.wrapped(view.headline, 3, _BOLD), *block.labelled(rows)]


def _proof(block: Block, view: View, rows: int) -> list[str]:
    lines = []
    if view.contenders:
        lines.append(block.title(_("It lies between")))
        for item in view.contenders[:3]:
            share = formatting.percent(item.confidence)
            words = _("{title} ({share}, score {score})") if item.confidence is not None else _("{title} ({score})")
            text = words.format(title=item.title, share=share, score=formatting.number(item.score))
            lines += [_INDENT + row for row in wrap(text, block.width - len(_INDENT), 2)]
    if view.evidence:
        lines += [block.title(view.outcome.evidence_title), *_evidence(block, _strongest(view.evidence, 3), rows)]
    if view.against:
        lines += [block.title(_("Against it")), *_evidence(block, _strongest(view.against, 1), rows)]
    return lines


def _action(block: Block, number: int, step: Step, rows: int) -> list[str]:
    """A step as its command, behind a warning where running it has consequences; as words in at most `rows` lines where
    half of a command would stand there, which nobody can run."""
    head = f"{number}. " + (f"[{step.risk_word}] " if step.risk_word and step.risk != "none" else "")
    whole = formatting.one_line(head + step.command) if step.command and "\n" not in step.command else ""
    if whole and cells(_INDENT + whole) <= block.width:
        return [_INDENT + whole]
    first, *rest = wrap(head + step.text, block.width - len(_INDENT) - 3, rows)
    return [_INDENT + first, *(f"{_INDENT}   {row}" for row in rest)]


def _actions(block: Block, view: View, most: int, rows: int = 1) -> list[str]:
    """Next steps in at most `rows` lines each, and what is missing."""
    lines: list[str] = []
    if view.lead and view.lead.steps and most > 1:
        lines.append(block.title(_("Next steps")))
        steps = [_action(block, n, step, rows) for n, step in enumerate(view.lead.steps[:4], 1)]
        lines += [line for step in steps for line in step][: most - 1]
    asks = [(str(item["what"]), item.get("command")) for item in view.ask]
    asks += [(str(item["what"]), item.get("command")) for item in view.coverage.missing]
    room = min(3, most - len(lines) - 1)
    if asks and room > 0:
        lines.append(block.title(_("Missing")))
        lines += [block.item(_asked(block, what, command)) for what, command in asks[:room]]
    return lines


def _asked(block: Block, what: str, command: str | None) -> str:
    """What is missing, with the command that collects it where the line holds it whole."""
    line = f"{what}: {command}"
    return line if command and "\n" not in command and cells(_INDENT + line) <= block.width else what


def render_terminal(document: Mapping[str, Any], *, colour: bool, width: int, height: int = MAX_LINES) -> str:
    """The verdict in at most `height` lines (never fewer than 12) of `width` columns (never narrower than 40).

    Colour is SGR and only there when `colour`; control characters of the bundle are shown as signs, never sent.
    """
    most = max(FEWEST_LINES, min(height, MAX_LINES))
    with using(document["language"]):
        view, block = build_view(document), Block(colour, width)
        head = _head(block, view)
        for rows, step_rows in ((3, 2), (3, 1), (2, 2), (2, 1), (1, 1)):  # as many as the screen has room for
            body, actions = head + _proof(block, view, rows), _actions(block, view, most, step_rows)
            if len(body) + len(actions) <= most:
                return "\n".join([*body, *actions]) + "\n"
        body = body[: most - 4]
        return "\n".join([*body, *_actions(block, view, most - len(body))]) + "\n"
