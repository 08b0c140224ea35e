"""What a reader sees before anything runs: without JavaScript the report says everything."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.report.formatting import moment, percent
from tests.browser import cases
from tests.browser.conftest import Open

OUTCOMES = [name for name, case in cases.CASES.items() if case.outcome]


def _place(found: dict[str, Any]) -> str:
    return f"{found['file']}:{found['line']}"


def _even(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_verdict_is_on_the_first_screen(name: str, opened: Open) -> None:
    sheet = opened(name, java_script_enabled=False)
    document = cases.document(name)
    verdict: dict[str, Any] = document["verdict"]
    assert verdict["outcome"] == cases.CASES[name].outcome
    shown = sheet.text()
    word, _, sentence = verdict["headline"].partition(": ")
    if verdict["outcome"] in ("named", "platform"):
        sentence = verdict["headline"]
    assert word in shown
    assert _even(sentence).casefold() in shown.casefold()
    top = sheet.page.get_by_role("heading", level=1).bounding_box()
    assert top is not None
    assert top["y"] + top["height"] < 450, "the sentence stands in the upper half of the first screen"
    if verdict["incident"]:
        incident = next(item for item in document["incidents"] if item["id"] == verdict["incident"])
        assert incident["title"] in shown


@pytest.mark.parametrize("name", ["named", "named-windows", "disk-full", "agent-wireserver-blocked"])
def test_a_named_cause_shows_its_proof_and_its_arithmetic(name: str, opened: Open) -> None:
    sheet = opened(name, java_script_enabled=False)
    document = cases.document(name)
    cause = document["causes"][0]
    shown = sheet.text()
    assert percent(document["verdict"]["confidence"]) in shown
    for row in cause["arithmetic"]:
        assert _even(row["label"]).casefold() in shown.casefold()
    assert _place(cause["evidence"][0]) in shown, "the best proof needs no unfolding"
    assert _even(cause["evidence"][0]["text"].splitlines()[0])[:200] in shown
    for step in cause["remedy"]:
        assert _even(step["step"]) in shown
        assert step["command"] is None or _even(step["command"]) in shown
    for ask in document["verdict"]["ask"]:
        assert _even(ask["what"]) in shown
    sheet.unfold()
    unfolded = sheet.text()
    for found in cause["evidence"]:
        assert _place(found) in unfolded
        assert _even(found["text"].splitlines()[0])[:200] in unfolded
        assert found["time"] is None or moment(found["time"]) in unfolded
    for source in document["coverage"]["sources"]:
        assert source["source"] in unfolded


def test_cause_and_effect_stand_in_the_picture_of_the_cascade(opened: Open) -> None:
    sheet = opened("disk-full", java_script_enabled=False)
    document = cases.document("disk-full")
    effects = [cause for cause in document["causes"] if cause["state"] == "effect"]
    assert effects, "the sample has effects"
    picture = sheet.page.locator("#cascade").locator("xpath=..")
    assert picture.is_visible()
    words = _even(picture.inner_text())
    assert _even(document["causes"][0]["title"]) in words
    assert _even(effects[0]["title"]) in words
    assert moment(effects[0]["first"]) in words


def test_undetermined_shows_the_candidates_and_what_would_settle_it(opened: Open) -> None:
    sheet = opened("undetermined", java_script_enabled=False)
    document = cases.document("undetermined")
    rivals = [cause for cause in document["causes"] if cause["state"] == "candidate"][:2]
    assert len(rivals) == 2
    shown = sheet.text()
    for cause in rivals:
        assert _even(cause["title"]) in shown
    for ask in document["verdict"]["ask"]:
        assert _even(ask["what"]) in shown


@pytest.mark.parametrize("name", ["named", "platform"])
def test_nothing_that_needs_the_script_shows_without_it(name: str, opened: Open) -> None:
    sheet = opened(name, java_script_enabled=False)
    assert sheet.page.locator("button:visible, input:visible, select:visible").all_inner_texts() == []
    assert sheet.page.locator("a.to-event:visible").count() == 0


def test_every_link_inside_the_page_leads_somewhere(opened: Open) -> None:
    for name in ("named", "undetermined", "no-fault-windows"):
        sheet = opened(name, java_script_enabled=False)
        lost = sheet.ask(
            "() => [...document.querySelectorAll('a[href^=\"#\"]:not(.to-event)')].map(a => a.hash.slice(1))"
            ".filter(id => !document.getElementById(decodeURIComponent(id)))"
        )
        assert lost == []
        twice = sheet.ask(
            "() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);"
            " return ids.filter((id, n) => ids.indexOf(id) !== n) }"
        )
        assert twice == []
