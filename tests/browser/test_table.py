"""The table of events: filters, links to rows and back, and what a keyboard does in it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser import axe, cases
from tests.browser.conftest import Open
from tests.browser.table import Table

LOUD = ("critical", "error", "warning")


def _events(name: str) -> list[dict[str, Any]]:
    """The rows of the document, one dict a row."""
    events = cases.document(name)["events"]
    return [
        {
            "time": events["time"][row],
            "source": events["sources"][events["source"][row]],
            "level": events["levels"][events["level"][row]],
            "file": events["files"][events["file"][row]],
            "line": events["line"][row],
            "text": events["text"][row],
        }
        for row in range(len(events["time"]))
    ]


@pytest.mark.parametrize("name", ["named", "named-windows"])
def test_all_events_are_in_it_in_order(name: str, opened: Open) -> None:
    table, events = Table(opened(name)), _events(name)
    assert table.count() == len(events)
    times, page = [], 0
    while True:
        rows = table.rows()
        times += [row[0] for row in rows if row[0][:1] == "2"]
        table.grid.press("PageDown") if page else table.grid.press("Home")
        page += 1
        if page * 5 > len(events) or page > 30:
            break
    assert times
    first = next(event for event in events if event["time"] is not None)
    table.grid.press("Home")
    table.settle()
    top = table.rows()[0]
    assert top[1] == first["source"]
    assert " ".join(first["text"].split())[:40] in " ".join(top[3].replace("␊", " ").split())
    seen = [row[0].lstrip("≈") for row in table.rows() if row[0][:1].isdigit()]
    assert seen == sorted(seen)


def test_words_source_level_and_time_filter(opened: Open) -> None:
    table, events = Table(opened("named")), _events("named")

    table.filter(q="FREEZE data")
    wanted = [event for event in events if "freeze" in event["text"].lower() and "data" in event["text"].lower()]
    assert 0 < table.count() == len(wanted) < len(events)
    assert all("freeze" in row[3].lower() for row in table.rows())

    table.filter(q="")
    table.filter(source="vmsnapshot")
    assert table.count() == sum(event["source"] == "vmsnapshot" for event in events)
    assert {row[1] for row in table.rows()} == {"vmsnapshot"}

    table.filter(source="", level="problem")
    assert table.count() == sum(event["level"] in LOUD for event in events)
    table.filter(level="")

    incident = cases.document("named")["incidents"][-1]
    start, end = incident["start"][:19].replace("T", " "), incident["end"][:19].replace("T", " ")
    table.filter(**{"from": start, "to": end})
    inside = [row[0].lstrip("≈")[:19] for row in table.rows()]
    assert 0 < table.count() < len(events)
    assert inside
    assert all(start <= time <= end for time in inside)

    table.page.get_by_role("button", name="Clear").click()
    table.settle()
    assert table.count() == len(events)


def test_what_matches_nothing_and_what_is_no_time_is_said(opened: Open) -> None:
    table = Table(opened("named"))
    table.filter(q="no such words anywhere")
    assert table.count() == 0
    assert "No row matches" in table.said()
    assert table.rows() == []
    table.page.locator("#events [name=from]").fill("last Tuesday")
    table.settle()
    assert table.page.locator("#events [name=from]").evaluate("e => e.matches(':invalid')")


@pytest.mark.parametrize("words", ["<script>window.owned", "onerror=window", "</style><style>", "{{7*7}}", "__proto__"])
def test_hostile_words_are_only_words_to_the_table(words: str, opened: Open) -> None:
    table = Table(opened("hostile"))
    table.filter(q=words)
    rows = table.rows()
    assert rows
    assert all(words in row[3] for row in rows)
    table.grid.press("Home")
    table.grid.press("Enter")
    assert words in table.opened()
    assert table.sheet.ask("window.owned") is None
    assert (
        table.sheet.ask("document.querySelectorAll('#events .grid-body :is(script, style, img, svg, iframe)').length")
        == 0
    )


def test_the_filter_knows_no_patterns(opened: Open) -> None:
    """Signs that mean something in a regular expression stand for themselves."""
    table = Table(opened("hostile"))
    table.filter(q="{{7*7}}")
    assert table.count() > 0
    table.filter(q="{{7.7}}")
    assert table.count() == 0
    table.filter(q="(")
    assert all("(" in row[3] for row in table.rows())


@pytest.mark.parametrize("name", ["named", "named-windows", "disk-full"])
def test_from_evidence_to_its_row_and_back(name: str, opened: Open) -> None:
    sheet = opened(name, reduced_motion="reduce")
    table = Table(sheet)
    figures = sheet.page.locator("figure[data-place]").filter(has=sheet.page.locator("a.to-event:visible")).all()
    assert figures
    for figure in figures[:3]:
        place, ident = figure.get_attribute("data-place") or "", figure.get_attribute("id")
        hit = " ".join(" ".join(figure.locator(".hit .t").all_text_contents()).split())
        figure.locator("a.to-event").first.click()
        shown = table.opened()
        assert place in shown
        assert sheet.text("#events .is-open pre")[:60] in hit
        assert table.page.locator("#events .is-open").evaluate(
            "e => { const b = e.getBoundingClientRect(); return b.top >= 0 && b.top < innerHeight }"
        )
        table.page.locator(f"#events .is-open a[href='#{ident}']").click()
        sheet.until(
            "id => { const b = document.getElementById(id).getBoundingClientRect();"
            " return b.bottom > 0 && b.top < innerHeight }",
            ident,
        )


def test_every_piece_of_evidence_with_a_place_has_its_row(opened: Open) -> None:
    for name in ("named", "named-windows", "undetermined"):
        sheet = opened(name)
        Table(sheet)
        lost = sheet.ask(
            "() => [...document.querySelectorAll('figure[data-place]')]"
            ".filter(f => !f.querySelector('a.to-event:not([hidden])')).map(f => f.dataset.place)"
        )
        assert lost == []


def test_a_link_to_a_row_opens_it_in_any_copy_of_the_report(opened: Open) -> None:
    sheet = opened("named")
    table = Table(sheet)
    sheet.page.locator("a.to-event:visible").first.click()
    text = table.opened()
    own = sheet.page.locator("#events .is-open a[href^='#e-']").get_attribute("href") or ""
    assert re.fullmatch(r"#e-\d+-\d+", own)
    again = Table(opened("named", own))
    assert again.opened() == text


def test_the_address_keeps_filters_and_row(opened: Open) -> None:
    table = Table(opened("named"))
    table.filter(q="freeze", source="vmsnapshot")
    table.grid.press("Home")
    table.grid.press("ArrowDown")
    table.grid.press("Enter")
    text, count = table.opened(), table.count()
    table.sheet.until("() => location.hash.includes('row=')")
    again = Table(opened("named", table.sheet.ask("location.hash")))
    assert again.opened() == text
    assert again.count() == count
    assert again.page.locator("#events [name=q]").input_value() == "freeze"


def test_a_row_that_the_filters_hide_is_shown_all_the_same(opened: Open) -> None:
    sheet = opened("named")
    table = Table(sheet)
    table.filter(q="no such words anywhere")
    link = sheet.page.locator("a.to-event:visible").first
    link.click()
    assert table.opened()


def test_the_keyboard_alone_reads_the_table(opened: Open) -> None:
    table = Table(opened("named"))
    table.grid.focus()
    table.page.keyboard.press("End")
    table.settle()
    last = int(table.grid.get_attribute("aria-rowcount") or 0)
    chosen = table.page.locator("#event-row")
    assert chosen.get_attribute("aria-rowindex") == str(last)
    assert table.grid.get_attribute("aria-activedescendant") == "event-row"
    table.page.keyboard.press("Home")
    for _ in range(3):
        table.page.keyboard.press("ArrowDown")
    assert chosen.get_attribute("aria-rowindex") == "5"
    table.page.keyboard.press("Enter")
    assert table.opened()
    table.page.keyboard.press("Escape")
    table.sheet.until("() => !document.querySelector('#events .is-open')")
    assert chosen.is_visible()


def test_axe_finds_nothing_in_the_used_table(opened: Open) -> None:
    table = Table(opened("named"))
    table.filter(level="problem")
    table.grid.press("Home")
    table.grid.press("Enter")
    table.opened()
    assert axe.findings(table.sheet) == []
    table.page.emulate_media(color_scheme="dark")
    assert axe.findings(table.sheet, **axe.COLOURS) == []
    table.filter(q="no such words anywhere")
    assert axe.findings(table.sheet) == []


def test_without_javascript_the_rows_that_carry_the_verdict_stand_there(opened: Open) -> None:
    sheet = opened("named", java_script_enabled=False)
    assert not sheet.page.locator("#events").is_visible()
    found = cases.document("named")["causes"][0]["evidence"][0]
    assert f"{found['file']}:{found['line']}" in sheet.text("section[aria-labelledby=timeline]")


def test_a_narrow_screen_shows_the_table(opened: Open) -> None:
    table = Table(opened("named", viewport={"width": 360, "height": 740}))
    table.grid.press("Home")
    table.grid.press("Enter")
    assert table.opened()
    assert table.sheet.ask("document.documentElement.scrollWidth") == 360


def test_a_click_on_the_chart_chooses_its_time(opened: Open) -> None:
    sheet = opened("named")
    table = Table(sheet)
    chart = sheet.page.locator("svg[data-start]").first
    chart.scroll_into_view_if_needed()
    area = chart.bounding_box()
    assert area is not None
    x, y = area["x"] + area["width"] * 0.5, area["y"] + area["height"] * 0.5
    sheet.page.mouse.move(x, y)
    sheet.page.mouse.down()
    sheet.page.mouse.move(x + 80, y, steps=4)
    sheet.page.mouse.up()
    sheet.until("() => document.querySelector('#events [name=from]').value")
    table.settle()
    assert table.count() < len(_events("named"))
    assert sheet.ask("() => location.hash.startsWith('#events?')")
