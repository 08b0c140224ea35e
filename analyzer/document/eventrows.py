"""Which events matter: the rows of the report's table, what tells most first.

The evidence of causes, notes and incidents and the records around it, the steps of the timeline, the first and last
event of each source, the time of the incident, and all warnings and errors (what looks like one where a source gives no
level); at most MOST_ROWS.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analyzer.document import swimlanes
from analyzer.document.exhibits import CONTEXT_RECORDS, shown
from analyzer.judging.findings import Found
from analyzer.judging.unknown import LIKE_ERRORS, benign_patterns
from analyzer.lines.grammar import LEVELS
from analyzer.parsers.winevents.readers import READERS
from analyzer.reading.clipped import beginning
from analyzer.reading.loud import MOST_BYTES

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

MOST_ROWS = 20_000
MOST_OF_MANY = 10_000  # warnings and errors, where there are more than `loud.py` keeps
MOST_IN_WINDOW = 1_500  # quiet events of the incident's time
WALKED = 64 << 20  # a bundle up to this many bytes is read again where a text of its logs is missing
_STEP = 1 << 18  # rows that are looked at at a time

ROLES = ("evidence", "context", "incident", "step", "problem", "window", "edge")
"""Why a row is there: bit n of its `role` stands for ROLES[n]."""
BIT = {name: 1 << place for place, name in enumerate(ROLES)}

Place = tuple[int, int]
"""(member, row)."""


@dataclass
class Rows:
    """What was chosen so far, by place: why, the text where it is known, whose evidence it is (indexes of causes)."""

    roles: dict[Place, int] = field(default_factory=dict)
    texts: dict[Place, str] = field(default_factory=dict)
    causes: dict[Place, set[int]] = field(default_factory=dict)

    def add(self, place: Place, role: str, text: str | None = None) -> None:
        """Take a row, unless the table is full."""
        if place not in self.roles and len(self.roles) >= MOST_ROWS:
            return
        self.roles[place] = self.roles.get(place, 0) | BIT[role]
        if text is not None:
            self.texts.setdefault(place, text)

    def found(self, found: Iterable[Found], role: str) -> None:
        for item in found:
            self.add((item.member, item.row), role, item.text)


def choose(analysis: Analysis) -> Rows:
    """The rows of the default table, what tells most first."""
    rows = Rows()
    verdict = analysis.diagnosis
    every = [*verdict.causes, *verdict.notes]
    for number, cause in enumerate(every):
        for held in cause.judged.held.values():
            if held.holds:
                rows.found(shown(held.found), "evidence")
                for item in shown(held.found):
                    rows.causes.setdefault((item.member, item.row), set()).add(number)
    for incident in analysis.incidents:
        rows.found(shown(incident.evidence), "incident")
    rows.found((found for _, found in swimlanes.marks(analysis)), "step")
    for place in _edges(analysis):
        rows.add(place, "edge")
    for place in _around(analysis, [place for place in rows.roles if rows.roles[place] & BIT["evidence"]]):
        rows.add(place, "context")
    for cause in every:
        for held in cause.judged.held.values():
            rows.found(held.found if held.holds else (), "evidence")
    for place in _in_window(analysis):
        rows.add(place, "window")
    rows.found(_like_errors(analysis), "problem")
    _loud(analysis, rows)
    return rows


def _edges(analysis: Analysis) -> Iterator[Place]:
    """The first and the last event of each source."""
    store, names = analysis.reading.store, analysis.reading.store.source_names()
    seen: set[tuple[str, int]] = set()
    for member in store.order():
        for part in stretches(store.members[member].events):
            source, utc = store.columns(member)["source"][part], analysis.times.utc[member][part]
            for code in np.flatnonzero(np.bincount(source, minlength=1)).tolist():
                cover = analysis.covers.get(names[code])
                for moment in (cover.first, cover.last) if cover else ():
                    if moment is None or (names[code], moment) in seen:
                        continue
                    there = np.flatnonzero((utc == moment) & (source == code))
                    if len(there):
                        seen.add((names[code], moment))
                        yield member, part.start + int(there[0])


def stretches(events: int) -> Iterator[slice]:
    """All rows of a member, some at a time, so that what is computed of them needs little memory."""
    return (slice(begin, begin + _STEP) for begin in range(0, events, _STEP))


def _around(analysis: Analysis, places: Sequence[Place]) -> Iterator[Place]:
    """The neighbours of these records."""
    for member, row in places:
        last = analysis.reading.store.members[member].events - 1
        for near in range(max(0, row - CONTEXT_RECORDS), min(last, row + CONTEXT_RECORDS) + 1):
            yield member, near


def _in_window(analysis: Analysis) -> list[Place]:
    """The events of the time of an incident that did not end well, as far as their text is at hand, evenly thinned."""
    incident = analysis.diagnosis.incident
    if incident is None or incident.start is None or incident.outcome == "succeeded":
        return []
    begin, end = incident.start, incident.end if incident.end is not None else incident.start
    result: list[Place] = []
    for member in analysis.reading.store.order():
        if at_hand(analysis, member):
            utc = analysis.times.utc[member]
            inside = np.flatnonzero((utc >= begin) & (utc <= end) & analysis.times.counts(member))
            result += [(member, row) for row in inside.tolist()]
    return result[:: -(-len(result) // MOST_IN_WINDOW)] if result else []


def _like_errors(analysis: Analysis) -> Iterator[Found]:
    """Records that look like errors where the source gives no level, without those that are known to be harmless."""
    findings, patterns = analysis.findings, analysis.reading.scanner.patterns
    harmless = {place for benign in benign_patterns() for place in findings.places(patterns.number_of(benign))}
    for found in findings.of(patterns.number_of(LIKE_ERRORS)):
        if found.level == LEVELS[0] and (found.member, found.row) not in harmless:
            yield found


def _loud(analysis: Analysis, rows: Rows) -> None:
    """Warnings and errors, evenly thinned where they are more than the table has room for."""
    copied = {member: copies.copied for member, copies in analysis.times.copies.items()}
    kept = analysis.reading.loud
    loud = [item for item in kept.of(analysis.reading.store.order()) if not is_set(copied, item[0], item[1])]
    room = max(min(MOST_ROWS - len(rows.roles), MOST_OF_MANY if kept.every > 1 else MOST_ROWS), 1)
    chosen = set(np.linspace(0, len(loud) - 1, min(room, len(loud))).astype(np.int64).tolist())
    for number, (member, row, text) in enumerate(loud):
        if number in chosen or (member, row) in rows.roles:
            rows.add((member, row), "problem", beginning(text, MOST_BYTES))


def is_set(columns: Mapping[int, npt.NDArray[np.bool_]], member: int, row: int) -> bool:
    """What a column says that some members have."""
    return member in columns and bool(columns[member][row])


def at_hand(analysis: Analysis, member: int) -> bool:
    """Whether a member's text can be had without another walk over a big bundle."""
    reading = analysis.reading
    small = reading.bytes_read <= WALKED and reading.store.members[member].kind not in READERS
    return member in reading.cache or (member, 0) in reading.store.texts or small
