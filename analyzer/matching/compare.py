"""Compare a fact with what a signature names; versions are compared as versions, never as text."""

from __future__ import annotations

import re
from typing import Any

import regex

_NUMBER = re.compile(r"-?[0-9]{1,40}")
_VERSION = re.compile(r"v?[0-9]{1,40}(?:\.[0-9]{1,40})+")


def compare(comparison: str, fact: Any, wanted: Any) -> bool:
    """Whether `fact <comparison> wanted`. A fact of the wrong type compares as false: bundles are not to be trusted."""
    if comparison == "exists":
        return bool(wanted) and fact is not None
    if comparison == "in":
        return any(_equal(fact, item) for item in wanted)
    if comparison == "contains":
        return wanted in fact if isinstance(fact, list) else str(wanted) in str(fact)
    if comparison == "matches":
        try:
            return regex.search(str(wanted), str(fact), timeout=0.5) is not None
        except TimeoutError:
            return False
    if comparison in ("eq", "ne"):
        return _equal(fact, wanted) == (comparison == "eq")
    order = _order(fact, wanted)
    return order is not None and {"lt": order < 0, "le": order <= 0, "gt": order > 0, "ge": order >= 0}[comparison]


def _equal(fact: Any, wanted: Any) -> bool:
    if isinstance(fact, bool) or isinstance(wanted, bool):
        return fact is wanted
    order = _order(fact, wanted)
    if order is not None:
        return order == 0
    if isinstance(fact, str) and isinstance(wanted, str):
        return fact.casefold() == wanted.casefold()
    return bool(fact == wanted)


def _order(fact: Any, wanted: Any) -> int | None:
    """-1, 0, 1; None when the two cannot be put in order."""
    if isinstance(fact, bool | list) or isinstance(wanted, bool | list):
        return None
    if isinstance(fact, int | float) and isinstance(wanted, int | float):
        return (fact > wanted) - (fact < wanted)
    left, right = version(str(fact)), version(str(wanted))
    if left is None or right is None:
        return None
    return (left > right) - (left < right)


def version(text: str) -> tuple[int, ...] | None:
    """Numbers of '2.15.0.1', 'v1.2' or '90'; trailing zeros do not count. None for anything else."""
    plain = text.strip().removesuffix("%")
    if _NUMBER.fullmatch(plain):
        return (int(plain),)
    if not _VERSION.fullmatch(plain):
        return None
    numbers = [int(part) for part in plain.lstrip("v").split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
