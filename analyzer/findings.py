"""The hits of a run with their times: what evidence and incidents are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analyzer.clock import Times
from analyzer.lines.grammar import LEVELS
from analyzer.lines.stamp import NOT_A_TIME
from analyzer.matching.scanner import Scanner
from analyzer.store import QUALITIES, Store

REPLACED = ("goal-state", "extensions-config", "vm-settings")
"""Kinds of state of which only the newest file tells how things stand; the others are history."""


@dataclass(frozen=True)
class Found:
    """A record that a pattern matched. `time` is microseconds UTC, None when the record carries none."""

    time: int | None
    quality: str
    source: str
    level: str
    component: str
    member: int
    row: int
    path: str
    line: int
    text: str
    captures: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        return dict(self.captures).get(name)

    @property
    def order(self) -> tuple[bool, int, str, int]:
        """By time, untimed state last, then by place."""
        return (self.time is None, self.time or 0, self.path, self.line)


class Findings:
    """All hits by pattern number, in order, each record once even when two files hold a copy of it."""

    def __init__(self, scanner: Scanner, store: Store, times: Times) -> None:
        self._by_pattern: dict[int, list[Found]] = {}
        self._counts: dict[int, int] = {}
        sources = store.source_names()
        newest = {kind: max((m.as_of for m in store.members if m.kind == kind), default="") for kind in REPLACED}
        rank = {member: place for place, member in enumerate(store.order())}  # the archive's order must not matter
        for (pattern, member), hits in sorted(scanner.hits.items(), key=lambda item: rank[item[0][1]]):
            columns = store.columns(member)
            utc, quality = times.utc[member], times.quality[member]
            info = store.members[member]
            if info.kind in REPLACED and info.as_of < newest[info.kind]:
                continue
            for hit in hits.kept:
                moment = int(utc[hit.row])
                self._by_pattern.setdefault(pattern, []).append(
                    Found(
                        time=None if moment == NOT_A_TIME else moment,
                        quality=QUALITIES[quality[hit.row]],
                        source=sources[columns["source"][hit.row]],
                        level=LEVELS[columns["level"][hit.row]],
                        component=store.components.names[columns["component"][hit.row]],
                        member=member,
                        row=hit.row,
                        path=info.canonical,
                        line=hit.line,
                        text=hit.text,
                        captures=tuple(sorted(hit.captures.items())),
                    )
                )
            self._counts[pattern] = self._counts.get(pattern, 0) + hits.count
        for pattern, found in self._by_pattern.items():
            unique = _once(found)
            self._counts[pattern] -= len(found) - len(unique)
            self._by_pattern[pattern] = unique

    def of(self, pattern: int) -> list[Found]:
        return self._by_pattern.get(pattern, [])

    def count(self, pattern: int) -> int:
        """How many records the pattern matched, beyond the kept ones too."""
        return self._counts.get(pattern, 0)


def _once(found: Iterable[Found]) -> list[Found]:
    """Sorted; of timed records with the same text and captures at the same moment in different files, the first."""
    seen: dict[tuple[int, str, tuple[tuple[str, str], ...]], Found] = {}
    result = []
    for item in sorted(found, key=lambda f: f.order):
        if item.time is not None:
            first = seen.setdefault((item.time, item.text, item.captures), item)
            if first.member != item.member:
                continue
        result.append(item)
    return result
