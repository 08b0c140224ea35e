"""The events of a bundle as a few numbers each; their text stays in the bundle.

Members are numbered in the order in which the bundle gives them, but everything that leaves the store is ordered by
time, then member path, then place in the file, so that the order of an archive does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.lines.component import Components
from analyzer.lines.index import Block

QUALITIES = ("none", "exact", "zone-assumed", "year-guessed", "inherited")

_COLUMNS: dict[str, Any] = {
    "raw": np.int64,
    "clock": np.uint8,
    "level": np.uint8,
    "source": np.uint16,
    "component": np.int32,
    "offset": np.int64,
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
    as_of: str = ""  # of a state file that newer ones replace; sortable
    notes: list[str] = field(default_factory=list)


@dataclass
class Store:
    """Columns of all events, by member. `texts` holds what state parsers worded, by (member, row)."""

    members: list[MemberInfo] = field(default_factory=list)
    sources: dict[str, int] = field(default_factory=dict)
    components: Components = field(default_factory=Components)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    event_ids: dict[tuple[int, int], int] = field(default_factory=dict)
    _parts: dict[int, list[dict[str, npt.NDArray[Any]]]] = field(default_factory=dict)

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
            "component": block.component,
            "offset": block.base + block.start,
            "length": np.minimum(block.end - block.start, np.iinfo(np.int32).max),
            "line": block.line,
            "header": np.minimum(block.message, 255),
        }
        self._parts.setdefault(member, []).append(
            {name: part[name].astype(kind, copy=True) for name, kind in _COLUMNS.items()}
        )
        self.members[member].events += len(block.start)
        return first

    def source_names(self) -> list[str]:
        return list(self.sources)

    def columns(self, member: int) -> dict[str, npt.NDArray[Any]]:
        """One member's columns in file order."""
        parts = self._parts.get(member, [])
        if len(parts) > 1:
            self._parts[member] = parts = [{n: np.concatenate([p[n] for p in parts]) for n in _COLUMNS}]
        return parts[0] if parts else {name: np.zeros(0, dtype=kind) for name, kind in _COLUMNS.items()}

    def order(self) -> list[int]:
        """Member numbers by path, the order in which ties of time are broken."""
        return sorted(range(len(self.members)), key=lambda m: (self.members[m].canonical, self.members[m].path))
