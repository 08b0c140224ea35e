"""Texts of a bundle as the cells of a CSV file that somebody opens in a spreadsheet."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_cell(text: str) -> str:
    """A text that a spreadsheet would run as a formula gets a quote in front; what it takes for the end of a row, and
    `csv` does not quote, becomes an end of line within the cell."""
    return ("'" + text if text.startswith(_FORMULA) else text).replace("\r", "\n")
