"""The chunks of a log file, wherever they lie in it.

A log is a header and chunks of 64 KiB. Files reach us without the header, with bytes before it, cut at either end,
carved from a disk, with chunks whose own header is gone. So chunks are looked for by their mark, and by the records in
the places where a chunk has to be. The file is read as it comes, and little more than two chunks of it are held.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.parsers.winevents.evtx_records import (
    CHUNK,
    CHUNK_HEADER,
    CHUNK_MAGIC,
    Chunk,
    first_record,
    record_at,
    u32,
)

FILE_HEADER, FILE_MAGIC = 4096, b"ElfFile\0"
_IN_USE = 1
_SIGHT = 2 * CHUNK + CHUNK_HEADER  # bytes that are looked at together
_BLANK = bytes(CHUNK)
_HEADER_SIZE_AT, _HEADER_SIZE = 40, 128  # in the header of a chunk
_COUNT_AT, _FLAGS_AT, _CHECKSUM_AT = 42, 120, 124  # in the header of the file


@dataclass(slots=True)
class Layout:
    """What the file is like around its chunks."""

    headers: int = 0
    in_use: bool = False  # marked as not closed by the log service
    counted: int = 0  # chunks, by headers whose checksum holds; fewer than there are in a log that was in use
    found: int = 0  # chunks
    skipped: int = 0  # bytes that belong to no chunk, zeros not counted


def chunks(blocks: Iterator[bytes], layout: Layout) -> Iterator[Chunk]:
    """The file's chunks in its order. Each byte belongs to one of them at most."""
    return _Search(blocks, layout).chunks()


class _Search:
    """A window on the file. Its first byte is the next that no one has taken."""

    def __init__(self, blocks: Iterator[bytes], layout: Layout) -> None:
        self._blocks, self._layout = blocks, layout
        self._data = bytearray()
        self._ended = False
        self._aligned = False  # a chunk is due at the window's first byte

    def chunks(self) -> Iterator[Chunk]:
        while self._fill():
            chunk = self._next()
            if chunk:
                self._aligned = True
                yield chunk

    def _fill(self) -> bool:
        while len(self._data) < _SIGHT and not self._ended:
            block = next(self._blocks, None)
            if block is None:
                self._ended = True
            else:
                self._data += block
        return bool(self._data)

    def _next(self) -> Chunk | None:
        """The chunk at the window's beginning; or None when something else there has been passed over."""
        data = self._data
        if data.startswith(_BLANK):  # logs grow by many chunks at once
            del data[:CHUNK]
            return None
        mark = self._mark(0)
        if mark == 0:
            another = self._mark(1)
            return self._take(another if 0 < another < CHUNK else CHUNK)
        limit = min(len(data), _SIGHT) if mark < 0 else mark
        header = data.find(FILE_MAGIC, 0, limit)
        if header == 0:
            self._header(limit)
            return None
        limit = limit if header < 0 else header
        ends_at_chunk = limit == mark
        if not self._aligned and ends_at_chunk:
            return self._unmarked(limit % CHUNK or CHUNK, from_end=True)
        if self._aligned:
            size = min(CHUNK, limit)
            has_begin = size == CHUNK or record_at(data, CHUNK_HEADER, size) is not None
            return self._unmarked(size, from_end=ends_at_chunk and not has_begin)
        return self._unaligned(limit)

    def _mark(self, start: int) -> int:
        """Where the next chunk begins that has its mark and one more sign of a chunk; -1 for nowhere in sight."""
        data = self._data
        at = data.find(CHUNK_MAGIC, start, _SIGHT)
        while at >= 0:
            size_at = at + _HEADER_SIZE_AT
            if size_at + 4 > len(data) or u32(data, size_at) == _HEADER_SIZE:
                return at
            if record_at(data, at + CHUNK_HEADER, len(data)):
                return at
            at = data.find(CHUNK_MAGIC, at + 1, _SIGHT)
        return -1

    def _unmarked(self, size: int, from_end: bool) -> Chunk | None:
        """The chunk without a mark that the next `size` bytes are, or the end of one, if they hold records."""
        if first_record(self._data, 0, size):
            return self._take(size, missing=CHUNK - size if from_end else 0)
        self._skip(size)
        self._aligned = True
        return None

    def _unaligned(self, limit: int) -> Chunk | None:
        """Nothing tells where chunks begin, but that a record is likely the first of its chunk."""
        record = first_record(self._data, 0, limit)
        if not record:
            self._skip(limit if self._ended and limit == len(self._data) else min(limit, CHUNK))
            return None
        begin = record.offset - CHUNK_HEADER
        self._skip(max(0, begin))
        return self._take(min(CHUNK, limit - max(0, begin)), missing=max(0, -begin))

    def _header(self, limit: int) -> None:
        head = bytes(self._data[: min(limit, _CHECKSUM_AT + 4)])
        self._layout.headers += 1
        if len(head) == _CHECKSUM_AT + 4:
            self._layout.in_use |= bool(u32(head, _FLAGS_AT) & _IN_USE)
            if zlib.crc32(head[:_FLAGS_AT]) == u32(head, _CHECKSUM_AT):
                self._layout.counted += u32(head, _COUNT_AT) & 0xFFFF
        del self._data[: min(limit, FILE_HEADER)]
        self._aligned = True

    def _take(self, size: int, missing: int = 0) -> Chunk:
        """A chunk of the next `size` bytes, after `missing` that the file lacks."""
        size = min(size, CHUNK - missing)
        chunk = Chunk((bytes(missing) + self._data[:size]).ljust(CHUNK, b"\0"))
        self._layout.found += 1
        del self._data[:size]
        return chunk

    def _skip(self, size: int) -> None:
        self._layout.skipped += size - self._data.count(0, 0, size)
        del self._data[:size]
