"""What BinXML, the binary XML of event records, is made of: templates, and the values that fill them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


class Unreadable(Exception):
    """The bytes are no BinXML that can be trusted."""


class UnknownTemplate(Unreadable):
    """The record needs a template that no chunk held so far."""

    def __init__(self, template_id: bytes) -> None:
        super().__init__("the template is missing")
        self.template_id = template_id


@dataclass(slots=True)
class Slot:
    """Where a template takes a value of the record."""

    index: int


@dataclass(slots=True)
class Element:
    name: str
    attributes: list[tuple[str, list[Part]]] = field(default_factory=list)
    content: list[Part] = field(default_factory=list)


@dataclass(slots=True)
class Instance:
    """A template and what fills its slots."""

    template: Element
    values: list[Value]


Part = str | Slot | Element | Instance
"""Text (not yet escaped), a slot, an element, or one that a template makes."""
Value = str | tuple[str, ...] | list[Part]
"""A text, the items of an array, or what a nested document holds."""
Find = Callable[[int, bytes], Element]
"""The template that a record names by its offset and the first four bytes of its GUID; or UnknownTemplate."""
