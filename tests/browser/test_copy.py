"""The buttons that copy a command, with and without the browser's permission."""

from __future__ import annotations

import pytest

from tests.browser import cases
from tests.browser.conftest import Open

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
        before = button.inner_text()
        button.click()
        sheet.until("([b, was]) => b.innerText !== was", [button.element_handle(), before])
        assert sheet.ask("navigator.clipboard.readText()").strip() == command.strip()


def test_a_refused_clipboard_leaves_the_command_selected(opened: Open) -> None:
    sheet = opened("named")
    sheet.ask(REFUSE)
    box = sheet.page.locator("section[aria-labelledby=steps] .command").first
    box.get_by_role("button").click()
    sheet.until("b => /Ctrl/.test(b.innerText)", box.get_by_role("button").element_handle())
    assert sheet.ask("getSelection().toString()").strip() == box.locator("pre").inner_text().strip()


def test_what_happened_is_told_to_screen_readers(opened: Open) -> None:
    """The button's text or a live region says it: a change that only sighted readers notice is none."""
    sheet = opened("named", permissions=["clipboard-read", "clipboard-write"])
    sheet.page.locator("section[aria-labelledby=steps] .command button").first.click()
    told = "[...document.querySelectorAll('[aria-live], [role=status]')].some(e => e.textContent.trim())"
    sheet.until(told)
