"""The policy of the page lets its own style and script through and nothing else."""

from __future__ import annotations

from tests.browser import cases
from tests.browser.conftest import Open
from tests.browser.hostile import AWAY

SMUGGLED = (
    "<script>window.owned = 1</script>"
    f'<img src="{AWAY}" alt="" onerror="window.owned = 1"><p id="p" style="color: rgb(255, 0, 0)">styled</p>'
    f'<form id="f" action="{AWAY}"><button>send</button></form><iframe src="{AWAY}"></iframe>'
)
ELSEWHERE = "[src], link:not([href='data:,']), [srcset], [ping], meta[http-equiv=refresh], base, iframe, object, embed"


def test_its_own_style_and_script_work(opened: Open) -> None:
    sheet = opened("named")
    assert sheet.page.get_by_role("button").first.is_visible(), "the script showed its buttons"
    assert sheet.ask("getComputedStyle(document.body).margin") == "0px", "the style applies"


def test_the_page_names_nothing_to_load(opened: Open) -> None:
    sheet = opened("hostile")
    assert sheet.ask("q => [...document.querySelectorAll(q)].map(e => e.outerHTML)", ELSEWHERE) == []
    policy = sheet.page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content") or ""
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_smuggled_markup_is_stopped(unwatched: Open) -> None:
    """Were the escaping to fail, the policy would still hold."""
    sheet = unwatched(cases.html("named").replace("</main>", SMUGGLED + "</main>"))
    assert sheet.ask("window.owned") is None
    assert sheet.ask("getComputedStyle(p).color") != "rgb(255, 0, 0)"
    sheet.ask("f.requestSubmit()")
    for directive in ("script-src-elem", "img-src", "style-src-attr", "form-action", "frame-src"):
        sheet.until("directive => window.__violations.some(told => told.startsWith(directive))", directive)
    asked = [line for line in sheet.watch.said if line.startswith("request:")]
    assert sheet.watch.failed == [f"{AWAY} csp"] * len(asked), "what was asked for did not leave the browser"
