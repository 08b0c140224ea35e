"""The report on paper: everything that is folded on the screen is printed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser import cases
from tests.browser.conftest import Open
from tests.browser.watch import Sheet

KEEP_WHAT_PRINTS = """addEventListener("beforeprint", () => {
  window.printed = [document.querySelectorAll("details:not([open])").length, document.body.innerText];
})"""
CUT = """() => [...document.querySelectorAll("body *")]
  .filter(e => e.clientWidth > 10 && e.scrollWidth > e.clientWidth + 1 && !e.closest("svg"))
  .filter(e => getComputedStyle(e).overflowX !== "visible").map(e => e.outerHTML.slice(0, 100))"""
PAGE = re.compile(rb"/Type\s*/Page\b")


def _pdf(sheet: Sheet, path: Path) -> bytes:
    sheet.page.pdf(path=path, format="A4")
    return path.read_bytes()


@pytest.mark.parametrize("name", ["named", "named-windows", "agent-wireserver-blocked"])
def test_folds_are_open_on_paper_and_closed_after_it(name: str, opened: Open, tmp_path: Path) -> None:
    sheet = opened(name)
    before = sheet.ask("document.querySelectorAll('details[open]').length")
    folded = sheet.ask("document.querySelectorAll('details:not([open])').length")
    assert folded > 0
    sheet.ask(KEEP_WHAT_PRINTS)
    data = _pdf(sheet, tmp_path / "report.pdf")
    assert data.startswith(b"%PDF-")
    pages = len(PAGE.findall(data))
    assert 2 <= pages <= 20, pages
    closed, text = sheet.ask("window.printed")
    assert closed == 0
    for source in cases.document(name)["coverage"]["files"]:
        assert source["path"] in text
    assert sheet.ask("document.querySelectorAll('details[open]').length") == before
    if shutil.which("pdftotext"):
        read = subprocess.run(["pdftotext", tmp_path / "report.pdf", "-"], capture_output=True, check=True, text=True)
        assert cases.document(name)["causes"][0]["remedy"][0]["step"].split()[-1] in read.stdout


def test_controls_are_not_printed(opened: Open) -> None:
    sheet = opened("named")
    sheet.page.emulate_media(media="print")
    assert sheet.page.locator("button:visible, input:visible, select:visible, .skip:visible").all_inner_texts() == []
    assert sheet.ask("getComputedStyle(document.body).backgroundColor") in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_dark_readers_print_on_white(opened: Open) -> None:
    sheet = opened("named", color_scheme="dark")
    sheet.page.emulate_media(media="print", color_scheme="dark")
    paper, ink = sheet.ask(
        "() => { const s = getComputedStyle(document.body), r = getComputedStyle(document.documentElement);"
        " return [[s.backgroundColor, r.backgroundColor], s.color] }"
    )
    assert all(colour in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)") for colour in paper), paper
    red, green, blue = map(int, re.findall(r"\d+", ink)[:3])
    assert red + green + blue < 200, ink


@pytest.mark.parametrize("name", ["named", "named-windows", "disk-full"])
def test_paper_cuts_nothing_off(name: str, opened: Open) -> None:
    """On paper nothing can be scrolled sideways."""
    sheet = opened(name, viewport={"width": 718, "height": 1023})
    sheet.page.emulate_media(media="print")
    sheet.unfold()
    assert sheet.ask("document.documentElement.scrollWidth") <= 718
    assert sheet.ask(CUT) == []
