"""A page under watch: whatever it says, asks for, opens or breaks while a test uses it is kept, and must be nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request

COUNT_VIOLATIONS = """
window.__violations = [];
addEventListener("securitypolicyviolation", e => window.__violations.push(`${e.effectiveDirective} ${e.blockedURI}`));
"""
NO_NETWORK = ("data:", "blob:", "about:")
PATIENCE = 60  # seconds that a page has for whatever is waited for: far more than it needs on a busy machine


@dataclass
class Watch:
    """What a context's pages did. `file` is the one address that may be asked for."""

    file: str = ""
    said: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.add_init_script(COUNT_VIOLATIONS)
        context.on("page", self._page)
        context.on("request", self._request)
        context.on("requestfailed", lambda request: self.failed.append(f"{request.url[:200]} {request.failure}"))
        context.on("console", self._console)
        context.on("weberror", lambda error: self.said.append(f"error: {error.error}"))
        context.on("dialog", self._dialog)

    def _page(self, page: Page) -> None:
        page.on("crash", lambda _: self.said.append("the page crashed"))
        page.on("download", lambda download: self.said.append(f"download: {download.url[:200]}"))
        if len(page.context.pages) > 1:
            self.said.append("another page was opened")

    def _request(self, request: Request) -> None:
        if request.url.partition("#")[0] != self.file and not request.url.startswith(NO_NETWORK):
            self.said.append(f"request: {request.url[:200]}")

    def _console(self, message: ConsoleMessage) -> None:
        self.said.append(f"console {message.type}: {message.text[:300]}")

    def _dialog(self, dialog: Dialog) -> None:
        self.said.append(f"dialog: {dialog.message[:200]}")
        dialog.dismiss()


@dataclass
class Sheet:
    """A report in a page of its own context."""

    page: Page
    watch: Watch
    scripted: bool

    def violations(self) -> list[str]:
        """What the page's policy stopped. Without JavaScript the console alone tells."""
        return list(self.page.evaluate("window.__violations")) if self.scripted else []

    def load(self, path: Path, fragment: str = "") -> None:
        self.watch.file = path.as_uri()
        self.page.goto(path.as_uri() + fragment)

    def text(self, selector: str = "body") -> str:
        """The text that a reader sees there, white space made even."""
        return " ".join(self.page.locator(selector).first.inner_text().split())

    def ask(self, script: str, *values: Any) -> Any:
        return self.page.evaluate(script, *values)

    def until(self, script: str, *values: Any) -> None:
        """Waits for the script to give something true; a poll from outside, since the page's policy forbids `eval`."""
        end = time.monotonic() + PATIENCE
        while not self.page.evaluate(script, *values):
            assert time.monotonic() < end, f"this did not come true: {script}"
            self.page.wait_for_timeout(20)

    def unfold(self) -> None:
        self.ask("for (const fold of document.querySelectorAll('details')) fold.open = true")

    def quiet(self) -> None:
        """Nothing was said, asked for or stopped."""
        assert self.watch.said + self.violations() == []
