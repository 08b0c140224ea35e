"""What tells of an export's clock: its events, the logs in UTC beside it, and what both of them record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analyzer.clocks.happenings import Places, Silence, Told
from analyzer.clocks.meetings import Meetings, lively, recorded, stops
from analyzer.clocks.twins import CODE_BITS, Rows
from analyzer.clocks.zonechoice import Choice
from analyzer.clocks.zones import QUARTER, SECOND
from analyzer.lines.grammar import LEVELS
from analyzer.lines.stamp import Clock, Ints
from analyzer.parsers.families import FAMILIES
from analyzer.reading.store import Store

_VERBOSE = LEVELS.index("verbose")
_SPREAD = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio
_NONE = np.zeros(0, dtype=np.int64)


@dataclass
class Export:
    """One export of an event log in local time, and what became of it."""

    member: int
    rows: Rows
    shown: Ints  # the quarters of an hour in which it has events, microseconds
    stops: Ints  # seconds at which Windows went down, and at which it came up
    starts: Ints
    choice: Choice = field(default_factory=lambda: Choice(None))

    @property
    def sure(self) -> bool:
        return self.choice.sure

    def in_utc(self) -> Rows:
        """Its events by the chosen zone; none without one."""
        if self.choice.rules is None:
            return Rows(self.member, _NONE, _NONE)
        local = self.rows.second * SECOND
        return Rows(self.member, (local - self.choice.rules.at_local(local)) // SECOND, self.rows.code)


def exports_of(store: Store, silence: Silence) -> list[Export]:
    """All exports in local time, by path."""
    every = (_export(store, member, silence) for member in store.order() if store.has(member, "event_id"))
    return [export for export in every if export is not None]


def _export(store: Store, member: int, silence: Silence) -> Export | None:
    rows = rows_of(store, member, Clock.LOCAL)
    if len(rows.second) == 0:
        return None
    stopping, starting = (np.isin(rows.code, _codes_of(store, kinds)) for kinds in (silence.since, silence.until))
    quarters = rows.second * SECOND // QUARTER
    shown = np.unique(quarters[np.diff(quarters, prepend=-1) != 0]) * QUARTER
    return Export(member, rows, shown, rows.second[stopping], rows.second[starting])


def _codes_of(store: Store, kinds: Iterable[tuple[str, int]]) -> Ints:
    names = store.components.names
    known = [(names.index(name), number) for name, number in kinds if name in names]
    return _codes(
        np.array([name for name, _ in known], dtype=np.int64), np.array([n for _, n in known], dtype=np.int64)
    )


def rows_of(store: Store, member: int, clock: Clock) -> Rows:
    """The events of a member on that clock; none of a log that has no event ids."""
    if not store.has(member, "event_id"):
        return Rows(member, _NONE, _NONE)
    columns = store.columns(member)
    rows = np.flatnonzero(columns["clock"] == clock)
    components, ids = (store.optional(member, name, 0)[rows].astype(np.int64) for name in ("component", "event_id"))
    return Rows(member, columns["raw"][rows] // SECOND, _codes(components, ids))


def _codes(components: Ints, ids: Ints) -> Ints:
    """The kinds of events, spread over the codes."""
    spread = ((components << 16) | ids).astype(np.uint64) * np.uint64(_SPREAD)
    return (spread >> np.uint64(64 - CODE_BITS)).astype(np.int64)


class Logs:
    """What the bundle has in UTC, gathered when it is first asked for."""

    def __init__(self, store: Store, told: Sequence[Told]) -> None:
        self._store = store
        self._told = told

    def beside(self, export: Export) -> list[Meetings]:
        """All that the logs and the export tell of each other's clocks."""
        found = [lively(export.rows.second, self.sources), stops(export.stops, export.starts, self._spoken)]
        for told, logs in zip(self._told, self._logs, strict=True):
            rows = {export.member: told.events.get(export.member, [])}
            found.append(recorded(self._at(rows, Clock.LOCAL), logs, told.lag))
        return [evidence for evidence in found if evidence is not None]

    @cached_property
    def _logs(self) -> list[Ints]:
        return [self._at(told.logs, Clock.UTC) for told in self._told]

    @cached_property
    def sources(self) -> list[Ints]:
        """The seconds of each source, and once more without what it says all the time."""
        lines: dict[int, list[Ints]] = {}
        for member in range(len(self._store.members)):
            columns = self._store.columns(member)
            utc = columns["clock"] == Clock.UTC
            for code in np.unique(columns["source"][utc]).tolist():
                mine = utc & (columns["source"] == code)
                lines.setdefault(2 * code, []).append(columns["raw"][mine] // SECOND)
                loud = mine & (columns["level"] != _VERBOSE)
                lines.setdefault(2 * code + 1, []).append(columns["raw"][loud] // SECOND)
        return [np.concatenate(parts) for parts in lines.values()]

    @cached_property
    def _spoken(self) -> Ints:
        """The seconds of everything that only a running Windows writes."""
        parts = [_NONE]
        for member, info in enumerate(self._store.members):
            if info.kind in FAMILIES or self._store.has(member, "event_id"):
                columns = self._store.columns(member)
                parts.append(columns["raw"][columns["clock"] == Clock.UTC] // SECOND)
        return np.concatenate(parts)

    def _at(self, places: Places, clock: Clock) -> Ints:
        """The seconds of those of these rows that are on that clock."""
        parts = [_NONE]
        for member, rows in places.items():
            columns, chosen = self._store.columns(member), np.array(rows, dtype=np.int64)
            parts.append(columns["raw"][chosen[columns["clock"][chosen] == clock]] // SECOND)
        return np.concatenate(parts)
