"""A bundle full of markup, script, templates and terminal orders: shown as text, and nothing else happens."""

from __future__ import annotations

import re
from functools import cache

import pytest

from analyzer.report.html import render_html
from tests.browser import cases, hostile
from tests.browser.conftest import Open
from tests.browser.watch import Sheet

INVENTORY = """() => {
  const bad = [];
  for (const e of document.querySelectorAll('*')) {
    for (const a of e.attributes) {
      if (/^on/i.test(a.name) || /^(srcdoc|formaction|ping)$/i.test(a.name)) bad.push(`${e.tagName} ${a.name}`);
      if (/^(href|xlink:href|src|action)$/i.test(a.name) && !/^(#|https:\\/\\/|data:,$)/.test(a.value))
        bad.push(a.value);
    }
    if (/^(img|iframe|object|embed|base|animate|noscript|textarea|audio|video)$/i.test(e.tagName))
      bad.push(e.tagName);
  }
  return bad;
}"""
RUNNING = "[...document.scripts].filter(s => !s.type || /javascript|module/.test(s.type)).length"
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@cache
def poisoned() -> str:
    return render_html(hostile.poisoned(cases.document("disk-full")))


def _harmless(sheet: Sheet) -> None:
    sheet.unfold()
    sheet.page.mouse.move(400, 300)
    for _ in range(30):
        sheet.page.keyboard.press("Tab")
    assert sheet.ask("window.owned") is None
    assert not sheet.page.title().startswith("owned")
    assert sheet.ask(INVENTORY) == []
    assert sheet.ask(RUNNING) == 1
    assert sheet.ask("[...document.forms].filter(f => f.className !== 'filters').length") == 0
    assert sheet.ask("document.styleSheets.length") == 1
    assert sheet.ask("Object.keys(Object.prototype).length") == 0


def _shows_payloads(text: str) -> None:
    for payload in hostile.MARKUP:
        assert " ".join(payload.split()) in text, payload
    assert not UNSEEN.search(text), "what hides or reorders text is made visible"
    assert "␛[31mred" in text
    assert "⟦U+202E⟧gnp.exe" in text
    assert "${7*7} #{7*7} <%= 7*7 %>" in text, "no template was filled in"


@pytest.mark.parametrize("report", ["bundle", "document"])
def test_nothing_runs_and_everything_is_shown(report: str, opened: Open) -> None:
    sheet = opened("hostile" if report == "bundle" else poisoned())
    _harmless(sheet)
    _shows_payloads(sheet.text())


def test_the_same_without_javascript(opened: Open) -> None:
    sheet = opened("hostile", java_script_enabled=False)
    sheet.unfold()
    _shows_payloads(sheet.text())


def test_an_evil_file_name_of_the_report_itself(opened: Open, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("evil")
    path = folder / "<img src=x onerror=window.owned=1> #1 100%.html"
    path.write_text(cases.html("named"), "utf-8")
    sheet = opened(path, "#<img src=x onerror=window.owned=1>")
    _harmless(sheet)


@pytest.mark.parametrize("fragment", ["#e-0-0", "#e-99999-99999", "#e-x-<b>", "#%", "#%E0%A4%A", "#__proto__", "#"])
def test_a_fragment_that_leads_nowhere_does_no_harm(fragment: str, opened: Open) -> None:
    sheet = opened("named", fragment)
    assert sheet.page.get_by_role("heading", level=1).is_visible()
