"""Values of BinXML, the binary XML of event records, as the text that Windows' event XML has for them."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

NULL, STRING, ANSI, BINARY, POINTER, SID, BINXML = 0x00, 0x01, 0x02, 0x0E, 0x10, 0x13, 0x21
ARRAY = 0x80  # added to the type of an array's items

_YEAR_1601 = datetime(1601, 1, 1, tzinfo=UTC)


def string(raw: bytes) -> str:
    """UTF-16 up to its first zero, without halves of pairs."""
    return raw[: len(raw) & ~1].decode("utf-16-le", "ignore").partition("\0")[0]


def _time(filetime: int) -> str:
    return _stamp(_YEAR_1601 + timedelta(microseconds=filetime // 10))


def _stamp(moment: datetime) -> str:
    return f"{moment.year:04}-{moment:%m-%dT%H:%M:%S.%fZ}"


def _system_time(raw: bytes) -> str:
    year, month, _, day, hour, minute, second, millis = struct.unpack("<8H", raw)
    if not any((year, month, day, hour, minute, second, millis)):
        return _time(0)
    return _stamp(datetime(year, month, day, hour, minute, second, millis * 1000, tzinfo=UTC))


def _sid(raw: bytes) -> str:
    count = raw[1]
    parts = struct.unpack_from(f"<{count}I", raw, 8)
    return "-".join(map(str, ("S", raw[0], int.from_bytes(raw[2:8], "big"), *parts)))


def _single(raw: bytes) -> str:
    """The fewest digits that tell a single-precision number from its neighbours."""
    (number,) = struct.unpack("<f", raw)
    digits = (f"{number:.{count}g}" for count in range(1, 10))
    shortest = next((text for text in digits if struct.pack("<f", float(text)) == raw), repr(number))
    return repr(float(shortest))


def _integer(raw: bytes) -> str:
    return str(int.from_bytes(raw, "little"))


def _signed(raw: bytes) -> str:
    return str(int.from_bytes(raw, "little", signed=True))


def _hexadecimal(raw: bytes) -> str:
    return f"0x{int.from_bytes(raw, 'little'):x}"


_SIZED: dict[int, tuple[int, Callable[[bytes], str]]] = {
    0x03: (1, _signed),
    0x04: (1, _integer),
    0x05: (2, _signed),
    0x06: (2, _integer),
    0x07: (4, _signed),
    0x08: (4, _integer),
    0x09: (8, _signed),
    0x0A: (8, _integer),
    0x0B: (4, _single),
    0x0C: (8, lambda raw: repr(struct.unpack("<d", raw)[0])),
    0x0D: (4, lambda raw: "true" if any(raw) else "false"),
    0x0F: (16, lambda raw: str(UUID(bytes_le=raw)).upper()),
    0x11: (8, lambda raw: _time(int.from_bytes(raw, "little"))),
    0x12: (16, _system_time),
    0x14: (4, _hexadecimal),
    0x15: (8, _hexadecimal),
}
"""Type -> bytes of a value, and what reads them."""

_ANY_SIZE: dict[int, Callable[[bytes], str]] = {
    NULL: lambda _: "",
    STRING: string,
    ANSI: lambda raw: raw.replace(b"\0", b"").decode("cp1252", "replace"),
    BINARY: lambda raw: raw.hex().upper(),
    POINTER: _hexadecimal,
    SID: _sid,
}
SIZES: dict[int, int] = {kind: size for kind, (size, _) in _SIZED.items()}
_STRINGS = re.compile(rb"((?:(?!\0\0)..)*+)(?:\0\0|\Z)", re.DOTALL)


def text_of(kind: int, raw: bytes) -> str | list[str]:
    """A value's text, or the texts of an array's items. ValueError where the bytes are none of that kind."""
    item = kind & ~ARRAY
    try:
        if item in _SIZED:
            size, read = _SIZED[item]
            if kind & ARRAY and len(raw) % size == 0:
                return [read(raw[at : at + size]) for at in range(0, len(raw), size)]
            if kind == item and len(raw) == size:
                return read(raw)
        elif kind in _ANY_SIZE:
            return _ANY_SIZE[kind](raw)
        elif kind == ARRAY | STRING:
            return [string(each[1]) for each in _STRINGS.finditer(raw) if each[0]]
        elif kind == ARRAY | SID:
            return _sids(raw)
    except (struct.error, IndexError, OverflowError) as error:
        raise ValueError(f"no value of type {kind:#x}") from error
    raise ValueError(f"a value of type {kind:#x} with {len(raw)} bytes")


def _sids(raw: bytes) -> list[str]:
    found, at = [], 0
    while at < len(raw):
        size = 8 + 4 * raw[at + 1]
        found.append(_sid(raw[at : at + size]))
        at += size
    return found
