"""The drop page as an engineer uses it, against a running server: drop, progress, verdict, report, search."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FileChooser, Route, expect

from analyzer.batch.guard import guarded
from analyzer.batch.job import Job, Reply
from tests.batch.bundles import SAMPLES, tar_of
from tests.browser import axe
from tests.browser.visit import Visitor, visitors
from tests.browser.watch import PATIENCE, Sheet
from tests.web.serving import FREEZE, MOST, Server, started

HEALTHY = next(path for path in SAMPLES if path.name == "healthy-agent.tar.gz")
DATA = """files => {
  const data = new DataTransfer();
  for (const [name, text] of files) {
    data.items.add(new File([Uint8Array.from(atob(text), c => c.charCodeAt(0))], name));
  }
  return data;
}"""
KEEP_WORDS = """() => {
  window.heard = new Set();
  const list = document.getElementById("arrivals");
  new MutationObserver(() => {
    for (const said of list.querySelectorAll(".said")) window.heard.add(said.textContent.replace(/[\\d.]+/g, "#"));
  }).observe(list, { subtree: true, childList: true, characterData: true });
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visitor]:
    with visitors(browser, f"http://{server.host}") as make:
        yield make


def arrival(sheet: Sheet, name: str, state: str) -> str:
    """The line of a bundle, once its state is this one."""
    line = sheet.page.locator(f"#arrivals li.state-{state}", has_text=name)
    expect(line).to_have_count(1)
    return " ".join(line.inner_text().split())


def drop(sheet: Sheet, *files: tuple[str, bytes]) -> None:
    """What the browser does when files are let go over the page."""
    given = [[name, base64.b64encode(data).decode()] for name, data in files]
    data = sheet.page.evaluate_handle(DATA, given)
    for event in ("dragenter", "dragover"):
        sheet.page.dispatch_event("#drop", event, {"dataTransfer": data})
    expect(sheet.page.locator("#drop")).to_have_class("drop over")
    sheet.page.dispatch_event("#drop", "drop", {"dataTransfer": data})
    expect(sheet.page.locator("#drop")).to_have_class("drop")


def test_chosen_followed_and_read(visit: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Event()

    def once_it_was_seen(job: Job) -> Reply:
        looked.wait(PATIENCE)
        return guarded(job)

    monkeypatch.setattr("analyzer.web.desk.guarded", once_it_was_seen)
    sheet = visit()
    expect(sheet.page.locator("#idle")).to_be_visible()
    sheet.ask(KEEP_WORDS)
    with sheet.page.expect_file_chooser() as chooser:
        sheet.page.get_by_text("Choose files").click()
    chooser.value.set_files(FREEZE)
    expect(sheet.page.locator("#arrivals .said")).to_have_text("being analysed")
    looked.set()
    line = arrival(sheet, FREEZE.name, "named")
    assert "frozen" in line
    assert "%" in line
    heard = sheet.ask("[...window.heard]")
    assert any(words.startswith("sending, # MB of # MB") for words in heard)
    assert FREEZE.name in sheet.text("#heard"), "a screen reader is told"
    expect(sheet.page.locator("#idle")).to_be_hidden()
    with sheet.page.expect_popup() as opening:
        sheet.page.get_by_role("link", name="Open the report").click()
    report = opening.value
    expect(report.locator("h1")).to_contain_text("frozen")
    assert report.evaluate("window.opener") is None
    assert sheet.page.url.endswith("/"), "the page itself stays"
    folds = report.locator("details:not([open])")
    before = folds.count()
    report.evaluate("dispatchEvent(new Event('beforeprint'))")  # its script runs under the policy in the header
    assert (before > 0, folds.count()) == (True, 0)
    assert report.evaluate("window.__violations") == []
    assert sheet.ask("sessionStorage.length + localStorage.length") == 0


def test_several_are_dropped_at_once(visit: Visitor) -> None:
    sheet = visit()
    hostile = "<img src=x onerror=alert(1)>.tar.gz"
    dropped = [(f"many-{n}.tar.gz", HEALTHY.read_bytes()) for n in range(5)]
    drop(sheet, *dropped, (hostile, tar_of({"<script>alert(1)</script>.log": b"<script>alert(2)</script>\n"})))
    for name, _ in dropped:
        assert "No fault found" in arrival(sheet, name, "done")
    assert hostile in arrival(sheet, hostile, "done")
    expect(sheet.page.locator("#found tr", has_text="many-")).to_have_count(5)
    assert sheet.page.locator("img, li script").count() == 0


def test_what_is_no_bundle_is_told(visit: Visitor) -> None:
    sheet = visit()
    drop(sheet, ("empty.tar.gz", b""), ("letter.pdf", b"%PDF-1.4\n\xff\xfe nothing of use"))
    assert "✕" in arrival(sheet, "empty.tar.gz", "failed")
    sheet.page.wait_for_selector("#arrivals li:has-text('letter.pdf'):is(.state-failed, .state-done)")
    words = sheet.text("#arrivals li:has-text('letter.pdf')")
    assert "Not enough to tell" in words or "✕" in words
    assert "empty.tar.gz" in sheet.text("#found")


def test_a_question_that_cannot_be_asked_is_refused(visit: Visitor) -> None:
    sheet = visit(422)
    sheet.page.fill("#symptom", "no code of this world")
    drop(sheet, ("asked.tar.gz", HEALTHY.read_bytes()))
    assert "no portal code" in arrival(sheet, "asked.tar.gz", "failed")
    sheet.page.fill("#symptom", "UserErrorFsFreezeFailed")
    sheet.page.fill("#at", "2025-09-21 22:33")
    drop(sheet, ("answered.tar.gz", FREEZE.read_bytes()))
    assert "frozen" in arrival(sheet, "answered.tar.gz", "named")


@pytest.fixture
def gigabyte(tmp_path: Path) -> Path:
    """A file of that size, though the disk holds none of it."""
    path = tmp_path / "large.tar"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    return path


def test_a_gigabyte_is_refused_before_it_is_sent(visit: Visitor, gigabyte: Path) -> None:
    sheet = visit()
    sheet.page.set_input_files("#files", gigabyte)
    assert "1074 MB is more than this server takes (8.4 MB)" in arrival(sheet, "large.tar", "failed")


def test_a_gigabyte_is_refused_by_the_server_too(visit: Visitor, server: Server, gigabyte: Path) -> None:
    """From a page that does not know the limit."""
    mine, none = f'data-most="{MOST}"', f'data-most="{1 << 40}"'

    def without_limit(route: Route) -> None:
        answer = route.fetch()
        assert mine in answer.text()
        route.fulfill(response=answer, body=answer.text().replace(mine, none))

    sheet = visit(413)
    sheet.page.route("**/", without_limit)
    sheet.page.reload()
    sheet.page.set_input_files("#files", gigabyte)
    assert "larger than 8 MiB, the limit of this server" in arrival(sheet, "large.tar", "failed")
    assert server.keeps_nothing()


def test_two_users_at_once(visit: Visitor) -> None:
    one, two = visit(), visit()
    drop(one, ("case-one.tar.gz", FREEZE.read_bytes()))
    drop(two, ("case-two.tar.gz", HEALTHY.read_bytes()))
    arrival(one, "case-one.tar.gz", "named")
    arrival(two, "case-two.tar.gz", "done")
    assert one.page.locator("#arrivals li").count() == 1
    for sheet in (one, two):
        sheet.page.reload()
        expect(sheet.page.locator("#found tr", has_text="case-")).to_have_count(2)


def test_search_finds_earlier_ones(visit: Visitor) -> None:
    sheet = visit()
    drop(sheet, ("ticket-4711.tar.gz", FREEZE.read_bytes()), ("ticket-4712.tar.gz", HEALTHY.read_bytes()))
    arrival(sheet, "ticket-4711.tar.gz", "named")
    arrival(sheet, "ticket-4712.tar.gz", "done")
    rows = sheet.page.locator("#found tr")
    sheet.page.get_by_label("Search").fill("TICKET-471 frozen")
    expect(rows).to_have_count(1)
    assert "ticket-4711" in rows.inner_text()
    with sheet.page.expect_popup() as opening:
        rows.get_by_role("link").click()
    expect(opening.value.locator("h1")).to_contain_text("frozen")
    sheet.page.get_by_label("Search").fill("nothing of the kind")
    expect(sheet.page.locator("#none")).to_be_visible()


def test_without_a_mouse(visit: Visitor) -> None:
    sheet = visit()
    choosers: list[FileChooser] = []
    # long before the key is pressed: the browser takes a while to listen
    sheet.page.on("filechooser", lambda chooser: choosers.append(chooser))
    reached = []
    for _ in range(6):
        sheet.page.keyboard.press("Tab")
        reached.append(sheet.ask("document.activeElement.id || document.activeElement.className"))
        marked = "e => getComputedStyle(e).outlineStyle !== 'none'"
        focused = "document.activeElement.id === 'files' ? document.querySelector('.button') : document.activeElement"
        assert sheet.ask(f"({marked})({focused})"), f"the focus is seen on {reached[-1]}"
    assert reached == ["skip", "files", "symptom", "at", "words", "scroll tables"]
    sheet.page.focus("#files")
    sheet.page.keyboard.press("Space")
    for _ in range(10 * PATIENCE):
        if choosers:
            break
        sheet.page.wait_for_timeout(100)
    choosers[0].set_files(HEALTHY)
    arrival(sheet, HEALTHY.name, "done")
    sheet.page.get_by_role("link", name="Open the report").focus()
    with sheet.page.expect_popup() as opening:
        sheet.page.keyboard.press("Enter")
    expect(opening.value.locator("h1")).to_be_visible()


def test_anybody_can_read_it(visit: Visitor) -> None:
    sheet = visit()
    drop(sheet, ("good.tar.gz", FREEZE.read_bytes()), ("bad.tar.gz", b""))
    arrival(sheet, "good.tar.gz", "named")
    arrival(sheet, "bad.tar.gz", "failed")
    assert axe.findings(sheet) == []
    sheet.page.emulate_media(color_scheme="dark")
    assert axe.findings(sheet, **axe.COLOURS) == []
    sheet.page.set_viewport_size({"width": 360, "height": 740})
    assert sheet.ask("document.documentElement.scrollWidth") <= 360


def test_without_javascript_it_says_what_to_do(visit: Visitor) -> None:
    sheet = visit(java_script_enabled=False)
    assert "vmtriage analyze BUNDLE" in sheet.text("main")


def test_a_server_that_is_gone(browser: Browser, tmp_path: Path) -> None:
    with started(tmp_path) as server, visitors(browser, f"http://{server.host}") as make:
        sheet = make()
        sheet.page.context.set_offline(True)
        drop(sheet, ("late.tar.gz", HEALTHY.read_bytes()))
        assert "cannot be reached" in arrival(sheet, "late.tar.gz", "failed")
        sheet.watch.said.clear()  # the console tells of the connection
