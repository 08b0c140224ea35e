"""The records of a text in which each begins with lines that only a record begins with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.parsers.winevents.event import Notes
from analyzer.parsers.winevents.window import Window

LONGEST = 1 << 20  # characters of one record; what it has beyond them is left out
LOOK_AHEAD = 4 << 10  # characters that the first lines of a record have at most


class TextRecords:
    """Iterates over (line of its beginning, record). `begins` matches up to where a record begins, and not into it."""

    def __init__(self, text: str, pieces: Iterator[str], begins: re.Pattern[str], notes: Notes) -> None:
        self._window = Window(pieces, text)
        self._begins = begins
        self._notes = notes

    def __iter__(self) -> Iterator[tuple[int, str]]:
        window, start, searched, cut = self._window, 0, 0, 0
        inside = False  # of a record, not before the first one or behind the part of a long one that is shown
        while True:
            found = self._begins.search(window.text, searched)
            if found:
                end = found.end()
            elif window.ended:
                end = len(window.text)
            elif len(window.text) - start > LONGEST + LOOK_AHEAD:
                end = len(window.text) - LOOK_AHEAD
            else:
                # One character before the start stays: it tells whether a line begins there.
                keep = max(start - 1, 0)
                searched = max(searched, len(window.text) - LOOK_AHEAD) - keep
                start -= keep
                window.read_on(keep)
                continue
            shown = min(end, start + LONGEST) if inside else start
            if inside:
                cut += shown < end
                yield window.line_at(start), window.text[start:shown]
            self._notes.unread += len(window.text[shown:end].strip().encode("utf-8", "replace"))
            if found is None and window.ended:
                break
            start, inside = end, found is not None
            searched = end + inside
        if cut:
            self._notes.words.append(f"{cut} events have more than {LONGEST >> 20} Mi characters and were cut")
