"""The evidence as the page shows it: one figure a place, however many reasons rest on the same lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from analyzer.report.cause_view import EvidenceView, Row

AT_ONCE = 5
"""Figures of one kind that are shown at once; the others wait in a fold."""

_TALL, _ROW = 20, 110
"""Rows that are shown without a scroll bar, and the characters of one."""


@dataclass(frozen=True)
class Claim:
    """What one line is evidence for."""

    label: str
    raw: bool  # a name of the source's, not a sentence of ours
    role: str
    weight: float
    repeats: str


@dataclass(frozen=True)
class Figure:
    """The lines of one place with everything that rests on them."""

    claims: tuple[Claim, ...]
    place: str
    jump: bool  # whether the place is a line of a file
    time: str
    iso: str
    quality: str
    rows: tuple[Row, ...]
    tall: bool


def figures(evidence: Iterable[EvidenceView]) -> tuple[Figure, ...]:
    """Figures in the order of their first claim."""
    by_place: dict[tuple[str, tuple[Row, ...]], list[EvidenceView]] = {}
    for item in evidence:
        by_place.setdefault((item.place, item.rows), []).append(item)
    return tuple(_figure(items) for items in by_place.values())


def _figure(items: list[EvidenceView]) -> Figure:
    first = items[0]
    claims = (Claim(item.label, item.role == "marker", item.role_word, item.weight, item.repeats) for item in items)
    return Figure(
        claims=tuple(dict.fromkeys(claims)),
        place=first.place,
        jump=bool(first.line),
        time=first.time,
        iso=first.iso,
        quality=first.quality,
        rows=tuple(_numbered(first.rows)),
        tall=sum(1 + len(row.text) // _ROW for row in first.rows) > _TALL,
    )


def _numbered(rows: Sequence[Row]) -> Iterator[Row]:
    """The lines of one record of an event log share its number; it is said once."""
    before: tuple[int | None, bool] | None = None
    for row in rows:
        yield replace(row, line=None) if (row.line, row.hit) == before else row
        before = row.line, row.hit
