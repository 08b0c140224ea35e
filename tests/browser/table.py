"""The table of events as its reader uses it."""

from __future__ import annotations

from tests.browser.watch import Sheet

ROWS = "#events .grid-body [data-place]"
DRAWN = f"""() => [...document.querySelectorAll("{ROWS}")].sort((a, b) => a.dataset.place - b.dataset.place)
  .map(row => [...row.children].map(cell => cell.textContent.trim()))"""
FOLLOWED = f"""() => {{
  const [place, query] = location.hash.split("?"), written = new URLSearchParams(place === "#events" ? query : "");
  const fields = [...document.querySelectorAll("#events form [name]")];
  return fields.every(field => field.value === (written.get(field.name) ?? ""))
    && !/searching/.test(document.querySelector("#events [role=status]").innerText)
    && ![...document.querySelectorAll("{ROWS} .c-text")].some(cell => /^(◆ )?…$/.test(cell.textContent));
}}"""
"""Whether the table shows what its form asks for: a filter that is through writes itself into the page's address."""
FRAMES = "async () => { for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame); }"


class Table:
    """Filters, rows and counts, by the names that the page gives them."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.page = sheet.page
        self.grid = sheet.page.locator("#events .grid")
        self.page.locator(ROWS).first.wait_for()
        self.grid.scroll_into_view_if_needed()

    def said(self) -> str:
        """'Rows: 14 of 20,000'."""
        return self.sheet.text("#events [role=status]")

    def count(self) -> int:
        """How many rows the filters leave."""
        return int(self.said().split(":")[1].split("of")[0].replace(",", ""))

    def rows(self) -> list[list[str]]:
        """The drawn rows as (time, source, level, text), from the top."""
        drawn: list[list[str]] = self.sheet.ask(DRAWN)
        return drawn

    def filter(self, **by: str) -> None:
        """Set filters and wait for the table to follow; it must change by that."""
        before = self.said()
        for name, value in by.items():
            field = self.page.locator(f"#events [name={name}]")
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.sheet.until("was => document.querySelector('#events [role=status]').innerText !== was", before)
        self.settle()

    def settle(self) -> None:
        """Wait until the rows are those of the filters, and drawn with their texts."""
        self.sheet.until(FOLLOWED)
        self.sheet.ask(FRAMES)
        self.sheet.until(FOLLOWED)

    def opened(self) -> str:
        """The text of the row that is unfolded."""
        row = self.page.locator("#events .grid-body .is-open")
        row.wait_for()
        return row.inner_text()
