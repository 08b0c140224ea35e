"""The verdict in the document: its words, what it rests on, and what would make it surer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyzer.document.missing import asked
from analyzer.judging.diagnosis import Verdict
from analyzer.language import N_, _, knowledge, plural
from analyzer.moments import human

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

OUTCOME_WORDS = {
    "no-fault": N_("No fault found"),
    "undetermined": N_("Undetermined"),
    "not-enough": N_("Not enough to tell"),
}


def verdict_as_json(analysis: Analysis) -> dict[str, Any]:
    """`verdict` of templates/report.schema.json: outcome, cause, headline, reasons and what to ask for."""
    verdict = analysis.diagnosis
    cause = verdict.cause
    return {
        "outcome": verdict.outcome,
        "cause": cause.signature.id if cause else None,
        "confidence": verdict.confidence,
        "headline": headline(verdict, analysis),
        "incident": verdict.incident.id if verdict.incident else None,
        "reasons": [*(verdict.reasons if cause else []), *_limits_of_reading(analysis)],
        "ask": asked(analysis),
    }


def _limits_of_reading(analysis: Analysis) -> list[str]:
    """What about the bundle itself kept the verdict from being surer."""
    reasons = []
    members = analysis.reading.store.members
    if not any(m.events or m.kind not in ("unknown", "skip", "text-log") for m in members):
        reasons.append(_("none of its files is a log or state file that vmtriage knows"))
    refused = analysis.reading.refused
    if refused:
        first = min(refused, key=lambda r: (r.path, r.reason))
        words = plural("{n} part of it was not read", "{n} parts of it were not read", len(refused))
        reasons.append(
            _("{words}, the first: {path}: {reason}").format(words=words, path=first.path, reason=first.reason)
        )
    return reasons


def headline(verdict: Verdict, analysis: Analysis) -> str:
    cause = verdict.cause
    if cause is not None:
        return knowledge(cause.signature.title)
    return f"{_(OUTCOME_WORDS[verdict.outcome])}: {_sentence(verdict)}."


def _sentence(verdict: Verdict) -> str:
    """What the bundle tells where no cause is named."""
    incident = verdict.incident
    what = incident.title if incident else ""
    because = verdict.reasons[0] if verdict.reasons else ""
    if verdict.outcome == "no-fault" and incident is not None:
        if incident.end is not None:
            what = f"{what}, {human(incident.end)}"
        if because:
            return _("the last operation that ended went well ({what}); {but}").format(what=what, but=because)
        return _("the last operation that the bundle covers went well ({what})").format(what=what)
    because = because or _("nothing stands out")
    if verdict.outcome == "undetermined":
        return _("something failed ({what}), and {because}").format(what=what, because=because)
    return because
