"""Reports in headless Chromium, opened from file: URLs; every page is watched, and must have done nothing
but show itself.

Without Chromium these tests are skipped with a word, and fail where CI=true.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from _pytest.runner import runtestprotocol
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import cases
from tests.browser.watch import PATIENCE, Sheet, Watch
from tests.shared import IN_CI

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


class Open(Protocol):
    """Opens a report (the name of a case, HTML text, or a file) as `Browser.new_context` is told."""

    def __call__(self, report: str | Path, fragment: str = "", **context: Any) -> Sheet: ...


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """A test in which the browser did not answer in time is tried once more: on a busy machine it loses an event now
    and then. What is wrong with a page shows both times."""
    if Path(__file__).parent not in item.path.parents:
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    if any(report.failed and "playwright._impl._errors.TimeoutError" in report.longreprtext for report in reports):
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a worker."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if IN_CI:
            pytest.fail("Chromium is not installed and CI asks for it")
        pytest.skip("left out: Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        expect.set_options(timeout=1000 * PATIENCE)
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS, timeout=1000 * PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def unwatched(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """`opened` for the tests that provoke what a report must not do."""
    contexts = []

    def open_report(report: str | Path, fragment: str = "", **options: Any) -> Sheet:
        path = report if isinstance(report, Path) else tmp_path / "the report.html"
        if isinstance(report, str):
            path.write_text(report if report.startswith("<!") else cases.html(report), "utf-8", newline="\n")
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        context.set_default_timeout(1000 * PATIENCE)
        watch = Watch()
        watch.over(context)
        contexts.append(context)
        sheet = Sheet(context.new_page(), watch, options.get("java_script_enabled", True))
        sheet.load(path, fragment)
        return sheet

    yield open_report
    for context in contexts:
        context.close()


@pytest.fixture
def opened(unwatched: Open) -> Iterator[Open]:
    """Opens reports; after the test, every one of them must have been quiet."""
    sheets = []

    def open_report(report: str | Path, fragment: str = "", **options: Any) -> Sheet:
        sheets.append(unwatched(report, fragment, **options))
        return sheets[-1]

    yield open_report
    for sheet in sheets:
        sheet.quiet()
