"""An entry of the journal as the line that `journalctl -o short-iso-precise` would have written.

Sources: systemd, src/shared/logs-show.c (output_short) and docs/JOURNAL_EXPORT_FORMATS.md. Times are microseconds since
1970. So signatures match a journal however it was exported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

MOST = 4 << 20  # bytes of an entry or of a line; what is longer stays as it is
WANTED = frozenset(
    (
        "__REALTIME_TIMESTAMP",
        "_SOURCE_REALTIME_TIMESTAMP",
        "_HOSTNAME",
        "SYSLOG_IDENTIFIER",
        "_COMM",
        "SYSLOG_PID",
        "_PID",
        "MESSAGE",
    )
)
"""The fields that make the line."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def line_of(entry: Mapping[str, str]) -> bytes | None:
    """The line, without its end; None where the entry has no time that a calendar knows."""
    try:
        micros = int(entry.get("__REALTIME_TIMESTAMP") or entry.get("_SOURCE_REALTIME_TIMESTAMP") or "x")
        moment = _EPOCH + timedelta(microseconds=micros)
    except (ValueError, OverflowError):
        return None
    pid = entry.get("SYSLOG_PID") or entry.get("_PID")
    name = entry.get("SYSLOG_IDENTIFIER") or entry.get("_COMM") or "unknown"
    host = entry.get("_HOSTNAME") or "localhost"
    text = f"{moment:%Y-%m-%dT%H:%M:%S.%f}+0000 {host} {name}{f'[{pid}]' if pid else ''}: {entry.get('MESSAGE', '')}"
    return " ".join(text.split("\n")).encode("utf-8", "replace")


def whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that end with a line, but for the last one and for lines that are longer than MOST."""
    tail = b""
    for block in blocks:
        end = block.rfind(b"\n") + 1
        if end:
            yield tail + block[:end]
            tail = block[end:]
        else:
            tail += block
        if len(tail) > MOST:
            yield tail
            tail = b""
    if tail:
        yield tail
