"""Incidents in the document, with the lines that show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyzer.document.exhibits import exhibit, shown
from analyzer.judging.incidents import Incident
from analyzer.language import _, knowledge
from analyzer.moments import iso

if TYPE_CHECKING:
    pass


def incident_as_json(incident: Incident) -> dict[str, Any]:
    """One of `incidents` of templates/report.schema.json; times are ISO 8601 UTC, or None."""
    return {
        "id": incident.id,
        "kind": incident.kind,
        "title": incident_title(incident),
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


def incident_title(incident: Incident) -> str:
    """What was tried, in the language at hand: 'Backup run 537', 'Extension operation of A.B'."""
    title = knowledge(incident.operation.title)
    if not incident.key:
        return title
    if incident.operation.style == "track":
        return _("{operation} of {handler}").format(operation=title, handler=incident.key)
    return f"{title} {incident.key}"
