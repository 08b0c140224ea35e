"""What the records of an .evtx file are made of, for the tests that write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Slot:
    """Where a template takes a value."""

    index: int
    kind: int


@dataclass(frozen=True)
class Element:
    name: str
    attributes: Mapping[str, str | Slot] = field(default_factory=dict)
    content: Sequence[Element | str | Slot] = ()


@dataclass(frozen=True)
class Template:
    guid: bytes
    root: Element


@dataclass(frozen=True)
class Value:
    kind: int
    raw: bytes


@dataclass(frozen=True)
class Instance:
    """A template, and what fills its slots."""

    template: Template
    values: Sequence[Value | Instance]


@dataclass(frozen=True)
class Record:
    record_id: int
    micros: int  # since 1970, UTC
    root: Element | Instance
