"""Tables that the Event Viewer saved, as CSV or as text with tabs, in any language; those of Windows 2003 too.

Where a message was not quoted, its further lines are rows of no sense: they belong to the event above. Rows whose
quotes are broken are read by hand (see `rows`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import chain

from analyzer.parsers.winevents.codepage import text_of
from analyzer.parsers.winevents.dates import timed
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.rows import Rows
from analyzer.parsers.winevents.textlines import lines_of
from analyzer.parsers.winevents.viewercolumns import Columns, columns_of
from analyzer.parsers.winevents.words import Levels

HEAD_LINES, HEAD_SIZE = 400, 1 << 18  # lines and characters by which the columns are told
MOST_MORE = 1 << 18  # characters of a message's unquoted lines that are kept


def read(blocks: Iterator[bytes], notes: Notes) -> Iterator[WinEvent]:
    """The events, in the order of the table."""
    lines = lines_of(text_of(blocks, notes), notes)
    head: list[str] = []
    size = 0
    for line in lines:
        head.append(line)
        size += len(line)
        if len(head) >= HEAD_LINES or size >= HEAD_SIZE:
            break
    columns = columns_of(head)
    levels = Levels(columns.labels)
    return timed(_Table(columns, levels, notes).events(chain(head, lines)), levels.order, notes)


class _Table:
    def __init__(self, columns: Columns, levels: Levels, notes: Notes) -> None:
        self._columns = columns
        self._notes = notes
        self._levels = levels
        self._begins = columns.begins()
        cell = rf'(?:"[^"\n]*"|[^"\n{re.escape(columns.delimiter)}]*)'
        self._prefix = re.compile(rf"(?:{cell}{re.escape(columns.delimiter)}){{{columns.message}}}")
        self._damaged = 0
        self._open = False  # the quote before the message of the last damaged row was not closed in it

    def events(self, lines: Iterator[str]) -> Iterator[tuple[str, WinEvent]]:
        columns, notes = self._columns, self._notes
        labels = list(columns.labels)
        event: WinEvent | None = None
        stamp, open_quote = "", False
        more: list[str] = []
        size = 0
        for row in Rows(lines, columns.delimiter, self._begins):
            fields = row.fields or self._by_hand(row.raw)
            if columns.is_record(fields):
                if event is not None:
                    yield stamp, _with_more(event, more, open_quote)
                open_quote = self._open and not row.fields
                event, stamp = self._event(fields, row.line), columns.stamp(fields)
                more, size = [], 0
            elif fields != labels:
                length = sum(map(len, row.raw))
                size += length
                if event is None or size > MOST_MORE:
                    notes.unread += length if row.raw != ["\n"] else 0
                else:
                    more += row.raw
        if event is not None:
            yield stamp, _with_more(event, more, open_quote)
        notes.words.extend(self._levels.doubts())
        if self._damaged:
            notes.words.append(f"the quotes of {self._damaged} rows are broken")

    def _event(self, fields: list[str], line: int) -> WinEvent:
        columns = self._columns
        return WinEvent(
            provider=fields[columns.source].strip(),
            event_id=int(fields[columns.id]) & 0xFFFF,
            level=self._levels.of(fields[columns.level]) if columns.level >= 0 else "info",
            channel=_cell(fields, columns.log),
            position=line,
            computer=_cell(fields, columns.computer),
            message=columns.delimiter.join(fields[columns.message :]),
        )

    def _by_hand(self, raw: list[str]) -> list[str]:
        """The fields of a row that csv cannot read; [] where it does not begin as a row does."""
        found = self._prefix.match(raw[0])
        if found is None or not self._begins.match(raw[0]):
            return []
        self._damaged += 1
        message = "".join(raw)[found.end() :].rstrip("\n")
        self._open = message.startswith('"') and not message.endswith('"')
        if message.startswith('"'):
            message = message[1:].removesuffix('"').replace('""', '"')
        head = next(csv.reader([found[0]], delimiter=self._columns.delimiter))
        return [*head[:-1], message]


def _with_more(event: WinEvent, more: list[str], open_quote: bool) -> WinEvent:
    if more:
        event.message = f"{event.message}\n{''.join(more)}".rstrip("\n")
        if open_quote:
            event.message = event.message.removesuffix('"')
    return event


def _cell(fields: list[str], number: int) -> str:
    return fields[number].strip() if 0 <= number < len(fields) else ""
