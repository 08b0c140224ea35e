"""Compressed streams of gigabytes that cost next to nothing to make: one stream, many times behind itself.

Every one of these formats allows it: what follows the end of a stream is the next one.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable

import zstandard

from tests.hostile.archives import END_OF_TAR, header

PIECE = 16 << 20

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": lambda data: gzip.compress(data, 6, mtime=0),
    "xz": lambda data: lzma.compress(data, preset=0),
    "bz2": bz2.compress,
    "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}


def repeated(unit: bytes, times: int, pack: Callable[[bytes], bytes] = PACK["gz"]) -> bytes:
    """The compressed form of `unit`, so many times."""
    at_once = max(1, min(times, PIECE // len(unit)))
    whole, rest = divmod(times, at_once)
    return pack(unit * at_once) * whole + (pack(unit * rest) if rest else b"")


def tar_of(name: bytes, unit: bytes, times: int, *others: bytes, pack: Callable[[bytes], bytes] = PACK["gz"]) -> bytes:
    """A compressed tar of a member that is `unit` so many times, and of other members behind it."""
    size = len(unit) * times
    # a size beyond 8 GiB does not fit the octal digits of a header
    field = b"\x80" + size.to_bytes(11, "big") if size >= 8 << 30 else b""
    first = header(name, size, size_field=field)
    end = bytes(-size % 512) + b"".join(others) + END_OF_TAR
    return pack(first) + repeated(unit, times, pack) + pack(end)
