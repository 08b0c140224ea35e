"""Time stamps at the start of lines, decoded for a whole block of lines at once.

A `Stamp` is a fixed-width shape, written as people read it (`YYYY-MM-DDThh:mm:ss`), and an optional tail of a
fraction and a zone. `decode` takes the first bytes of every line as a matrix and answers for all lines together;
there is no Python loop over lines and no date parser (docs/architecture.md, "Line index").

Shape letters, only in this length: YYYY MM DD hh mm ss digits of that field · bbb three letters of an English month ·
pp AM or PM · ww and longer any bytes · dd any digits · ff digits of a fraction that is always there · e and longer, at
the end or before a dot, epoch or uptime seconds · _D a digit or a blank before the day's last digit · _e likewise
before uptime seconds · M/ D/ h: one digit of that field. Everything else stands for itself, such as the letters of
'time='.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

HEAD = 64  # bytes of a line that are looked at
Heads = npt.NDArray[np.uint8]  # (lines, HEAD), zero-padded
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_LITERAL = "\0"
_LETTERS = "YMDhmsebdfp"
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
NOT_A_TIME = np.iinfo(np.int64).min
NO_YEAR = 1972  # stands in for a year that the stamp lacks; a leap year, so that 29 February survives

_FIELD = re.compile(r"YYYY|MM|_D|DD|hh|mm|ss|pp|bbb|w{2,}|d{2,}|f{2,}|_*e+(?=\.|$)|\b[MD](?=/)|\bh(?=:)")

_MONTHS = {
    m: i + 1 for i, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
}


class Clock(IntEnum):
    """What a stamp's digits are relative to."""

    NONE = 0  # no stamp
    UTC = 1
    LOCAL = 2  # the VM's wall clock
    LOCAL_NO_YEAR = 3
    UPTIME = 4  # since boot


@dataclass(frozen=True)
class Stamp:
    """One shape of stamp. `clock` is what a stamp without a zone in its tail means."""

    shape: str
    clock: Clock
    tail: bool = False  # a fraction (.123456 or ,123) and a zone (Z, +02:00, +0200) may follow
    utc_since: int | None = None  # microseconds; the program wrote the VM's wall clock before it turned to UTC

    @cached_property
    def _fields(self) -> dict[str, list[int]]:
        fields: dict[str, list[int]] = {}
        for position, letter in enumerate(self._plain):
            if letter in _LETTERS:
                fields.setdefault(letter, []).append(position)
        return fields

    @cached_property
    def _blank(self) -> list[int]:
        """Positions where a blank may stand for a leading zero."""
        return [i for i, letter in enumerate(self.shape) if letter == "_" and self._plain[i] != _LITERAL]

    @cached_property
    def _plain(self) -> str:
        """The field letter of each position, also where a '_' pads it; _LITERAL for what stands for itself."""
        letters = [_LITERAL] * len(self.shape)
        for field in _FIELD.finditer(self.shape):
            letters[field.start() : field.end()] = field[0][-1] * len(field[0])
        return "".join(letters)

    @cached_property
    def _masks(self) -> tuple[npt.NDArray[np.uint64], ...]:
        """Per 8-byte word: bits to set first, literal mask, literal, digit mask, digit zero, digit carry, high bits."""
        width = (len(self.shape) + 7) // 8 * 8
        rows = np.zeros((7, width), dtype=np.uint8)
        for i, letter in enumerate(self._plain):
            if letter == _LITERAL:
                rows[1, i], rows[2, i] = 0xFF, ord(self.shape[i])
            elif letter not in "wbp":
                if i in self._blank:
                    rows[0, i] = 0x10  # ' ' | 0x10 == '0'
                rows[3, i], rows[4, i], rows[5, i], rows[6, i] = 0xFF, 0x30, 0x76, 0x80
        return tuple(row.view(np.uint64) for row in rows)

    def matches(self, heads: Heads) -> Bools:
        """Which lines begin with this shape: digits are digits, literals are equal, months are months."""
        words = heads.view(np.uint64)
        ok = np.ones(len(heads), dtype=np.bool_)
        preset, literal_mask, literal, digit_mask, zero, carry, high = self._masks
        for i in range(len(literal)):
            word = words[:, i]
            if literal_mask[i]:
                ok &= (word & literal_mask[i]) == literal[i]
            if digit_mask[i]:
                digits = ((word | preset[i]) & digit_mask[i]) ^ zero[i]
                ok &= ((digits | (digits + carry[i])) & high[i]) == 0
        for i in self._blank:  # the bit that makes a digit of a blank makes digits of its neighbours too
            ok &= (heads[:, i] == ord(" ")) | _is_digit(heads[:, i])
        if "b" in self._fields:
            ok[ok] = self._month(heads[ok]) > 0
        if "p" in self._fields:
            half, m = (heads[:, i] for i in self._fields["p"])
            ok &= ((half == ord("A")) | (half == ord("P"))) & (m == ord("M"))
        return ok

    def decode(self, heads: Heads) -> tuple[Ints, Ints, npt.NDArray[np.uint8]]:
        """(microseconds, end of the stamp in the line, clock) of lines that `matches` chose; NOT_A_TIME where the
        digits name no date."""
        lines = len(heads)
        end = np.full(lines, len(self.shape), dtype=np.int64)
        clock = np.full(lines, self.clock, dtype=np.uint8)
        if "e" in self._fields:
            micros = self._number(heads, "e") * _SECOND
            valid = np.ones(lines, dtype=np.bool_)
        else:
            first, length = self._runs(heads)
            minute, exists = self._minute(heads[first])
            micros, valid = minute.repeat(length), exists.repeat(length)
            second = self._number(heads, "s")
            micros += second * _SECOND
            valid &= second <= 60
        if "f" in self._fields:
            micros += self._number(heads, "f") * 10 ** (6 - len(self._fields["f"]))
        if self.utc_since is not None:
            clock[micros < self.utc_since] = Clock.LOCAL
        if self.tail:
            rest = _micros_and_z(heads, end, micros, clock)
            if len(rest) == lines:
                micros += _fraction(heads, end)
                _zone(heads, end, micros, clock)
            elif len(rest):
                part, ends, moments, clocks = heads[rest], end[rest], micros[rest], clock[rest]
                moments += _fraction(part, ends)
                _zone(part, ends, moments, clocks)
                end[rest], micros[rest], clock[rest] = ends, moments, clocks
        micros[~valid] = NOT_A_TIME
        clock[~valid] = Clock.NONE
        return micros, end, clock

    def _runs(self, heads: Heads) -> tuple[Ints, Ints]:
        """(first line, number of lines) of each stretch of lines that name the same minute: a date is decoded once
        for all of them."""
        width = self._fields["s"][0]
        if any(positions[-1] > width for field, positions in self._fields.items() if field in "YMDbhmp"):
            width = len(self.shape)  # the year or the half of the day stands behind the seconds
        words = heads.view(np.uint64)
        new = np.ones(len(heads), dtype=np.bool_)
        new[1:] = False
        for i in range(0, width, 8):
            mask = np.uint64(2 ** (8 * min(8, width - i)) - 1)
            new[1:] |= ((words[1:, i // 8] ^ words[:-1, i // 8]) & mask) != 0
        first = np.flatnonzero(new)
        return first, np.diff(first, append=len(heads))

    def _minute(self, heads: Heads) -> tuple[Ints, Bools]:
        """(microseconds at the minute's begin, whether date, hour and minute exist)."""
        lines = len(heads)
        year = self._number(heads, "Y") if "Y" in self._fields else np.full(lines, NO_YEAR, dtype=np.int64)
        month = self._month(heads) if "b" in self._fields else self._number(heads, "M")
        day, hour, minute = self._number(heads, "D"), self._number(heads, "h"), self._number(heads, "m")
        if "p" in self._fields:
            afternoon = heads[:, self._fields["p"][0]] == ord("P")
            hour = np.where((hour >= 1) & (hour <= 12), hour % 12 + 12 * afternoon, 24)
        valid = (month >= 1) & (month <= 12) & (day >= 1) & (hour < 24) & (minute < 60)
        # datetime64[ns] ends in 2262; a stamp outside it stays in the message
        valid &= (year >= 1700) & (year <= 2261) & (day <= _month_length(year, np.clip(month, 1, 12)))
        return _days(year, month, day) * _DAY + (hour * 60 + minute) * 60 * _SECOND, valid

    def _number(self, heads: Heads, field: str) -> Ints:
        value = np.zeros(len(heads), dtype=np.int64)
        for position in self._fields[field]:
            value *= 10
            value += heads[:, position] & 0x0F  # a blank (0x20) counts as 0
        return value

    def _month(self, heads: Heads) -> Ints:
        first = self._fields["b"][0]
        letters = heads[:, first : first + 3].astype(np.int64) | 0x20
        key = (letters[:, 0] << 16) | (letters[:, 1] << 8) | letters[:, 2]
        value = np.zeros(len(heads), dtype=np.int64)
        for name, number in _MONTHS.items():
            value[key == int.from_bytes(name.encode(), "big")] = number
        return value


def _days(year: Ints, month: Ints, day: Ints) -> Ints:
    """Days since 1970-01-01 in the proleptic Gregorian calendar (Hinnant's days_from_civil)."""
    year = year - (month <= 2)
    era = year // 400
    year_of_era = year - era * 400
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    days: Ints = era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468
    return days


def _month_length(year: Ints, month: Ints) -> Ints:
    lengths: Ints = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)[month - 1]
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    lengths += (month == 2) & leap
    return lengths


def _at(heads: Heads, column: Ints) -> npt.NDArray[np.uint8]:
    """The byte of each line at its own column."""
    result: npt.NDArray[np.uint8] = heads[np.arange(len(heads)), np.minimum(column, HEAD - 1)]
    return result


def word_at(heads: Heads, column: Ints) -> npt.NDArray[np.uint64]:
    """Eight bytes of each line from its own column on, as a little-endian number; zeros behind the head."""
    at = np.minimum(column, HEAD - 8)
    view: npt.NDArray[Any] = np.ndarray((heads.size - 7,), dtype="S8", buffer=heads, strides=(1,))
    words: npt.NDArray[np.uint64] = view[np.arange(0, heads.size, HEAD) + at].view(np.uint64)
    over = column > HEAD - 8
    if over.any():
        beyond = np.minimum(column[over] - (HEAD - 8), 8).astype(np.uint64)
        words[over] = np.where(beyond < 8, words[over] >> (np.minimum(beyond, 7) * 8).astype(np.uint64), 0)
    return words


def _micros_and_z(heads: Heads, end: Ints, micros: Ints, clock: npt.NDArray[np.uint8]) -> Ints:
    """The tail that nearly all lines have, '.123456Z', eight bytes in one go; the numbers of the lines without it."""
    word = word_at(heads, end)
    digits = (word & _SIX_DIGITS) ^ _SIX_ZEROS
    fits = ((word & _POINT_AND_Z_MASK) == _POINT_AND_Z) & (((digits | (digits + _SIX_CARRIES)) & _SIX_HIGH) == 0)
    rest = np.flatnonzero(~fits)
    if len(rest) == len(heads):
        return rest
    # three halvings: digits to pairs, pairs to fours, fours to eight, of which the upper two are zero
    value = (digits >> np.uint64(8)) << np.uint64(16)
    value = (value * np.uint64(2561)) >> np.uint64(8) & np.uint64(0x00FF00FF00FF00FF)
    value = (value * np.uint64(6553601)) >> np.uint64(16) & np.uint64(0x0000FFFF0000FFFF)
    value = (value * np.uint64(42949672960001)) >> np.uint64(32)
    micros += np.where(fits, value.astype(np.int64), 0)
    clock[fits] = Clock.UTC
    end[fits] += 8
    return rest


def _bytes_as_word(text: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(text, "little"))


_SIX_DIGITS = _bytes_as_word(b"\0\xff\xff\xff\xff\xff\xff\0")
_SIX_ZEROS = _bytes_as_word(b"\0\x30\x30\x30\x30\x30\x30\0")
_SIX_CARRIES = _bytes_as_word(b"\0\x76\x76\x76\x76\x76\x76\0")
_SIX_HIGH = _bytes_as_word(b"\0\x80\x80\x80\x80\x80\x80\0")
_POINT_AND_Z_MASK = _bytes_as_word(b"\xff\0\0\0\0\0\0\xff")
_POINT_AND_Z = _bytes_as_word(b".\0\0\0\0\0\0Z")


def _fraction(heads: Heads, end: Ints) -> Ints:
    """Microseconds of '.123456' or ',123' at `end`, which moves behind them."""
    mark = _at(heads, end)
    active = ((mark == 0x2E) | (mark == 0x2C)) & _is_digit(_at(heads, end + 1))
    value = np.zeros(len(heads), dtype=np.int64)
    if not active.any():
        return value
    scale = np.full(len(heads), 1_000_000, dtype=np.int64)
    end += active
    for _ in range(9):
        digit = _at(heads, end)
        active = active & _is_digit(digit)
        if not active.any():
            break
        scale[active] //= 10
        value += np.where(active, (digit & 0x0F) * scale, 0)
        end += active
    return value


def _zone(heads: Heads, end: Ints, micros: Ints, clock: npt.NDArray[np.uint8]) -> None:
    """Apply 'Z', '+hh:mm' or '+hhmm' at `end`: the time becomes UTC and `end` moves behind it."""
    mark = _at(heads, end)
    utc = mark == 0x5A
    clock[utc] = Clock.UTC
    end += utc
    signed = ((mark == 0x2B) | (mark == 0x2D)) & _is_digit(_at(heads, end + 1)) & _is_digit(_at(heads, end + 2))
    if signed.any():
        rows = np.flatnonzero(signed)
        part, at = heads[rows], end[rows]
        colon = _at(part, at + 3) == 0x3A
        digits = [_at(part, at + 1), _at(part, at + 2), _at(part, at + 3 + colon), _at(part, at + 4 + colon)]
        whole = _is_digit(digits[2]) & _is_digit(digits[3])
        rows, colon = rows[whole], colon[whole]
        h1, h2, m1, m2 = (digit[whole].astype(np.int64) & 0x0F for digit in digits)
        minutes = (h1 * 10 + h2) * 60 + m1 * 10 + m2
        sign = np.where(mark[rows] == 0x2B, 1, -1)
        micros[rows] -= sign * minutes * 60 * _SECOND
        clock[rows] = Clock.UTC
        end[rows] += 5 + colon


def _is_digit(byte: npt.NDArray[Any]) -> Bools:
    return (byte >= 0x30) & (byte <= 0x39)
