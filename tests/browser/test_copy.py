"""The buttons that copy a command, with and without the browser's permission."""

from __future__ import annotations

import pytest

from tests.browser import cases
from tests.browser.conftest import Open

HEAR = """speaker => {
  window.heard = [];
  const keep = () => window.heard.push(speaker.textContent.trim());
  new MutationObserver(keep).observe(speaker, {subtree: true, childList: true, characterData: true});
}"""
"""Keeps what an element says, which goes away after a moment."""
REFUSE = """() => {
  Object.defineProperty(navigator.clipboard, "writeText", {value: () => Promise.reject(new DOMException("no"))});
  document.execCommand = () => false;
}"""


@pytest.mark.parametrize("name", ["named", "hostile"])
def test_each_button_copies_its_command(name: str, opened: Open) -> None:
    sheet = opened(name, permissions=["clipboard-read", "clipboard-write"])
    commands = [step["command"] for step in cases.document(name)["causes"][0]["remedy"] if step["command"]]
    boxes = sheet.page.locator("section[aria-labelledby=steps] .command").all()
    assert len(boxes) == len(commands)
    for box, command in zip(boxes, commands, strict=True):
        button = box.get_by_role("button")
        button.evaluate(HEAR)
        button.click()
        sheet.until("() => window.heard.includes(document.body.dataset.copied)")
        assert sheet.ask("navigator.clipboard.readText()").strip() == command.strip()


def test_a_refused_clipboard_leaves_the_command_selected(opened: Open) -> None:
    sheet = opened("named")
    sheet.ask(REFUSE)
    box = sheet.page.locator("section[aria-labelledby=steps] .command").first
    box.get_by_role("button").evaluate(HEAR)
    box.get_by_role("button").click()
    sheet.until("() => window.heard.some(said => /Ctrl/.test(said))")
    assert sheet.ask("getSelection().toString()").strip() == box.locator("pre").inner_text().strip()


def test_what_happened_is_told_to_screen_readers(opened: Open) -> None:
    """A live region says it: a change that only sighted readers notice is none."""
    sheet = opened("named", permissions=["clipboard-read", "clipboard-write"])
    sheet.page.locator("[role=status]#said").evaluate(HEAR)
    sheet.page.locator("section[aria-labelledby=steps] .command button").first.click()
    sheet.until("() => window.heard.some(said => said)")
