"""What happens to files on their way, and what somebody does to them on purpose: bytes in, damaged bytes out."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

LONGEST = 256 << 10
TOKEN = re.compile(rb"[A-Za-z]{2,}|\d+|\"[^\"\n]{0,80}\"")
VALUE = re.compile(rb"[:=>,\[]\s{0,4}(\"(?:[^\"\\\n]|\\.){0,80}\"|[-+\w.]{1,40}|\[\]|\{\}|[\[{])")
VALUES = (
    *(b"null", b"true", b"-1", b"0", b"1.5", b"1e999", b"18446744073709551615", b"9" * 30, b'""', b'"x"', b'"1"'),
    *(b"[]", b"{}", b"[[]]", b"[{}]", b'{"a": 1}', b'["x", 1, null]', b'"2025-13-45T99:00:00Z"', b'"\\ud800"'),
)
"""What stands behind a colon or an equals sign, and what may stand there instead: of another type, beyond a range."""
HOSTILE = (
    *(b"\0", b"\r", b"\n\n", b"\x1b[31m", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\x85"),
    *(b"-1", b"0", b"9" * 400, b"1e999", b"NaN", b"4294967296", b"9223372036854775808", b"0x", b"-0", b"+", b"1_0"),
    *(b"0000-00-00T00:00:00Z", b"9999-12-31T23:59:60Z", b"2025-02-30T25:61:61+99:99", b"1970-01-01T00:00:00-23:59"),
    *(b"/Date(-99999999999999)/", b"Feb 29 24:00:00", b"[4294967295.999999]", b"1699-01-01 00:00:00", b"2262-04-12"),
    *(b"{", b"[", b'{"a":[', b'"', b"'", b"\\", b"\\u0000", b"\\ud800", b"null", b"true", b"}}", b"]]", b",", b":"),
    *(b"<", b"&", b"&#0;", b"&x;", b"]]>", b"<!--", b"<![CDATA[", b"<a xmlns='x'>", b"<!DOCTYPE a>", b"</"),
    *(b"../../etc/passwd", b"C:\\", b"%s%n", b"{{7*7}}", b"<script>", b"=1+1", b"a" * 3000, b"\t" * 500, b" " * 4000),
    *(b"password=", b"AccountKey=", b"-----BEGIN PRIVATE KEY-----\n", b"sig=", b"extension[", b"[*]", b"(?P<x>"),
)


def flip(data: bytearray, rng: random.Random) -> None:
    """A few bits."""
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def overwrite(data: bytearray, rng: random.Random) -> None:
    """A stretch of other bytes: zeros of a crash, noise of a disk."""
    at, size = rng.randrange(len(data)), rng.choice((1, 2, 4, 512))
    data[at : at + size] = bytes(size) if rng.random() < 0.5 else rng.randbytes(size)


def cut(data: bytearray, rng: random.Random) -> None:
    """A stretch is missing, or all behind it."""
    at = rng.randrange(len(data))
    del data[at : None if rng.random() < 0.3 else at + 1 + int(rng.expovariate(1 / 40))]


def repeat(data: bytearray, rng: random.Random) -> None:
    """A stretch twice, or often."""
    at = rng.randrange(len(data))
    part = bytes(data[at : at + 1 + int(rng.expovariate(1 / 30))])
    data[at:at] = part * min(rng.choice((1, 1, 2, 50, 2000)), 1 + (32 << 10) // len(part))


def insert(data: bytearray, rng: random.Random) -> None:
    """Something hostile between two bytes, or in the place of a token."""
    at = rng.randrange(len(data))
    token = TOKEN.search(data, at)
    begin, end = token.span() if token and rng.random() < 0.6 else (at, at)
    data[begin:end] = rng.choice(HOSTILE)


def value(data: bytearray, rng: random.Random) -> None:
    """A value of another type in the place of one."""
    found = VALUE.search(data, rng.randrange(len(data))) or VALUE.search(data)
    if found:
        data[found.start(1) : found.end(1)] = rng.choice(VALUES)


def swap_tokens(data: bytearray, rng: random.Random) -> None:
    """Two words or numbers in each other's place."""
    one, other = (TOKEN.search(data, rng.randrange(len(data))) for _ in range(2))
    if one and other:
        (a, b), (c, d) = sorted((one.span(), other.span()))
        if b <= c:
            data[a:d] = data[c:d] + data[b:c] + data[a:b]


def lines(data: bytearray, rng: random.Random) -> None:
    """Lines twice, gone, in another order, or glued together."""
    rows = bytes(data).split(b"\n")
    kind, at = rng.randrange(5), rng.randrange(len(rows))
    if kind == 0:
        rows[at:at] = rows[at : at + rng.randrange(1, 20)]
    elif kind == 1:
        del rows[at : at + rng.randrange(1, 20)]
    elif kind == 2:
        part = rows[at : at + 30]
        rng.shuffle(part)
        rows[at : at + 30] = part
    elif kind == 3:
        rows.reverse()
    data[:] = (b" " if kind == 4 else b"\n").join(rows)


def encode(data: bytearray, rng: random.Random) -> None:
    """The text in another encoding, with other ends of lines."""
    text = bytes(data).decode("latin-1")
    how = rng.randrange(4)
    if how == 0:
        data[:] = bytes(data).replace(b"\n", b"\r\n")
    else:
        data[:] = text.encode(("utf-16", "utf-16-be", "utf-8-sig")[how - 1])


KINDS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    *(flip, flip, overwrite, cut, cut, repeat, insert, insert, insert, *[value] * 6, swap_tokens, swap_tokens),
    *(lines, lines, encode),
)


def damaged(data: bytes, rng: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """`data` after one to six accidents; `others` are what a stretch may come from."""
    work = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 4, 6))):
        if not work:
            work += rng.choice(HOSTILE)
        elif others and rng.random() < 0.12:
            other = rng.choice(others)
            at, start = rng.randrange(len(work)), rng.randrange(len(other) + 1)
            work[at : at + rng.choice((0, 0, 200))] = other[start : start + rng.randrange(1, 2000)]
        else:
            rng.choice(KINDS)(work, rng)
    return bytes(work[:LONGEST])
