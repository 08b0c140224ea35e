"""The JSON document of an analysis: the only thing that reports see (templates/report.schema.json)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyzer.document import chartdata, telling
from analyzer.document.causes import cause_as_json, unchecked_as_json
from analyzer.document.events import events
from analyzer.document.incidents import incident_as_json
from analyzer.document.missing import lacking
from analyzer.document.verdict import verdict_as_json
from analyzer.judging import coverage, unknown
from analyzer.language import current, knowledge, plural
from analyzer.moments import iso
from analyzer.version import __version__

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

SCHEMA = 1
WITH_CONTEXT = 3  # causes whose lines are shown with the lines around them
MOST_CAUSES, MOST_NOTES = 40, 20  # the best; what is beyond them is counted
MOST_UNCHECKED = 12
MOST_REFUSED = 200


def make_document(analysis: Analysis) -> dict[str, Any]:
    """Everything that leaves the process about an analysis, redacted."""
    causes, notes = analysis.diagnosis.causes, analysis.diagnosis.notes
    document = {
        "schema": SCHEMA,
        "language": current(),
        "tool": {"name": "vmtriage", "version": __version__},
        "bundle": _bundle(analysis),
        "request": _request(analysis),
        "verdict": verdict_as_json(analysis),
        "incidents": [incident_as_json(incident) for incident in analysis.incidents],
        "causes": [
            cause_as_json(analysis, cause, number < WITH_CONTEXT) for number, cause in enumerate(causes[:MOST_CAUSES])
        ],
        "notes": [cause_as_json(analysis, note, with_context=False) for note in notes[:MOST_NOTES]],
        "left_out": {"causes": max(0, len(causes) - MOST_CAUSES), "notes": max(0, len(notes) - MOST_NOTES)},
        "unchecked": [unchecked_as_json(j, analysis) for j in analysis.diagnosis.unchecked[:MOST_UNCHECKED]],
        "coverage": _coverage(analysis),
        "facts": dict(sorted(analysis.facts.items())),
        "unknown": unknown.as_json(analysis.unknown),
        "timeline": chartdata.timeline(analysis),
        "events": events(analysis, analysis.everything),
        "timings": {name: round(seconds, 4) for name, seconds in analysis.timings.items()},
    }
    from analyzer.redaction.documents import redact_document
    from analyzer.redaction.redactor import Redactor

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
            for e in lacking(analysis)
        ],
    }
