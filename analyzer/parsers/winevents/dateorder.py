"""Which of a date's three numbers is the day: told from all dates of an export, since one alone does not say.

In this order: an order in which a date does not exist is wrong; an export is sorted, so the order that makes time turn
round least is right; days of a log lie close together; what the export's language, and the way its dates are
written, let expect. Only where none of these tells the orders apart is there a doubt, and the export's notes say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from itertools import pairwise

Numbers = tuple[str, str, str]

_EPOCH = date(1970, 1, 1).toordinal()
_BUDDHIST, _BUDDHIST_YEARS = 543, range(2400, 2805)  # Thailand counts from 543 BC
_FIRST_YEAR, _LAST_YEAR = 1700, 2261  # as in `lines.stamp`: what a time stamp of the timeline can hold
_CLEARLY = 3  # times as long is the wrong order's span of days, at least
_SORTED = 4  # changes of day for each turn of time, at least, in a file that is sorted
_FEW_TURNS = 2  # a clock that was set, or a view that is not sorted, does not outweigh a known language
_SHOWN = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day"}


@lru_cache(maxsize=4096)
def day_number(year: int, month: int, day: int) -> int | None:
    """Days since 1970; None for what is no day, or one of a calendar that is neither Gregorian nor Thai."""
    if year in _BUDDHIST_YEARS:
        year -= _BUDDHIST
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None


def full_year(digits: str) -> int:
    """Two digits mean what they mean to Windows: up to 2049."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < 50 else 1900)


@lru_cache(maxsize=4096)
def day_of(numbers: Numbers, order: str) -> int | None:
    """The day that three numbers mean in an order such as 'dmy'; None where there is no such day."""
    of = dict(zip(order, numbers, strict=True))
    return day_number(full_year(of["y"]), int(of["m"]), int(of["d"]))


class DateOrder:
    """Sees the dates of an export, then says what day each of them is."""

    def __init__(self, expected: Callable[[], str]) -> None:
        self.decided = ""
        self._expected = expected
        self._clear = False
        self._days: list[Numbers] = []  # in the order of the file, repeated ones left out
        self._times: Counter[Numbers] = Counter()
        self._separator, self._half = "", False
        self._misfits = 0
        self._turned = False

    def see(self, numbers: Numbers, separator: str, half: bool) -> None:
        if not self._days or self._days[-1] != numbers:
            self._days.append(numbers)
        self._times[numbers] += 1
        self._separator, self._half = separator, half

    def is_clear(self) -> bool:
        """Whether what was seen so far leaves no doubt."""
        return bool(self._times) and self._judge()[1]

    def decide(self) -> None:
        """From here on `day` answers."""
        self.decided, self._clear = self._judge()
        self._days.clear()

    def day(self, numbers: Numbers) -> int | None:
        day = day_of(numbers, self.decided)
        if day is not None:
            return day
        for other in _orders(numbers):
            day = day_of(numbers, other)
            if day is not None:
                if not self._clear:
                    self.decided, self._clear, self._turned = other, True, True
                else:
                    self._misfits += 1
                return day
        return None

    def doubts(self) -> list[str]:
        """What the reader of the report must know about these dates."""
        words = []
        if self._turned:
            words.append(f"its dates turned out to be {_SHOWN[self.decided]}: the first ones may be read wrongly")
        elif self.decided and not self._clear and any(self._differs(numbers) for numbers in self._times):
            words.append(f"day and month of its dates cannot be told apart: read as {_SHOWN[self.decided]}")
        if self._misfits:
            words.append(f"{self._misfits} dates do not fit {_SHOWN[self.decided]}")
        return words

    def _differs(self, numbers: Numbers) -> bool:
        return len({day_of(numbers, order) for order in _orders(numbers)} - {None}) > 1

    def _judge(self) -> tuple[str, bool]:
        """The order, and whether it is beyond doubt."""
        if not self._times:
            return "mdy", False
        orders = _orders(max(self._times, key=lambda numbers: len(numbers[2])))
        missing = {
            order: sum(times for numbers, times in self._times.items() if day_of(numbers, order) is None)
            for order in orders
        }
        orders = [order for order in orders if missing[order] == min(missing.values())]
        if len(orders) == 1:
            return orders[0], True
        days = {
            order: [day for day in (day_of(numbers, order) for numbers in self._days) if day is not None]
            for order in orders
        }
        expected, sure = self._expectation()
        turns = {order: _turns(days[order]) for order in orders}
        steady = min(orders, key=turns.__getitem__)
        excused = _FEW_TURNS if sure else 0
        rivals = [order for order in orders if turns[order] <= 2 * turns[steady] + excused]
        if len(rivals) == 1:
            return steady, turns[steady] * _SORTED <= len(self._days)
        if sure and expected in rivals:
            return expected, True
        spans = {order: max(days[order], default=0) - min(days[order], default=0) for order in rivals}
        close = min(rivals, key=spans.__getitem__)
        if all(spans[order] > _CLEARLY * spans[close] for order in rivals if order != close):
            return close, len(set(days[close])) > 2
        return (expected if expected in rivals else rivals[0]), False

    def _expectation(self) -> tuple[str, bool]:
        """What the language and the looks of the dates let expect, and whether that can be relied on."""
        expected = self._expected()
        if expected and not (expected == "ymd" and self._has_long_year()):
            return expected, True
        if self._separator in (".", "-"):
            return "dmy", self._has_long_year()
        first = {len(a) for a, _, _ in self._times if int(a) < 10}
        second = {len(b) for _, b, _ in self._times if int(b) < 10}
        if first == {1} and second == {2}:  # Australia, New Zealand: 1/05/2024
            return "dmy", True
        if 2 in first:  # 01/05/2024: Britain and most of the world, with AM and PM rather the United States
            return ("mdy" if self._half else "dmy"), False
        return "mdy", False

    def _has_long_year(self) -> bool:
        return any(len(c) > 2 for _, _, c in self._times)


def _orders(numbers: Numbers) -> list[str]:
    return ["dmy", "mdy"] if len(numbers[2]) > 2 else ["dmy", "mdy", "ymd"]


def _turns(days: list[int]) -> int:
    """How often time turns round."""
    steps = [after > before for before, after in pairwise(days) if after != before]
    return sum(one != next_one for one, next_one in pairwise(steps))
