"""The records of one chunk of a log, found although parts of it are damaged.

Records follow one another, each with its size at both ends. Where one end is damaged the other still tells; where
both are, the next record is found by its mark.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from analyzer.parsers.winevents.binxml import FRAGMENT

CHUNK, CHUNK_HEADER, CHUNK_MAGIC = 65536, 512, b"ElfChnk\0"
RECORD_HEADER, SMALLEST = 24, 28  # bytes of a record's header; of that and the size that ends it
RECORD_MAGIC = b"**\0\0"

_HEAD = struct.Struct("<4sIQQ")
_SIZE = struct.Struct("<I")
_NO_CHECKSUM = 4
_MICROS_1601_TO_1970 = 11_644_473_600_000_000


@dataclass(slots=True)
class Record:
    offset: int  # in the chunk
    size: int
    record_id: int
    filetime: int  # 100 ns since 1601, when it was written
    stale: bool = False  # lies behind the chunk's last record, left from when its bytes were used before

    @property
    def micros(self) -> int:
        """The time in microseconds since 1970."""
        return self.filetime // 10 - _MICROS_1601_TO_1970


@dataclass(slots=True)
class Found:
    """What a chunk holds."""

    records: list[Record]
    intact: bool  # its checksums hold: it is as the log service wrote it
    lost: int  # bytes between its records that are no record


@dataclass(slots=True)
class Chunk:
    """64 KiB of a log; what is missing of them is zero."""

    data: bytes

    def search(self) -> Found:
        end = self._end()
        intact = end > 0 and self._checksum_holds(end)
        records, lost = _walk(self.data, end if intact else CHUNK)
        for record in records:
            record.stale = 0 < end <= record.offset
        return Found(records, intact and not lost, lost)

    def _end(self) -> int:
        """Where the records end, by a header that can be trusted; else 0."""
        data = self.data
        flags, checksum = struct.unpack_from("<II", data, 120)
        end = u32(data, 48)
        if not data.startswith(CHUNK_MAGIC) or not CHUNK_HEADER <= end <= CHUNK:
            return 0
        holds = flags & _NO_CHECKSUM or zlib.crc32(data[128:CHUNK_HEADER], zlib.crc32(data[:120])) == checksum
        return end if holds else 0

    def _checksum_holds(self, end: int) -> bool:
        flags, checksum = u32(self.data, 120), u32(self.data, 52)
        return bool(flags & _NO_CHECKSUM) or zlib.crc32(self.data[CHUNK_HEADER:end]) == checksum


def record_at(data: bytes | bytearray, at: int, end: int) -> Record | None:
    """The record that begins at `at`, if one does that ends before `end`."""
    if at < 0 or end - at < SMALLEST:
        return None
    magic, size, record_id, filetime = _HEAD.unpack_from(data, at)
    if magic != RECORD_MAGIC or not SMALLEST <= size <= end - at:
        return None
    if u32(data, at + size - 4) != size:
        return None
    return Record(at, size, record_id, filetime)


def first_record(data: bytes | bytearray, start: int, end: int) -> Record | None:
    """The first whole record from `start` on."""
    at = data.find(RECORD_MAGIC, start, end)
    while at >= 0:
        record = record_at(data, at, end)
        if record:
            return record
        at = data.find(RECORD_MAGIC, at + 1, end)
    return None


def _walk(data: bytes, end: int) -> tuple[list[Record], int]:
    """The records up to `end`, and how many bytes between them are no record, zeros not counted."""
    found: list[Record] = []
    lost = 0
    at = CHUNK_HEADER
    while at < end:
        record = record_at(data, at, end)
        if record:
            found.append(record)
            at += record.size
            continue
        behind = first_record(data, at + SMALLEST, end)
        stop = behind.offset if behind else end
        if behind or data.startswith(RECORD_MAGIC, at):  # else the rest is free space
            mended = _mended(data, at, stop)
            found += mended
            over = stop if behind else min(stop, at + int.from_bytes(data[at + 4 : at + 8], "little"))
            lost += max(0, len(data[at:over].rstrip(b"\0")) - sum(record.size for record in mended))
        at = stop
    return found, lost


def _mended(data: bytes, start: int, stop: int) -> list[Record]:
    """Records between `start`, where one should begin, and `stop`, where one does or nothing more comes."""
    front: list[Record] = []
    back: list[Record] = []
    while (room := stop - start) >= SMALLEST:
        first, last = u32(data, start + 4), u32(data, stop - 4)
        if SMALLEST <= first <= room and u32(data, start + first - 4) == first:
            front.append(_record(data, start, first))
        elif last == room:
            front.append(_record(data, start, room))
        elif SMALLEST <= last < room and (
            data.startswith(RECORD_MAGIC, stop - last) or u32(data, stop - last + 4) == last
        ):
            stop -= last
            back.append(_record(data, stop, last))
            continue
        elif SMALLEST <= first < room and data.startswith(RECORD_MAGIC, start):
            if u32(data, start + first - 4) == 0:  # cut off: what its values were is not known
                start += first
                continue
            front.append(_record(data, start, first))
        elif data.startswith(RECORD_MAGIC, start) or data.startswith(FRAGMENT, start + RECORD_HEADER):
            front.append(_record(data, start, room))
        else:
            break
        start += front[-1].size
    return front + back[::-1]


def u32(data: bytes | bytearray, at: int) -> int:
    return int(_SIZE.unpack_from(data, at)[0])


def _record(data: bytes, at: int, size: int) -> Record:
    _, _, record_id, filetime = _HEAD.unpack_from(data, at)
    return Record(at, size, record_id, filetime)
