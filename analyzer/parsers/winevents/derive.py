"""The fields of an event, from its values, its binary part or its text: the same whatever export it came in.

What a plan (`rules`) names is looked for in this order: the binary part, the values, the text. Codes are looked for
everywhere. The first value of a field counts, but of codes and their like every one.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.parsers.winevents import blocks, codes
from analyzer.parsers.winevents.rules import EVERYTHING, Place, Plan, many, order, readers
from analyzer.parsers.winevents.services import last_said, named_in, writer_service

_SAID = {"state": "state", "to": "start"}  # fields whose value is one of few words, and what these tell
SEARCHED = 4000  # characters of a text that expressions are tried on: nothing that we look for stands further down

Data = Sequence[tuple[str, str]]


class Fields:
    """What was found. The text shows it in the order of event-fields.toml, whatever it was found in."""

    def __init__(self) -> None:
        self._pairs: list[tuple[str, str]] = []
        self._first: dict[str, str] = {}

    def __contains__(self, field: str) -> bool:
        return field in self._first

    def get(self, field: str) -> str:
        return self._first.get(field, "")

    def in_order(self) -> list[tuple[str, str]]:
        return self._pairs if len(self._pairs) < 2 else sorted(self._pairs, key=_rank)

    def add(self, field: str, raw: str) -> None:
        """Read a raw value; one that says nothing, or comes second, is passed over."""
        if field in self._first and field not in many():
            return
        shown = readers()[field](raw)
        if not shown or (field in self._first and (field, shown) in self._pairs):
            return
        self._first.setdefault(field, shown)
        self._pairs.append((field, shown))


def _rank(pair: tuple[str, str]) -> int:
    return order()[pair[0]]


def fields(plan: Plan, data: Data, binary: str, message: str) -> Fields:
    """What the plan finds in an event's values, its <Binary> and its text (without carriage returns)."""
    found = Fields()
    if plan.binary and binary:
        for field, raw in plan.binary(binary):
            found.add(field, raw)
    for place in plan.places:
        if raw := _at(place, data):
            found.add(place.field, raw)
    joined = "\n".join(value for _, value in data) if data else ""
    text = message or (joined if plan.on_data else "")
    if text and plan.patterns:
        _by_patterns(plan, text[:SEARCHED], found)
    if plan.blocks and ":" in (told := message or joined):
        for field, raw in blocks.read(told):
            found.add(field, raw)
    if plan.codes:
        _codes(plan, data, joined, message, found)
    if message:
        _by_words(plan, message[:SEARCHED], found)
    if "writer" in found and (service := writer_service(found.get("writer"))):
        found.add("writer_service", service)
    return found


def _by_words(plan: Plan, text: str, found: Fields) -> None:
    """What no expression found in a text of another language, where the words themselves tell it."""
    for place in plan.places:
        if place.field in found:
            continue
        if place.field == "service":
            found.add("service", named_in(text))
        elif place.field in _SAID:
            found.add(place.field, last_said(_SAID[place.field], text))


def _at(place: Place, data: Data) -> str:
    """The raw value at a place, or ''. Where two times make one field, both, the first one first."""
    if EVERYTHING in place.names:
        return "\n".join(value for _, value in data)
    values = [value for wanted in place.names for name, value in data if name == wanted and value]
    if not values:
        values = [data[i][1] for i in place.positions if i < len(data) and not data[i][0] and data[i][1]]
    if not values:
        return ""
    return " ".join(values[:2]) if place.field in _PAIRED else values[0]


_PAIRED = frozenset({"jump"})


def _by_patterns(plan: Plan, text: str, found: Fields) -> None:
    for pattern in plan.patterns:
        if any(field in many() for field in pattern.fields):
            matches = list(pattern.expression.finditer(text))
        elif all(field in found for field in pattern.fields):
            continue
        else:
            first = pattern.expression.search(text)
            matches = [first] if first else []
        for match in matches:
            for field in pattern.fields:
                if raw := match[field]:
                    found.add(field, raw)


def _codes(plan: Plan, data: Data, joined: str, message: str, found: Fields) -> None:
    for name, value in data:
        if name and (code := codes.named(name, value)):
            found.add("code", f"0x{code:08x}")
    for text in (joined, message):
        for code in codes.scan(text) if text else ():
            found.add("code", f"0x{code:08x}")
    if plan.said and "code" not in found and (code := codes.said(message or joined)):
        found.add("code", f"0x{code:08x}")
