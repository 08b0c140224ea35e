"""What is derived from which event: `signatures/event-fields.toml`, joined to one plan for a provider and an id."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analyzer.parsers.winevents.binary import READERS, Fields
from analyzer.parsers.winevents.kinds import KINDS
from analyzer.parsers.winevents.tables import table

EVERYTHING = "*"  # as a place: all values of the event together


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field stands among the values: under one of the names, or at one of the positions if that has no name."""

    field: str
    names: tuple[str, ...]
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """An expression for texts, and the fields that its groups give."""

    expression: re.Pattern[str]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is to be done with the events of one provider and id."""

    places: tuple[Place, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    binary: Callable[[str], Fields] | None = None
    on_data: bool = False
    blocks: bool = False
    said: bool = False
    codes: bool = True


@functools.cache
def readers() -> dict[str, Callable[[str], str]]:
    """How the value of each field is read."""
    return {field: KINDS[kind] for field, (kind, _) in table("fields")["fields"].items()}


@functools.cache
def order() -> dict[str, int]:
    """The place of each field among the others."""
    return {field: place for place, field in enumerate(table("fields")["fields"])}


@functools.cache
def many() -> frozenset[str]:
    """The fields of which an event may have several."""
    return frozenset(table("fields")["many"])


@functools.cache
def _entries() -> dict[str, list[dict[str, Any]]]:
    """The rules by provider; those for some ids come before those for all."""
    entries: dict[str, list[dict[str, Any]]] = {}
    for entry in sorted(table("fields")["event"], key=lambda entry: "id" not in entry):
        provider = entry["provider"]
        for name in (provider,) if isinstance(provider, str) else provider:
            entries.setdefault(name, []).append(entry)
    return entries


@functools.cache
def _compiled(expression: str) -> Pattern:
    pattern = re.compile(expression, re.MULTILINE)
    return Pattern(pattern, tuple(pattern.groupindex))


def plan_for(provider: str, event_id: int) -> Plan:
    """The plan for an event of the provider (in its one spelling)."""
    entries = [entry for entry in _entries().get(provider, ()) if event_id in entry.get("id", (event_id,))]
    places: dict[str, Place] = {}
    for entry in entries:
        for field, where in entry.get("data", {}).items():
            names = tuple(place for place in where if isinstance(place, str))
            places.setdefault(field, Place(field, names, tuple(place for place in where if isinstance(place, int))))
    binary = next((entry["binary"] for entry in entries if "binary" in entry), "")
    return Plan(
        tuple(places.values()),
        tuple(_compiled(expression) for entry in entries for expression in entry.get("message", ())),
        READERS.get(binary),
        any(entry.get("on_data", False) for entry in entries),
        any(entry.get("blocks", False) for entry in entries),
        any(entry.get("said", False) for entry in entries),
        all(entry.get("codes", True) for entry in entries),
    )
