"""A report's JSON document as rows of the store's tables (schema.sql)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]

_AGENT = ("agent.version", "agent.reported_version", "agent.daemon_version")  # the first one that is known


def row_of(document: Json, report: str) -> dict[str, Any]:
    """What `bundles` says of an analysed bundle, its ticket apart."""
    verdict, facts, bundle = document["verdict"], document["facts"], document["bundle"]
    incident = _incident(document)
    last = document["timeline"].get("end")
    return {
        "status": "analysed",
        "sha256": bundle["sha256"],
        "bytes": bundle["bytes"],
        "os": bundle["os"],
        "layout": bundle["layout"],
        "agent": next((str(facts[key]) for key in _AGENT if facts.get(key)), None),
        "system": facts.get("os.pretty"),
        "region": facts.get("vm.location"),
        "vm": facts.get("vm.name") or facts.get("os.hostname"),
        "first_event": document["timeline"].get("start"),
        "last_event": last,
        "outcome": verdict["outcome"],
        "cause": verdict["cause"],
        "headline": verdict["headline"],
        "confidence": verdict["confidence"],
        "happened": (incident.get("end") or incident.get("start") or last) if incident else last,
        "report": report,
    }


def _incident(document: Json) -> Json:
    number = document["verdict"]["incident"]
    return next((item for item in document["incidents"] if item["id"] == number), {}) if number else {}


def verdict_of(document: Json) -> dict[str, Any]:
    """The row of `verdicts`."""
    verdict, incident = document["verdict"], _incident(document)
    return {
        **{key: verdict[key] for key in ("outcome", "cause", "confidence", "headline", "incident")},
        **{f"incident_{key}": incident.get(key) for key in ("kind", "code", "start", "end")},
    }


def tables_of(document: Json) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table that hangs on a bundle."""
    causes = [*document["causes"], *document["notes"]]
    plain = ("id", "title", "kind", "state", "score", "confidence", "explained_by")
    return {
        "causes": [
            {"rank": rank} | {key: cause.get(key) for key in plain} for rank, cause in enumerate(causes, start=1)
        ],
        "evidence": [
            {"cause": cause["id"]}
            | {key: item[key] for key in ("key", "role", "weight", "time", "source", "file", "line", "text")}
            for cause in causes
            for item in cause["evidence"]
        ],
        "facts": [{"name": name, "value": _plain(value)} for name, value in document["facts"].items()],
        "unknown": [{key: item.get(key) for key in ("template", "count", "source")} for item in document["unknown"]],
    }


def _plain(value: Any) -> str | None:
    return value if isinstance(value, str) or value is None else json.dumps(value, ensure_ascii=False)
