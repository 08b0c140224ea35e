"""A window that moves over a text of any size, and the number of the line at each place in it."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.parsers.winevents.codepage import PIECE


class Window:
    """`text` is what of the text is held at the moment; behind it nothing more comes once it has `ended`."""

    def __init__(self, pieces: Iterator[str], text: str = "") -> None:
        self.text = text
        self.ended = False
        self._pieces = pieces
        self._line, self._counted = 1, 0

    def read_on(self, keep: int) -> None:
        """Lets go of what lies before `keep`, which becomes place 0, and reads at least as much text again as is left,
        so that a long record is not copied often."""
        self.line_at(keep)
        held = [self.text[keep:]]
        wanted = max(PIECE, len(held[0]))
        for piece in self._pieces:
            held.append(piece)
            wanted -= len(piece)
            if wanted <= 0:
                break
        else:
            self.ended = True
        self.text = "".join(held)
        self._counted = 0

    def line_at(self, place: int) -> int:
        """The line, counted from 1. Places have to be asked for in ascending order."""
        self._line += self.text.count("\n", self._counted, place)
        self._counted = place
        return self._line
