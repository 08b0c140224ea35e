"""The records of a text in which each begins with lines that only a record begins with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.parsers.winevents.codepage import PIECE
from analyzer.parsers.winevents.event import Notes

LONGEST = 1 << 20  # characters of one record; what it has beyond them is left out
LOOK_AHEAD = 4 << 10  # characters that the first lines of a record have at most


class TextRecords:
    """Iterates over (line of its beginning, record). `begins` matches up to where a record begins, and not into it."""

    def __init__(self, text: str, pieces: Iterator[str], begins: re.Pattern[str], notes: Notes) -> None:
        self._text = text
        self._pieces = pieces
        self._begins = begins
        self._notes = notes
        self._ended = False
        self._line, self._counted = 1, 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        start = searched = cut = 0
        inside = False  # of a record, not before the first one or behind the part of a long one that is shown
        while True:
            found = self._begins.search(self._text, searched)
            if found:
                end = found.end()
            elif self._ended:
                end = len(self._text)
            elif len(self._text) - start > LONGEST + LOOK_AHEAD:
                end = len(self._text) - LOOK_AHEAD
            else:
                # One character before the start stays: it tells whether a line begins there.
                keep = max(start - 1, 0)
                searched = max(searched, len(self._text) - LOOK_AHEAD) - keep
                start -= keep
                self._read_on(keep)
                continue
            shown = min(end, start + LONGEST) if inside else start
            if inside:
                cut += shown < end
                yield self._line_at(start), self._text[start:shown]
            self._notes.unread += len(self._text[shown:end].strip().encode("utf-8", "replace"))
            if found is None and self._ended:
                break
            start, inside = end, found is not None
            searched = end + inside
        if cut:
            self._notes.words.append(f"{cut} events have more than {LONGEST >> 20} Mi characters and were cut")

    def _read_on(self, keep: int) -> None:
        """At least as much text again as there is, so that a long record is not copied often."""
        self._line_at(keep)
        held = [self._text[keep:]]
        wanted = max(PIECE, len(held[0]))
        for piece in self._pieces:
            held.append(piece)
            wanted -= len(piece)
            if wanted <= 0:
                break
        else:
            self._ended = True
        self._text = "".join(held)
        self._counted = 0

    def _line_at(self, position: int) -> int:
        self._line += self._text.count("\n", self._counted, position)
        self._counted = position
        return self._line
