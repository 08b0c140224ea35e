"""Dates as Windows and PowerShell print them, in whatever way the exporting machine's region has it.

`read_stamp` takes a date apart without knowing which number is the day; `timed` reads the dates of a whole export,
holding events back until it is clear (see `dateorder`). Times without a zone are the exporting machine's wall clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from analyzer.lines.stamp import Clock
from analyzer.parsers.stamps import parse_iso
from analyzer.parsers.winevents import words
from analyzer.parsers.winevents.dateorder import DateOrder, Numbers, day_number, full_year
from analyzer.parsers.winevents.event import Notes, WinEvent

STEPS = (500, 5_000, 50_000)  # events after which the order of day and month is asked for
MOST_HELD = 16 << 20  # characters of the events that are held back meanwhile
LONGEST = 100  # characters of a date

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_MOST_DAYS = 100_000  # before and after 1970; what the timeline can hold

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?Z|[+-]\d\d:?\d\d)?", re.ASCII)
_TIME = r"(?P<before>\D*?)(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2}))?(?:[.,](?P<f>\d{1,9}))?(?P<after>\D*)"
_NUMBERS = re.compile(r"\D*(?P<a>\d{1,4})(?P<sep>\D{1,4})(?P<b>\d{1,2})\D{1,4}?(?P<c>\d{1,4})(?=\D)" + _TIME)
_NAMED = re.compile(r"(?P<x>\D*)(?P<a>\d{1,4})(?P<name>\D+)(?P<c>\d{1,4})(?=\D)" + _TIME)
_MILLIS = re.compile(r"\\?/Date\((-?\d{1,17})(?:[+-]\d{4})?\)\\?/", re.ASCII)
_LETTERS = re.compile(r"[^\W\d_]+")


class Parts(NamedTuple):
    """A date taken apart. Where `day` is None, `numbers` are its three numbers in the order as written."""

    day: int | None  # days since 1970
    micros: int  # since midnight
    clock: Clock
    numbers: Numbers = ("", "", "")
    separator: str = ""
    half: bool = False  # AM or PM is written


def read_stamp(text: str) -> Parts | None:
    """A date and time of day; None where the text is none."""
    text = (text if text.isascii() else words.unmarked(text))[:LONGEST].strip()
    if _ISO.fullmatch(text):
        iso = parse_iso(text)
        return Parts(*divmod(iso.micros, _DAY), Clock.UTC if iso.utc else Clock.LOCAL) if iso else None
    millis = _MILLIS.fullmatch(text)
    if millis:
        days, rest = divmod(int(millis[1]) * 1000, _DAY)
        return Parts(days, rest, Clock.UTC) if abs(days) < _MOST_DAYS else None
    found = _NUMBERS.fullmatch(text)
    if found:
        time = _time_of_day(found)
        a, b, c = found["a"], found["b"], found["c"]
        if time is None:
            return None
        if len(a) < 3:
            return Parts(None, time, Clock.LOCAL, (a, b, c), found["sep"].strip(), _half(found) is not None)
        day = day_number(int(a), int(b), int(c))
        return None if day is None else Parts(day, time, Clock.LOCAL)
    found = _NAMED.fullmatch(text)
    return _with_name(found) if found else None


def _with_name(found: re.Match[str]) -> Parts | None:
    """'21-Jan-24', 'Sunday, January 21, 2024', '21 de enero de 2024'."""
    names = _LETTERS.findall(found["name"]) + _LETTERS.findall(found["x"])
    month = next((number for number in map(words.month, names) if number), None)
    time = _time_of_day(found)
    if month is None or time is None:
        return None
    a, c = found["a"], found["c"]
    year, day = (a, c) if len(a) > 2 else (c, a)
    days = day_number(full_year(year), month, int(day))
    return None if days is None else Parts(days, time, Clock.LOCAL)


def _half(found: re.Match[str]) -> int | None:
    for side in ("before", "after"):
        text = found[side]
        for word in (text, *text.split()) if text.strip(" ,:.") else ():
            half = words.half_of_day(word)
            if half is not None:
                return half
    return None


def _time_of_day(found: re.Match[str]) -> int | None:
    hour, half = int(found["h"]), _half(found)
    if half is not None and hour <= 12:
        hour = hour % 12 + half
    return _micros(hour, int(found["m"]), int(found["s"] or 0), found["f"])


def _micros(hour: int, minute: int, second: int, fraction: str | None) -> int | None:
    if hour > 23 or minute > 59 or second > 60:
        return None
    return ((hour * 60 + minute) * 60 + second) * _SECOND + (int(fraction.ljust(6, "0")[:6]) if fraction else 0)


def timed(pairs: Iterable[tuple[str, WinEvent]], expected: Callable[[], str], notes: Notes) -> Iterator[WinEvent]:
    """The events with the times that stand beside them, in the same order. `expected` gives the order in which the
    export's language writes dates, '' where that is not known; it is asked when events have been seen."""
    order = DateOrder(expected)
    held: list[tuple[Parts | None, WinEvent]] = []
    size = unread = lost = 0
    for text, event in pairs:
        parts = read_stamp(text)
        if "?" in text:
            lost += parts is not None
        if parts is None:
            unread += bool(text)
        elif parts.day is not None:
            _set(event, parts.day, parts)
        elif not order.decided:
            order.see(parts.numbers, parts.separator, parts.half)
        if order.decided or (not held and (parts is None or parts.day is not None)):
            _settle(event, parts, order)
            yield event
            continue
        held.append((parts, event))
        size += len(event.message) + 200
        last = len(held) >= STEPS[-1] or size >= MOST_HELD
        if (len(held) in STEPS and order.is_clear()) or last:
            order.decide()
            yield from _release(held, order)
            size = 0
    if held:
        order.decide()
        yield from _release(held, order)
    notes.words.extend(order.doubts())
    if lost:
        notes.words.append(f"{lost} dates lost their AM or PM to '?': they may be twelve hours off")
    if unread:
        notes.words.append(f"{unread} dates could not be read")


def _release(held: list[tuple[Parts | None, WinEvent]], order: DateOrder) -> Iterator[WinEvent]:
    for parts, event in held:
        _settle(event, parts, order)
        yield event
    held.clear()


def _settle(event: WinEvent, parts: Parts | None, order: DateOrder) -> None:
    if parts is not None and parts.day is None:
        day = order.day(parts.numbers)
        if day is not None:
            _set(event, day, parts)


def _set(event: WinEvent, day: int, parts: Parts) -> None:
    event.micros, event.clock = day * _DAY + parts.micros, parts.clock
