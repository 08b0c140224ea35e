"""gzip, xz, bzip2, zstandard and raw deflate as streams of unpacked pieces.

Several compressed streams behind each other (rotated logs that were concatenated, `pigz`, `pxz`) are one stream, as
the command line tools have it. Pieces start small and grow with what was given, so that a damaged stream loses at
most a small share of what came before the damage, and a small hostile file cannot ask for much memory at once.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Generator, Iterator
from typing import Protocol, cast

import zstandard
from isal import igzip_lib

from analyzer.bundle.streams import Damage, Pieces, Stream

SMALLEST_PIECE = 4 << 10
LARGEST_PIECE = 4 << 20
LARGEST_FEED = 256 << 10
SHARE = 16  # the next piece is at most this part of what was given so far
REPLAY = 4 << 20  # packed bytes kept to find the last good byte before damage
MEMORY_LIMIT = 256 << 20  # of the xz decoder; `xz -9` needs 65 MiB
WINDOW_LIMIT = 128 << 20  # of zstandard, what the command line tool allows without `--long`


class Codec(Protocol):
    """What the decompressor objects of bz2, lzma and isal have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Zstandard:
    """zstandard's object cannot bound its output, so it is fed little: a block of 4 bytes can mean 128 KiB."""

    needs_input = True
    feed = 8 << 10

    def __init__(self) -> None:
        self._object = zstandard.ZstdDecompressor(max_window_size=WINDOW_LIMIT).decompressobj()

    @property
    def eof(self) -> bool:
        return bool(self._object.eof)

    @property
    def unused_data(self) -> bytes:
        return self._object.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._object.decompress(data)


MAGIC = {"gz": b"\x1f\x8b\x08", "xz": b"\xfd7zXZ\x00", "bz2": b"BZh", "zst": b"\x28\xb5\x2f\xfd"}
CODECS: dict[str, Callable[[], Codec]] = {
    "gz": lambda: igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP),
    "deflate": lambda: igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_DEFLATE),
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, MEMORY_LIMIT),
    "bz2": bz2.BZ2Decompressor,
    "zst": _Zstandard,
}
WINDOW_BITS = {"gz": 31, "deflate": -15}
ERRORS = (
    cast(type[Exception], igzip_lib.IsalError),  # its stub calls it an instance
    lzma.LZMAError,
    zstandard.ZstdError,
    OSError,
    ValueError,
    EOFError,
)


def unpacked(source: Stream, kind: str) -> Stream:
    """The unpacked bytes of `source`; kind is a key of CODECS. 'deflate' ends with its one stream, and what was read
    behind it is put back into `source`."""
    return Pieces(_pieces(source, kind), source)


def _pieces(source: Stream, kind: str) -> Iterator[bytes]:
    rest = b""
    while True:
        rest = yield from _one_stream(source, kind, rest)
        if kind == "deflate":
            source.unread(rest)
            return
        rest = _behind(source, rest, len(MAGIC[kind]))
        if not rest:
            return
        if not rest.startswith(MAGIC[kind]):
            raise Damage("bytes behind the end of the compressed data were not read")


def _behind(source: Stream, rest: bytes, enough: int) -> bytes:
    """What follows a finished stream, without the zero bytes that tapes and xz pad with."""
    rest = rest.lstrip(b"\0")
    while len(rest) < enough:
        more = source.read(SMALLEST_PIECE)  # little: of many short streams each gets a copy of what is left
        if not more:
            break
        rest = (rest + more).lstrip(b"\0")
    return rest


def _one_stream(source: Stream, kind: str, data: bytes) -> Generator[bytes, None, bytes]:
    """One compressed stream to its end; returns the bytes behind it."""
    codec = CODECS[kind]()
    fed: list[bytes] = []
    taken = given = 0
    feed_limit = getattr(codec, "feed", LARGEST_FEED)
    starved = True
    while not codec.eof:
        if not data and (codec.needs_input or starved):
            data = source.read(min(feed_limit, max(SMALLEST_PIECE, taken // SHARE)))
            if not data:
                raise Damage("the compressed data ends early")
        taken += len(data)
        if taken <= REPLAY:
            fed.append(data)
        try:
            piece = codec.decompress(data, min(LARGEST_PIECE, max(SMALLEST_PIECE, given // SHARE)))
        except ERRORS as error:
            if kind in WINDOW_BITS and taken <= REPLAY:
                yield from _replay(fed, WINDOW_BITS[kind], given)
            raise Damage(f"the compressed data is damaged ({error})") from error
        starved, data = not piece, b""
        if piece:
            given += len(piece)
            yield piece
    return codec.unused_data


def _replay(fed: list[bytes], bits: int, given: int) -> Iterator[bytes]:
    """What lies between the last piece and the damage. isal decodes 64 KiB ahead and drops them when it fails, which
    in a small bundle is everything; zlib goes up to the byte."""
    decoder = zlib.decompressobj(bits)
    done = 0
    try:
        for data in fed:
            while data and not decoder.eof:
                piece = decoder.decompress(data, 1 << 16 if done + (1 << 16) <= given else 256)
                data = decoder.unconsumed_tail
                done += len(piece)
                if done > given:
                    yield piece[max(0, len(piece) - (done - given)) :]
    except zlib.error:
        return
