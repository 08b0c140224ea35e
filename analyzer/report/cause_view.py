"""The view of one cause: its evidence lines, what speaks against it, its arithmetic, and why it was not named.

Plain data between the JSON document and the templates. Text of the bundle stays as it is here; renderers pass it
through `formatting.visible` and escape it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.language import _, plural
from analyzer.report import formatting, words

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One line of a file as shown: the line that matched, or its neighbours."""

    line: int | None
    text: str
    hit: bool


@dataclass(frozen=True)
class EvidenceView:
    """One piece of evidence with the place where anybody can check it."""

    key: str
    label: str
    role: str
    role_word: str
    weight: float
    place: str  # 'path:line' inside the bundle
    line: int
    source: str
    time: str
    iso: str
    quality: str
    repeats: str  # '' for a single line
    rows: tuple[Row, ...]
    told: str  # the record on one line


@dataclass(frozen=True)
class Step:
    """One remedy step, numbered by its place in the list."""

    text: str
    command: str
    risk: str
    risk_word: str


@dataclass(frozen=True)
class CauseView:
    """A cause as the reports tell it."""

    id: str
    anchor: str
    title: str
    kind: str
    state: str
    summary: str
    why: str
    score: float
    confidence: float | None
    arithmetic: tuple[Json, ...]
    total: float
    evidence: tuple[EvidenceView, ...]
    against: tuple[EvidenceView, ...]
    steps: tuple[Step, ...]
    links: tuple[str, ...]
    codes: tuple[str, ...]
    explained_by: str | None
    lost: str


def evidence_view(item: Json, labels: Mapping[str, str] | None = None) -> EvidenceView:
    """The view of one evidence of the document; `labels` word its key (they come with the arithmetic)."""
    count = item.get("count") or 1
    repeats = ""
    if count > 1 and item["role"] != "marker":  # the lines of an incident differ: their number says nothing
        when = formatting.period(item.get("first"), item.get("last"))
        repeats = plural("{n} such line", "{n} such lines", count) + (f", {when}" if item.get("first") else "")
    context = item.get("context") or []
    rows = tuple(Row(row.get("line"), row["text"], bool(row.get("hit"))) for row in context)
    if not any(row.hit for row in rows):
        rows = (Row(item.get("line"), item["text"], True),)
    line = item.get("line")
    return EvidenceView(
        key=item["key"],
        label=(labels or {}).get(item["key"]) or _named(item),
        role=item["role"],
        role_word=words.role_word(item["role"]),
        weight=item["weight"],
        place=f"{item['file']}:{line}" if line else str(item["file"]),
        line=line or 0,
        source=item["source"],
        time=formatting.moment(item.get("time")),
        iso=item.get("time") or "",
        quality=formatting.quality(item.get("time_quality")) if item.get("time") else "",
        repeats=repeats,
        rows=rows,
        told=item.get("told") or next(row.text for row in rows if row.hit),
    )


def _named(item: Json) -> str:
    """A heading for evidence that no arithmetic words: a marker is told by its source, the rest by its key."""
    return str(item["source"] if item["role"] == "marker" else item["key"].replace("_", " ").replace("-", " "))


def steps_of(remedy: Sequence[Json]) -> tuple[Step, ...]:
    """Remedy steps with their risk in words; a step without a risk says nothing about one."""
    return tuple(
        Step(item["step"], item.get("command") or "", item.get("risk") or "", words.risk_word(item.get("risk") or ""))
        for item in remedy
    )


def why_not(cause: Json, lead: Json | None, titles: Mapping[str, str]) -> str:
    """Why `cause` is not the verdict, from its own numbers."""
    parts = []
    by = cause.get("explained_by")
    if by:
        parts.append(_("An effect: “{cause}” explains it and came first.").format(cause=titles.get(by, by)))
    elif cause["kind"] == "note":
        parts.append(_("Worth knowing, and never the cause on its own."))
    elif lead is not None:
        behind = lead["score"] - cause["score"]
        if behind > 0:
            parts.append(_("{points} points behind.").format(points=formatting.number(round(behind, 2))))
        else:
            parts.append(_("It did not take the lead although its score is no lower."))
    minus = sorted((row for row in cause.get("arithmetic", ()) if row["points"] < 0), key=lambda row: row["points"])
    if minus:
        told = "; ".join(f"{row['label']} ({formatting.points(row['points'])})" for row in minus[:3])
        parts.append(_("Against it: {evidence}.").format(evidence=told))
    return " ".join(parts)


def anchor_of(ident: str) -> str:
    """The id of a cause's place in the page."""
    return "cause-" + "".join(char if char.isalnum() else "-" for char in ident)


def cause_view(cause: Json, lead: Json | None = None, titles: Mapping[str, str] | None = None) -> CauseView:
    """The view of one entry of `causes` or `notes`."""
    arithmetic = tuple(cause.get("arithmetic") or ())
    labels = {row["key"]: row["label"] for row in arithmetic if row.get("label")}
    evidence = [evidence_view(item, labels) for item in cause["evidence"]]
    return CauseView(
        id=cause["id"],
        anchor=anchor_of(cause["id"]),
        title=cause["title"],
        kind=cause["kind"],
        state=cause.get("state", ""),
        summary=cause.get("summary") or "",
        why=cause.get("why") or "",
        score=cause["score"],
        confidence=cause.get("confidence"),
        arithmetic=arithmetic,
        total=round(sum(row["points"] for row in arithmetic), 4),
        evidence=tuple(item for item in evidence if item.role != "against"),
        against=tuple(item for item in evidence if item.role == "against"),
        steps=steps_of(cause.get("remedy") or ()),
        links=tuple(link for link in cause.get("links") or () if link.startswith("https://")),
        codes=tuple(cause.get("codes") or ()),
        explained_by=cause.get("explained_by"),
        lost="" if cause is lead else why_not(cause, lead, titles or {}),
    )
