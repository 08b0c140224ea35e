"""Incidents in the document, with the lines that show them."""

from __future__ import annotations

from typing import Any

from analyzer.document.exhibits import exhibit, shown
from analyzer.judging.incidents import Incident
from analyzer.moments import iso


def incident_as_json(incident: Incident) -> dict[str, Any]:
    """One of `incidents` of templates/report.schema.json; times are ISO 8601 UTC, or None."""
    return {
        "id": incident.id,
        "kind": incident.kind,
        "title": incident.title,
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
