"""The JSON document of an analysis: the only thing that reports see (templates/report.schema.json)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import tomli

from analyzer import chartdata, resources, unknown
from analyzer.cascade import Cause
from analyzer.diagnosis import Verdict
from analyzer.exhibits import exhibit, exhibits, shown, summary
from analyzer.incidents import Incident
from analyzer.moments import human, iso
from analyzer.scoring import Judged
from analyzer.version import __version__

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

SCHEMA = 1
WITH_CONTEXT = 3  # causes whose lines are shown with the lines around them
MOST_CAUSES, MOST_NOTES = 40, 20  # the best; what is beyond them is counted
MOST_UNCHECKED = 12
MOST_FILES = 2_000
MOST_REFUSED = 200

OUTCOME_WORDS = {
    "no-fault": "No fault found",
    "undetermined": "Undetermined",
    "not-enough": "Not enough to tell",
}


def make_document(analysis: Analysis) -> dict[str, Any]:
    """Everything that leaves the process about an analysis, redacted."""
    causes, notes = analysis.diagnosis.causes, analysis.diagnosis.notes
    document = {
        "schema": SCHEMA,
        "tool": {"name": "vmtriage", "version": __version__},
        "bundle": _bundle(analysis),
        "request": _request(analysis),
        "verdict": _verdict(analysis),
        "incidents": [_incident(incident) for incident in analysis.incidents],
        "causes": [_cause(analysis, cause, number < WITH_CONTEXT) for number, cause in enumerate(causes[:MOST_CAUSES])],
        "notes": [_cause(analysis, note, with_context=False) for note in notes[:MOST_NOTES]],
        "left_out": {"causes": max(0, len(causes) - MOST_CAUSES), "notes": max(0, len(notes) - MOST_NOTES)},
        "unchecked": [_unchecked(j, analysis.platform) for j in analysis.diagnosis.unchecked[:MOST_UNCHECKED]],
        "coverage": _coverage(analysis),
        "facts": dict(sorted(analysis.facts.items())),
        "unknown": unknown.as_json(analysis.unknown),
        "timeline": chartdata.timeline(analysis),
        "timings": {name: round(seconds, 4) for name, seconds in analysis.timings.items()},
    }
    from analyzer.redaction import redact_document

    return redact_document(document)


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
        result.append({"path": "", "reason": f"{len(refusals) - MOST_REFUSED} more were not read"})
    return result


def _request(analysis: Analysis) -> dict[str, Any]:
    resolved = analysis.request.symptom
    symptom = None
    if resolved is not None:
        s = resolved.symptom
        symptom = {
            "text": analysis.symptom_text,
            "id": s.id,
            "title": s.title,
            "kind": s.kind,
            "causes": list(s.causes),
            "ask": s.ask,
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
        reasons.append(f"none of its {len(members)} files is a log or state file that vmtriage knows")
    refused = analysis.reading.refused
    if refused:
        first = min(refused, key=lambda r: (r.path, r.reason))
        reasons.append(f"{len(refused)} parts of it were not read, the first: {first.path}: {first.reason}")
    return reasons


def _headline(verdict: Verdict, analysis: Analysis) -> str:
    cause = verdict.cause
    if cause is not None:
        return cause.signature.title
    incident = verdict.incident
    what = _incident_title(incident) if incident else ""
    words = OUTCOME_WORDS[verdict.outcome]
    if verdict.outcome == "no-fault" and incident is not None:
        when = f" at {human(incident.end)}" if incident.end is not None else ""
        if verdict.reasons:
            return f"{words}: the last operation that ended went well ({what}{when}); {verdict.reasons[0]}."
        return f"{words}: the last operation that the bundle covers went well ({what}{when})."
    because = verdict.reasons[0] if verdict.reasons else "nothing stands out"
    if verdict.outcome == "undetermined":
        return f"{words}: {what[:1].lower() + what[1:]} failed, and {because}."
    return f"{words}: {because}."


def _incident_title(incident: Incident) -> str:
    key = incident.key and (f" of {incident.key}" if incident.operation.style == "track" else f" {incident.key}")
    return incident.operation.title + (key or "")


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "kind": incident.kind,
        "title": _incident_title(incident),
        "key": incident.key,
        "start": iso(incident.start),
        "end": iso(incident.end),
        "outcome": incident.outcome,
        "resolved": incident.resolved,
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
        "title": signature.title,
        "kind": signature.kind,
        "score": judged.score,
        "confidence": cause.confidence,
        "state": cause.state,
        "summary": summary(signature, judged.held),
        "why": signature.why,
        "arithmetic": [
            {
                "key": p.held.evidence.key,
                "role": p.held.evidence.role,
                "label": p.held.evidence.label or p.held.evidence.key.replace("_", " "),
                "weight": p.held.evidence.weight,
                "factor": p.factor,
                "points": p.value,
                "count": p.held.count,
            }
            for p in judged.points
        ],
        "evidence": exhibits(analysis.reading, scored, with_context),
        "explains": cause.explains,
        "explained_by": cause.explained_by,
        "remedy": [{"step": r.step, "command": r.command, "risk": r.risk} for r in signature.steps(analysis.platform)],
        "links": list(signature.links),
        "codes": list(signature.codes),
        "incident": judged.incident.id if judged.incident else None,
        "first": iso(judged.first),
        "last": iso(judged.last),
    }


def _unchecked(judged: Judged, platform: str) -> dict[str, Any]:
    asks = [_ask_for(source, platform) for source in judged.unchecked]
    return {
        "id": judged.signature.id,
        "title": judged.signature.title,
        "missing": judged.unchecked,
        "ask": next((a["command"] or a["what"] for a in asks if a), ""),
    }


@lru_cache(maxsize=1)
def _ask_table() -> list[dict[str, Any]]:
    table: list[dict[str, Any]] = tomli.loads((resources.folder("signatures") / "asks.toml").read_text("utf-8"))["ask"]
    return table


def _ask_for(source: str, platform: str) -> dict[str, Any] | None:
    return next((entry for entry in _ask_table() if source in entry["source"] and _to_be_had(entry, platform)), None)


def _to_be_had(entry: dict[str, Any], platform: str) -> bool:
    return platform in entry.get("platforms", ("linux",))


def _asks(analysis: Analysis) -> list[dict[str, Any]]:
    """What would settle it: the symptom's own question, then what the bundle lacks."""
    result: list[dict[str, Any]] = []
    symptom = analysis.request.symptom
    if symptom is not None and symptom.symptom.ask:
        result.append(
            {"what": symptom.symptom.ask, "command": None, "why": f"the portal shows '{symptom.symptom.title}'"}
        )
    if analysis.diagnosis.outcome in ("undetermined", "not-enough"):
        result += [{"what": e["what"], "command": e["command"], "why": e["why"]} for e in _lacking(analysis)]
    return result


def _lacking(analysis: Analysis) -> list[dict[str, Any]]:
    """Entries of asks.toml for the sources that the bundle lacks and that could tell about the incident."""
    kind = analysis.diagnosis.incident.kind if analysis.diagnosis.incident else None
    if kind is None and analysis.request.symptom is not None:
        kind = analysis.request.symptom.symptom.operation
    return [
        entry
        for entry in _ask_table()
        if not any(source in analysis.covers for source in entry["source"])
        and (kind is None or kind in entry["operations"])
        and _to_be_had(entry, analysis.platform)
    ]


def _coverage(analysis: Analysis) -> dict[str, Any]:
    members = sorted(analysis.reading.store.members, key=lambda m: (m.canonical, m.path))
    paths = [info.canonical for info in analysis.reading.store.members]
    problems: dict[str, list[str]] = {}
    for member, line, words in analysis.reading.scanner.problems:
        problems.setdefault(paths[member], []).append(f"line {line}: {words}")
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
        "files": [
            {
                "path": m.canonical,
                "kind": m.kind,
                "source": m.source,
                "events": m.events,
                "note": "; ".join([*m.notes, *problems.get(m.canonical, [])][:5]),
            }
            for m in members[:MOST_FILES]
        ],
        "missing": [{"source": e["source"][0], "why": e["why"], "command": e["command"]} for e in _lacking(analysis)],
    }
