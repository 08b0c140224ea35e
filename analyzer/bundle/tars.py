"""tar archives, read forward: headers by `tarfile`, data straight from the stream.

tarfile's file objects cost 40 % of the time, its reader silently takes a damaged header for the end of the archive,
and it believes any declared header size. So only its header parser is used: damage is looked past to the next header
that has a valid checksum, and extended headers are bounded.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from typing import BinaryIO, cast

from analyzer.bundle.magic import TAR_BLOCK, is_tar_header
from analyzer.bundle.streams import Damage, Pieces, Stream, Window
from analyzer.bundle.walk import Entry, LimitReached, Meter, Walk

HEADER_LIMIT = 1 << 20  # bytes of headers for one member: long names, pax records, sparse maps
HEADERS_LIMIT = 16 << 20  # and of those of all members together, with
HEADER_SHARE = 2 << 10  # so many more for each of them
MOST_GLOBAL = 100  # records that hold for all members behind them; each of those gets a copy
ZEROS = bytes(64 << 10)
KINDS = {
    tarfile.LNKTYPE: "a hard link",
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a pipe",
}


class _HeaderFile:
    """The file that tarfile's header parser reads from."""

    def __init__(self, stream: Stream, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter
        self._budget = 0
        self._left = HEADERS_LIMIT

    def begin(self) -> None:
        """The headers of another member."""
        self._budget = HEADER_LIMIT
        self._left += HEADER_SHARE

    def tell(self) -> int:
        return self._stream.position

    def read(self, count: int) -> bytes:
        self._budget -= count
        if self._budget < 0:
            raise tarfile.HeaderError("a header is too long")
        data = self._stream.read(count)
        self._left -= len(data)
        if self._left < 0:
            raise LimitReached("its headers are longer than those of any honest archive: the rest was not read")
        self._meter.add(len(data))
        return data


class _Archive:
    """Walks from header to header."""

    def __init__(self, stream: Stream, walk: Walk, label: str) -> None:
        self.stream = stream
        self.walk = walk
        self.label = label
        self._meter = Meter(walk, stream)
        self._headers = _HeaderFile(stream, self._meter)
        # The constructor wants to read a member, so it gets an empty archive; the real bytes come afterwards.
        self._parser = tarfile.TarFile(fileobj=io.BytesIO(bytes(2 * TAR_BLOCK)), encoding="utf-8")
        self._parser.fileobj = cast(BinaryIO, self._headers)
        self._parser.offset = stream.position
        self._ended = False  # an end mark was seen

    def headers(self) -> Iterator[tarfile.TarInfo]:
        """Every header that can be read, in order. Raises Damage and LimitReached."""
        while True:
            self._pass_to(self._parser.offset)
            block = self.stream.peek(TAR_BLOCK)
            if not block:
                self._at_end()
                return
            if not block.strip(b"\0"):
                self._ended = True
                self._parser.offset = self.stream.position + len(block)
                continue
            if self._ended and not is_tar_header(block):
                raise Damage("bytes behind the end of the archive were not read")
            header = self._header()
            if header is not None:
                self._ended = False
                yield header

    def _at_end(self) -> None:
        if self.stream.read(1):  # raises what stopped the peek
            return
        if not self._ended:
            raise Damage("the archive ends without its end mark: it may have been cut")

    def _header(self) -> tarfile.TarInfo | None:
        start = self.stream.position
        self._headers.begin()
        try:
            header = tarfile.TarInfo.fromtarfile(self._parser)
            if header.size < 0 or self._parser.offset < self.stream.position - TAR_BLOCK or _is_impossible(header):
                raise tarfile.HeaderError("impossible size")
            if len(self._parser.pax_headers) > MOST_GLOBAL:
                self._parser.pax_headers = {}
                self.walk.refuse(self.label, f"more than {MOST_GLOBAL} global header records: they were dropped")
            return header
        except Damage:
            raise
        except (tarfile.TarError, ValueError, ArithmeticError, LookupError, RecursionError, TypeError) as error:
            self._resynchronise(start, error)
            return None

    def _resynchronise(self, start: int, error: Exception) -> None:
        # A failed parser stands behind the header it could not read; a first block of a member is never lost.
        self._parser.offset = self.stream.position + (-self.stream.position) % TAR_BLOCK
        self._pass_to(self._parser.offset)
        while len(block := self.stream.peek(TAR_BLOCK)) == TAR_BLOCK:
            if is_tar_header(block):
                break
            self._parser.offset += TAR_BLOCK
            self._pass_to(self._parser.offset)
        lost = self.stream.position - start
        self.walk.refuse(self.label, f"a damaged header at byte {start} ({error}): {lost} bytes were passed over")

    def _pass_to(self, offset: int) -> None:
        while (left := offset - self.stream.position) > 0:
            passed = self.stream.skip(left)
            if not passed:
                raise Damage("the archive ends in the middle of a file")
            if not self.stream.skip_is_free:
                self._meter.add(passed)


def _is_impossible(header: tarfile.TarInfo) -> bool:
    """A map of a sparse file with places before its begin."""
    return any(offset < 0 or length < 0 for offset, length in getattr(header, "sparse", None) or ())


def tar_entries(stream: Stream, walk: Walk, prefix: str, label: str) -> Iterator[Entry]:
    """The regular files of a tar archive. `label` names the archive in refusals, `prefix` begins each path."""
    archive = _Archive(stream, walk, label)
    try:
        for info in archive.headers():
            if info.isdir():
                walk.count(prefix, info.name)
                path = None
            else:
                path = walk.name(prefix, info.name)
            if walk.stopped:
                return
            if path is None:
                continue
            if info.type in KINDS:
                target = f" to {info.linkname}" if info.linkname else ""
                walk.refuse(path, f"{KINDS[info.type]}{target.encode('unicode_escape').decode('ascii')}")
                continue
            yield Entry(path, info.size, _data(stream, info), float(info.mtime))
            if walk.stopped:
                return
    except (Damage, LimitReached) as error:
        walk.refuse(label, str(error))


def _data(stream: Stream, info: tarfile.TarInfo) -> Stream:
    sparse = getattr(info, "sparse", None)
    if sparse is None:
        return Window(stream, info.size)
    packed = Window(stream, sum(size for _, size in sparse))
    return Pieces(_with_holes(packed, sparse, info.size), packed)


def _with_holes(packed: Stream, sparse: list[tuple[int, int]], size: int) -> Iterator[bytes]:
    """A sparse file as it was on the VM, its holes as zero bytes."""
    at = 0
    for offset, length in [*sparse, (size, 0)]:
        while at < offset:
            zeros = ZEROS[: offset - at]
            at += len(zeros)
            yield zeros
        while length > 0 and (piece := packed.read(min(length, 1 << 20))):
            at += len(piece)
            length -= len(piece)
            yield piece
