"""The Markdown report: at most 60 lines, to paste into a ticket of GitHub, Azure DevOps or a service desk.

Text of the bundle stands in code spans and fences longer than any run of backticks inside it. Words of the verdict may
hold captures of the bundle too, so they are escaped for the readers that turn names, numbers and links into more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from analyzer.language import _, plural, using
from analyzer.report import formatting
from analyzer.report.background import fact_text
from analyzer.report.cause_view import CauseView, EvidenceView
from analyzer.report.view import View, build_view

MAX_LINES = 60
_LINE_LIMIT, _EVIDENCE_LINES, _EXTENSIONS = 400, 8, 3
_BACKTICKS = re.compile(r"`+")
_PUNCTUATION = re.compile(r"[\\`*_\[\]#|~$!]")
_BLOCK = re.compile(r"^(?=[-+=:])|^(\d{1,9})(?=[.)](?:\s|$))")
_APART = "\u200b"
"""A space without width: what stands on both sides of it is no mention, no reference and no link, in any reader. (An
entity or a backslash would be undone before GitHub looks for them.)"""
_LINKED = re.compile(r"(?<=@)(?=\S)|(?<=[#!])(?=\d)|(?<=\bwww)(?=\.)|(?<=[A-Za-z]:)(?=//)", re.IGNORECASE)


def escaped(value: object) -> str:
    """Words on one line that no Markdown reader takes for markup, a link, HTML or a mention."""
    text = _LINKED.sub(_APART, formatting.one_line(value, 1_000).strip())
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _PUNCTUATION.sub(r"\\\g<0>", text)
    return _BLOCK.sub(lambda found: f"{found[1]}\\" if found[1] else "\\", text)


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)


def code(value: object) -> str:
    """A code span around text of the bundle."""
    text = formatting.one_line(value, _LINE_LIMIT)
    ticks = "`" * (_longest_run(text) + 1)
    space = " " if text[:1] in ("`", " ", "") or text[-1:] in ("`", " ") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def fence(lines: Sequence[str]) -> list[str]:
    """A fenced block that the text cannot close."""
    shown = [formatting.one_line(line, _LINE_LIMIT) for line in lines]
    ticks = "`" * max(3, _longest_run("\n".join(shown)) + 1)
    return [ticks, *shown, ticks]


def _evidence(items: Sequence[EvidenceView]) -> list[str]:
    """The lines of one kind of evidence in one fence, as grep prints them: file, line number, text."""
    lines: list[str] = []
    told: set[str] = set()
    for _key, group in groupby(items, key=lambda item: (item.key, item.label)):
        kind = list(group)
        shown = list(dict.fromkeys(f"{item.place}: {item.told}" if item.place else item.told for item in kind))
        again = told.issuperset(shown)
        about = _("the same lines") if again else _when(kind)
        unsure = ", ".join(dict.fromkeys(item.quality for item in kind if item.quality and item.iso))
        about += f" ({unsure})" if unsure and not again else ""
        lines.append(f"- **{escaped(kind[0].label)}**" + (f": {escaped(about)}" if about else ""))
        lines += [] if again else ["  " + line for line in fence(shown)]
        told.update(shown)
    return lines


def _when(kind: Sequence[EvidenceView]) -> str:
    """How many lines of one sort there are, and when; of several sorts only when."""
    if len({item.repeats for item in kind}) == 1 and kind[0].repeats:
        return kind[0].repeats
    times = [item.iso for item in kind if item.iso]
    if len(times) < 2:
        return kind[0].time if kind[0].iso else ""
    return formatting.period(min(times), max(times))


def _confidence(view: View) -> list[str]:
    if view.lead is None or view.confidence is None:
        return []
    terms = " · ".join(f"{formatting.points(row['points'])} {escaped(row['label'])}" for row in view.lead.arithmetic)
    words = _("{percent}, {word}. Score {score}: {terms}.") if terms else _("{percent}, {word}. Score {score}.")
    told = words.format(
        percent=formatting.percent(view.confidence),
        word=escaped(view.confidence_word),
        score=formatting.number(view.lead.score),
        terms=terms,
    )
    return [_row(_("Confidence"), told)]


def _row(label: str, told: str) -> str:
    return f"- **{escaped(label)}**: {told}"


def _machine(facts: Mapping[str, Any]) -> str:
    """What the VM ran: its system, the agent, the first extensions."""
    system = facts.get("os.pretty") or facts.get("os.name")
    parts = [code(fact_text(system))] if system else []
    if facts.get("agent.version"):
        parts.append(_("agent {version}").format(version=code(fact_text(facts["agent.version"]))))
    handlers = [(k[10:-9], v) for k, v in facts.items() if k.startswith("extension[") and k.endswith("].version")]
    parts += [f"{code(name)} {code(fact_text(version))}" for name, version in handlers[:_EXTENSIONS]]
    if len(handlers) > _EXTENSIONS:
        parts.append(plural("{n} more extension", "{n} more extensions", len(handlers) - _EXTENSIONS))
    return " · ".join(parts)


def _head(view: View) -> list[str]:
    lines = [f"## {view.outcome.sign} {escaped(view.outcome.word)}: {escaped(view.headline)}", ""]
    if view.lead and view.lead.summary:
        lines += [escaped(view.lead.summary), ""]
    lines += _confidence(view)
    if view.incident:
        told = [escaped(part) for part in (view.incident.title, view.incident.state_word, view.incident.when)]
        if view.incident.code:
            told.append(_("code {code}").format(code=code(view.incident.code)))
        lines.append(_row(_("Incident"), ", ".join(told)))
    if view.symptom:
        lines.append(_row(_("Asked about"), escaped(view.symptom.get("title") or view.symptom["text"])))
    if view.at:
        lines.append(_row(_("Asked for the time"), escaped(view.at)))
    if view.lead:
        lines.append(_row(_("Cause"), code(view.lead.id)))
    machine = _machine(view.document["facts"])
    if machine:
        lines.append(_row(_("The VM"), machine))
    return [*lines, _row(_("Covered"), escaped(view.covered))]


def _candidates(causes: Sequence[CauseView]) -> list[str]:
    lines = []
    for item in causes:
        words = _("{title} ({share}, score {score})") if item.confidence is not None else _("{title} (score {score})")
        share, score = formatting.percent(item.confidence), formatting.number(item.score)
        lines.append("- " + words.format(title=escaped(item.title), share=share, score=score))
        if item.evidence and item.evidence[0].place:
            lines.append("  " + _("first line: {place}").format(place=code(item.evidence[0].place)))
    return lines


def _commands(view: View) -> list[str]:
    """Numbered steps; commands as code spans, so that a step stays one line."""
    lines = []
    for n, step in enumerate(view.lead.steps if view.lead else (), 1):
        risk = f" _({escaped(step.risk_word)})_" if step.risk_word and step.risk != "none" else ""
        lines.append(f"{n}. {escaped(step.text)}{risk}" + (f" {code(step.command)}" if step.command else ""))
    return lines


def _missing(view: View) -> list[str]:
    wanted = [(item["what"], item.get("command"), item.get("why")) for item in view.ask]
    wanted += [(item["what"], item.get("command"), item.get("why")) for item in view.coverage.missing]
    return [
        f"- {escaped(what)}" + (f" ({escaped(why)})" if why else "") + (f": {code(command)}" if command else "")
        for what, command, why in wanted
    ]


def _titles(causes: Sequence[CauseView]) -> list[str]:
    return [f"- {escaped(item.title)}" + (f": {escaped(item.lost)}" if item.lost else "") for item in causes]


def render_markdown(document: Mapping[str, Any]) -> str:
    """The verdict for a ticket, at most 60 lines, ending with a line feed. Same document, same bytes."""
    with using(document["language"]):
        view = build_view(document)
        tool, bundle = document["tool"], document["bundle"]
        foot = ["", f"{tool['name']} {tool['version']}, {code(bundle['name'])}, sha256 {code(bundle['sha256'])}"]
        body = _head(view)
        for title, lines, most in (
            (_("Candidates"), _candidates(view.contenders), 8),
            (view.outcome.evidence_title, _evidence(view.evidence[:_EVIDENCE_LINES]), 18),
            (_("Speaks against it"), _evidence(view.against[:1]), 4),
            (_("What to do"), _commands(view), 7),
            (_("Missing"), _missing(view), 4),
            (_("Effects of the cause"), [f"- {escaped(item.title)}" for item in view.effects], 3),
            (_("Also considered"), _titles(view.others), 2),
            (_("Notes"), [f"- {escaped(item.title)}" for item in view.notes], 2),
        ):
            kept = _cut(lines, most)
            if kept and len(body) + len(kept) + 3 + len(foot) <= MAX_LINES:
                body += ["", f"### {escaped(title)}", "", *kept]
        return "\n".join([*body, *foot]) + "\n"


def _cut(lines: list[str], most: int) -> list[str]:
    """The first entries that fit into `most` lines, and how many do not; an entry with its fence is never split."""
    entries: list[list[str]] = []
    for line in lines:
        if line.startswith("  ") and entries:
            entries[-1].append(line)
        else:
            entries.append([line])
    if len(lines) <= most:
        return lines
    kept: list[str] = []
    while entries and len(kept) + len(entries[0]) < most:
        kept += entries.pop(0)
    return [*kept, "- " + plural("{n} more in the report", "{n} more in the report", len(entries))]
