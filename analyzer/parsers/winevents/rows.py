"""The rows of a delimited export, in which messages run over many lines; and where its quotes are broken, the lines.

The csv module reads strictly. Where it cannot, the damaged row's lines are handed over as they are, up to the next line
on which a row can begin, and reading goes on there: a missing quote costs its own row. What was read ahead for a row
that has no end is bounded by csv's own limit of a field.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple


class Row(NamedTuple):
    line: int  # of its start, from 1
    fields: list[str]  # empty for a blank line and for a damaged row
    raw: list[str]  # its lines


class Rows:
    """Iterates over the rows. `begins` matches a line that can begin a row; None when every line can."""

    def __init__(self, lines: Iterator[str], delimiter: str, begins: re.Pattern[str] | None) -> None:
        self.begins = begins
        self._lines = lines
        self._again: deque[str] = deque()  # lines that a damaged row had taken
        self._taken: list[str] = []  # since the row's start
        self._delimiter = delimiter

    def __iter__(self) -> Iterator[Row]:
        rows = self._reader()
        line = 1
        while True:
            taken: list[str] = []
            self._taken = taken
            try:
                fields = next(rows)
            except StopIteration:
                return
            except csv.Error:
                fields = []
                self._give_back(taken)
                rows = self._reader()  # what it gave up at may have been the end of the lines
            yield Row(line, fields, taken)
            line += len(taken)

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._take(), delimiter=self._delimiter, strict=True)

    def _take(self) -> Iterator[str]:
        again = self._again
        while again:
            line = again.popleft()
            self._taken.append(line)
            yield line
        for line in self._lines:
            self._taken.append(line)
            yield line

    def _give_back(self, taken: list[str]) -> None:
        begins = self.begins
        for number in range(1, len(taken)):
            if begins is None or begins.match(taken[number]):
                self._again.extendleft(reversed(taken[number:]))
                del taken[number:]
                return
