"""Evidence in the page: one figure a place, numbered through, each with the way to its line in the timeline."""

from __future__ import annotations

from typing import Any

import sample
from lxml import html as lxml_html

from analyzer.report.figures import AT_ONCE, figures
from analyzer.report.html import render_html
from analyzer.report.view import build_view

TIME = "2026-11-21T03:12:09Z"


def line(key: str, number: int, **more: Any) -> dict[str, Any]:
    return sample.evidence(key, "supports", 2, TIME, number, f"line {number}") | more


def shown(evidence: list[dict[str, Any]]) -> Any:
    document = sample.document()
    document["causes"][0]["evidence"] = evidence
    return lxml_html.document_fromstring(render_html(document))


def test_reasons_that_rest_on_the_same_line_share_its_figure() -> None:
    document = sample.document()
    document["causes"][0]["evidence"] = [line("http_failed", 7), line("drop_rule", 9), line("port_32526", 7)]
    first, second = figures(build_view(document).evidence)
    assert [claim.label for claim in first.claims] == ["requests to WireServer time out", "port 32526 fails too"]
    assert (first.place, second.place) == ("var/log/waagent.log:7", "var/log/waagent.log:9")


def test_a_record_of_many_lines_says_its_number_once() -> None:
    rows = [{"line": 4, "text": "before", "hit": False}] + [
        {"line": 4, "text": text, "hit": True} for text in ("VSS 8229", "Operation:", "Context:")
    ]
    document = sample.document()
    document["causes"][0]["evidence"] = [line("http_failed", 4, context=rows)]
    (figure,) = figures(build_view(document).evidence)
    assert [row.line for row in figure.rows] == [4, 4, None, None]


def test_places_beyond_the_first_few_wait_in_a_fold() -> None:
    root = shown([line("http_failed", 10 * n) for n in range(1, AT_ONCE + 3)])
    card = root.xpath("//section[@aria-labelledby='evidence']/div[@class='card']")[0]
    assert len(card.xpath("./figure")) == AT_ONCE
    assert len(card.xpath("./details[not(@open)]/figure")) == 2
    assert card.xpath("./details/summary")[0].text_content() == "2 more places"


def test_figures_are_numbered_through_and_tell_their_place() -> None:
    root = shown([line("http_failed", 4211), line("drop_rule", 0, file="", context=[])])
    numbers = [figure.get("id") for figure in root.xpath("//figure")]
    assert numbers == [f"ev-{n}" for n in range(1, len(numbers) + 1)]
    placed, unplaced = root.xpath("//section[@aria-labelledby='evidence']/div//figure")
    assert placed.get("data-place") == "var/log/waagent.log:4211"
    assert [(link.get("href"), link.get("hidden")) for link in placed.xpath(".//a[@class='to-event']")] == [
        ("#timeline", "")
    ]
    assert unplaced.get("data-place") is None
    assert not unplaced.xpath(".//a")


def test_long_texts_scroll_and_short_ones_are_no_stop_for_the_keyboard() -> None:
    root = shown([line("http_failed", 7), line("drop_rule", 9, context=[], text="x" * 9_000)])
    short, long = root.xpath("//section[@aria-labelledby='evidence']/div//div[contains(@class, 'log')]")
    assert (short.get("class"), short.get("tabindex")) == ("log", None)
    assert (long.get("class"), long.get("tabindex")) == ("log tall", "0")
