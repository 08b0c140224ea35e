"""Pages of a server under watch: like a report from a file, but they may talk to the server that they came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.browser.watch import NO_NETWORK, PATIENCE, Sheet, Watch


@dataclass
class Visit(Watch):
    """What a visitor's pages did. `origin` is the one place that may be asked; `refused` are statuses that a test
    provokes, of which the console tells."""

    origin: str = ""
    refused: tuple[int, ...] = ()

    def _page(self, page: Page) -> None:
        page.on("crash", lambda _: self.said.append("the page crashed"))

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", *NO_NETWORK)):
            self.said.append(f"request: {request.url[:200]}")

    def _console(self, message: ConsoleMessage) -> None:
        if not any(f"status of {status} " in message.text for status in self.refused):
            super()._console(message)


Visitor = Callable[..., Sheet]


@contextmanager
def visitors(browser: Browser, origin: str) -> Iterator[Visitor]:
    """Makes visitors, each in a context of its own, as `Browser.new_context` is told; all must have been quiet."""
    contexts: list[BrowserContext] = []
    sheets: list[Sheet] = []

    def visit(*refused: int, **options: Any) -> Sheet:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        context.set_default_timeout(1000 * PATIENCE)
        contexts.append(context)
        watch = Visit(origin=origin, refused=refused)
        watch.over(context)
        sheets.append(Sheet(context.new_page(), watch, options.get("java_script_enabled", True)))
        sheets[-1].page.goto(f"{origin}/")
        return sheets[-1]

    try:
        yield visit
        for sheet in sheets:
            sheet.quiet()
    finally:
        for context in contexts:
            context.close()
