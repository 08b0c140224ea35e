"""The text of records as people would read it: decoded, without terminal colours and carriage returns.

What is looked for is found in bytes; `Group` holds the records that are looked at more closely.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import numpy as np

from analyzer.lines.index import Block
from analyzer.lines.stamp import HEAD, Ints

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_COLOURS_IN_BYTES = re.compile(_COLOURS.pattern.encode())
FEW = 1_000
MOST_COLOURS = 200_000  # of a block, whose text has as many words at most
MOST_TEXT = 64 << 10  # of a longer record, only so much around the literal is looked at


def plain_text(raw: bytes) -> str:
    """Decode log bytes; terminal escapes, carriage returns at line ends and a trailing newline go."""
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\r\n")
    return _COLOURS.sub("", text) if "\x1b" in text else text


class Uncoloured(NamedTuple):
    """A block's bytes without terminal colours, which may stand inside of what is looked for."""

    buffer: bytes  # padded as a block's
    end: int
    cuts: Ints  # where something was cut out of it
    missing: Ints  # how many bytes are missing before the first cut, behind it, behind the second …

    def places(self, at: Ints) -> Ints:
        """Where in the block the bytes stand that are found here."""
        return at + self.missing[np.searchsorted(self.cuts, at, side="right")]


def uncoloured(block: Block) -> Uncoloured | None:
    """None for a block without colours, as most are."""
    raw, end = block.buffer, int(block.end[-1])
    if b"\x1b" not in raw:
        return None
    found = islice(_COLOURS_IN_BYTES.finditer(raw, 0, end), MOST_COLOURS)
    spans = np.array([match.span() for match in found], dtype=np.int64).reshape(-1, 2)
    begins, ends = spans[:, 0], spans[:, 1]
    missing = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(ends - begins)))
    pieces = zip([0, *ends.tolist()], [*begins.tolist(), end], strict=True)
    clean = b"".join([*(raw[b:e] for b, e in pieces), bytes(HEAD)])
    return Uncoloured(clean, len(clean) - HEAD, begins - missing[:-1], missing)


class Texts:
    """Texts of a block's records. A block of nothing but plain ASCII, which most are, is decoded once as a whole
    when at least FEW of its records are wanted."""

    def __init__(self, block: Block, wanted: int) -> None:
        self._buffer = block.buffer
        self._few = wanted < FEW

    @cached_property
    def _whole(self) -> str | None:
        raw = self._buffer
        return raw.decode("ascii") if raw.isascii() and b"\r" not in raw and b"\x1b" not in raw else None

    def of(self, begin: list[int], end: list[int]) -> list[str]:
        """The texts of buffer[begin:end]."""
        whole, places = None if self._few else self._whole, zip(begin, end, strict=True)
        if whole is None:
            return [plain_text(self._buffer[b:e]) for b, e in places]
        return [whole[b:e].rstrip("\n") for b, e in places]


@dataclass(slots=True)
class Group:
    """Records of a block that may match one pattern: their rows and lines in the member, and where their text lies."""

    texts: Texts
    member: int
    pattern: int
    row: list[int]
    line: list[int]
    begin: list[int]
    end: list[int]

    def part(self, first: int, last: int | None) -> Group:
        cut = slice(first, last)
        rows, lines = self.row[cut], self.line[cut]
        return Group(self.texts, self.member, self.pattern, rows, lines, self.begin[cut], self.end[cut])

    def those(self, chosen: list[int]) -> Group:
        rows, lines = [self.row[i] for i in chosen], [self.line[i] for i in chosen]
        begin, end = [self.begin[i] for i in chosen], [self.end[i] for i in chosen]
        return Group(self.texts, self.member, self.pattern, rows, lines, begin, end)

    def text(self) -> list[str]:
        return self.texts.of(self.begin, self.end)


def bounds(block: Block, records: Ints, at: Ints) -> tuple[Ints, Ints]:
    """Where in the buffer the records' texts lie, behind the headers; of long ones, the part around the literal."""
    begin, end = block.start[records] + block.message[records], block.end[records]
    long = end - begin > MOST_TEXT
    if long.any():
        middle = np.maximum(begin, np.minimum(at - MOST_TEXT // 2, end - MOST_TEXT))
        begin = np.where(long, middle, begin)
        end = np.where(long, middle + MOST_TEXT, end)
    return begin, end
