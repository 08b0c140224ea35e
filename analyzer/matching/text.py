"""The text of records as people would read it: decoded, without terminal colours and carriage returns."""

from __future__ import annotations

import re
from functools import cached_property

from analyzer.lines.index import Block

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


FEW = 1_000


def plain_text(raw: bytes) -> str:
    """Decode log bytes; terminal escapes, carriage returns at line ends and a trailing newline go."""
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\r\n")
    return _COLOURS.sub("", text) if "\x1b" in text else text


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
