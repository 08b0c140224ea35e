"""SARIF for pipelines: what the standard asks for, stable, and nothing of a bundle that a viewer would act on."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sample
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.analysis import analyze
from analyzer.language import LANGUAGES
from analyzer.report.sarif import render_sarif
from tests.shared import ROOT

OUTCOMES = ("named", "no-fault", "platform", "undetermined", "not-enough")
SAMPLES = ("agent-wireserver-blocked.tar.gz", "windows-vss-writer-timeout.tar.gz", "healthy-agent.tar.gz")


def closed(required: str, **properties: Any) -> dict[str, Any]:
    """An object with these properties and no others, as SARIF's schema has them everywhere."""
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def listed(items: dict[str, Any], unique: bool = False, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "uniqueItems": unique, "minItems": least}


TEXT = {"type": "string"}
URI = {"type": "string", "pattern": r"^[A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*$"}
BAG = {"type": "object", "properties": {"tags": listed(TEXT, unique=True)}}
HASHES = {"type": "object", "additionalProperties": TEXT}
MESSAGE = closed("text", text={"type": "string", "minLength": 1})
STRINGS = closed("text", text={"type": "string", "minLength": 1}, markdown=TEXT)
ARTIFACT = closed("", uri=URI, uriBaseId=TEXT, description=MESSAGE)
REGION = closed("", startLine={"type": "integer", "minimum": 1}, snippet=closed("text", text=TEXT))
PHYSICAL = closed("artifactLocation", artifactLocation=ARTIFACT, region=REGION)
LOCATION = closed("", id={"type": "integer", "minimum": 0}, physicalLocation=PHYSICAL, message=MESSAGE)
NOTICE = closed("message", message=MESSAGE, level={"enum": ["none", "note", "warning", "error"]})
RULE = closed(
    "id",
    id=TEXT,
    name=TEXT,
    shortDescription=STRINGS,
    fullDescription=STRINGS,
    help=STRINGS,
    helpUri={"type": "string", "pattern": r"^https://\S+$"},
    properties=BAG,
)
RESULT = closed(
    "message",
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    kind={"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
    level={"enum": ["none", "note", "warning", "error"]},
    message=MESSAGE,
    locations=listed(LOCATION),
    relatedLocations=listed(LOCATION, unique=True),
    fingerprints=HASHES,
    partialFingerprints=HASHES,
    rank={"type": "number", "minimum": 0, "maximum": 100},
    properties=BAG,
)
DRIVER = closed(
    "name",
    name=TEXT,
    version=TEXT,
    semanticVersion={"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
    language={"type": "string", "pattern": "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$"},
    rules=listed(RULE, unique=True),
)
RUN = closed(
    "tool",
    tool=closed("driver", driver=DRIVER),
    automationDetails=closed("", id=TEXT),
    invocations=listed(
        closed(
            "executionSuccessful",
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications=listed(NOTICE),
            toolConfigurationNotifications=listed(NOTICE),
        )
    ),
    originalUriBaseIds={"type": "object", "additionalProperties": ARTIFACT},
    artifacts=listed(
        closed(
            "",
            location=ARTIFACT,
            parentIndex={"type": "integer", "minimum": 0},
            roles=listed({"enum": ["analysisTarget"]}, unique=True),
            hashes=HASHES,
        ),
        unique=True,
    ),
    results=listed(RESULT),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    properties=BAG,
)
LOG = closed("version runs", version={"const": "2.1.0"}, runs=listed(RUN)) | {
    "additionalProperties": {"type": "string"}
}
"""The part of the official schema (sarif-schema-2.1.0.json) that a log of ours has to do with."""


def run_of(document: dict[str, Any]) -> dict[str, Any]:
    """The one run of a log, which holds to the standard."""
    text = render_sarif(document)
    text.encode("utf-8")
    assert text.endswith("}\n")
    log = json.loads(text)
    jsonschema.validate(log, LOG)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert (result["kind"] == "fail") == (result["level"] != "none")
    places = [place for r in run["results"] for place in [*r.get("locations", ()), *r.get("relatedLocations", ())]]
    uris = {place["physicalLocation"]["artifactLocation"]["uri"] for place in places if "physicalLocation" in place}
    assert uris == {a["location"]["uri"] for a in run["artifacts"] if "parentIndex" in a}
    checked: dict[str, Any] = run
    return checked


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_log_for_every_outcome(outcome: str) -> None:
    run = run_of(sample.for_outcome(outcome))
    kinds = [(result["kind"], result["level"]) for result in run["results"]]
    first = {"named": ("fail", "error"), "platform": ("fail", "warning"), "undetermined": ("fail", "warning")}
    assert kinds[0] == (first | {"no-fault": ("pass", "none"), "not-enough": ("open", "none")})[outcome]
    assert kinds.count(("fail", "error")) == (outcome == "named")


@pytest.mark.parametrize("name", SAMPLES)
def test_logs_of_real_bundles(name: str) -> None:
    document = analyze(ROOT / "sample_bundles" / name).to_json()
    run = run_of(document)
    assert run["properties"]["outcome"] == document["verdict"]["outcome"]
    assert str(Path.cwd()) not in json.dumps(run)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_tag_that_sarif_allows(language: str) -> None:
    run_of(sample.document() | {"language": language})


def test_the_named_cause_is_told_in_full() -> None:
    run = run_of(sample.document())
    rule, result = run["tool"]["driver"]["rules"][0], run["results"][0]
    assert rule["id"] == result["ruleId"] == "network/wireserver-blocked"
    assert rule["name"] == "WireserverBlocked"
    assert rule["helpUri"].startswith("https://learn.microsoft.com/")
    assert "`systemctl restart walinuxagent`" in rule["help"]["markdown"]
    assert "_(changes data)_" in rule["help"]["markdown"]
    assert result["rank"] == 93
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "var/log/waagent.log", "uriBaseId": "BUNDLE"}
    assert place["region"]["startLine"] == 4211
    assert "timed out" in place["region"]["snippet"]["text"]
    assert result["locations"][0]["message"]["text"] == "requests to WireServer time out"
    related = [item["physicalLocation"]["artifactLocation"]["uri"] for item in result["relatedLocations"]]
    assert "commands/iptables_-L.txt" in related


def test_states_of_causes_become_kinds() -> None:
    kinds = {r["ruleId"]: (r["kind"], r["level"]) for r in run_of(sample.document())["results"]}
    assert kinds["extension/download-failed"] == ("fail", "note")
    assert kinds["agent/outdated"] == ("review", "none")
    assert kinds["agent/firewall-rules-removed"] == ("informational", "none")
    assert {r["kind"] for r in run_of(sample.for_outcome("undetermined"))["results"][1:]} >= {"open"}


def test_evidence_without_a_line_is_told_in_words() -> None:
    document = sample.document()
    fact = document["causes"][0]["evidence"][0] | {"file": "", "line": 0, "text": "the agent is {0} [old](http://x)"}
    document["causes"][0]["evidence"] = [fact]
    (place,) = run_of(document)["results"][0]["locations"]
    assert place == {"message": {"text": "the agent is {{0}} [old] (http://x)"}}


def test_paths_are_addresses_relative_to_the_bundle() -> None:
    document = sample.document()
    for path, uri in (
        ("a b/ü#1?.log", "a%20b/%C3%BC%231%3F.log"),
        ("C:\\x.log", "C%3A%5Cx.log"),
        ("/etc/x", "etc/x"),
        ("a\ud800", "a%3F"),
    ):
        document["causes"][0]["evidence"] = [document["causes"][0]["evidence"][0] | {"file": path}]
        place = run_of(document)["results"][0]["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == uri


def test_what_was_not_read_and_not_checked_is_notified() -> None:
    document = sample.document()
    document["bundle"]["refused"] = [{"path": "x", "reason": "a link"}, {"path": "", "reason": "3 more were not read"}]
    (invocation,) = run_of(document)["invocations"]
    told = [item["message"]["text"] for item in invocation["toolExecutionNotifications"]]
    assert told == ["x: a link", "3 more were not read"]
    assert len(invocation["toolConfigurationNotifications"]) == len(document["unchecked"]) > 0


def test_the_same_failure_has_the_same_fingerprint() -> None:
    def prints(document: dict[str, Any]) -> tuple[str, str]:
        result = run_of(document)["results"][0]
        return result["fingerprints"]["failure/v1"], result["partialFingerprints"]["cause/v1"]

    base = sample.document()
    other = copy.deepcopy(base)
    other["bundle"] |= {"name": "another.zip", "sha256": "0" * 64}
    other["causes"][0] |= {"score": 3.0, "title": "another wording"}
    assert prints(other) == prints(base)
    later = copy.deepcopy(base)
    later["incidents"][1]["start"] = "2026-11-22T03:10:40Z"
    assert prints(later)[0] != prints(base)[0]
    assert prints(later)[1] == prints(base)[1]


def test_no_time_of_the_run_and_the_same_bytes() -> None:
    first, second = sample.document(), sample.document()
    second["timings"] = {"read": 99.0}
    assert render_sarif(first) == render_sarif(second)


def test_an_address_that_is_none_does_not_become_a_link() -> None:
    document = sample.document()
    document["causes"][0]["links"] = ["javascript:alert(1)", "https://x/>)<script>", "https://x/a b", "https://ok/a#b"]
    rule = run_of(document)["tool"]["driver"]["rules"][0]
    assert rule["helpUri"] == "https://ok/a#b"
    assert "script" not in rule["help"]["markdown"]


@settings(max_examples=60, deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from("{}[]()`<>\\\n\x00\x1b\ud800\ufffe")), max_size=50))
def test_nothing_of_a_bundle_means_anything(text: str) -> None:
    document = copy.deepcopy(sample.document())
    document["bundle"]["name"] = text
    document["verdict"]["headline"] = text
    document["bundle"]["refused"] = [{"path": text, "reason": text}]
    for cause in document["causes"]:
        cause |= {"title": text, "summary": text, "why": text}
        cause["arithmetic"] = []
        for item in cause["evidence"]:
            item |= {"text": text, "file": text, "source": text}
    run = run_of(document)
    messages = [result["message"]["text"] for result in run["results"]]
    assert not any(re.search(r"\]\(", message) or "{" in message.replace("{{", "") for message in messages)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", json.dumps(run, ensure_ascii=False))
