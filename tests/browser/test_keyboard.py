"""Without a mouse: everything that can be used is reached by Tab, shows that it is, and lets go again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.watch import Sheet

MOST = 400
FOCUSED = """() => {
  const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
  if (e === document.body) return null;
  window.__seen ??= new Map();
  if (!window.__seen.has(e)) window.__seen.set(e, window.__seen.size);
  return {
    number: window.__seen.get(e), name: e.outerHTML.slice(0, 120), tag: e.tagName,
    marked: (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none",
    shown: b.bottom > 0 && b.top < innerHeight && b.width > 0,
  };
}"""
REACHABLE = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true}))
  .filter(e => !window.__seen.has(e)).map(e => e.outerHTML.slice(0, 120))"""


def _tabs(sheet: Sheet) -> list[dict[str, object]]:
    """The elements that Tab reaches, until it leaves the page."""
    found: list[dict[str, object]] = []
    for _ in range(MOST):
        sheet.page.keyboard.press("Tab")
        focused = sheet.ask(FOCUSED)
        if focused is None or (found and focused["number"] == 0):
            return found
        found.append(focused)
    raise AssertionError(f"Tab does not leave: {found[-2:]}")


@pytest.mark.parametrize("name", ["named", "undetermined", "no-fault-windows"])
def test_tab_reaches_everything_and_leaves(name: str, opened: Open) -> None:
    sheet = opened(name, reduced_motion="reduce")
    found = _tabs(sheet)
    assert 'class="skip"' in str(found[0]["name"]), "the skip link comes first"
    assert len({item["number"] for item in found}) == len(found), "nothing is reached twice"
    assert [item["name"] for item in found if not item["marked"]] == [], "the focus is seen"
    assert [item["name"] for item in found if not item["shown"]] == [], "what has the focus is in view"
    assert sheet.ask(REACHABLE) == []


def test_the_skip_link_leads_to_the_verdict(opened: Open) -> None:
    sheet = opened("named")
    sheet.page.keyboard.press("Tab")
    sheet.page.keyboard.press("Enter")
    expect(sheet.page).to_have_url(re.compile("#main$"))
    sheet.page.keyboard.press("Tab")
    inside = "document.activeElement.closest('main') !== null || document.activeElement.closest('nav') !== null"
    assert sheet.ask(inside)


def test_folds_open_and_close_with_the_keyboard(opened: Open) -> None:
    sheet = opened("named")
    fold = sheet.page.locator("details:not([open]) > summary:visible").first
    fold.focus()
    handle = fold.element_handle()
    sheet.page.keyboard.press("Enter")
    assert sheet.ask("e => e.parentElement.open", handle)
    sheet.page.keyboard.press("Space")
    assert not sheet.ask("e => e.parentElement.open", handle)
