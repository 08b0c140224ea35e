"""The events that matter, as columns: the rows of the report's table (`eventrows.py` chooses them).

Where their text comes from decides what that costs. Hits and state carry theirs, warnings and errors left it while
they passed by (`loud.py`), and of small files the bytes are still there. A big bundle is not read a second time for
the rest: the neighbours of evidence and the quiet events of the incident's time are shown where they are at hand.
With `everything` all events are taken, and the bundle is read once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from analyzer.document.eventrows import BIT, ROLES, Place, Rows, at_hand, choose, is_set, stretches
from analyzer.lines.grammar import LEVELS
from analyzer.lines.stamp import NOT_A_TIME, Ints
from analyzer.reading.clipped import clipped
from analyzer.reading.loud import WARNING
from analyzer.reading.store import QUALITIES
from analyzer.timeline import texts

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

MOST_OF_ALL = 2_000_000  # with `everything`
MOST_TEXT = 400  # characters of a row
MOST_TEXT_OF_ALL = 2_000


def events(analysis: Analysis, everything: bool = False) -> dict[str, Any]:
    """The table's rows in order of time, ties by file and place, those without a time last."""
    rows = choose(analysis)
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


def _with_text(analysis: Analysis, rows: Rows) -> tuple[npt.NDArray[np.int64], list[str]]:
    """The chosen rows whose text can be had, and it."""
    copied = {member: copies.copied for member, copies in analysis.times.copies.items()}
    places = [
        place
        for place, role in rows.roles.items()
        if (place in rows.texts or at_hand(analysis, place[0]))
        and (role & BIT["evidence"] or not is_set(copied, *place))
    ]
    missing = [place for place in places if place not in rows.texts]
    rows.texts.update(zip(missing, texts(analysis.reading, missing), strict=True))
    return np.array(places, dtype=np.int64).reshape(-1, 2), [rows.texts[place] for place in places]


def _everything(analysis: Analysis, rows: Rows) -> tuple[npt.NDArray[np.int64], list[str]]:
    """All events, evenly thinned beyond MOST_OF_ALL (what was chosen stays), with the text that another walk gives."""
    from analyzer.reading.walk import every_text

    store = analysis.reading.store
    step = max(1, -(-sum(member.events for member in store.members) // MOST_OF_ALL))
    wanted, matters = {}, dict[int, list[int]]()
    for member, row in rows.roles:
        matters.setdefault(member, []).append(row)
    for member in range(len(store.members)):
        keep = np.zeros(store.members[member].events, dtype=np.bool_)
        keep[::step] = True
        keep &= analysis.times.counts(member)
        keep[matters.get(member, [])] = True
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


def _columns(analysis: Analysis, places: npt.NDArray[np.int64], rows: Rows) -> dict[str, Any]:
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
        for part in stretches(store.members[member].events):
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
