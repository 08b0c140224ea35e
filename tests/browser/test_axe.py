"""axe finds nothing, on any outcome, light and dark, with everything unfolded."""

from __future__ import annotations

import pytest

from tests.browser import axe, cases
from tests.browser.conftest import Open

OUTCOMES = [name for name, case in cases.CASES.items() if case.outcome]
ALIKE = ("no-fault-windows", "not-enough-windows", "hostile")  # their pages have the parts of others


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.thorough] if name in ALIKE else []) for name in OUTCOMES]
)
def test_axe_finds_nothing(name: str, opened: Open) -> None:
    sheet = opened(name, color_scheme="light")
    sheet.unfold()
    assert axe.findings(sheet) == []
    sheet.page.emulate_media(color_scheme="dark")
    assert sheet.ask("matchMedia('(prefers-color-scheme: dark)').matches")
    assert axe.findings(sheet, **axe.COLOURS) == []


def test_axe_finds_nothing_on_a_telephone(opened: Open) -> None:
    sheet = opened("named", viewport={"width": 360, "height": 740}, has_touch=True)
    assert axe.findings(sheet) == []


def test_axe_sees_what_is_wrong(opened: Open) -> None:
    """The check itself: a picture of text without a name is found."""
    sheet = opened("named")
    sheet.ask("document.querySelector('main').append(document.createElement('button'))")
    assert any(line.startswith("button-name") for line in axe.findings(sheet))


def test_axe_sees_faint_text_in_the_dark(opened: Open) -> None:
    sheet = opened("named", color_scheme="dark")
    sheet.ask("document.querySelector('h1').style.color = '#333'")
    assert any(line.startswith("color-contrast") for line in axe.findings(sheet, **axe.COLOURS))
