"""Where an Event Viewer's table keeps its columns: by its labels where their language is known, else by its rows.

The Event Viewer writes one label less than columns: the message has none and stands last, whatever columns its user
added before it. Windows 2003 wrote no labels at all.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from analyzer.parsers.winevents import words
from analyzer.parsers.winevents.dates import read_stamp
from analyzer.parsers.winevents.rows import Rows

DELIMITERS = (",", "\t", ";")
MOST_DIGITS = 10  # of an event id, as the 32 bits of Windows 2003 have them
MOST_COLUMNS = 60
_NEEDED = ("time", "source", "id")


@dataclass(frozen=True)
class Columns:
    """Column numbers; -1 for a column that the table lacks."""

    delimiter: str = ","
    level: int = 0
    time: int = 1
    hour: int = -1  # the time of day, where it has a column of its own
    source: int = 2
    id: int = 3
    log: int = -1
    computer: int = -1
    message: int = 5  # and all that follow: a message's delimiters are not always quoted
    labels: tuple[str, ...] = ()

    @property
    def last(self) -> int:
        """The last column that a row must have."""
        return max(self.time, self.hour, self.source, self.id, self.level)

    def stamp(self, fields: list[str]) -> str:
        return fields[self.time] if self.hour < 0 else f"{fields[self.time]} {fields[self.hour]}"

    def is_record(self, fields: list[str]) -> bool:
        return len(fields) > self.last and _is_id(fields[self.id])

    def begins(self) -> re.Pattern[str]:
        """Matches a line that begins a row."""
        delimiter = re.escape(self.delimiter)
        cells = [rf'(?:"[^"\n]*"|[^"\n{delimiter}]*)'] * (max(self.time, self.id) + 1)
        cells[self.time] = rf'"?[^"\n{delimiter}]*\d[^"\n{delimiter}]*"?'
        cells[self.id] = rf'[ "]*\d{{1,{MOST_DIGITS}}}[ "]*'
        return re.compile(delimiter.join(cells) + rf"(?:{delimiter}|$)")


_OF_2003 = Columns(time=0, hour=1, source=2, level=3, id=5, computer=7, message=8)


def columns_of(head: list[str]) -> Columns:
    """The columns of the table that begins with these lines."""
    ranked = [_with_delimiter(head, delimiter) for delimiter in DELIMITERS]
    return max(ranked, key=lambda pair: pair[1])[0]


def _with_delimiter(head: list[str], delimiter: str) -> tuple[Columns, int]:
    """The columns if this is the delimiter, and how many rows agree."""
    rows = [row.fields for row in Rows(iter(head), delimiter, Columns(delimiter=delimiter).begins())]
    rows = [fields[:MOST_COLUMNS] for fields in rows if len(fields) > 3]
    if not rows:
        return Columns(delimiter=delimiter), 0
    labels = tuple(rows[0]) if not any(_is_id(field) or read_stamp(field) for field in rows[0]) else ()
    named = {words.column(label): number for number, label in reversed(list(enumerate(labels)))}
    guesses = [Columns(delimiter=delimiter), replace(_OF_2003, delimiter=delimiter), _by_content(rows, delimiter)]
    if all(name in named for name in _NEEDED):
        level = named.get("level", named.get("keywords", -1))
        known = Columns(level=level, time=named["time"], source=named["source"], id=named["id"])
        guesses = [replace(known, delimiter=delimiter)]
    found = max(guesses, key=lambda guess: _agreeing(rows, guess))
    agreeing = _agreeing(rows, found)
    if labels:
        found = replace(found, log=named.get("log", -1), computer=named.get("computer", found.computer))
        found = replace(found, labels=labels, message=_message(rows, found, labels))
    return found, agreeing


def _agreeing(rows: list[list[str]], columns: Columns) -> int:
    return sum(columns.is_record(fields) and read_stamp(columns.stamp(fields)) is not None for fields in rows)


def _message(rows: list[list[str]], columns: Columns, labels: tuple[str, ...]) -> int:
    """Behind the labelled columns; a table that someone gave all its labels has it in the last one."""
    lengths = Counter(len(fields) for fields in rows if columns.is_record(fields))
    usual = lengths.most_common(1)[0][0] if lengths else 0
    if usual == len(labels) > columns.last + 1 and not words.column(labels[-1]):
        return usual - 1
    return len(labels)


def _by_content(rows: list[list[str]], delimiter: str) -> Columns:
    """Columns in an order that a user chose, under labels of an unknown language."""
    width = max(len(fields) for fields in rows)
    times, ids, levels = (
        [sum(len(fields) > n and fits(fields[n]) for fields in rows) for n in range(width)]
        for fits in (_is_time, _is_id, _is_level)
    )
    time = times.index(max(times))
    number = ids.index(max(ids[:time] + ids[time + 1 :], default=0))
    level = levels.index(max(levels)) if max(levels) else -1
    free = [n for n in range(width) if n not in (time, number, level)]
    source = number - 1 if number - 1 in free else min(free, default=0)
    return Columns(delimiter=delimiter, level=level, time=time, source=source, id=number, message=len(rows[0]))


def _is_time(field: str) -> bool:
    return read_stamp(field) is not None


def _is_id(field: str) -> bool:
    return len(field) <= MOST_DIGITS + 2 and field.strip().isdecimal()


def _is_level(field: str) -> bool:
    return bool(words.level(field))
