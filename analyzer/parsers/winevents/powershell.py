"""Get-WinEvent and Get-EventLog piped into Export-Csv, with any of their columns and any delimiter.

Times are the exporting machine's wall clock, written as its region does. Of Properties and ReplacementStrings a CSV
has the types' names alone: the values are in the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from analyzer.parsers.winevents.codepage import text_of
from analyzer.parsers.winevents.dates import timed
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.properties import channel_of_type, event_in, is_of_event, layout
from analyzer.parsers.winevents.rows import Row, Rows
from analyzer.parsers.winevents.textlines import lines_of
from analyzer.parsers.winevents.words import Levels

DELIMITERS = (",", ";", "\t", "|")
HEAD_LINES = 50  # among which the labels stand, behind a type and what people paste
FEWEST_LABELS, LONGEST_LABELS = 3, 4096  # of one row; characters

_QUOTED, _ANY = re.compile('"'), None


def read(blocks: Iterator[bytes], notes: Notes) -> Iterator[WinEvent]:
    """The events, in the order of the file."""
    lines = lines_of(text_of(blocks, notes), notes)
    head = list(islice(lines, HEAD_LINES))
    labels = next((line for line in head if _delimiter(line)), "")
    if not labels:
        notes.unread += sum(map(len, head)) + sum(map(len, lines))
        return
    rows = Rows(chain(head, lines), _delimiter(labels), _QUOTED if labels.startswith('"') else _ANY)
    levels = Levels()
    yield from timed(_Table(levels, notes).events(rows), levels.order, notes)


def _delimiter(line: str) -> str:
    """The delimiter with which this line is a row of labels, '' where it is none."""
    for delimiter in DELIMITERS:
        if is_of_event(layout(_labels(line.rstrip("\n").split(delimiter)))):
            return delimiter
    return ""


def _labels(fields: list[str]) -> tuple[str, ...]:
    return tuple(field.strip('" ') for field in fields)


class _Table:
    def __init__(self, levels: Levels, notes: Notes) -> None:
        self._levels = levels
        self._notes = notes
        self._labels: list[str] = []
        self._channel = ""
        self._at: dict[str, int] = {}

    def events(self, rows: Rows) -> Iterator[tuple[str, WinEvent]]:
        damaged = 0
        for row in rows:
            fields = row.fields
            if len(fields) == len(self._labels) and fields != self._labels:
                event = event_in(fields, self._at, self._levels)
                if event is not None:
                    event.channel = event.channel or self._channel
                    event.position = row.line
                    yield fields[self._at["time"]], event
                    continue
            if not self._is_heading(row):
                damaged += row.raw != ["\n"]
                self._notes.unread += sum(map(len, row.raw))
        self._notes.words.extend(self._levels.doubts())
        if damaged:
            self._notes.words.append(f"{damaged} rows are damaged")

    def _is_heading(self, row: Row) -> bool:
        """Takes in labels and types: where several exports stand in one file, each has its own."""
        if len(row.raw) > 1 or len(row.raw[0]) > LONGEST_LABELS:
            return False
        if row.raw[0].startswith("#TYPE "):
            self._channel = channel_of_type(row.raw[0])
            return True
        found = layout(_labels(row.fields)) if len(row.fields) >= FEWEST_LABELS else {}
        if not is_of_event(found):
            return False
        self._labels, self._at = row.fields, dict(found)
        return True
