"""The timeline's drawings: bars of steps, the incident's time, guesses, and the same closer up."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import sample
from lxml import etree

from analyzer.report.charts import timeline_svg, zoom_svg
from analyzer.report.html import render_html
from analyzer.report.timelineview import timeline_view

SVG = "{http://www.w3.org/2000/svg}"


def timeline(**change: Any) -> dict[str, Any]:
    whole: dict[str, Any] = copy.deepcopy(sample.document()["timeline"])
    return whole | change


def parsed(markup: str) -> Any:
    return etree.fromstring(markup.encode("utf-8"))


def titles(markup: str) -> list[str]:
    return [element.text for element in parsed(markup).iter(SVG + "title")]


def words(markup: str) -> list[str]:
    return [element.text for element in parsed(markup).iter(SVG + "text")]


def of_class(markup: str, name: str) -> list[Any]:
    return [node for node in parsed(markup).iter() if name in (node.get("class") or "").split()]


def step(title: str, start: str, end: str | None, state: str, number: str = "") -> dict[str, Any]:
    return {"title": title, "number": number, "start": start, "end": end, "state": state, "file": "x", "line": 1}


def row(*items: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"kind": "backup", "title": "Steps", "items": list(items), "left_out": 0}]


def test_the_incident_is_shaded_and_named() -> None:
    markup = timeline_svg(timeline())
    assert len(of_class(markup, "window")) == 1
    assert "✕ Backup run 104" in words(markup)


def test_an_incident_that_went_well_is_not_shaded() -> None:
    window = timeline()["window"] | {"state": "succeeded"}
    assert of_class(timeline_svg(timeline(window=window)), "window") == []


def test_a_step_of_seconds_in_a_span_of_days_is_seen_and_told() -> None:
    short = step("Freeze", "2026-11-20T03:01:00Z", "2026-11-20T03:01:04Z", "failed")
    markup = timeline_svg(timeline(tracks=row(short)))
    (bar,) = of_class(markup, "step-failed")
    assert float(bar.get("width")) >= 3
    assert "Freeze: failed, 2026-11-20 03:01:00 – 03:01:04 UTC (4 s)" in titles(markup)
    assert any(text.startswith("✕") for text in words(markup)), "colour is not the only sign"


def test_narrow_steps_share_a_shape_that_counts_them() -> None:
    many = [step("Freeze", f"2026-11-20T03:{n:02d}:00Z", f"2026-11-20T03:{n:02d}:04Z", "done") for n in range(50)]
    markup = timeline_svg(timeline(tracks=row(*many)))
    assert len(of_class(markup, "step-done")) == 1
    assert "50 steps: done" in titles(markup)


def test_goal_states_show_their_number_where_their_name_does_not_fit() -> None:
    short = step("Goal state 7", "2026-11-20T03:00:00Z", "2026-11-20T04:30:00Z", "lasts", "7")
    long = step("Goal state 8", "2026-11-20T04:30:00Z", None, "lasts", "8")
    shown = words(timeline_svg(timeline(tracks=row(short, long))))
    assert "7" in shown
    assert "Goal state 8" in shown


def test_a_step_without_an_end_says_so() -> None:
    markup = timeline_svg(timeline(tracks=row(step("Snapshot", "2026-11-20T03:00:00Z", None, "open"))))
    assert "Snapshot: no end of it in the log, 2026-11-20 03:00:00 UTC" in titles(markup)
    assert "… Snapshot" in words(markup)


def test_guesses_stand_under_the_name_of_their_lane() -> None:
    markup = timeline_svg(timeline())
    assert "≈ year guessed" in words(markup)
    assert any("40 events without a year; local time read as Europe/Berlin" in title for title in titles(markup))
    lane = timeline()["lanes"][0] | {
        "guesses": [{"quality": "zone-assumed", "events": 1, "zone": "UTC", "known": False}]
    }
    assert "≈ zone not known" in words(timeline_svg(timeline(lanes=[lane])))


def test_closer_up_only_what_reaches_into_that_time_is_drawn() -> None:
    markup = zoom_svg(timeline())
    told = "\n".join(titles(markup))
    assert "Freeze: failed" in told
    assert "Freeze: done" not in told, "that one was a day earlier"
    assert parsed(markup).get("data-start") == "1795230360000"
    assert zoom_svg(timeline(zoom=None)) == ""


def test_marks_of_one_place_share_a_flag() -> None:
    marks = [{"time": f"2026-11-21T03:1{n}:00Z", "label": f"mark {n}", "kind": "x"} for n in range(3)]
    marks.append({"time": "2026-11-20T03:00:00Z", "label": "far", "kind": "x"})
    markup = timeline_svg(timeline(marks=marks))
    flags = [text.text for text in of_class(markup, "flag-text")]
    assert flags == ["1", "2–4"]


def test_stray_events_before_all_others_are_left_out_and_mentioned() -> None:
    begun = timeline(before={"start": "2026-11-20T22:00:00Z", "events": 2})
    root = parsed(timeline_svg(begun))
    assert root.get("data-start") == "1795212000000"
    told = timeline_view(sample.document() | {"timeline": begun})["before"]
    assert told.startswith("The chart begins at 2026-11-20 22:00:00 UTC; 2 events lie before that, the first at 2026")


@pytest.mark.parametrize(
    "change",
    [
        {"tracks": row(step("x", "not a time", None, "open"))},
        {"tracks": row(step("x", "2027-01-01T00:00:00Z", None, "done"))},
        {"tracks": row(step("x", "2026-11-20T03:00:00Z", "2020-11-20T03:00:00Z", "of a later version"))},
        {"tracks": [], "window": None},
        {"window": {"incident": "x", "label": "x", "start": "", "end": "", "state": "failed"}},
        {
            "zoom": {
                "label": "x",
                "start": "2026-11-21T03:10:00Z",
                "end": "2026-11-21T03:10:00Z",
                "bins": 0,
                "lanes": [],
            }
        },
    ],
)
def test_odd_bars_draw_or_stay_away(change: dict[str, Any]) -> None:
    for markup in (timeline_svg(timeline(**change)), zoom_svg(timeline(**change))):
        assert not markup or parsed(markup) is not None


def test_hostile_names_of_bars_are_escaped() -> None:
    change = timeline(tracks=row(step(sample.NASTY, "2026-11-20T03:00:00Z", None, "lasts", sample.SCRIPT)))
    change["window"]["label"] = change["zoom"]["label"] = sample.NASTY
    change["tracks"][0]["title"] = sample.NASTY
    page = render_html(sample.document() | {"timeline": change})
    assert "<script>alert" not in page
    for markup in (timeline_svg(change), zoom_svg(change)):
        parsed(markup)


def test_the_tables_beside_the_drawings_say_the_same() -> None:
    view = timeline_view(sample.document())
    steps = {row["title"]: row for row in view["track_rows"]}["Steps of a backup"]
    assert (steps["steps"], steps["failed"]) == (6, 1)
    assert steps["last_failed"] == "Freeze, 2026-11-21 03:12:00 UTC"
    lanes = {row["source"]: row["guesses"] for row in view["lane_rows"]}
    assert lanes["waagent"] == "exact"
    assert lanes["syslog"].startswith("40 events without a year")
