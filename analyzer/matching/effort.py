"""How much work a regex can make at worst, so that a time limit is paid for only where it may be needed.

A backtracking matcher tries, at each place of the text, every way to divide it among the regex's repetitions, and for
each of them goes on with what stands behind. Without a repetition inside another one the ways are at most the product
of what the repetitions may take. Up to the length `longest(regex)` such a search stays within STEPS, which is less
than a second; every other search runs under the `regex` module's time limit, which costs several times as much as an
ordinary search.
"""

from __future__ import annotations

import re
from typing import Any

STEPS = 100_000_000
_ENOUGH = 4_096  # longer texts always run under the limit
_TOO_SHORT = 64  # no record is shorter than this, as good as
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")
_PLAIN = frozenset(("LITERAL", "NOT_LITERAL", "ANY", "IN", "AT"))
_FOLDING = re.IGNORECASE | re.ASCII | re.LOCALE  # they change what a character is equal to
_parser: Any = re._parser  # type: ignore[attr-defined]


class _Unbounded(Exception):
    """The regex repeats a repetition, or holds something that is not weighed here."""


def longest(regex: str) -> int:
    """The longest text, in characters, on which the regex needs no time limit; 0 where there is no such length."""
    tree = _parser.parse(regex)
    exact = not tree.state.flags & _FOLDING
    length = _ENOUGH
    try:
        while length >= _TOO_SHORT and length * _work(tree, length, exact)[1] > STEPS:
            length //= 2
    except _Unbounded:
        return 0
    return length if length >= _TOO_SHORT else 0


def _work(items: Any, length: int, exact: bool, after: Any = None) -> tuple[int, int]:
    """(ways in which a concatenation can take its share of a text of this length, steps to try all of them). `exact`
    says that characters are equal to themselves alone, `after` is the item behind the concatenation."""
    ways, steps = 1, 1
    for number, (operator, argument) in enumerate(items):
        name = str(operator)
        behind = items[number + 1] if number + 1 < len(items) else after
        one, cost = 1, 0
        if name in _REPEATS:
            low, high, body = argument
            inner, cost = _work(body, length, exact)
            if high > 1 and (inner > 1 or _varies(body)):
                raise _Unbounded
            cost *= min(int(high), length)
            if not (exact and _settled(body, behind)):
                one = inner * min(int(high) - int(low) + 1, length)
        elif name == "SUBPATTERN":
            one, cost = _work(argument[-1], length, exact and not argument[1] & _FOLDING, behind)
        elif name in ("ASSERT", "ASSERT_NOT"):
            _, cost = _work(argument[-1], length, exact)  # what holds once is not tried in another way
        elif name == "BRANCH":
            branches = [_work(branch, length, exact, behind) for branch in argument[1]]
            one, cost = sum(branch[0] for branch in branches), sum(branch[1] for branch in branches)
        elif name not in _PLAIN:
            raise _Unbounded
        steps += ways * cost
        ways *= one
    return ways, steps


def _varies(items: Any) -> bool:
    low, high = items.getwidth()
    return bool(low != high)


def _settled(body: Any, behind: Any) -> bool:
    """A repeated character that cannot be the one behind the repetition: one way leads on, whatever the text."""
    if behind is None or str(behind[0]) != "LITERAL" or len(body) != 1:
        return False
    operator, argument = body[0]
    character = chr(behind[1])
    if str(operator) == "NOT_LITERAL":
        return bool(argument == behind[1])
    if str(operator) == "IN":
        return not _inside(argument, character)
    return str(operator) == "LITERAL" and argument != behind[1]


def _inside(items: Any, character: str) -> bool:
    """Whether a character set holds the character; a category is taken to hold what `re` says it does."""
    negated = bool(items) and str(items[0][0]) == "NEGATE"
    for operator, argument in items[negated:]:
        name = str(operator)
        if name == "LITERAL" and ord(character) == argument:
            return not negated
        if name == "RANGE" and argument[0] <= ord(character) <= argument[1]:
            return not negated
        if name == "CATEGORY" and re.match(_CATEGORIES[str(argument)], character):
            return not negated
    return negated


_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d", "CATEGORY_NOT_DIGIT": r"\D", "CATEGORY_SPACE": r"\s", "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w", "CATEGORY_NOT_WORD": r"\W",
}  # fmt: skip
