"""What the bundle lacks, and what to ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyzer.judging import asks
from analyzer.language import _, knowledge

if TYPE_CHECKING:
    from analyzer.analysis import Analysis


def asked(analysis: Analysis) -> list[dict[str, Any]]:
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
            for e in lacking(analysis)
        ]
    return result


def lacking(analysis: Analysis) -> list[dict[str, Any]]:
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
