"""zip archives: the directory by `zipfile`, the data straight from the file through isal.

An archive whose directory is missing or damaged (a cut download) is read from its local headers instead, see
`salvage`.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from analyzer.bundle.compressed import unpacked
from analyzer.bundle.folder import KINDS
from analyzer.bundle.salvage import salvaged_entries
from analyzer.bundle.streams import Damage, FileStream, Pieces, Stream
from analyzer.bundle.walk import Entry, LimitReached, Walk

LOCAL_HEADER = struct.Struct("<4s22xHH")
ZIP64_LOCATOR, ZIP64_END = 20, 56  # bytes of the records before the end record of a large archive
END_SEARCH = 65_557  # the end record and the longest comment
DIRECTORY_FLOOR = 64 << 10
DIRECTORY_SHARE = 128  # bytes of directory a member may take on average; zipfile keeps all of it in memory
ENCRYPTED = 1
DOS = 0
ERRORS = (
    zipfile.BadZipFile,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    EOFError,
    LookupError,
    struct.error,
    zlib.error,
)


def zip_entries(handle: BinaryIO, scale: float, walk: Walk, prefix: str, label: str) -> Iterator[Entry]:
    """The regular files of a zip archive in the order of its directory. `scale` as in `FileStream`."""
    try:
        _bound_directory(handle, walk.limits.max_members)
        archive = zipfile.ZipFile(handle)
    except (LimitReached, *ERRORS) as error:
        what = error if isinstance(error, LimitReached) else f"the directory of the zip archive is damaged ({error})"
        walk.refuse(label, f"{what}: read without it")
        yield from salvaged_entries(FileStream(handle, scale=scale), walk, prefix, label)
        return
    with archive:
        for info in archive.infolist():
            yield from _entry(archive, info, handle, scale, walk, prefix)
            if walk.stopped:
                return


def _bound_directory(handle: BinaryIO, members: int) -> None:
    size = handle.seek(0, 2)
    handle.seek(max(0, size - END_SEARCH))
    tail = handle.read(END_SEARCH)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise zipfile.BadZipFile("no end record")
    directory = min(max(struct.unpack_from("<L", tail, at + 12)[0], *_long_directories(handle, tail, at)), size)
    if directory > DIRECTORY_FLOOR + members * DIRECTORY_SHARE:
        raise LimitReached(f"a zip directory of {directory} bytes is too long for {members} members")


def _long_directories(handle: BinaryIO, tail: bytes, at: int) -> tuple[int, int]:
    """What the zip64 record says of the directory's size, before its locator and where that says it lies; else 0."""
    if at < ZIP64_LOCATOR or tail[at - ZIP64_LOCATOR : at - ZIP64_LOCATOR + 4] != b"PK\x06\x07":
        return 0, 0
    handle.seek(min(struct.unpack_from("<Q", tail, at - ZIP64_LOCATOR + 8)[0], (1 << 63) - 1))
    there, before = handle.read(ZIP64_END), tail[max(0, at - ZIP64_LOCATOR - ZIP64_END) : at - ZIP64_LOCATOR]
    sizes = [
        struct.unpack_from("<Q", each, 40)[0] if len(each) == ZIP64_END and each.startswith(b"PK\x06\x06") else 0
        for each in (there, before)
    ]
    return sizes[0], sizes[1]


def _entry(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, handle: BinaryIO, scale: float, walk: Walk, prefix: str
) -> Iterator[Entry]:
    name = info.filename.replace("\\", "/") if info.create_system == DOS else info.filename
    mode = info.external_attr >> 16
    if name.endswith("/") or stat.S_ISDIR(mode):
        walk.count(prefix, name)
        return
    path = walk.name(prefix, name)
    if path is None:
        return
    kind = next((words for is_kind, words in KINDS if is_kind(mode)), None)
    if kind is not None:
        walk.refuse(path, kind)
    elif info.flag_bits & ENCRYPTED:
        walk.refuse(path, "encrypted")
    else:
        try:
            yield Entry(path, info.file_size, _data(archive, info, handle, scale), _modified(info))
        except ERRORS as error:
            walk.refuse(path, f"cannot be read: {error}")


def _modified(info: zipfile.ZipInfo) -> float:
    """Its time is somebody's local one, which is near enough; 0 where it is none."""
    try:
        return datetime(*info.date_time, tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


def _data(archive: zipfile.ZipFile, info: zipfile.ZipInfo, handle: BinaryIO, scale: float) -> Stream:
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        below = FileStream(handle, info.header_offset, 0, scale)
        return Pieces(_other_method(archive, info), below)
    handle.seek(info.header_offset)
    header = handle.read(LOCAL_HEADER.size)
    signature, name_length, extra_length = LOCAL_HEADER.unpack(header)
    if signature != b"PK\x03\x04":
        raise zipfile.BadZipFile("its local header is damaged")
    start = info.header_offset + LOCAL_HEADER.size + name_length + extra_length
    packed = FileStream(handle, start, info.compress_size, scale)
    stored = info.compress_type == zipfile.ZIP_STORED
    return Pieces(_checked(packed if stored else unpacked(packed, "deflate"), info), packed)


def _checked(data: Stream, info: zipfile.ZipInfo) -> Iterator[bytes]:
    checksum = 0
    while piece := data.read(1 << 20):
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if checksum != info.CRC:
        raise Damage("the checksum does not match: the content is damaged")


def _other_method(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as data:
            while piece := data.read(1 << 16):
                yield piece
    except ERRORS as error:
        raise Damage(f"cannot be unpacked: {error}") from error
