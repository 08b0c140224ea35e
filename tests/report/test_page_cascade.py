"""The cascade: cause, effects and incident in order, each with its time and a way to its proof."""

from __future__ import annotations

from typing import Any

import sample
from lxml import html as lxml_html

from analyzer.report.cascade import cascade_tree
from analyzer.report.html import render_html


def test_cascade_runs_from_cause_over_effects_to_the_incident() -> None:
    document = sample.document()
    document["causes"][1]["first"] = "2026-11-21T03:15:30Z"
    node = cascade_tree(document)
    assert node is not None
    assert [child.kind for child in node.children] == ["effect", "effect"]
    assert node.children[0].delay == "3 min 21 s later"
    assert node.children[1].delay == "", "it began at the same time"
    last = node.children[0].children[0]
    assert (last.kind, last.detail, last.delay) == ("incident", "code 76", "26 min 28 s later")


def test_each_link_tells_its_time_and_leads_to_its_proof() -> None:
    root: Any = lxml_html.document_fromstring(render_html(sample.document()))
    nodes = root.xpath("//section[contains(@class, 'verdict')]//a[contains(@class, 'node')]")
    assert [node.get("href") for node in nodes] == [
        "#evidence", "#cause-extension-download-failed", "#incidents", "#cause-goal-state-status-blob-denied",
    ]  # fmt: skip
    assert [len(node.xpath(".//time[@datetime]")) for node in nodes] == [1, 1, 1, 1]


def test_a_cycle_in_explained_by_ends() -> None:
    document = sample.document()
    document["causes"][0]["explained_by"] = "extension/download-failed"
    assert cascade_tree(document) is not None


def test_no_cascade_without_a_named_cause() -> None:
    assert cascade_tree(sample.for_outcome("undetermined")) is None
    assert cascade_tree(sample.for_outcome("platform")) is None
