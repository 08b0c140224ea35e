"""The events that matter, as columns: the rows of the report's table.

What is in it: the evidence of causes, notes and incidents and the records around it, the steps of the timeline, all
warnings and errors (what looks like one where a source gives no level), the events of the incident's time, and the
first and last of each source; at most MOST_ROWS of them.

Where their text comes from decides what that costs. Hits and state carry theirs, warnings and errors left it while
they passed by (`loud.py`), and of small files the bytes are still there. A big bundle is not read a second time for
the rest: the neighbours of evidence and the quiet events of the incident's time are shown where they are at hand.
With `everything` all events are taken, and the bundle is read once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from analyzer import swimlanes
from analyzer.clipped import beginning, clipped
from analyzer.exhibits import CONTEXT_RECORDS, shown
from analyzer.findings import Found
from analyzer.lines.grammar import LEVELS
from analyzer.lines.stamp import NOT_A_TIME, Ints
from analyzer.loud import MOST_BYTES, WARNING
from analyzer.parsers.winevents.readers import READERS
from analyzer.store import QUALITIES
from analyzer.timeline import texts
from analyzer.unknown import LIKE_ERRORS, benign_patterns

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

MOST_ROWS = 20_000
MOST_OF_MANY = 10_000  # warnings and errors, where there are more than `loud.py` keeps
MOST_OF_ALL = 2_000_000  # with `everything`
MOST_TEXT = 400  # characters of a row
MOST_TEXT_OF_ALL = 2_000
MOST_IN_WINDOW = 1_500  # quiet events of the incident's time
WALKED = 64 << 20  # a bundle up to this many bytes is read again where a text of its logs is missing

_STEP = 1 << 18  # rows that are looked at at a time

ROLES = ("evidence", "context", "incident", "step", "problem", "window", "edge")
"""Why a row is there: bit n of its `role` stands for ROLES[n]."""
_BIT = {name: 1 << place for place, name in enumerate(ROLES)}

Place = tuple[int, int]
"""(member, row)."""


@dataclass
class _Rows:
    """What was chosen so far, by place: why, the text where it is known, whose evidence it is (indexes of causes)."""

    roles: dict[Place, int] = field(default_factory=dict)
    texts: dict[Place, str] = field(default_factory=dict)
    causes: dict[Place, set[int]] = field(default_factory=dict)

    def add(self, place: Place, role: str, text: str | None = None) -> None:
        """Take a row, unless the table is full."""
        if place not in self.roles and len(self.roles) >= MOST_ROWS:
            return
        self.roles[place] = self.roles.get(place, 0) | _BIT[role]
        if text is not None:
            self.texts.setdefault(place, text)

    def found(self, found: Iterable[Found], role: str) -> None:
        for item in found:
            self.add((item.member, item.row), role, item.text)


def events(analysis: Analysis, everything: bool = False) -> dict[str, Any]:
    """The table's rows in order of time, ties by file and place, those without a time last."""
    rows = _chosen(analysis)
    places, said = _everything(analysis, rows) if everything else _with_text(analysis, rows)
    order = _order(analysis, places)
    places, said = places[order], [said[i] for i in order.tolist()]
    counted = _counts(analysis)
    return _columns(analysis, places, rows) | {
        "everything": everything,
        "total": counted[0],
        "left_out": counted[0] - len(places) if everything else _left_out(analysis, counted[1], places),
        "text": [clipped(text, MOST_TEXT_OF_ALL if everything else MOST_TEXT) for text in said],
    }


def _chosen(analysis: Analysis) -> _Rows:
    """The rows of the default table, what tells most first."""
    rows = _Rows()
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
    for place in _around(analysis, [place for place in rows.roles if rows.roles[place] & _BIT["evidence"]]):
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
        for part in _stretches(store.members[member].events):
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


def _stretches(events: int) -> Iterator[slice]:
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
        if _at_hand(analysis, member):
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


def _loud(analysis: Analysis, rows: _Rows) -> None:
    """Warnings and errors, evenly thinned where they are more than the table has room for."""
    copied = {member: copies.copied for member, copies in analysis.times.copies.items()}
    kept = analysis.reading.loud
    loud = [item for item in kept.of(analysis.reading.store.order()) if not _is(copied, item[0], item[1])]
    room = max(min(MOST_ROWS - len(rows.roles), MOST_OF_MANY if kept.every > 1 else MOST_ROWS), 1)
    chosen = set(np.linspace(0, len(loud) - 1, min(room, len(loud))).astype(np.int64).tolist())
    for number, (member, row, text) in enumerate(loud):
        if number in chosen or (member, row) in rows.roles:
            rows.add((member, row), "problem", beginning(text, MOST_BYTES))


def _is(columns: Mapping[int, npt.NDArray[np.bool_]], member: int, row: int) -> bool:
    """What a column says that some members have."""
    return member in columns and bool(columns[member][row])


def _at_hand(analysis: Analysis, member: int) -> bool:
    """Whether a member's text can be had without another walk over a big bundle."""
    reading = analysis.reading
    small = reading.bytes_read <= WALKED and reading.store.members[member].kind not in READERS
    return member in reading.cache or (member, 0) in reading.store.texts or small


def _with_text(analysis: Analysis, rows: _Rows) -> tuple[npt.NDArray[np.int64], list[str]]:
    """The chosen rows whose text can be had, and it."""
    copied = {member: copies.copied for member, copies in analysis.times.copies.items()}
    places = [
        place
        for place, role in rows.roles.items()
        if (place in rows.texts or _at_hand(analysis, place[0]))
        and (role & _BIT["evidence"] or not _is(copied, *place))
    ]
    missing = [place for place in places if place not in rows.texts]
    rows.texts.update(zip(missing, texts(analysis.reading, missing), strict=True))
    return np.array(places, dtype=np.int64).reshape(-1, 2), [rows.texts[place] for place in places]


def _everything(analysis: Analysis, rows: _Rows) -> tuple[npt.NDArray[np.int64], list[str]]:
    """All events, evenly thinned beyond MOST_OF_ALL (what was chosen stays), with the text that another walk gives."""
    from analyzer.walk import every_text

    store = analysis.reading.store
    step = max(1, -(-sum(member.events for member in store.members) // MOST_OF_ALL))
    wanted = {}
    for member in range(len(store.members)):
        keep = np.zeros(store.members[member].events, dtype=np.bool_)
        keep[::step] = True
        keep &= analysis.times.counts(member)
        keep[[row for at, row in rows.roles if at == member]] = True
        wanted[member] = np.flatnonzero(keep)
    said = every_text(analysis.reading, wanted, MOST_TEXT_OF_ALL)
    places = [np.column_stack((np.full(len(kept), member), kept)) for member, kept in wanted.items()]
    return np.concatenate([np.zeros((0, 2), np.int64), *places]), [text for member in wanted for text in said[member]]


def _order(analysis: Analysis, places: npt.NDArray[np.int64]) -> Ints:
    """Where the table's first row stands in `places`, where its second …"""
    rank = np.zeros(len(analysis.reading.store.members) + 1, dtype=np.int64)
    rank[analysis.reading.store.order()] = np.arange(len(analysis.reading.store.members))
    time = _taken(places, analysis.times.utc, np.int64)
    time[time == NOT_A_TIME] = np.iinfo(np.int64).max
    order: Ints = np.lexsort((places[:, 1], rank[places[:, 0]], time))
    return order


def _taken(places: npt.NDArray[np.int64], columns: Any, kind: Any) -> npt.NDArray[Any]:
    """The values of a column, given by member, at these places."""
    result = np.zeros(len(places), dtype=kind)
    for member in np.unique(places[:, 0]).tolist():
        mine = places[:, 0] == member
        result[mine] = columns[member][places[mine, 1]]
    return result


def _columns(analysis: Analysis, places: npt.NDArray[np.int64], rows: _Rows) -> dict[str, Any]:
    """All columns but the text. Names stand once, in sorted order, and rows hold their numbers."""
    store = analysis.reading.store
    columns = {member: store.columns(member) for member in np.unique(places[:, 0]).tolist()}
    time = _taken(places, analysis.times.utc, np.int64)
    source = _taken(places, {m: c["source"] for m, c in columns.items()}, np.int64)
    sources, source = _numbered(store.source_names(), source)
    files, file = _numbered([info.canonical for info in store.members], places[:, 0])
    at: list[Place] = list(zip(places[:, 0].tolist(), places[:, 1].tolist(), strict=True))
    causes = [cause.signature.id for cause in (*analysis.diagnosis.causes, *analysis.diagnosis.notes)]
    return {
        "sources": sources,
        "levels": list(LEVELS),
        "qualities": list(QUALITIES),
        "files": files,
        "causes": causes,
        "roles": list(ROLES),
        "time": [None if moment == NOT_A_TIME else moment for moment in time.tolist()],
        "quality": _taken(places, analysis.times.quality, np.int64).tolist(),
        "source": source.tolist(),
        "level": _taken(places, {m: c["level"] for m, c in columns.items()}, np.int64).tolist(),
        "file": file.tolist(),
        "line": _taken(places, {m: c["line"] for m, c in columns.items()}, np.int64).tolist(),
        "role": [rows.roles.get(place, 0) for place in at],
        "evidence": [[row, *sorted(rows.causes[place])] for row, place in enumerate(at) if place in rows.causes],
    }


def _numbered(names: list[str], codes: npt.NDArray[np.int64]) -> tuple[list[str], npt.NDArray[np.int64]]:
    """(the names that are used, sorted; for each code the place of its name there)."""
    used = sorted({names[code] for code in np.unique(codes).tolist()})
    place = np.array([used.index(name) if name in used else 0 for name in names] or [0], dtype=np.int64)
    return used, place[codes]


def _counts(analysis: Analysis) -> tuple[int, int]:
    """(events, warnings and errors among them) of the bundle, copies counted once."""
    store, total, loud = analysis.reading.store, 0, 0
    for member in range(len(store.members)):
        copies = analysis.times.copies.get(member)
        for part in _stretches(store.members[member].events):
            level = store.columns(member)["level"][part]
            if copies is not None:
                level = level[~copies.copied[part]]
            total += len(level)
            loud += int(np.count_nonzero((level > 0) & (level <= WARNING)))
    return total, loud


def _left_out(analysis: Analysis, loud: int, places: npt.NDArray[np.int64]) -> int:
    """How many warnings and errors the table has no room for."""
    columns = {member: analysis.reading.store.columns(member)["level"] for member in np.unique(places[:, 0]).tolist()}
    level = _taken(places, columns, np.int64)
    return max(0, loud - int(np.count_nonzero((level > 0) & (level <= WARNING))))
