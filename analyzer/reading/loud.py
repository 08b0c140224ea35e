"""The text of warnings and errors, kept while they pass by.

A table of the events that matter shows all of them, and to read a big log a second time costs as much as the first. So
their first bytes are kept on the way: of all of them while they are few, of every second, fourth … when they are many.
Which ones stay follows from the bundle alone, not from the order of its files or the size of the blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from analyzer.lines.grammar import LEVELS
from analyzer.lines.index import Block

MOST = 20_000  # texts that are kept
MOST_BYTES = 440  # of one of them
WARNING = LEVELS.index("warning")


class Loud:
    """Texts by (member, row). `every` says that each so manieth warning or error of a member is kept."""

    def __init__(self) -> None:
        self.every = 1
        self._seen: dict[int, int] = {}
        self._rows: dict[int, list[int]] = {}
        self._texts: dict[int, list[bytes]] = {}
        self._kept = 0

    def take(self, block: Block, member: int, first_row: int) -> None:
        """Keep what a block, whose first record is the member's `first_row`, has."""
        loud = np.flatnonzero((block.level > 0) & (block.level <= WARNING))
        if not len(loud):
            return
        seen = self._seen.get(member, 0)
        self._seen[member] = seen + len(loud)
        loud = loud[-seen % self.every :: self.every]
        begin = block.start[loud] + block.message[loud]
        end = np.minimum(block.end[loud], begin + MOST_BYTES)
        self._rows.setdefault(member, []).extend((loud + first_row).tolist())
        spans = zip(begin.tolist(), end.tolist(), strict=True)
        self._texts.setdefault(member, []).extend([block.buffer[a:b] for a, b in spans])
        self._kept += len(loud)
        while self._kept > MOST and any(len(rows) > 1 for rows in self._rows.values()):
            self._thin()

    def _thin(self) -> None:
        """Keep every second of those that are kept: what remains are those whose number `every` divides."""
        self.every *= 2
        for rows in self._rows.values():
            del rows[1::2]
        for texts in self._texts.values():
            del texts[1::2]
        self._kept = sum(len(rows) for rows in self._rows.values())

    def of(self, members: Iterable[int]) -> Iterator[tuple[int, int, bytes]]:
        """(member, row, the beginning of its text) of everything that is kept of these, in order."""
        for member in members:
            for row, text in zip(self._rows.get(member, ()), self._texts.get(member, ()), strict=True):
                yield member, row, text
