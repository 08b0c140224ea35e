"""A gzip file that unpacks to itself, so that unpacking it again and again never ends.

A deflate stream in units of five bytes: L(n) gives the n units behind it as they stand, R(4) repeats the last four
units. The units are put so that what they give is what they are; the checksum, which stands in the file twice, is the
solution of 32 linear equations over bits.
"""

from __future__ import annotations

import struct
import zlib

UNIT = 5
REPEAT = 4


def _literal(units: int) -> bytes:
    """A stored block's header."""
    return struct.pack("<BHH", 0, UNIT * units, 0xFFFF ^ UNIT * units)


def _repeat() -> bytes:
    """A block of fixed codes that copies 10 bytes from 20 bytes before, twice."""
    copy = "0001000" + "01000" + "110"  # length 10, distance 17 to 24, 3 more (lowest bit first)
    bits = "010" + 2 * copy + "0000000"
    return bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, 40, 8))


def quine() -> bytes:
    """The file. Its header carries the name 'r.gz'."""
    for attempt in range(256):
        head = b"\x1f\x8b\x08\x08" + bytes((attempt,)) + b"\0\0\0\0\0r.gz\0"
        plain = _file(head, 0)
        base = zlib.crc32(plain)
        columns = [zlib.crc32(_file(head, 1 << bit)) ^ base ^ (1 << bit) for bit in range(32)]
        checksum = _solved(columns, base)
        if checksum is not None:
            return _file(head, checksum)
    raise AssertionError("no header gives solvable equations")


def _file(head: bytes, checksum: int) -> bytes:
    nothing, one, four, again = _literal(0), _literal(1), _literal(4), _repeat()
    parts = [head, four, head, four, again, one, again, one, one, four, again, one, one, four, again]
    parts += [four, again, four, again, four, again, four, again, nothing, nothing, four, again]
    parts += [nothing, nothing, four]
    size = sum(map(len, parts)) + 4 * UNIT * 2
    end = again + nothing + b"\x03\x00" + struct.pack("<LL", checksum, size)
    return b"".join(parts) + end + end


def _solved(columns: list[int], wanted: int) -> int | None:
    """The bits x with the sum of x[i] * columns[i] = wanted, by elimination."""
    rows: list[tuple[int, int]] = []
    for number, column in enumerate(columns):
        mask = 1 << number
        for reduced, combination in rows:
            if column ^ reduced < column:
                column, mask = column ^ reduced, mask ^ combination
        if column:
            rows.append((column, mask))
            rows.sort(reverse=True)
    found = 0
    for reduced, combination in rows:
        if wanted ^ reduced < wanted:
            wanted, found = wanted ^ reduced, found ^ combination
    return found if wanted == 0 else None
