"""What people read in signatures and tables, for Babel: `pybabel extract` calls `extract` for each TOML file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import tomli

from analyzer.language import flow

Message = tuple[int, str, str, list[str]]
"""Babel's: line, function name, text, comments for translators."""

_ROWS = {
    "evidence": ("label",),
    "remedy": ("step",),
    "ask": ("what", "why"),
    "operation": ("title",),
    "symptom": ("title", "ask"),
    "lane": ("title",),
    "mark": ("step", "otherwise"),
    "system": ("support",),
    "group": ("title",),
}
"""The keys of a file's tables that reports show."""


def extract(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Every text of one TOML file that a report shows, with a word about where it shows."""
    text = file.read().decode("utf-8")
    data = tomli.loads(text)

    def message(value: Any, what: str) -> Iterator[Message]:
        if isinstance(value, str) and value:
            yield max(text.count("\n", 0, max(text.find(value), 0)) + 1, 1), "", flow(value), [what]

    yield from message(data.get("title"), "title of a cause")
    for key in ("summary", "why"):
        yield from message(data.get("cause", {}).get(key), f"{key} of a cause")
    for table, keys in _ROWS.items():
        for row in data.get(table, ()):
            for key in keys:
                yield from message(row.get(key), f"{key} of an entry of [[{table}]]")
    for row in data.get("handler", ()):
        for words in row.get("codes", {}).values():
            yield from message(words, "meaning of an exit code")
