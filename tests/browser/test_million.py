"""A bundle of a million events: the size of its report, how soon it can be used, and how smoothly its table scrolls.

Times are taken inside the browser. What else a machine does only adds to them, so the best of a few rounds counts.
"""

from __future__ import annotations

from math import inf
from pathlib import Path

from analyzer.analysis import analyze
from analyzer.report.html import render_html
from tests.browser import million
from tests.browser.conftest import Open
from tests.browser.table import Table
from tests.browser.watch import Sheet

MOST_BYTES = 5_000_000
READY_MS, SMOOTH_MS = 1_500, 200
ROUNDS, STEPS = 3, 200
USE = """addEventListener("DOMContentLoaded", async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const box = document.getElementById("events"), count = box.querySelector("[role=status]");
  while (!box.querySelector(".grid-body [data-place]")) await frame();
  box.scrollIntoView();
  await frame();
  window.drawn = performance.now();
  const before = count.textContent, field = box.querySelector("[name=q]");
  field.value = "FIFREEZE";
  field.dispatchEvent(new InputEvent("input", {bubbles: true}));
  while (count.textContent === before || /searching/.test(count.textContent)) await frame();
  await frame();
  window.answered = performance.now();
})"""
SCROLL = """async steps => {
  const box = document.querySelector("#events .grid"), tasks = [];
  const observer = new PerformanceObserver(list => tasks.push(...list.getEntries().map(e => e.duration)));
  observer.observe({type: "longtask"});
  let drawn = 0;
  for (let step = 0; step <= steps; step++) {
    box.scrollTop = (box.scrollHeight - box.clientHeight) * step / steps;
    await new Promise(requestAnimationFrame);
    const seen = box.getBoundingClientRect();
    const rows = [...box.querySelectorAll("[data-place]")].map(row => row.getBoundingClientRect());
    if (rows.some(row => row.top < seen.top + seen.height / 2 && row.bottom > seen.top + seen.height / 2)) drawn++;
  }
  await new Promise(done => setTimeout(done, 100));
  observer.disconnect();
  const last = Math.max(...[...box.querySelectorAll("[data-place]")].map(row => +row.dataset.place));
  return {longest: Math.max(0, ...tasks), drawn, last};
}"""


def _ready(sheet: Sheet) -> tuple[float, float]:
    """Milliseconds from the start of the navigation: the table's first rows are drawn; a filter has answered."""
    sheet.page.add_init_script(USE)
    best = (inf, inf)
    for _ in range(ROUNDS):
        sheet.page.reload()
        sheet.until("() => window.answered")
        best = min(best, (sheet.ask("window.drawn"), sheet.ask("window.answered")), key=lambda times: times[1])
        if best[1] <= READY_MS:
            break
    return best


def _smooth(sheet: Sheet) -> dict[str, float]:
    """Scrolling from the first row to the last: the longest task, how often rows were there, the last row's number."""
    best = {"longest": inf}
    for _ in range(ROUNDS):
        best = min(best, sheet.ask(SCROLL, STEPS), key=lambda found: found["longest"])
        if best["longest"] <= SMOOTH_MS:
            break
    return best


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
    scrolled, (drawn, answered) = _smooth(sheet), _ready(sheet)
    print(f"{len(html):,} bytes; rows after {drawn:.0f} ms, filtered after {answered:.0f}; scrolling {scrolled}")
    assert scrolled["longest"] <= SMOOTH_MS
    assert scrolled["last"] == rows - 1
    assert scrolled["drawn"] >= STEPS * 0.9, "at nearly every step there are rows in the middle of the box"
    assert answered <= READY_MS
