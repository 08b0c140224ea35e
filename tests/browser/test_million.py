"""A bundle of a million events: the size of its report, how soon it can be used, and how smoothly its table scrolls.

Times are the processor's in the page's thread, however busy the machine is with other things. They may be three times
what they are.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession

from analyzer.analysis import analyze
from analyzer.report.html import render_html
from tests.browser import million
from tests.browser.conftest import Open
from tests.browser.table import Table
from tests.browser.watch import Sheet

MOST_BYTES = 5_000_000
READY_MS, SMOOTH_MS = 1_000, 200
STEPS = 200
USE = """addEventListener("DOMContentLoaded", async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const box = document.getElementById("events"), count = box.querySelector("[role=status]");
  while (!box.querySelector(".grid-body [data-place]")) await frame();
  box.scrollIntoView();
  await frame();
  const before = count.textContent, field = box.querySelector("[name=q]");
  field.value = "FIFREEZE";
  field.dispatchEvent(new InputEvent("input", {bubbles: true}));
  while (count.textContent === before || /searching/.test(count.textContent)) await frame();
  await frame();
  window.answered = true;
})"""
SCROLL = """async share => {
  const box = document.querySelector("#events .grid"), frame = () => new Promise(requestAnimationFrame);
  box.scrollTop = (box.scrollHeight - box.clientHeight) * share;
  await frame();
  await frame();
  const seen = box.getBoundingClientRect(), middle = seen.top + seen.height / 2;
  const rows = [...box.querySelectorAll(".grid-body [data-place]")];
  const there = rows.map(row => row.getBoundingClientRect()).some(row => row.top <= middle && row.bottom >= middle);
  return [there, Math.max(...rows.map(row => row.dataset.place))];
}"""


def _ready(sheet: Sheet) -> float:
    """Milliseconds of work until the table's first rows are drawn and a filter has answered."""
    devtools = _measured(sheet)
    sheet.page.add_init_script(USE)
    sheet.page.reload()
    sheet.until("() => window.answered")
    return _busy(devtools)


def _scrolled(sheet: Sheet) -> tuple[float, int, int]:
    """From the first row to the last in STEPS jumps: the milliseconds that the longest kept the page's thread, at how
    many there were rows in the middle of the box, and the last row's number."""
    devtools = _measured(sheet)
    spent, drawn, last = [_busy(devtools)], 0, 0
    for step in range(STEPS + 1):
        there, last = sheet.ask(SCROLL, step / STEPS)
        drawn += there
        spent.append(_busy(devtools))
    return max(after - before for before, after in pairwise(spent)), drawn, last


def _measured(sheet: Sheet) -> CDPSession:
    devtools = sheet.page.context.new_cdp_session(sheet.page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    return devtools


def _busy(devtools: CDPSession) -> float:
    """The work of the page's thread since it was loaded: what it used of a processor."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return next(1000 * float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")


@pytest.mark.thorough
def test_a_million_events_are_read_with_ease(opened: Open, tmp_path: Path) -> None:
    """One test, since the bundle takes the time of ten others to make."""
    document = analyze(million.write(tmp_path / "million")).to_json()
    assert sum(source["events"] for source in document["coverage"]["sources"]) > million.EVENTS
    assert document["verdict"]["cause"] == "backup/freeze-already-frozen"
    rows = len(document["events"]["time"])
    assert 19_000 <= rows <= 20_000, "the table is as full as it may be"
    html = render_html(document)
    assert len(html.encode("utf-8")) <= MOST_BYTES

    sheet = opened(html)
    Table(sheet)
    longest, with_rows, last = _scrolled(sheet)
    ready = _ready(sheet)
    print(f"{len(html):,} bytes; ready after {ready:.0f} ms; a jump takes {longest:.0f}")
    assert longest <= SMOOTH_MS
    assert with_rows == STEPS + 1, "after every jump there are rows in the middle of the box"
    assert last == rows - 1
    assert ready <= READY_MS
