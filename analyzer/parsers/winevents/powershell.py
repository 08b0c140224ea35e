"""Get-WinEvent and Get-EventLog piped into Export-Csv, with any of their columns and any delimiter.

Times are the exporting machine's wall clock, written as its region does. Of Properties and ReplacementStrings a CSV
has the types' names alone: the values are in the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from analyzer.parsers.winevents import words
from analyzer.parsers.winevents.codepage import text_of
from analyzer.parsers.winevents.dates import timed
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.properties import channel_of_type, is_of_event, layout, level_in, number_in
from analyzer.parsers.winevents.rows import Row, Rows
from analyzer.parsers.winevents.textlines import lines_of

DELIMITERS = (",", ";", "\t", "|")
HEAD_LINES = 50  # among which the labels stand, behind a type and what people paste
LONGEST_LABELS = 4096  # characters
SAMPLE = 200  # rows whose levels tell the language

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
    table = _Table(notes)
    events = table.events(rows)
    sample = list(islice(events, SAMPLE))
    yield from timed(chain(sample, events), words.language(table.graded), notes)


def _delimiter(line: str) -> str:
    """The delimiter with which this line is a row of labels, '' where it is none."""
    for delimiter in DELIMITERS:
        if is_of_event(layout(_labels(line.rstrip("\n").split(delimiter)))):
            return delimiter
    return ""


def _labels(fields: list[str]) -> tuple[str, ...]:
    return tuple(field.strip('" ') for field in fields)


class _Table:
    def __init__(self, notes: Notes) -> None:
        self.graded: set[str] = set()  # words for levels
        self._notes = notes
        self._levels = words.Levels()
        self._labels: list[str] = []
        self._channel = ""
        self._at: dict[str, int] = {}

    def events(self, rows: Rows) -> Iterator[tuple[str, WinEvent]]:
        damaged = 0
        for row in rows:
            fields = row.fields
            if len(fields) == len(self._labels) and fields != self._labels:
                number = number_in(fields[self._at["id"]])
                if number is not None:
                    yield fields[self._at["time"]], self._event(fields, number, row.line)
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
        found = layout(_labels(row.fields))
        if not is_of_event(found):
            return False
        self._labels, self._at = row.fields, dict(found)
        return True

    def _event(self, fields: list[str], number: int, line: int) -> WinEvent:
        at = self._at

        def cell(name: str) -> str:
            return fields[at[name]].strip() if name in at else ""

        graded = cell("graded")
        if graded and len(self.graded) < SAMPLE:
            self.graded.add(graded)
        return WinEvent(
            provider=cell("provider"),
            event_id=number & 0xFFFF,
            level=level_in(cell("level"), graded, self._levels),
            channel=cell("log") or self._channel,
            position=line,
            record_id=number_in(cell("record")) or 0,
            guid=cell("guid"),
            computer=cell("computer"),
            message=fields[at["message"]] if "message" in at else "",
        )
