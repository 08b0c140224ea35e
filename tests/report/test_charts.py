"""Charts: well-formed, escaped, deterministic, and calm about odd documents."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sample
from lxml import etree

from analyzer.report.axis import Axis
from analyzer.report.charts import timeline_svg

SVG = "{http://www.w3.org/2000/svg}"


def parsed(markup: str) -> Any:
    return etree.fromstring(markup.encode("utf-8"))


def test_timeline_draws_a_lane_for_each_source_and_names_the_errors() -> None:
    root = parsed(timeline_svg(sample.document()["timeline"]))
    titles = [element.text for element in root.iter(SVG + "title")]
    assert any(title.startswith("waagent, ") and "errors" in title for title in titles)
    assert len(root.findall(f".//{SVG}path[@class='events']")) == 5
    assert len(root.findall(f".//{SVG}path[@class='errors']")) == 2
    assert len(root.findall(f".//{SVG}rect[@class='window']")) == 1, "the failed backup shades its time"


def test_hostile_names_are_escaped() -> None:
    timeline = copy.deepcopy(sample.document()["timeline"])
    timeline["lanes"][0]["source"] = f"\"'><script>{sample.CONTROL}</script>"
    timeline["bars"][0]["label"] = sample.SCRIPT
    markup = timeline_svg(timeline)
    assert "<script" not in markup
    assert "\x1b" not in markup
    parsed(markup)


@pytest.mark.parametrize(
    "change",
    [
        {"start": None, "end": None},
        {"lanes": []},
        {"end": "2026-11-19T22:00:00Z"},
        {"marks": [{"time": "not a time", "label": "x", "kind": "x"}]},
        {"bars": [{"lane": "backup", "label": "x", "start": None, "end": None, "state": "open"}]},
        {"start": "0001-01-01T00:00:00Z", "end": "9999-12-31T23:59:59Z"},
    ],
)
def test_odd_timelines_draw_or_stay_empty(change: dict[str, Any]) -> None:
    markup = timeline_svg(sample.document()["timeline"] | change)
    assert not markup or parsed(markup) is not None


@pytest.mark.parametrize("seconds", [1, 59, 3_600, 86_400, 40 * 86_400, 400 * 86_400, 30 * 366 * 86_400])
def test_ticks_are_few_round_and_inside(seconds: int) -> None:
    start = datetime(2026, 11, 20, 22, 13, 7, tzinfo=UTC)
    axis = Axis(start, start + timedelta(seconds=seconds), 100, 800)
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= 9
    assert all(start <= when <= axis.end for when, _ in ticks)
    assert len({label for _, label in ticks}) == len(ticks), "no label twice"
