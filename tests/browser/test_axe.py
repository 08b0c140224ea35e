"""axe finds nothing, on any outcome, light and dark, with everything unfolded."""

from __future__ import annotations

import pytest

from tests.browser import axe, cases
from tests.browser.conftest import Open

OUTCOMES = [name for name, case in cases.CASES.items() if case.outcome]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", OUTCOMES)
def test_axe_finds_nothing(name: str, scheme: str, opened: Open) -> None:
    sheet = opened(name, color_scheme=scheme)
    sheet.unfold()
    assert axe.findings(sheet) == []


def test_axe_finds_nothing_on_a_telephone(opened: Open) -> None:
    sheet = opened("named", viewport={"width": 360, "height": 740}, has_touch=True)
    assert axe.findings(sheet) == []


def test_axe_sees_what_is_wrong(opened: Open) -> None:
    """The check itself: a picture of text without a name is found."""
    sheet = opened("named")
    sheet.ask("document.querySelector('main').append(document.createElement('button'))")
    assert any(line.startswith("button-name") for line in axe.findings(sheet))
