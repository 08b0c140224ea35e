"""The objects of a JSON file of any size, one after another: in an array, one a line, or just in a row.

The file is never held as a whole: a window moves over it, and each object that stands in it is decoded by the json
module. Behind damage, reading goes on at the next brace; each failure in a row makes the next step longer, so that a
file of nothing but damage is passed quickly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from analyzer.parsers.winevents.event import Notes
from analyzer.parsers.winevents.window import Window

LONGEST = 4 << 20  # characters of one object; an event has 64 Ki of text
MOST_STEP = 1 << 20
NEAR = 16  # characters before the window's end in which an error may be due to the cut

_DECODER = json.JSONDecoder(strict=False)  # line ends inside strings are no damage
_AROUND = re.compile(r'\{\s*"(?!Properties")\w{1,40}"\s*:\s*\[\s*(?=\{)')  # '{"value": [' around a list of events
_AROUND_SIZE = 200
_BETWEEN = re.compile(r'[\s,\[\]{}\ufeff]+|Record \d+|"\w{1,40}"\s*:\s*\d*')


class Objects:
    """Iterates over (line of its beginning, object); only dictionaries are objects here."""

    def __init__(self, pieces: Iterator[str], notes: Notes) -> None:
        self._window = Window(pieces)
        self._notes = notes
        self._at = 0
        self._failures = self._damaged = 0
        self.behind_damage = False  # the next objects may be parts of a damaged one

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        while self._to_brace():
            around = _AROUND.match(self._window.text, self._at, self._at + _AROUND_SIZE)
            if around:
                self._at = around.end()
            line = self._window.line_at(self._at)
            try:
                found, end = _DECODER.raw_decode(self._window.text, self._at)
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or error.pos >= len(self._window.text) - NEAR
                if cut and not self._window.ended and len(self._window.text) - self._at < LONGEST:
                    self._read_on()
                else:
                    self._fail()
            except (RecursionError, ValueError):  # nested without end; a number of thousands of digits
                self._fail()
            else:
                self._at, self._failures = end, 0
                yield line, found
        if self._damaged:
            self._notes.words.append(f"the JSON is damaged in {self._damaged} places")

    def _to_brace(self) -> bool:
        """Moves to the next object with enough text behind it; False at the end of the file."""
        while True:
            brace = self._window.text.find("{", self._at)
            self._pass_by(brace if brace >= 0 else len(self._window.text))
            if brace >= 0 and (self._window.ended or brace + _AROUND_SIZE <= len(self._window.text)):
                return True
            if self._window.ended:
                return False
            self._read_on()

    def _pass_by(self, end: int) -> None:
        if end - self._at > 1:
            between = self._window.text[self._at : end]
            if not between.isspace():
                self._notes.unread += len(_BETWEEN.sub("", between).encode("utf-8", "replace"))
        self._at = end

    def _fail(self) -> None:
        if not self._failures:
            self._damaged += 1
        self._failures += 1
        self.behind_damage = True
        end = self._at + min(1 << self._failures, MOST_STEP)
        self._notes.unread += len(self._window.text[self._at : end].encode("utf-8", "replace"))
        self._at = min(end, len(self._window.text))

    def _read_on(self) -> None:
        self._window.read_on(self._at)
        self._at = 0
