"""SARIF 2.1.0, for pipelines and viewers of findings: causes are rules, what was found of them are results.

Nothing of the machine and no time of the run is in it: same document, same bytes. The kinds say how far a result is
proven: `fail` for the verdict and its effects, `open` where the bundle does not settle it, `review` for what lost,
`informational` for notes, `pass` where all went well. SARIF allows a level beside `fail` only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from analyzer.language import _, using
from analyzer.report import formatting
from analyzer.report.sarif_rules import of_cause, of_verdict, verdict_rule, words

Json = Mapping[str, Any]

SCHEMA_URI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "BUNDLE"
_RELATED = 20  # places beside the first
_LANGUAGES = {"zh-Hant": "zh-TW"}  # the schema wants two letters, or two and two
_VERDICTS = {"undetermined": ("fail", "warning"), "not-enough": ("open", "none"), "no-fault": ("pass", "none")}
_STATES = {"named": ("fail", "error"), "effect": ("fail", "note"), "note": ("informational", "none")}


def _message(text: str) -> dict[str, str]:
    """A message, in which single braces would stand for arguments."""
    return {"text": words(text).replace("{", "{{").replace("}", "}}")}


def _uri(path: str) -> str:
    """A path inside the bundle, relative to it; what has a meaning in an address is encoded."""
    return quote(path.lstrip("/"), safe="/", errors="replace")


def _location(item: Json, labels: Mapping[str, str]) -> dict[str, Any]:
    """A line of a file with what it tells; words alone where the evidence is a fact or a silence."""
    if not item["file"]:
        return {"message": _message(str(item["text"]))}
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(str(item["file"])), "uriBaseId": _BASE}}
    if item["line"]:
        physical["region"] = {"startLine": item["line"], "snippet": {"text": formatting.visible(item["text"])}}
    return {"physicalLocation": physical, "message": _message(labels.get(item["key"]) or str(item["source"]))}


def _places(evidence: Sequence[Json], labels: Mapping[str, str]) -> dict[str, Any]:
    """The heaviest line is the location; the others are related to it, each line once."""
    distinct: dict[tuple[Any, ...], Json] = {}
    for item in sorted(evidence, key=lambda item: (item["role"] == "against", -abs(item["weight"]))):
        distinct.setdefault((item["file"], item["line"], item["text"]), item)
    places = [_location(item, labels) for item in distinct.values()]
    related = [{"id": n} | place for n, place in enumerate(places[1 : _RELATED + 1], 1)]
    return ({"locations": places[:1]} if places else {}) | ({"relatedLocations": related} if related else {})


def _fingerprint(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()


def _result(rule: str, proof: tuple[str, str], text: str, places: Json, incident: Json | None) -> dict[str, Any]:
    """`failure/v1` is the same whenever this failure is seen, `cause/v1` whenever this operation fails this way."""
    about = (incident["kind"], incident["key"], incident["start"]) if incident else ("", "", "")
    return {
        "ruleId": rule,
        "kind": proof[0],
        "level": proof[1],
        "message": _message(text),
        **places,
        "fingerprints": {"failure/v1": _fingerprint(rule, *about)},
        "partialFingerprints": {"cause/v1": _fingerprint(rule, *about[:1])},
    }


def _proof(cause: Json, outcome: str) -> tuple[str, str]:
    """The kind and the level of a cause."""
    if cause["kind"] == "note":
        return _STATES["note"]
    if outcome == "platform" and cause["state"] == "named":
        return "fail", "warning"
    return _STATES.get(cause["state"]) or ("open" if outcome == "undetermined" else "review", "none")


def _results(document: Json) -> list[dict[str, Any]]:
    verdict = document["verdict"]
    incidents = {item["id"]: item for item in document["incidents"]}
    results = []
    if verdict["outcome"] in _VERDICTS:
        incident = incidents.get(verdict["incident"])
        places = _places(incident["evidence"] if incident else [], {})
        rule, proof = verdict_rule(verdict["outcome"]), _VERDICTS[verdict["outcome"]]
        results.append(_result(rule, proof, verdict["headline"], places, incident))
    for cause in [*document["causes"], *document["notes"]]:
        text = f"{cause['title']}. {cause['summary']}" if cause["summary"] else cause["title"]
        places = _places(cause["evidence"], {row["key"]: row["label"] for row in cause["arithmetic"]})
        proof, incident = _proof(cause, verdict["outcome"]), incidents.get(cause["incident"])
        result = _result(cause["id"], proof, text, places, incident)
        if cause["confidence"] is not None:
            result["rank"] = round(100 * cause["confidence"], 1)
        results.append(result | {"properties": {"score": cause["score"], "state": cause["state"]}})
    return results


def _rules(document: Json) -> list[dict[str, Any]]:
    outcome = document["verdict"]["outcome"]
    causes = {cause["id"]: cause for cause in [*document["causes"], *document["notes"]]}
    return ([of_verdict(outcome)] if outcome in _VERDICTS else []) + [of_cause(cause) for cause in causes.values()]


def _artifacts(document: Json, results: Sequence[Json]) -> list[dict[str, Any]]:
    """The bundle, and the files in it that the results point to."""
    bundle = document["bundle"]
    places = [place for result in results for key in ("locations", "relatedLocations") for place in result.get(key, ())]
    uris = {p["physicalLocation"]["artifactLocation"]["uri"] for p in places if "physicalLocation" in p}
    whole = {
        "location": {"uri": _uri(str(bundle["name"])) or "bundle"},
        "roles": ["analysisTarget"],
        "hashes": {"sha-256": bundle["sha256"]},
    }
    return [whole, *({"location": {"uri": u, "uriBaseId": _BASE}, "parentIndex": 0} for u in sorted(uris))]


def _invocation(document: Json) -> dict[str, Any]:
    """What was not read, and what could not be checked."""
    refused = [
        ": ".join(part for part in (item["path"], item["reason"]) if part) for item in document["bundle"]["refused"]
    ]
    sentence = _("“{title}” was not checked: the bundle lacks {sources}")
    unchecked = [sentence.format(title=i["title"], sources=", ".join(i["missing"])) for i in document["unchecked"]]
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [{"level": "warning", "message": _message(text)} for text in refused],
        "toolConfigurationNotifications": [{"level": "note", "message": _message(text)} for text in unchecked],
    }


def render_sarif(document: Json) -> str:
    """The document as a SARIF log of one run, ending with a line feed."""
    tool, verdict, language = document["tool"], document["verdict"], document["language"]
    with using(language):
        results, rules = _results(document), _rules(document)
        numbers = {rule["id"]: n for n, rule in enumerate(rules)}
        driver = {
            "name": tool["name"],
            "version": tool["version"],
            "semanticVersion": tool["version"],
            "language": _LANGUAGES.get(language, language),
            "rules": rules,
        }
        run = {
            "tool": {"driver": driver},
            "automationDetails": {"id": f"{tool['name']}/{_uri(str(document['bundle']['name']))}"},
            "invocations": [_invocation(document)],
            "originalUriBaseIds": {_BASE: {"description": {"text": _("The bundle's top folder")}}},
            "artifacts": _artifacts(document, results),
            "results": [result | {"ruleIndex": numbers[result["ruleId"]]} for result in results],
            "columnKind": "unicodeCodePoints",
            "properties": {"outcome": verdict["outcome"], "headline": words(verdict["headline"])},
        }
    return json.dumps({"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"
