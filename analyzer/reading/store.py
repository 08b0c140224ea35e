"""The events of a bundle as a few numbers each; their text stays in the bundle.

Members are numbered in the order in which the bundle gives them, but everything that leaves the store is ordered by
time, then member path, then place in the file, so that the order of an archive does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.lines.component import Components
from analyzer.lines.index import Block, source_code
from analyzer.lines.stamp import Ints
from analyzer.reading.column import Column

QUALITIES = ("none", "exact", "zone-assumed", "year-guessed", "inherited")

_COLUMNS: dict[str, Any] = {
    "raw": np.int64,
    "clock": np.uint8,
    "level": np.uint8,
    "source": np.uint16,
    "length": np.int32,
    "line": np.int32,
    "header": np.uint8,
}


@dataclass
class MemberInfo:
    """One file of the bundle, as read."""

    path: str
    canonical: str
    kind: str
    source: str
    size: int = 0
    events: int = 0
    unparsed: int = 0
    modified: float = 0.0  # seconds since 1970 UTC at which it was last written, as its container says; 0 for unknown
    as_of: str = ""  # of a state file that newer ones replace; sortable
    notes: list[str] = field(default_factory=list)


@dataclass
class Store:
    """Columns of all events, by member. `texts` holds what state parsers worded, by (member, row)."""

    members: list[MemberInfo] = field(default_factory=list)
    sources: dict[str, int] = field(default_factory=dict)
    components: Components = field(default_factory=Components)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    _columns: dict[int, dict[str, Column]] = field(default_factory=dict)
    _optional: dict[tuple[int, str], Column] = field(default_factory=dict)

    def add_member(self, info: MemberInfo) -> int:
        self.members.append(info)
        return len(self.members) - 1

    def add_block(self, member: int, block: Block) -> int:
        """Keep a block's columns; the row number of its first record."""
        first = self.members[member].events
        part: dict[str, npt.NDArray[Any]] = {
            "raw": block.raw,
            "clock": block.clock,
            "level": block.level,
            "source": block.source,
            "length": np.minimum(block.end - block.start, np.iinfo(np.int32).max),
            "line": block.line,
            "header": np.minimum(block.message, 255),
        }
        if member not in self._columns:
            self._columns[member] = {name: Column(kind) for name, kind in _COLUMNS.items()}
        for name, column in self._columns[member].items():
            column.extend(part[name])
        self._add_optional(member, "component", block.component)
        self._add_optional(member, "event_id", block.event_id)
        self.members[member].events += len(block.start)
        return first

    def add_components(self, member: int, block: Block) -> None:
        """Codes of the components of a member's next records."""
        self._add_optional(member, "component", block.component)

    def _add_optional(self, member: int, name: str, values: npt.NDArray[np.int32] | None) -> None:
        if values is not None:
            self._optional.setdefault((member, name), Column(np.int32)).extend(values)

    def has(self, member: int, name: str) -> bool:
        """Whether its records have a 'component' or an 'event_id'."""
        return (member, name) in self._optional

    def optional(self, member: int, name: str, default: int) -> npt.NDArray[np.int32]:
        """'component' or 'event_id' of a member's records, `default` where it has none. Another walk that gave more or
        fewer of them than the first, which failed in the middle or met another file, moves no other member's."""
        events = self.members[member].events
        known = self._optional[member, name].values()[:events] if self.has(member, name) else np.zeros(0, np.int32)
        return known if len(known) == events else np.append(known, np.full(events - len(known), default, np.int32))

    def source_code(self, name: str) -> int:
        return source_code(self.sources, name)

    def source_names(self) -> list[str]:
        return list(self.sources)

    def columns(self, member: int) -> dict[str, npt.NDArray[Any]]:
        """One member's columns in file order."""
        kept = self._columns.get(member)
        if kept is None:
            return {name: np.zeros(0, dtype=kind) for name, kind in _COLUMNS.items()}
        return {name: column.values() for name, column in kept.items()}

    def settle(self, utc: Mapping[int, Ints]) -> None:
        """The members' stamps are UTC from now on: the ones they were made from are let go."""
        for member, times in utc.items():
            if member in self._columns:
                self._columns[member]["raw"].become(times)

    def places(self, member: int) -> tuple[Ints, Ints]:
        """(offset, length) of a member's records in its bytes: they follow each other without gaps."""
        length = self.columns(member)["length"]
        return np.cumsum(length, dtype=np.int64) - length, length

    def order(self) -> list[int]:
        """Member numbers by path, the order in which ties of time are broken."""
        return sorted(range(len(self.members)), key=lambda m: (self.members[m].canonical, self.members[m].path))
