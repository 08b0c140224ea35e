"""The JSON document of an analysis: the only thing that reports see (templates/report.schema.json)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyzer import asks, chartdata, coverage, telling, unknown
from analyzer.cascade import Cause
from analyzer.diagnosis import Verdict
from analyzer.events import events
from analyzer.exhibits import exhibit, exhibits, shown, steps, summary
from analyzer.incidents import Incident
from analyzer.language import N_, _, current, knowledge, plural
from analyzer.moments import human, iso
from analyzer.scoring import Judged
from analyzer.version import __version__

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

SCHEMA = 1
WITH_CONTEXT = 3  # causes whose lines are shown with the lines around them
MOST_CAUSES, MOST_NOTES = 40, 20  # the best; what is beyond them is counted
MOST_UNCHECKED = 12
MOST_REFUSED = 200

OUTCOME_WORDS = {
    "no-fault": N_("No fault found"),
    "undetermined": N_("Undetermined"),
    "not-enough": N_("Not enough to tell"),
}


def make_document(analysis: Analysis) -> dict[str, Any]:
    """Everything that leaves the process about an analysis, redacted."""
    causes, notes = analysis.diagnosis.causes, analysis.diagnosis.notes
    document = {
        "schema": SCHEMA,
        "language": current(),
        "tool": {"name": "vmtriage", "version": __version__},
        "bundle": _bundle(analysis),
        "request": _request(analysis),
        "verdict": _verdict(analysis),
        "incidents": [_incident(incident) for incident in analysis.incidents],
        "causes": [_cause(analysis, cause, number < WITH_CONTEXT) for number, cause in enumerate(causes[:MOST_CAUSES])],
        "notes": [_cause(analysis, note, with_context=False) for note in notes[:MOST_NOTES]],
        "left_out": {"causes": max(0, len(causes) - MOST_CAUSES), "notes": max(0, len(notes) - MOST_NOTES)},
        "unchecked": [_unchecked(j, analysis) for j in analysis.diagnosis.unchecked[:MOST_UNCHECKED]],
        "coverage": _coverage(analysis),
        "facts": dict(sorted(analysis.facts.items())),
        "unknown": unknown.as_json(analysis.unknown),
        "timeline": chartdata.timeline(analysis),
        "events": events(analysis, analysis.everything),
        "timings": {name: round(seconds, 4) for name, seconds in analysis.timings.items()},
    }
    from analyzer.redaction import redact_document
    from analyzer.redactor import Redactor

    analysis.redactor = analysis.redactor or Redactor(identity=analysis.identity)
    clean: dict[str, Any] = redact_document(document, analysis.redactor)
    telling.add(clean["causes"][:WITH_CONTEXT], [cause.signature for cause in causes[:WITH_CONTEXT]])
    return clean


def _bundle(analysis: Analysis) -> dict[str, Any]:
    return {
        "name": analysis.bundle.name,
        "sha256": analysis.bundle.sha256(),
        "kind": analysis.bundle.kind,
        "layout": analysis.layout.words,
        "os": analysis.layout.os,
        "root": analysis.layout.root,
        "members": len(analysis.reading.store.members),
        "bytes": analysis.reading.bytes_read,
        "refused": _refused(analysis),
    }


def _refused(analysis: Analysis) -> list[dict[str, str]]:
    """What was not read, and why; a hostile archive may hold thousands of such entries."""
    refusals = sorted(analysis.reading.refused, key=lambda r: (r.path, r.reason))
    result = [{"path": r.path, "reason": r.reason} for r in refusals[:MOST_REFUSED]]
    if len(refusals) > MOST_REFUSED:
        more = len(refusals) - MOST_REFUSED
        result.append({"path": "", "reason": plural("{n} more was not read", "{n} more were not read", more)})
    return result


def _request(analysis: Analysis) -> dict[str, Any]:
    resolved = analysis.request.symptom
    symptom = None
    if resolved is not None:
        s = resolved.symptom
        symptom = {
            "text": analysis.symptom_text,
            "id": s.id,
            "title": knowledge(s.title),
            "kind": s.kind,
            "causes": list(s.causes),
            "ask": knowledge(s.ask),
        }
    return {"at": iso(analysis.request.at), "symptom": symptom}


def _verdict(analysis: Analysis) -> dict[str, Any]:
    verdict = analysis.diagnosis
    cause = verdict.cause
    return {
        "outcome": verdict.outcome,
        "cause": cause.signature.id if cause else None,
        "confidence": verdict.confidence,
        "headline": _headline(verdict, analysis),
        "incident": verdict.incident.id if verdict.incident else None,
        "reasons": [*(verdict.reasons if cause else []), *_limits_of_reading(analysis)],
        "ask": _asks(analysis),
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


def _headline(verdict: Verdict, analysis: Analysis) -> str:
    cause = verdict.cause
    if cause is not None:
        return knowledge(cause.signature.title)
    return f"{_(OUTCOME_WORDS[verdict.outcome])}: {_sentence(verdict)}."


def _sentence(verdict: Verdict) -> str:
    """What the bundle tells where no cause is named."""
    incident = verdict.incident
    what = _incident_title(incident) if incident else ""
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


def _incident_title(incident: Incident) -> str:
    title = knowledge(incident.operation.title)
    if not incident.key:
        return title
    if incident.operation.style == "track":
        return _("{operation} of {handler}").format(operation=title, handler=incident.key)
    return f"{title} {incident.key}"


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "kind": incident.kind,
        "title": _incident_title(incident),
        "key": incident.key,
        "start": iso(incident.start),
        "end": iso(incident.end),
        "outcome": incident.outcome,
        "resolved": incident.resolved and not incident.ended,
        "code": incident.code,
        "evidence": [
            {
                "key": "marker",
                "role": "marker",
                "weight": 0.0,
                "count": len(incident.evidence),
                "first": iso(incident.start),
                "last": iso(incident.end),
            }
            | exhibit(found)
            for found in shown(incident.evidence)
        ],
    }


def _cause(analysis: Analysis, cause: Cause, with_context: bool) -> dict[str, Any]:
    judged, signature = cause.judged, cause.signature
    scored = [p.held for p in judged.points]
    return {
        "id": signature.id,
        "title": knowledge(signature.title),
        "kind": signature.kind,
        "score": judged.score,
        "confidence": cause.confidence,
        "state": cause.state,
        "summary": summary(signature, judged.held),
        "why": knowledge(signature.why),
        "arithmetic": [
            {
                "key": p.held.evidence.key,
                "role": p.held.evidence.role,
                "label": knowledge(p.held.evidence.label) or p.held.evidence.key.replace("_", " "),
                "weight": p.held.evidence.weight,
                "factor": p.factor,
                "points": p.value,
                "count": p.held.count,
            }
            for p in judged.points
        ],
        "evidence": exhibits(analysis.reading, scored, judged.held, with_context),
        "explains": cause.explains,
        "explained_by": cause.explained_by,
        "remedy": steps(signature, judged.held, analysis.platform),
        "links": list(signature.links),
        "codes": list(signature.codes),
        "incident": judged.incident.id if judged.incident else None,
        "first": iso(judged.first),
        "last": iso(judged.last),
    }


def _unchecked(judged: Judged, analysis: Analysis) -> dict[str, Any]:
    to_be_had = asks.fitting(analysis.platform, analysis.layout.kind)
    wanted = [entry for source in judged.unchecked for entry in to_be_had if source in entry["source"]]
    return {
        "id": judged.signature.id,
        "title": knowledge(judged.signature.title),
        "missing": judged.unchecked,
        "ask": next((entry["command"] or knowledge(entry["what"]) for entry in wanted), ""),
    }


def _asks(analysis: Analysis) -> list[dict[str, Any]]:
    """What would settle it: the symptom's own question, then what the bundle lacks."""
    result: list[dict[str, Any]] = []
    symptom = analysis.request.symptom
    if symptom is not None and symptom.symptom.ask:
        result.append(
            {
                "what": knowledge(symptom.symptom.ask),
                "command": None,
                "why": _("the portal shows '{title}'").format(title=knowledge(symptom.symptom.title)),
            }
        )
    if analysis.diagnosis.outcome in ("undetermined", "not-enough"):
        result += [
            {"what": knowledge(e["what"]), "command": e["command"], "why": knowledge(e["why"])}
            for e in _lacking(analysis)
        ]
    return result


def _lacking(analysis: Analysis) -> list[dict[str, Any]]:
    """Entries of asks.toml for the sources that the bundle lacks and that could tell about the incident."""
    kind = analysis.diagnosis.incident.kind if analysis.diagnosis.incident else None
    if kind is None and analysis.request.symptom is not None:
        kind = analysis.request.symptom.symptom.operation
    return [
        entry
        for entry in asks.fitting(analysis.platform, analysis.layout.kind)
        if not any(source in analysis.covers for source in entry["source"])
        and (kind is None or kind in entry["operations"])
    ]


def _coverage(analysis: Analysis) -> dict[str, Any]:
    return {
        "sources": [
            {
                "source": c.source,
                "files": len(c.files),
                "events": c.events,
                "first": iso(c.first),
                "last": iso(c.last),
                "bytes": c.bytes,
                "unparsed_bytes": c.unparsed_bytes,
                "time_quality": c.quality,
            }
            for c in analysis.covers.values()
        ],
        "gaps": [
            {"source": c.source, "start": iso(a), "end": iso(b)} for c in analysis.covers.values() for a, b in c.gaps
        ],
        "clock": {"zone": analysis.times.zone.name, "how": analysis.times.how(analysis.reading.store)},
        "files": coverage.files(analysis.reading.store, analysis.reading.scanner.problems),
        "missing": [
            {
                "source": e["source"][0],
                "what": knowledge(e["what"]),
                "why": knowledge(e["why"]),
                "command": e["command"],
            }
            for e in _lacking(analysis)
        ],
    }
