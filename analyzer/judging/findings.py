"""The hits of a run with their times: what evidence and incidents are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from analyzer.clocks.clock import Times
from analyzer.lines.grammar import LEVELS
from analyzer.lines.stamp import NOT_A_TIME
from analyzer.matching.patterns import Hit
from analyzer.matching.scanner import Hits, Scanner
from analyzer.reading.store import QUALITIES, Store

REPLACED = ("goal-state", "extensions-config", "vm-settings")
"""Kinds of state of which only the newest file tells how things stand; the others are history."""


class Found(NamedTuple):
    """A record that a pattern matched. `time` is microseconds UTC, None when the record carries none."""

    time: int | None
    quality: str
    source: str
    level: str
    member: int
    row: int
    path: str
    line: int
    text: str
    captures: tuple[tuple[str, str], ...]
    adrift: bool = False  # the time may be off by as much as zones differ

    def get(self, name: str) -> str | None:
        return dict(self.captures).get(name)

    @property
    def order(self) -> tuple[bool, int, str, int]:
        """By time, untimed state last, then by place."""
        return (self.time is None, self.time or 0, self.path, self.line)


class Findings:
    """All hits by pattern number, in order, each record once even when two files hold a copy of it. A pattern's hits
    are put together when it is first asked for."""

    def __init__(self, scanner: Scanner, store: Store, times: Times) -> None:
        self._store, self._times = store, times
        self._same = scanner.patterns.same
        self._sources = store.source_names()
        self._newest = {kind: max((m.as_of for m in store.members if m.kind == kind), default="") for kind in REPLACED}
        self._unsure = scanner.unsure
        self._hits: dict[int, list[Hits]] = {}
        self._done: dict[int, tuple[list[Found], int]] = {}
        rank = {member: place for place, member in enumerate(store.order())}  # the archive's order must not matter
        for (pattern, member), hits in sorted(scanner.hits.items(), key=lambda item: rank[item[0][1]]):
            info = store.members[member]
            if info.kind not in REPLACED or info.as_of >= self._newest[info.kind]:
                self._hits.setdefault(pattern, []).append(hits)

    def any(self, pattern: int) -> bool:
        """Whether the pattern matched any record."""
        return self._same[pattern] in self._hits

    def unsure(self, pattern: int) -> bool:
        """Whether records were not searched for the pattern, which took too long."""
        return self._same[pattern] in self._unsure

    def places(self, pattern: int) -> Iterator[tuple[int, int]]:
        """(member, row) of the records that the pattern matched, as far as they were kept."""
        return ((hit.member, hit.row) for hits in self._hits.get(self._same[pattern], []) for hit in hits.kept)

    def of(self, pattern: int) -> list[Found]:
        return self._of(pattern)[0]

    def count(self, pattern: int) -> int:
        """How many records the pattern matched, beyond the kept ones too."""
        return self._of(pattern)[1]

    def _of(self, pattern: int) -> tuple[list[Found], int]:
        number = self._same[pattern]
        if number not in self._done:
            every = [(hits, self._found(hits.kept)) for hits in self._hits.get(number, [])]
            copies = self._copies([item for _, found in every for item in found])
            rest = [(hits, [item for item in found if id(item) not in copies]) for hits, found in every]
            found = [item for _, items in rest for item in items]
            unique = _once(found)
            # of hits that were not kept, as many are copies as of those that were
            total = sum(hits.count * len(items) // max(len(hits.kept), 1) for hits, items in rest)
            self._done[number] = unique, total - len(found) + len(unique)
        return self._done[number]

    def event(self, member: int, row: int) -> tuple[int, int]:
        """The record, by the same numbers for all copies of an event."""
        copies = self._times.copies.get(member)
        return (member, row) if copies is None or copies.group[row] < 0 else (-1, int(copies.group[row]))

    def _copies(self, found: Sequence[Found]) -> set[int]:
        """The records (by identity) of events that were found in a better export, or more often in another. What only
        the lesser one shows is kept: one has an event's words, the other its values."""
        groups: dict[tuple[int, int], dict[int, list[Found]]] = {}
        for item in found if self._times.copies else ():
            groups.setdefault(self.event(item.member, item.row), {}).setdefault(item.member, []).append(item)
        result: set[int] = set()
        for members in groups.values():
            better = {
                m: m not in self._times.copies or not self._times.copies[m].copied[i[0].row] for m, i in members.items()
            }
            best = max(members, key=lambda m: (len(members[m]), better[m]))
            result.update(id(item) for member, items in members.items() if member != best for item in items)
        return result

    def _found(self, hits: list[Hit]) -> list[Found]:
        """One member's hits with their times."""
        member = hits[0].member
        columns, path = self._store.columns(member), self._store.members[member].canonical
        rows = np.array([hit.row for hit in hits])
        moments = self._times.utc[member][rows].tolist()
        qualities = self._times.quality[member][rows].tolist()
        sources, levels = columns["source"][rows].tolist(), columns["level"][rows].tolist()
        adrift = self._times.adrift(member)
        return [
            Found(
                time=None if moment == NOT_A_TIME else moment,
                quality=QUALITIES[quality],
                source=self._sources[source],
                level=LEVELS[level],
                member=member,
                row=hit.row,
                path=path,
                line=hit.line,
                text=hit.text,
                captures=tuple(sorted(hit.captures.items())) if hit.captures else (),
                adrift=adrift and QUALITIES[quality] != "exact",
            )
            for hit, moment, quality, source, level in zip(hits, moments, qualities, sources, levels, strict=True)
        ]


def _once(found: Iterable[Found]) -> list[Found]:
    """Sorted; of timed records with the same text and captures at the same moment in different files, the first."""
    ordered = sorted(found, key=lambda f: f.order)
    if not ordered or all(item.member == ordered[0].member for item in ordered):
        return ordered
    seen: dict[tuple[int, str, tuple[tuple[str, str], ...]], Found] = {}
    result = []
    for item in ordered:
        if item.time is not None:
            first = seen.setdefault((item.time, item.text, item.captures), item)
            if first.member != item.member:
                continue
        result.append(item)
    return result
