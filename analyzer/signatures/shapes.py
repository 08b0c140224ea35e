"""Which keys the tables of a signature file may have, and what each may hold: its types, before anything is read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.signatures.model import COMPARISONS


@dataclass(frozen=True)
class Shape:
    """What a value may be, in words and as a test."""

    words: str
    fits: Callable[[Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _each(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _one_or_each(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: fits(value) or _each(fits)(value)


_TEXT = Shape("text", _is_text)
_TEXTS = Shape("a list of texts", _each(_is_text))
_ONE_OR_TEXTS = Shape("text or a list of texts", _one_or_each(_is_text))
_WHOLE = Shape("a whole number", _is_whole)
_ONE_OR_WHOLES = Shape("a whole number or a list of them", _one_or_each(_is_whole))
_NUMBER = Shape("a number", _is_number)
_TRUTH = Shape("true or false", lambda value: isinstance(value, bool))
_SCALAR = Shape("text, a number, true or false", lambda value: isinstance(value, str | bool) or _is_number(value))
_SCALARS = Shape("a list of texts, numbers, true and false", _each(_SCALAR.fits))
_TABLE = Shape("a table", lambda value: isinstance(value, dict))
_TABLES = Shape("a list of tables", _each(_TABLE.fits))
_FILES = Shape("a table of texts", lambda value: isinstance(value, dict) and all(map(_is_text, value.values())))

TOP: Mapping[str, Shape] = {
    "schema": _WHOLE, "title": _TEXT, "kind": _TEXT, "platforms": _TEXTS, "operations": _TEXTS, "codes": _TEXTS,
    "links": _TEXTS, "cause": _TABLE, "remedy": _TABLES, "evidence": _TABLES, "test": _TABLES,
}  # fmt: skip
CAUSE: Mapping[str, Shape] = {"summary": _TEXT, "why": _TEXT, "explains": _TEXTS}
REMEDY: Mapping[str, Shape] = {
    "step": _TEXT, "command": _TEXT, "risk": _TEXT, "platforms": _ONE_OR_TEXTS, "when": _ONE_OR_TEXTS,
}  # fmt: skip
EVIDENCE: Mapping[str, Shape] = {
    "key": _TEXT, "role": _TEXT, "weight": _NUMBER, "label": _TEXT, "source": _ONE_OR_TEXTS, "match": _TEXT,
    "absent": _TEXT, "any": _ONE_OR_TEXTS, "every": _ONE_OR_TEXTS, "sequence": _ONE_OR_TEXTS, "within": _TEXT,
    "fact": _TEXT, "provider": _ONE_OR_TEXTS, "event_id": _ONE_OR_WHOLES, "at_least": _TABLE, "near": _TABLE,
    "needs": _TEXT, "persists": _TRUTH, "platforms": _ONE_OR_TEXTS,
    **dict.fromkeys(COMPARISONS, _SCALAR), "in": _SCALARS, "exists": _TRUTH, "matches": _TEXT,
}  # fmt: skip
AT_LEAST: Mapping[str, Shape] = {"count": _WHOLE, "within": _TEXT}
NEAR: Mapping[str, Shape] = {"evidence": _TEXT, "side": _TEXT, "within": _TEXT, "anchor": _TEXT}
TEST: Mapping[str, Shape] = {"name": _TEXT, "expect": _TEXT, "files": _FILES, "at": _TEXT, "symptom": _TEXT}
