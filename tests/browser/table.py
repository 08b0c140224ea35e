"""The table of events as its reader uses it."""

from __future__ import annotations

from typing import Any

from tests.browser.watch import Sheet

ROWS = "#events [data-row]"


class Table:
    """Filters, rows and counts, by the names that the page gives them."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.page = sheet.page

    def show(self) -> Table:
        """Scroll to it and wait for its first rows."""
        self.page.locator("#events").scroll_into_view_if_needed()
        self.page.locator(ROWS).first.wait_for()
        return self

    def count(self) -> str:
        return self.sheet.text("#events-count")

    def rows(self) -> list[str]:
        """The texts of the drawn rows, in their order on the screen."""
        texts: list[str] = self.sheet.ask(
            "q => [...document.querySelectorAll(q)].sort((a, b) => a.dataset.row - b.dataset.row)"
            ".map(row => row.textContent.replace(/\\s+/g, ' ').trim())",
            ROWS,
        )
        return texts

    def filter(self, **by: Any) -> None:
        """Set filters and wait for the table to follow."""
        before = self.count()
        for name, value in by.items():
            field = self.page.locator(f"#events-{name}")
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.sheet.until("([was]) => document.querySelector('#events-count').innerText !== was", [before])
