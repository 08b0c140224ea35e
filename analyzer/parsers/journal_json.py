"""`journalctl -o json` as the text that `journalctl -o short-iso-precise` would have written, a line for a line.

Source: systemd, src/shared/logs-show.c (output_json: one object a line; a field that is not UTF-8 is an array of bytes,
a repeated one an array of values; before 236 with blanks around colons) and docs/JOURNAL_EXPORT_FORMATS.md. Times are
microseconds since 1970. So signatures match a journal however it was exported.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

MARK = b'"__REALTIME_TIMESTAMP"'
_LOOKED_AT = 64 << 10
_MOST_LINE = 4 << 20  # of an object; a longer line stays as it is
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_journal_json(head: bytes) -> bool:
    """Whether a file that begins so is a journal as JSON, one object a line."""
    return head.lstrip()[:1] == b"{" and MARK in head[:_LOOKED_AT].split(b"\n", 1)[0]


def as_text(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks as text, where they are such a journal; anything else as it is."""
    rest = iter(blocks)
    first = next(rest, b"")
    if not is_journal_json(first):
        yield from chain([first] if first else [], rest)
        return
    tail = b""
    for block in chain([first], rest):
        *lines, tail = (tail + block).split(b"\n")
        if lines:
            yield b"".join(_line(line) + b"\n" for line in lines)
    if tail:
        yield _line(tail)


def _line(line: bytes) -> bytes:
    """One object as a line; what is none stays as it is."""
    if MARK not in line or len(line) > _MOST_LINE:
        return line
    try:
        entry = json.loads(line)
        moment = _EPOCH + timedelta(microseconds=int(_word(entry.get("__REALTIME_TIMESTAMP"))))
    except (ValueError, OverflowError, RecursionError, AttributeError):
        return line
    pid = _word(entry.get("SYSLOG_PID")) or _word(entry.get("_PID"))
    name = _word(entry.get("SYSLOG_IDENTIFIER")) or _word(entry.get("_COMM")) or "unknown"
    host = _word(entry.get("_HOSTNAME")) or "localhost"
    text = f"{moment:%Y-%m-%dT%H:%M:%S.%f}+0000 {host} {name}{f'[{pid}]' if pid else ''}: {_word(entry.get('MESSAGE'))}"
    return " ".join(text.split("\n")).encode("utf-8", "replace")


def _word(value: Any) -> str:
    """A field as text: journald writes bytes that are no UTF-8 as numbers, and repeated fields as a list."""
    if isinstance(value, list):
        if value and all(isinstance(item, int) and 0 <= item < 256 for item in value):
            return bytes(value).decode("utf-8", "replace")
        value = value[0] if value else ""
    return value if isinstance(value, str) else "" if value is None else str(value)
