"""Narrow screens, large type, forced colours, and the sizes of files."""

from __future__ import annotations

import pytest

from tests.browser import cases
from tests.browser.conftest import Open

ORDINARY = 400_000  # bytes of the report on an ordinary bundle
WIDER = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  const inside = e => { for (let p = e.parentElement; p; p = p.parentElement)
    if (/(auto|scroll|hidden|clip)/.test(getComputedStyle(p).overflowX)) return true; return false };
  return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > wide + 1 && !inside(e))
    .map(e => e.outerHTML.slice(0, 100)).concat("the page scrolls sideways");
}"""


@pytest.mark.parametrize("scripted", [True, False])
@pytest.mark.parametrize("name", ["named", "named-windows", "undetermined", "platform", "hostile"])
def test_a_narrow_screen_scrolls_only_down(name: str, scripted: bool, opened: Open) -> None:
    sheet = opened(name, viewport={"width": 360, "height": 740}, java_script_enabled=scripted)
    assert sheet.ask(WIDER) == []
    sheet.unfold()
    assert sheet.ask(WIDER) == []


def test_type_twice_as_large_fits(opened: Open) -> None:
    """What zooming to 200 % does on a screen of 1280: half as many pixels for the page."""
    sheet = opened("named", viewport={"width": 640, "height": 450}, device_scale_factor=2)
    sheet.unfold()
    assert sheet.ask(WIDER) == []


@pytest.mark.parametrize("name", cases.SAMPLES)
def test_an_ordinary_report_is_small(name: str) -> None:
    assert len(cases.html(name).encode("utf-8")) <= ORDINARY
