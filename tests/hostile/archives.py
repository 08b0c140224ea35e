"""Writes archives that no honest tool writes."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

END_OF_TAR = bytes(1024)


def header(name: bytes, size: int = 0, kind: bytes = b"0", link: bytes = b"", size_field: bytes = b"") -> bytes:
    """A tar header with a right checksum, whatever else it says."""
    block = bytearray(512)
    block[: min(len(name), 100)] = name[:100]
    block[100:124] = b"0000644\x000000000\x000000000\x00"
    block[124:136] = size_field or b"%011o\0" % size
    block[136:148] = b"%011o\0" % 0
    block[156:157] = kind
    block[157 : 157 + len(link)] = link
    block[257:265] = b"ustar\x0000"
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def member(name: bytes, data: bytes = b"", **fields: bytes) -> bytes:
    return header(name, len(data), **fields) + padded(data)


def pax(name: bytes, data: bytes, records: bytes) -> bytes:
    """A member behind an extended header with these raw records."""
    return member(b"PaxHeader", records, kind=b"x") + member(name, data)


def record(key: bytes, value: bytes, length: int | None = None) -> bytes:
    """A pax record; `length` is what it says of itself where that is not the truth."""
    rest = b" " + key + b"=" + value + b"\n"
    told = len(rest)
    while told != len(rest) + len(str(told)):
        told = len(rest) + len(str(told))
    return str(told if length is None else length).encode() + rest


@dataclass
class ZipMember:
    """A zip member: the truth is `content`; what the headers say may be something else."""

    name: bytes
    content: bytes = b""
    method: int = 8
    flags: int = 0
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    local_name: bytes | None = None
    extra: bytes = b""
    directory_extra: bytes = b""
    mode: int = 0o100644
    system: int = 3
    offset: int | None = None
    descriptor: bool = False


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def zipped(members: list[ZipMember], *, before: bytes = b"", comment: bytes = b"", count: int | None = None) -> bytes:
    """A zip archive whose headers say what the members say of themselves."""
    out = io.BytesIO()
    out.write(before)
    directory = b""
    for each in members:
        packed = deflated(each.content) if each.method == 8 else each.content
        crc = zlib.crc32(each.content) if each.crc is None else each.crc
        size = len(each.content) if each.size is None else each.size
        packed_size = len(packed) if each.packed_size is None else each.packed_size
        offset = out.tell() if each.offset is None else each.offset
        name = each.name if each.local_name is None else each.local_name
        flags = each.flags | (8 if each.descriptor else 0)
        told = (0, 0, 0) if each.descriptor else (crc, packed_size, size)
        if each.offset is None:
            lengths = len(name), len(each.extra)
            out.write(struct.pack("<4sHHHHHLLLHH", b"PK\x03\x04", 45, flags, each.method, 0, 0x21, *told, *lengths))
            out.write(name + each.extra + packed)
            if each.descriptor:
                out.write(struct.pack("<4sLLL", b"PK\x07\x08", crc, packed_size, size))
        directory += struct.pack(
            "<4sBBHHHHHLLLHHHHHLL", b"PK\x01\x02", 45, each.system, 45, flags, each.method, 0, 0x21, crc, packed_size,
            size, len(each.name), len(each.directory_extra), 0, 0, 0, each.mode << 16, offset,
        ) + each.name + each.directory_extra  # fmt: skip
    at = out.tell()
    entries = len(members) if count is None else count
    out.write(directory)
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, entries, entries, len(directory), at, len(comment))
    out.write(end + comment)
    return out.getvalue()


def _parts(archive: bytes) -> tuple[bytes, bytes]:
    """(local headers and data, directory) of an archive without a comment."""
    at = struct.unpack_from("<L", archive, len(archive) - 6)[0]
    return archive[:at], archive[at:-22]


def _end(data: bytes, directory: bytes) -> bytes:
    return struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(directory), len(data), 0)


def overlapping(count: int, kernel: int) -> bytes:
    """A zip whose directory names one stretch of the file `count` times: small, and gigabytes when unpacked."""
    data, entry = _parts(zipped([ZipMember(b"00000000.log", bytes(kernel))]))
    directory = b"".join(entry.replace(b"00000000", b"%08d" % number) for number in range(count))
    return data + directory + _end(data, directory)


def repeated_in_a_zip(first: ZipMember, other: ZipMember, count: int) -> bytes:
    """A zip of a member, and so many times of another one."""
    data, entry = _parts(zipped([first]))
    more, again = _parts(zipped([other]))
    data, entry = data + more * count, entry + again * count
    return data + entry + _end(data, entry)


def many_members(count: int) -> bytes:
    """A tar of so many empty members."""
    out = io.BytesIO()
    for number in range(count):
        out.write(header(b"%d.log" % number))
    out.write(END_OF_TAR)
    return out.getvalue()


def nested(data: bytes, depth: int) -> bytes:
    """A zip in a zip in a zip …"""
    for _ in range(depth):
        data = zipped([ZipMember(b"in.zip", data, method=0)])
    return data


def sparse(size: int, pieces: list[tuple[int, int]], data: bytes, name: bytes = b"sparse.log") -> bytes:
    """A GNU sparse member of the old form that says to be `size` bytes."""
    block = bytearray(header(name, len(data), kind=b"S"))
    block[257:265] = b"ustar  \0"
    for number, (offset, length) in enumerate(pieces[:4]):
        block[386 + 24 * number : 410 + 24 * number] = b"%011o\0%011o\0" % (offset, length)
    block[483:495] = b"%011o\0" % size
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + padded(data)


def tar(*parts: bytes) -> bytes:
    return b"".join(parts) + END_OF_TAR


def gnu_long_name(name: bytes, data: bytes = b"x\n") -> bytes:
    return member(b"././@LongLink", name + b"\0", kind=b"L") + member(name[:100], data)
