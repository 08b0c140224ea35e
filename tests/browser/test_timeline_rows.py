"""The page's script shows what Python packed: every row with its text, whatever is in it, from several blocks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sample
from playwright.sync_api import Browser, Page

from analyzer.report import eventtable, formatting
from analyzer.report.html import render_html
from tests.browser.watch import PATIENCE

ROWS = """async () => {
  const grid = document.querySelector("#events .grid"), seen = {};
  for (let top = 0; top <= grid.scrollHeight; top += grid.clientHeight / 2) {
    grid.scrollTop = top;
    do {
      for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame);
    } while ([...grid.querySelectorAll("[data-place] .c-text")].some(cell => cell.innerText.endsWith("…")));
    for (const row of grid.querySelectorAll("[data-place]"))
      seen[row.dataset.place] = [...row.children].map((cell) => cell.innerText);
  }
  return seen;
}"""
ODD = (
    sample.SCRIPT,
    sample.TEMPLATE,
    sample.CONTROL,
    sample.RTL,
    "𝔘nicode 時刻 ß",
    "line one\n  line two",
    "plain words",
)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    opened.set_default_timeout(1000 * PATIENCE)
    yield opened
    opened.close()


def table(count: int) -> dict[str, Any]:
    """Rows of any kind, the last ten without a time."""
    draw = random.Random(3)
    moments = sorted(draw.randrange(1_000_000_000_000_000, 1_900_000_000_000_000) for _ in range(count - 10))
    rows = range(count)
    base: dict[str, Any] = sample.document()["events"]
    return base | {
        "time": [*moments, *[None] * 10], "text": [f"{n} {ODD[n % len(ODD)]}" for n in rows],
        "quality": [1 for _ in rows], "source": [n % 3 for n in rows], "level": [n % 6 for n in rows],
        "file": [n % 3 for n in rows], "line": list(rows), "role": [n % 128 for n in rows], "evidence": [],
    }  # fmt: skip


def shown(events: dict[str, Any], row: int) -> list[str]:
    """(time, source, level, text) as a reader sees them."""
    moment, level = events["time"][row], events["levels"][events["level"][row]]
    when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment) if moment else None
    text = " ↵ ".join(part.strip() for part in formatting.visible(events["text"][row]).split("\n"))
    return [
        f"{when:%Y-%m-%d %H:%M:%S}.{when.microsecond // 1000:03d}" if when else "no time",
        events["sources"][events["source"][row]],
        "–" if level == "none" else level,
        f"◆ {text}" if events["role"][row] & 1 else text,
    ]


def opened(page: Page, path: Path, events: dict[str, Any], fragment: str = "") -> Page:
    path.write_text(render_html(sample.document() | {"events": events}), encoding="utf-8", newline="\n")
    page.goto("about:blank")
    page.goto(path.as_uri() + fragment)
    page.wait_for_selector("#events [data-place]")
    return page


def test_every_row_comes_out_of_its_block(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventtable, "BLOCK", 25)
    events = table(140)
    seen = opened(page, tmp_path / "report.html", events).evaluate(ROWS)
    assert {int(place): row for place, row in seen.items()} == {row: shown(events, row) for row in range(140)}


def test_words_are_searched_for_in_all_blocks(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventtable, "BLOCK", 25)
    events = table(140)
    opened(page, tmp_path / "report.html", events, "#events?q=LINE+two&level=warning")
    wanted = [n for n in range(140) if n % len(ODD) == 5 and events["levels"][n % 6] == "warning"]
    page.wait_for_function("() => /Rows: [1-9] of/.test(document.querySelector('#events [role=status]').innerText)")
    assert [row[3] for row in page.evaluate(ROWS).values()] == [shown(events, row)[3] for row in wanted]
    assert page.input_value("#events [name=q]") == "LINE two"


def test_a_click_on_a_lane_and_a_drag_choose_a_time(page: Page, tmp_path: Path) -> None:
    events = table(40)
    start, end = 1_795_125_600_000_000, 1_795_233_731_000_000
    events["time"] = [start + (end - start) * n // 40 for n in range(40)]
    opened(page, tmp_path / "report.html", events)
    lane = page.locator("svg.timeline .lane[data-source=waagent] .catch")
    lane.scroll_into_view_if_needed()
    box = lane.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + 10)
    page.wait_for_function("() => document.querySelector('#events [name=source]').value === 'waagent'")
    first, last = page.input_value("#events [name=from]"), page.input_value("#events [name=to]")
    assert "2026-11-19 22:00:00" < first < last < "2026-11-21 04:02:11"

    page.get_by_role("button", name="Clear").click()
    lane.scroll_into_view_if_needed()
    box = lane.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 20, steps=4)
    page.mouse.up()
    page.wait_for_function("() => document.querySelector('#events [name=from]').value")
    assert page.input_value("#events [name=source]") == "", "a drag is about the time alone"
    page.wait_for_function(
        "() => /Rows: [12]\\d of 40/.test(document.querySelector('#events [role=status]').innerText)"
    )
    assert page.locator("svg.timeline .chosen").get_attribute("visibility") == "visible"


def test_many_rows_are_few_elements(page: Page, tmp_path: Path) -> None:
    """400,000 rows are taller than a browser's tallest element, and their last one can be reached all the same."""
    events = table(1_000)
    for name in ("time", "quality", "source", "level", "file", "line", "role", "text"):
        events[name] = [events[name][n % 990 if name != "time" else 0] for n in range(400_000)]
    opened(page, tmp_path / "report.html", events)
    assert page.locator("#events [data-place]").count() < 80
    page.locator("#events .grid").press("End")
    page.wait_for_selector("#events [data-place='399999'][aria-selected=true]")
    page.wait_for_function("() => !document.querySelector('#event-row .c-text').innerText.endsWith('…')")
    below = page.evaluate(
        "() => document.querySelector('#events .grid').getBoundingClientRect().bottom"
        " - document.querySelector('#event-row').getBoundingClientRect().bottom"
    )
    assert 0 <= below <= 40
    assert page.locator("#events [data-place]").count() < 80
