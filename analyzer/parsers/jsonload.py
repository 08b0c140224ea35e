"""JSON of an unknown sender, bounded: a bad file is one `UnreadableError` with its line, whatever is wrong with it."""

from __future__ import annotations

import json
from typing import Any

from analyzer.parsers.content import UnreadableError, filled

MOST_VALUES = 500_000  # the largest genuine file has some thousands
MAX_DEPTH = 100  # the deepest genuine file (a backup's status, decoded level by level) needs 12


def load_json(data: bytes) -> Any:
    """The document in `data`. Raises EmptyError, or UnreadableError that names the line."""
    return load_json_text(filled(data))


def load_json_text(text: str) -> Any:
    """The document in `text`, e.g. JSON inside a string of JSON."""
    if text.count(",") + text.count("[") + text.count("{") > MOST_VALUES:
        raise UnreadableError(f"more than {MOST_VALUES} values")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"at line {error.lineno} column {error.colno}"
        raise UnreadableError(f"not JSON: {error.msg} {place}", error.lineno) from None
    except RecursionError:
        raise UnreadableError("not JSON: nested too deeply") from None
    except ValueError as error:  # e.g. a number of more digits than Python converts
        raise UnreadableError(f"not JSON: {error}") from None
    if _deeper_than(document, MAX_DEPTH):
        raise UnreadableError("not JSON: nested too deeply")
    return document


def _deeper_than(document: Any, limit: int) -> bool:
    """Level by level, so that the check itself cannot recurse too deeply."""
    level = [document]
    for _ in range(limit):
        following: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                following.extend(value.values())
            elif isinstance(value, list):
                following.extend(value)
        level = [value for value in following if isinstance(value, dict | list)]
        if not level:
            return False
    return True
