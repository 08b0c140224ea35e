"""JUnit for pipelines: a case for each kind of operation, one for the verdict, and XML that every reader takes."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import sample
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from analyzer.language import LANGUAGES
from analyzer.report.junit import render_junit

STRICT = etree.XMLParser(resolve_entities=False, no_network=True, recover=False, huge_tree=False)


def suite_of(document: dict[str, Any]) -> Any:
    """The one suite, whose counts are right."""
    text = render_junit(document)
    root = etree.fromstring(text.encode("utf-8"), STRICT)
    (suite,) = root
    for element in (root, suite):
        assert element.get("tests") == str(len(suite.findall("testcase")))
        assert element.get("failures") == str(len(suite.findall("testcase/failure")))
        assert element.get("skipped") == str(len(suite.findall("testcase/skipped")))
        assert element.get("errors") == "0"
    return suite


def case_of(suite: Any, name: str) -> Any:
    (case,) = suite.findall(f"testcase[@name='{name}']")
    return case


@pytest.mark.parametrize(
    ("outcome", "kind", "what"),
    [
        ("named", "failure", "network/wireserver-blocked"),
        ("platform", "failure", "platform/guest-succeeded"),
        ("undetermined", "failure", "undetermined"),
        ("not-enough", "skipped", None),
        ("no-fault", None, None),
    ],
)
def test_the_verdict_is_a_case(outcome: str, kind: str | None, what: str | None) -> None:
    case = case_of(suite_of(sample.for_outcome(outcome)), "verdict")
    assert [child.tag for child in case if child.tag != "system-out"] == ([kind] if kind else [])
    if kind:
        assert sample.for_outcome(outcome)["verdict"]["headline"][:30] in case[0].get("message")
        assert case[0].get("type") == what
    assert "".join(case.itertext()).strip()


def test_a_failure_that_nothing_healed_fails_its_kind() -> None:
    (failure,) = case_of(suite_of(sample.document()), "backup").findall("failure")
    assert failure.get("type") == "failed"
    assert "code 76" in failure.get("message")
    assert "extension.log:356: " in failure.text


def test_a_failure_that_healed_does_not() -> None:
    document = sample.document()
    document["incidents"][1]["resolved"] = True
    case = case_of(suite_of(document), "backup")
    assert [child.tag for child in case] == ["system-out"]
    assert case[0].text.count("\n") == 1


def test_operations_that_did_not_end_are_skipped() -> None:
    document = sample.document()
    document["incidents"] = [document["incidents"][1] | {"outcome": "open"}]
    assert [child.tag for child in case_of(suite_of(document), "backup")] == ["skipped", "system-out"]


def test_a_month_of_backups_is_not_listed_whole() -> None:
    document = sample.document()
    document["incidents"] = [document["incidents"][0] | {"id": f"b{n}"} for n in range(80)]
    lines = case_of(suite_of(document), "backup")[0].text.split("\n")
    assert len(lines) == 51
    assert lines[0] == "30 earlier ones are not listed"


def test_no_time_of_the_run_and_the_same_bytes() -> None:
    first, second = sample.document(), sample.document()
    second["timings"] = {"read": 99.0}
    assert render_junit(first) == render_junit(second)
    assert " time=" not in render_junit(first)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_cases_are_the_same_in_every_language(language: str) -> None:
    suite = suite_of(sample.document() | {"language": language})
    assert [case.get("name") for case in suite.findall("testcase")] == ["backup", "verdict"]


@settings(max_examples=80, deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from("]]><&\"'\x00\x1b\ufffe\uffff\ud800\r\n\t")), max_size=50))
def test_every_reader_takes_what_a_bundle_says(text: str) -> None:
    document = copy.deepcopy(sample.document())
    document["bundle"]["name"] = text
    document["verdict"]["headline"] = text
    for incident in document["incidents"]:
        incident |= {"title": text, "code": text}
        for item in incident["evidence"]:
            item |= {"text": text, "context": [], "file": text}
    suite = suite_of(document)
    assert {child.tag for child in suite.iter()} <= {
        "testsuite", "properties", "property", "testcase", "failure", "skipped", "system-out"
    }  # fmt: skip
