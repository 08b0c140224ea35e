"""Causes in the document: the arithmetic, the evidence and the remedy of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyzer.document.exhibits import exhibits, steps, summary
from analyzer.judging import asks
from analyzer.judging.cascade import Cause
from analyzer.judging.scoring import Judged
from analyzer.language import knowledge
from analyzer.moments import iso

if TYPE_CHECKING:
    from analyzer.analysis import Analysis


def cause_as_json(analysis: Analysis, cause: Cause, with_context: bool) -> dict[str, Any]:
    """One of `causes` or `notes` of templates/report.schema.json, `with_context` with the lines around its evidence."""
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


def unchecked_as_json(judged: Judged, analysis: Analysis) -> dict[str, Any]:
    """A cause that sources which the bundle lacks would confirm or clear, and the first thing to ask for."""
    to_be_had = asks.fitting(analysis.platform, analysis.layout.kind)
    wanted = [entry for source in judged.unchecked for entry in to_be_had if source in entry["source"]]
    return {
        "id": judged.signature.id,
        "title": knowledge(judged.signature.title),
        "missing": judged.unchecked,
        "ask": next((entry["command"] or knowledge(entry["what"]) for entry in wanted), ""),
    }
