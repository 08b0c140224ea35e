"""`journalctl -o json` and its variants as lines, in the place of the lines that they stand on.

Source: systemd, src/shared/logs-show.c (output_json: one object a line; a field that is not UTF-8 is an array of bytes,
a repeated one an array of values; before 236 with blanks around colons). `json-sse` writes 'data: ' before each object,
`json-seq` a record separator, `json-pretty` a line for each field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from analyzer.parsers.journal_entries import MOST, WANTED, line_of, whole_lines

MARK = b'"__REALTIME_TIMESTAMP"'
_OBJECT = re.compile(rb"(?:data: |\x1e)?(?=\s*\{)")
_PRETTY = re.compile(rb'\A\s*\{\r?\n\t"')


def convert(line: bytes) -> bytes:
    """A line that is one object; any other stays as it is."""
    if MARK not in line or len(line) > MOST:
        return line
    begin = _OBJECT.match(line)
    text = _text(line[begin.end() :]) if begin else None
    return line if text is None else text


def is_pretty(head: bytes) -> bool:
    """Whether a file that begins so has a line for each field."""
    return _PRETTY.match(head) is not None and b"\n\t" + MARK in head


def pretty(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Each object at the line on which it begins; the lines behind that are empty."""
    parts: list[bytes] = []
    size = 0
    for piece in whole_lines(blocks):
        for line in piece.splitlines(keepends=True):
            parts.append(line)
            size += len(line)
            if line.rstrip() == b"}" or size > MOST:
                yield _joined(parts)
                parts, size = [], 0
    yield _joined(parts)


def _joined(parts: list[bytes]) -> bytes:
    raw = b"".join(parts)
    text = _text(raw)
    return raw if text is None else text + b"\n" * raw.count(b"\n")


def _text(raw: bytes) -> bytes | None:
    """The line of an object; None of anything else."""
    try:
        entry = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return line_of({key: _word(entry[key]) for key in WANTED if key in entry}) if isinstance(entry, dict) else None


def _word(value: Any) -> str:
    """A field as text: journald writes bytes that are no UTF-8 as numbers, and repeated fields as a list."""
    if isinstance(value, list):
        if value and all(isinstance(item, int) and 0 <= item < 256 for item in value):
            return bytes(value).decode("utf-8", "replace")
        value = value[0] if value else ""
    return value if isinstance(value, str) else "" if value is None else str(value)
