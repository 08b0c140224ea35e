"""A zip archive without a usable directory, read forward from one local header to the next."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from analyzer.bundle.compressed import unpacked
from analyzer.bundle.streams import Damage, Stream, Window
from analyzer.bundle.walk import Entry, LimitReached, Meter, Walk

SIGNATURE = b"PK\x03\x04"
LOCAL = struct.Struct("<4s2xHH8xLLHH")
STORED, DEFLATED = 0, 8
ENCRYPTED, SIZES_FOLLOW, UTF8 = 1, 8, 0x800
ZIP64 = 0xFFFFFFFF
SEARCH = 64 << 10


def salvaged_entries(stream: Stream, walk: Walk, prefix: str, label: str) -> Iterator[Entry]:
    """Every file whose local header and data are there; the last one may be cut."""
    meter = Meter(walk, stream)
    try:
        while _find_header(stream, meter):
            fixed = stream.read(LOCAL.size)
            if len(fixed) < LOCAL.size:
                return
            _, flags, method, packed, size, name_length, extra_length = LOCAL.unpack(fixed)
            raw = stream.read(name_length)
            packed, size = _long_sizes(stream.read(extra_length), packed, size)
            name = raw.decode("utf-8", "surrogateescape") if flags & UTF8 or raw.isascii() else raw.decode("cp437")
            if name.endswith("/"):
                walk.count(prefix, name)
                path = None
            else:
                path = walk.name(prefix, name)
            if walk.stopped:
                return
            if path is None:
                continue
            known = not flags & SIZES_FOLLOW
            if flags & ENCRYPTED:
                walk.refuse(path, "encrypted")
            elif method == DEFLATED or (method == STORED and known):
                window = Window(stream, packed) if known else stream
                data = unpacked(window, "deflate") if method == DEFLATED else window
                yield Entry(path, size if known else None, data)
                _drain(data, meter)
            else:
                walk.refuse(path, f"cannot be read without the zip directory (method {method})")
            if walk.stopped:
                return
    except (Damage, LimitReached) as error:
        walk.refuse(label, str(error))


def _long_sizes(extra: bytes, packed: int, size: int) -> tuple[int, int]:
    """The real sizes of a zip64 entry."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1 and length >= 16 and packed == ZIP64 and at + 20 <= len(extra):
            size, packed = struct.unpack_from("<QQ", extra, at + 4)
        at += 4 + length
    return packed, size


def _find_header(stream: Stream, meter: Meter) -> bool:
    """Go to the next local header; data descriptors and damage lie between."""
    while block := stream.peek(SEARCH):
        at = block.find(SIGNATURE)
        step = at if at >= 0 else max(1, len(block) - len(SIGNATURE) + 1)
        meter.add(step)
        stream.read(step)
        if at >= 0:
            return True
    return False


def _drain(data: Stream, meter: Meter) -> None:
    """Read what the analysis left of a member, to stand behind it."""
    try:
        while passed := data.skip(1 << 20):
            meter.add(passed)
    except Damage:
        return  # the next header is searched for
