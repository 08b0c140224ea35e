"""The timeline's bars: goal states, what was done to extensions, the steps of a backup, from the marks of
`signatures/lanes.toml` that a run found.

A step is open from its first mark on; its end, the next step of a lane whose steps follow each other, or too long a
silence closes it. What has no end in the log is shown as open, never as ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analyzer.document import lanes
from analyzer.document.lanes import ENDS, Lane, Mark
from analyzer.judging.findings import Found
from analyzer.language import knowledge
from analyzer.moments import iso

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

MOST_ITEMS = 300  # of a track; failures and the latest stay
MOST_KEYED = 12  # tracks of one lane (extensions), those with failures and the busiest
_MOMENTS = {"tick": "tick", "good": "done", "bad": "failed"}
_LASTING = "lasts"


@dataclass
class Item:
    """A step, or a moment. Times are microseconds UTC; `end` is None where the log has none."""

    step: str
    number: str
    start: int
    end: int | None
    state: str  # done · failed · open · lasts · tick
    found: Found

    def as_json(self) -> dict[str, Any]:
        return {
            "title": knowledge(self.step).replace("{number}", self.number),
            "number": self.number,
            "start": iso(self.start),
            "end": iso(self.end),
            "state": self.state,
            "file": self.found.path,
            "line": self.found.line,
        }


@dataclass(frozen=True)
class Track:
    """One row of bars."""

    lane: Lane
    key: str
    items: list[Item]

    @property
    def failures(self) -> int:
        return sum(item.state == "failed" for item in self.items)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.lane.id,
            "title": knowledge(self.lane.title).replace("{key}", self.key),
            "items": [item.as_json() for item in _fewer(self.items)],
            "left_out": max(0, len(self.items) - MOST_ITEMS),
        }


def tracks(analysis: Analysis) -> list[dict[str, Any]]:
    """The rows of bars, in the table's order, those of a lane by key."""
    return [track.as_json() for track in build(analysis)]


def build(analysis: Analysis) -> list[Track]:
    """All tracks that hold anything."""
    table = lanes.load()
    found = marks(analysis)
    result: list[Track] = []
    for lane in table.lanes:
        mine = [pair for pair in found if pair[0].lane == lane.id]
        keys = sorted({pair[1].get("key") or "" for pair in mine}) if lane.by_key else [""]
        rows = [
            Track(lane, key, _items(lane, (p for p in mine if not lane.by_key or p[1].get("key") == key)))
            for key in keys
        ]
        rows = [row for row in rows if row.items]
        best = sorted(rows, key=lambda row: (-row.failures, -len(row.items), row.key))[:MOST_KEYED]
        result += sorted(best, key=lambda row: row.key)
    return result


def marks(analysis: Analysis) -> list[tuple[Mark, Found]]:
    """Every record that a mark found and that carries a time, in order; of equal ones as the table has the marks."""
    patterns = analysis.reading.scanner.patterns
    pairs = [
        (found.order, number, mark, found)
        for number, mark in enumerate(lanes.load().marks)
        for found in analysis.findings.of(patterns.number_of(mark.pattern))
        if found.time is not None
    ]
    return [(mark, found) for _, _, mark, found in sorted(pairs, key=lambda pair: pair[:2])]


def _items(lane: Lane, pairs: Iterable[tuple[Mark, Found]]) -> list[Item]:
    """The steps of one track."""
    items: list[Item] = []
    current: Item | None = None
    for mark, found in pairs:
        time = found.time or 0
        if current is not None and lane.longest and time - current.start > lane.longest:
            current = None
        number = found.get("number") or ""
        if mark.edge in _MOMENTS:
            items.append(Item(mark.step, number, time, time, _MOMENTS[mark.edge], found))
        elif mark.edge in ENDS:
            if current is not None and mark.step in ("", current.step):
                current.end, current.state = time, mark.edge
                current = None
            elif mark.otherwise:
                items.append(Item(mark.otherwise, number, time, time, mark.edge, found))
        elif current is None or (mark.step, number) != (current.step, current.number):
            if current is not None and (lane.follow or lane.lasts):
                current.end, current.state = time, _LASTING if lane.lasts else "done"
            current = Item(mark.step, number, time, None, "open", found)
            items.append(current)
    if current is not None and lane.lasts:
        current.state = _LASTING
    return items


def _fewer(items: list[Item]) -> list[Item]:
    """At most MOST_ITEMS: failures first, then the latest."""
    if len(items) <= MOST_ITEMS:
        return items
    rank = sorted(range(len(items)), key=lambda i: (items[i].state != "failed", -i))[:MOST_ITEMS]
    return [items[i] for i in sorted(rank)]
