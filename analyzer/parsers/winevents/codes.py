"""Error codes in events, however they are spelt, and what they mean (`signatures/event-codes.toml`).

A code is an int of 32 bits. Win32 codes take their HRESULT form, 0x8007nnnn, so that `%%1058`, `1058` and
`0x80070422` are one.
"""

from __future__ import annotations

import functools
import re

from analyzer.parsers.winevents.tables import table

MOST_CODES = 8  # of one event; more are noise
SEARCHED = 4000  # characters of a text that are searched for codes

_WIN32 = 0x8007
_SPELT = re.compile(
    r"0[xX]([0-9A-Fa-f]{8})(?![0-9A-Fa-f])"
    r"|%%(-?\d{1,10})(?!\d)"
    r"|(?<![\w-])(?<!\d\.)(-\d{9,10}|[23]\d{9}|4[0-2]\d{8})(?!\w|\.\d)"
    r"|(?<![0-9A-Za-z{}_-])([89cCeE][0-9A-Fa-f]{7})(?![0-9A-Za-z}_-])"
)
_ALONE = re.compile(r"\s*(?:0[xX]([0-9A-Fa-f]{1,8})(?![0-9A-Fa-f])|(?:%%)?(-?\d{1,10})(?!\w))")
_BARE = re.compile(r"\s*([89A-Fa-f][0-9A-Fa-f]{7})(?!\w)")


@functools.cache
def _meanings() -> dict[int, str]:
    data = table("codes")
    meanings = {_WIN32 << 16 | int(number): words for number, words in data["win32"].items()}
    return meanings | {int(code, 16): words for code, words in data["codes"].items()}


@functools.cache
def _families() -> frozenset[int]:
    """Upper halves of numbers that are codes even where we have no words for them."""
    return frozenset(int(half, 16) for half in table("codes")["families"])


@functools.cache
def _names() -> dict[str, bool]:
    """Folded names of values that hold codes -> whether a small number there is a Win32 code."""
    data = table("codes")
    return dict.fromkeys(data["code_names"], False) | dict.fromkeys(data["win32_names"], True)


@functools.cache
def _said() -> tuple[tuple[str, int], ...]:
    """Pieces of the system's texts, longest first, with the code that they stand for."""
    pieces = [
        (piece.replace("’", "'"), _WIN32 << 16 | int(number))
        for number, texts in table("codes")["said"].items()
        for piece in texts
    ]
    return tuple(sorted(pieces, key=lambda entry: (-len(entry[0]), entry)))


def _a_code(number: int) -> bool:
    return number in _meanings() or (number >> 16 in _families() and number & 0xFFFF != 0)


def _from_win32(number: int) -> int:
    """A signed or unsigned decimal as a code: small ones are Win32 codes. 0 where it is none."""
    if 0 < number < 0x10000:
        return _WIN32 << 16 | number
    return number & 0xFFFFFFFF


def scan(text: str) -> list[int]:
    """Every code in a text, in order, none twice. Numbers that need not be codes count only where we know them."""
    found: list[int] = []
    for prefixed, parameter, decimal, bare in _SPELT.findall(text, 0, SEARCHED):
        if prefixed:
            code = int(prefixed, 16)
            good = _a_code(code)
        elif parameter:
            code = _from_win32(int(parameter))
            good = code >> 16 == _WIN32 or _a_code(code)
        elif decimal:
            code = int(decimal) & 0xFFFFFFFF
            good = code in _meanings() or (decimal[0] == "-" and _a_code(code))
        else:
            code = int(bare, 16)
            good = code in _meanings()
        if good and code not in found:
            found.append(code)
            if len(found) == MOST_CODES:
                break
    return found


def _parsed(value: str) -> int | None:
    """A value that is a number in any spelling: eight hex digits, 0x…, %%…, decimal."""
    if bare := _BARE.match(value):
        return int(bare[1], 16)
    if alone := _ALONE.match(value):
        return int(alone[1], 16) if alone[1] else int(alone[2])
    return None


def number(value: str) -> int:
    """The code that a value is known to be, in any spelling, also as the system's words for it. 0 for none."""
    parsed = _parsed(value)
    return said(value) if parsed is None else _from_win32(parsed)


def named(name: str, value: str) -> int:
    """The code in a value of any provider whose name (`name` or `element.name`) says that it holds one, or 0."""
    win32_too = _names().get(name.rpartition(".")[2].casefold())
    parsed = None if win32_too is None else _parsed(value)
    if parsed is None or (not win32_too and 0 <= parsed < 0x10000):
        return 0
    code = _from_win32(parsed)
    return code if _a_code(code) else 0


def said(text: str) -> int:
    """The Win32 code whose text the system has put here, or 0."""
    plain = text[:SEARCHED].replace("’", "'")
    for piece, code in _said():
        if piece in plain:
            return code
    return 0


@functools.lru_cache(maxsize=4096)
def spelt(code: int) -> str:
    """'0x80070422 ERROR_SERVICE_DISABLED: …'; the digits alone where we have no words."""
    words = _meanings().get(code, "")
    return f"0x{code:08x} {words}" if words else f"0x{code:08x}"
