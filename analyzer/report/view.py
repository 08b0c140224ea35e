"""The view model: everything a report shows, computed once from the JSON document and shared by all renderers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.language import _
from analyzer.report import formatting, words
from analyzer.report.background import Coverage, Facts, coverage_view, facts_view
from analyzer.report.cause_view import CauseView, EvidenceView, cause_view, evidence_view

Json = Mapping[str, Any]


@dataclass(frozen=True)
class IncidentView:
    """What failed (or went well), and when."""

    id: str
    title: str
    kind: str
    state: str
    sign: str
    state_word: str
    code: str
    when: str
    length: str
    timing: str
    evidence: tuple[EvidenceView, ...]


@dataclass(frozen=True)
class View:
    """A report. `lead` is the named cause, `contenders` those an undetermined verdict lies between."""

    document: Json
    outcome: words.Outcome
    outcome_id: str
    headline: str
    confidence: float | None
    confidence_word: str
    reasons: tuple[str, ...]
    ask: tuple[Json, ...]
    symptom: Json | None
    at: str
    incident: IncidentView | None
    incidents: tuple[IncidentView, ...]
    lead: CauseView | None
    contenders: tuple[CauseView, ...]
    effects: tuple[CauseView, ...]
    others: tuple[CauseView, ...]
    notes: tuple[CauseView, ...]
    causes_left_out: int
    notes_left_out: int
    coverage: Coverage
    facts: Facts
    covered: str

    @property
    def evidence(self) -> tuple[EvidenceView, ...]:
        """The lines that carry the verdict: the cause's, or the incident's own where no cause is named."""
        if self.lead:
            return self.lead.evidence
        return self.incident.evidence if self.incident else ()

    @property
    def against(self) -> tuple[EvidenceView, ...]:
        """The lines that speak against the named cause."""
        return self.lead.against if self.lead else ()


def _incident(item: Json, last: str | None) -> IncidentView:
    state = item["outcome"]
    sign, word = words.incident_state(state, bool(item.get("resolved")))
    start, end = item.get("start"), item.get("end")
    brief = formatting.seconds_between(start, end) < 1
    return IncidentView(
        id=item["id"],
        title=item["title"],
        kind=item["kind"],
        state=state,
        sign=sign,
        state_word=word,
        code=item.get("code") or "",
        when=formatting.period(start, end),
        length="" if brief else formatting.length(start, end),
        timing=_timing("" if brief else formatting.length(start, end), end or start, last),
        evidence=tuple(dict.fromkeys(evidence_view(line) for line in item.get("evidence") or ())),
    )


def _timing(lasted: str, ended: str | None, last: str | None) -> str:
    """How long it took, and how long before the bundle's last event it ended."""
    before = formatting.length(ended, last) if formatting.seconds_between(ended, last) > 0 else ""
    if lasted and before:
        return _("took {length}, ended {before} before the bundle's last event").format(length=lasted, before=before)
    if lasted:
        return _("took {length}").format(length=lasted)
    return _("ended {before} before the bundle's last event").format(before=before) if before else ""


def _headline(headline: str, word: str) -> str:
    """The sentence without the outcome's word, which every report shows beside it."""
    rest = headline.removeprefix(f"{word}: ")
    return rest[:1].upper() + rest[1:]


def _span(document: Json) -> str:
    timeline = document["timeline"]
    if not timeline.get("start"):
        return _("no event with a time")
    lasted = formatting.length(timeline["start"], timeline["end"])
    return f"{formatting.period(timeline['start'], timeline['end'])} ({lasted})"


def build_view(document: Json) -> View:
    """The view of a document that follows the schema (`templates/report.schema.json`)."""
    verdict, causes = document["verdict"], list(document["causes"])
    incidents = tuple(_incident(item, document["timeline"].get("end")) for item in document["incidents"])
    lead = next((cause for cause in causes if cause["id"] == verdict.get("cause")), None)
    titles = {cause["id"]: cause["title"] for cause in [*causes, *document["notes"]]}
    first = lead or next((cause for cause in causes if cause.get("state") == "candidate"), None)
    views = {cause["id"]: cause_view(cause, first, titles) for cause in causes}
    undecided = verdict["outcome"] == "undetermined"
    contenders = [
        cause["id"] for cause in causes if undecided and cause.get("state") == "candidate" and cause["kind"] != "note"
    ][:4]
    effects = [cause["id"] for cause in causes if cause.get("state") == "effect"]
    rest = [view for key, view in views.items() if cause_is_other(key, lead, contenders, effects)]
    request = document["request"]
    return View(
        document=document,
        outcome=words.outcome_words(verdict["outcome"]),
        outcome_id=verdict["outcome"],
        headline=_headline(verdict["headline"], words.outcome_words(verdict["outcome"]).word),
        confidence=verdict.get("confidence"),
        confidence_word=words.confidence_word(verdict.get("confidence")),
        reasons=tuple(verdict.get("reasons") or ()),
        ask=tuple(verdict.get("ask") or ()),
        symptom=request.get("symptom"),
        at=formatting.moment(request["at"]) if request.get("at") else "",
        incident=next((item for item in incidents if item.id == verdict.get("incident")), None),
        incidents=incidents,
        lead=views[lead["id"]] if lead else None,
        contenders=tuple(views[key] for key in contenders),
        effects=tuple(views[key] for key in effects),
        others=tuple(rest),
        notes=tuple(cause_view(note) for note in document["notes"]),
        causes_left_out=document["left_out"]["causes"],
        notes_left_out=document["left_out"]["notes"],
        coverage=coverage_view(document),
        facts=facts_view(document["facts"]),
        covered=_span(document),
    )


def cause_is_other(key: str, lead: Json | None, contenders: list[str], effects: list[str]) -> bool:
    """Whether a cause is none of those that the verdict, the contest or the cascade already tells."""
    return (lead is None or key != lead["id"]) and key not in contenders and key not in effects
