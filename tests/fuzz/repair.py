"""Checksums made right again, so that damage reaches what lies behind them."""

from __future__ import annotations

import struct
import zlib

CHUNK, CHUNK_HEADER = 65_536, 512
_TAR_BLOCK = 512


def evtx(data: bytes) -> bytes:
    """An event log whose header and chunks have the checksums that their bytes ask for."""
    work = bytearray(data)
    if work.startswith(b"ElfFile\0") and len(work) >= 128:
        struct.pack_into("<I", work, 124, zlib.crc32(work[:120]))
    at = work.find(b"ElfChnk\0")
    while 0 <= at <= len(work) - CHUNK_HEADER:
        end = min(struct.unpack_from("<I", work, at + 48)[0], CHUNK)
        struct.pack_into("<I", work, at + 52, zlib.crc32(work[at + CHUNK_HEADER : at + end]))
        struct.pack_into("<I", work, at + 124, zlib.crc32(work[at : at + 120] + work[at + 128 : at + CHUNK_HEADER]))
        at = work.find(b"ElfChnk\0", at + 8)
    return bytes(work)


def chunk(records: bytes) -> bytes:
    """An event log of one chunk that holds these bytes where its records stand."""
    records = records[: CHUNK - CHUNK_HEADER]
    header = struct.pack("<8sQQQIHHHH", b"ElfFile\0", 0, 0, 2, 128, 1, 3, 4096, 1).ljust(4096, b"\0")
    head = struct.pack("<8sQQQQIII", b"ElfChnk\0", 1, 1, 1, 1, 128, CHUNK_HEADER, CHUNK_HEADER + len(records))
    return evtx(header + (head.ljust(CHUNK_HEADER, b"\0") + records).ljust(CHUNK, b"\0"))


def tar(data: bytes) -> bytes:
    """A tar in which every block that calls itself a header has the checksum of one."""
    work = bytearray(data)
    for at in range(0, len(work) - _TAR_BLOCK + 1, _TAR_BLOCK):
        if work[at + 257 : at + 262] == b"ustar":
            work[at + 148 : at + 156] = b" " * 8
            work[at + 148 : at + 156] = b"%06o\0 " % sum(work[at : at + _TAR_BLOCK])
    return bytes(work)
