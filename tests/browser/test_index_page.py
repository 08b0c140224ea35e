"""index.html of a batch in a browser: groups, links, order, search, paper; hostile names do nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from analyzer.batch import executor
from analyzer.batch.index import write_index
from analyzer.batch.store import Store
from tests.batch.bundles import SAMPLES, tar_of
from tests.batch.running import triage
from tests.browser import axe
from tests.browser.conftest import Open
from tests.browser.watch import Sheet

HOSTILE = "<img src=x onerror=alert(1)>\"'#?&%41 javascript:alert(1).tar.gz"
UNKNOWN = "2025-09-21T10:00:00.000000Z ERROR ExtHandler ExtHandler Failed to align <b>widget</b> {}\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs over all samples, three of unknown failure, one that is no bundle, and one of a hostile name."""
    place, out = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("an out folder & more")
    with executor.local(2) as (pool, _):
        for path in SAMPLES:
            (place / path.name).write_bytes(path.read_bytes())
        for number in range(2):
            data = UNKNOWN.format(number).encode()
            (place / f"alike-{number}.tar.gz").write_bytes(tar_of({"var/log/waagent.log": data}))
        triage([place], out, pool)
        write(out)
        (place / "late.tar.gz").write_bytes(tar_of({"var/log/waagent.log": UNKNOWN.format(9).encode()}))
        (place / "broken.tar.gz").write_bytes(b"")
        (place / HOSTILE).write_bytes(SAMPLES[0].read_bytes() + b"\0" * 512)
        triage([place], out, pool)
    return write(out)


def write(out: Path) -> Path:
    store = Store(out)
    try:
        return write_index(store, out)
    finally:
        store.close()


def listed(page: Page) -> list[str]:
    """The tickets in the list, in its order."""
    cells = page.locator("#all tbody tr:not([hidden]) th")
    return [text.split("\n")[0].removesuffix(" new").strip() for text in cells.all_inner_texts()]


def test_the_first_screen_without_javascript(opened: Open, index: Path) -> None:
    sheet = opened(index, java_script_enabled=False, viewport={"width": 1280, "height": 800})
    text = sheet.text("main")
    assert re.match(
        rf"{len(SAMPLES) + 5} tickets, \d+ groups Since the run before: 3 new tickets, 1 new groups\.", text
    )
    for words in ("Cause named", "No cause named, alike", "Could not be analysed", "No fault found"):
        assert words in sheet.text(".counts")
    assert sheet.page.locator("svg.days").is_visible()
    assert sheet.page.locator("#all tbody tr").count() == len(SAMPLES) + 5
    expect(sheet.page.locator("form.filters")).to_be_hidden()
    group = sheet.page.locator("details.group").first
    box = group.bounding_box()
    assert box is not None
    assert box["y"] < 800, "the first group is on the first screen"
    group.locator("summary").click()
    expect(group.locator(".members a").first).to_be_visible()


def test_groups_say_what_they_are_and_what_is_new(opened: Open, index: Path) -> None:
    sheet = opened(index)
    alike = sheet.page.locator("details.group", has_text="Failed to align <b>widget</b> <n>")
    assert alike.count() == 1
    words = " ".join(alike.locator("summary").inner_text().split())
    assert words.startswith("≈ 3 ")
    assert words.endswith("1 new")
    broken = sheet.page.locator("details.group", has_text="These bundles could not be read")
    assert broken.locator("summary").inner_text().split()[-2:] == ["new", "group"]
    sizes = [int(text) for text in sheet.page.locator("details.kind-named .count").all_inner_texts()]
    assert sizes == sorted(sizes, reverse=True)


def test_every_report_opens(unwatched: Open, index: Path) -> None:
    sheet = unwatched(index)
    links = sheet.page.locator("#all tbody th a")
    assert links.count() == len(SAMPLES) + 4, "all but the broken one"
    for url in links.evaluate_all("links => links.map(a => a.href)"):
        assert url.startswith(index.parent.as_uri())
    links.filter(has_text="backup-freeze-busy").click()
    expect(sheet.page.locator("h1")).to_contain_text("frozen")
    sheet.page.go_back()
    sheet.page.locator("#all tbody th a", has_text="<img src=x").click()
    expect(sheet.page.locator("h1")).to_be_visible()
    assert not [words for words in sheet.watch.said if not words.startswith("request: file:")]


def test_every_column_sorts_both_ways(opened: Open, index: Path) -> None:
    sheet = opened(index)
    before = listed(sheet.page)
    for column in range(8):
        head = sheet.page.locator("#all thead th").nth(column)
        for way in ("ascending", "descending"):
            head.get_by_role("button").click()
            assert head.get_attribute("aria-sort") == way
            assert sheet.page.locator("#all th[aria-sort]").count() == 1
            values = sheet.ask(
                "column => [...document.querySelectorAll('#all tbody tr')].map(row => row.cells[column])"
                ".map(cell => cell.dataset.sort ?? cell.textContent.trim())",
                column,
            )
            if column == 2:
                assert [float(v) for v in values] == sorted(map(float, values), reverse=way == "descending")
            assert values == sheet.ask(
                "([values, down]) => [...values].sort((a, b) => (isNaN(a) || isNaN(b)"
                " ? new Intl.Collator('en', {numeric: true, sensitivity: 'base'}).compare(a, b) : a - b)"
                " * (down ? -1 : 1))",
                [values, way == "descending"],
            )
    assert sorted(listed(sheet.page)) == sorted(before)


def test_the_list_is_searched(opened: Open, index: Path) -> None:
    sheet = opened(index)
    page, total = sheet.page, len(SAMPLES) + 5
    assert sheet.text("#shown") == f"{total} of {total} tickets"
    page.get_by_label("Search").fill("FREEZE busy")
    assert listed(page) == ["backup-freeze-busy.tar.gz"]
    assert sheet.text("#shown") == f"1 of {total} tickets"
    expect(page).to_have_url(re.compile(r"#\?q=FREEZE\+busy$"))
    page.get_by_label("Search").fill("")
    page.locator("#kind").select_option("alike")
    assert listed(page) == ["alike-0.tar.gz", "alike-1.tar.gz", "late.tar.gz"]
    page.get_by_label("only new ones").check()
    assert listed(page) == ["late.tar.gz"]
    page.get_by_label("Search").fill("nothing of the kind")
    assert listed(page) == []


def test_a_link_leads_to_a_group_or_to_a_search(opened: Open, index: Path) -> None:
    assert listed(opened(index, "#?q=late").page) == ["late.tar.gz"]
    sheet = opened(index, "#group-2")
    assert sheet.page.locator("details.group[open]").evaluate_all("found => found.map(e => e.id)") == ["group-2"]
    sheet = opened(index)
    row = sheet.page.locator("#all tbody tr", has_text="late.tar.gz")
    row.locator("td a").click()
    expect(sheet.page.locator("details.group[open]")).to_contain_text("late.tar.gz")
    value = sheet.page.locator(".breakdowns a").first
    count = int(value.locator("xpath=../following-sibling::td").first.inner_text())
    value.click()
    expect(sheet.page.locator("#all tbody tr:not([hidden])")).to_have_count(count)
    assert sheet.page.get_by_label("Search").input_value() == value.inner_text()


@pytest.mark.parametrize("fragment", ["#group-0", "#group-x", "#?q=%E0%A4%A", "#?kind=none", "#<img src=x onerror=1>"])
def test_a_wrong_link_does_no_harm(opened: Open, index: Path, fragment: str) -> None:
    sheet = opened(index, fragment)
    assert sheet.page.locator("details.group[open]").count() == 0
    assert sheet.page.locator("#all tbody tr").count() == len(SAMPLES) + 5


def test_hostile_names_are_text(opened: Open, index: Path) -> None:
    sheet = opened(index)
    sheet.unfold()
    assert "<img src=x onerror=alert(1)>" in sheet.text("#all")
    assert sheet.page.locator("img, main b b, main script").count() == 0
    assert sheet.ask("document.scripts.length") == 1


def test_anybody_can_read_it(opened: Open, index: Path) -> None:
    sheet = opened(index, color_scheme="light")
    sheet.unfold()
    assert axe.findings(sheet) == []
    sheet.page.emulate_media(color_scheme="dark")
    assert axe.findings(sheet, **axe.COLOURS) == []


@pytest.mark.parametrize("scripted", [True, False])
def test_a_narrow_screen_scrolls_only_down(opened: Open, index: Path, scripted: bool) -> None:
    sheet = opened(index, viewport={"width": 360, "height": 740}, java_script_enabled=scripted)
    assert sheet.ask("document.documentElement.scrollWidth") <= 360


def test_without_a_mouse(opened: Open, index: Path) -> None:
    sheet = opened(index, reduced_motion="reduce")
    keyboard = sheet.page.keyboard
    keyboard.press("Tab")
    assert sheet.ask("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(300):
        keyboard.press("Tab")
        if sheet.ask("document.activeElement === document.body"):
            break
        assert sheet.ask("getComputedStyle(document.activeElement).outlineStyle") != "none"
        reached.add(sheet.ask("document.activeElement.id || document.activeElement.tagName"))
    assert {"SUMMARY", "words", "kind", "new", "BUTTON", "A", "DIV"} <= reached
    sheet.page.locator("details.group summary").first.focus()
    keyboard.press("Enter")
    assert sheet.page.locator("details.group[open]").count() == 1
    sheet.page.locator("#all thead button").first.focus()
    keyboard.press("Space")
    assert sheet.page.locator("#all th[aria-sort]").count() == 1


def test_paper_shows_every_group(opened: Open, index: Path, tmp_path: Path) -> None:
    sheet = opened(index)
    folded = sheet.page.locator("details:not([open])").count()
    sheet.ask(
        "addEventListener('beforeprint', () => { window.printed = ["
        "document.querySelectorAll('details:not([open])').length, document.querySelector('.group').innerText]; })"
    )
    assert sheet.page.pdf(path=tmp_path / "index.pdf", format="A4").startswith(b"%PDF-")
    still, words = sheet.ask("window.printed")
    assert (still, ".tar.gz" in words) == (0, True)
    assert sheet.page.locator("details:not([open])").count() == folded


def test_an_empty_batch_has_a_page(opened: Open, tmp_path: Path) -> None:
    sheet: Sheet = opened(write(tmp_path))
    assert sheet.text("h1") == "0 tickets, 0 groups"
