"""The numbers behind the report's timeline: how loud each source was when, the same closer up for the time of the
incident, how sure its times are, the incidents and the steps as bars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from analyzer.document import swimlanes
from analyzer.judging.incidents import Incident
from analyzer.language import knowledge
from analyzer.lines.grammar import LEVELS
from analyzer.moments import iso
from analyzer.reading.store import QUALITIES

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

BINS = 200
ZOOM_BINS = 120
MOST_LANES = 14
SHORT = 4  # the incident's time is drawn closer up where the whole is at least so many times as long
_STRAY_BINS, _STRAY_EVENTS = BINS // 3, 0.01  # a third of the chart for one event in a hundred is too much
_SECOND = 1_000_000
_STEP = 1 << 18  # events that are counted at a time, so that it takes little memory
_ERROR = LEVELS.index("error")
_GUESSES = ("zone-assumed", "year-guessed")

Counts = Mapping[str, npt.NDArray[np.int64]]
"""By source: events of each bin, and the errors among them."""


def timeline(analysis: Analysis) -> dict[str, Any]:
    """Bins of [index, events, errors] by source between the bundle's first and last time, and the bars."""
    from analyzer.judging.coverage import span

    first, last = span(analysis.covers)
    if first is None or last is None:
        return {
            "start": None, "end": None, "lanes": [], "bins": BINS, "bars": [], "marks": [], "tracks": [],
            "window": None, "zoom": None, "before": None,
        }  # fmt: skip
    counts = _counts(analysis, first, last, BINS)
    begin, before = _dense(counts, first, last)
    if before:
        counts = _counts(analysis, begin, last, BINS)
    guesses = _guesses(analysis)
    verdict = analysis.diagnosis
    return {
        "start": iso(first),
        "end": iso(last),
        "lanes": [
            {"source": name, "bins": _filled(counts[name]), "guesses": guesses.get(name, [])}
            for name in _busiest(counts)
        ],
        "bins": BINS,
        "bars": [
            {
                "lane": incident.kind,
                "label": _title(incident),
                "start": iso(incident.start),
                "end": iso(incident.end),
                "state": incident.outcome,
            }
            for incident in analysis.incidents
            if incident.start is not None
        ],
        "marks": [
            {"time": iso(cause.judged.first), "label": knowledge(cause.signature.title), "kind": cause.state}
            for cause in verdict.causes
            if cause.judged.first is not None
        ],
        "tracks": swimlanes.tracks(analysis),
        "window": _window(verdict.incident),
        "zoom": _zoom(analysis, begin, last),
        "before": {"start": iso(begin), "events": before} if before else None,
    }


def _dense(counts: Counts, first: int, last: int) -> tuple[int, int]:
    """(where the lanes begin, how many events lie before). A few stray ones long before all others (a status file of an
    extension that nobody touched since) would squeeze what matters into a corner."""
    every = sum((count[0] for count in counts.values()), np.zeros(BINS, dtype=np.int64))
    heard = np.flatnonzero(every)
    widest = int(np.argmax(np.diff(heard))) if len(heard) > 1 else 0
    before = int(every[: heard[widest] + 1].sum())
    if len(heard) < 2 or heard[widest + 1] < _STRAY_BINS or before > _STRAY_EVENTS * int(every.sum()):
        return first, 0
    return first + int(heard[widest + 1]) * max((last - first) // BINS + 1, 1), before


def _title(incident: Incident) -> str:
    return f"{knowledge(incident.operation.title)} {incident.key}".strip()


def _window(incident: Incident | None) -> dict[str, Any] | None:
    """The time of the incident that the report is about."""
    if incident is None or incident.start is None:
        return None
    return {
        "incident": incident.id,
        "label": _title(incident),
        "start": iso(incident.start),
        "end": iso(incident.end if incident.end is not None else incident.start),
        "state": incident.outcome,
    }


def _zoom(analysis: Analysis, first: int, last: int) -> dict[str, Any] | None:
    """The same lanes for the time of the incident and a little around it, where the whole is far longer; where all went
    well, for the last attempt of an operation that comes in runs (a backup)."""
    asked = analysis.diagnosis.incident
    runs = [incident for incident in analysis.incidents if incident.operation.style == "run"]
    for incident in (asked, *(runs[:-2:-1] if asked is None or asked.outcome == "succeeded" else ())):
        if incident is None or incident.start is None:
            continue
        end = incident.end if incident.end is not None else incident.start
        margin = max((end - incident.start) // 8, 10 * _SECOND)
        begin, end = max(first, incident.start - margin), min(last, end + margin)
        if last - first >= SHORT * (end - begin) > 0:
            counts = _counts(analysis, begin, end, ZOOM_BINS)
            lanes = [{"source": name, "bins": _filled(counts[name])} for name in _busiest(counts)]
            return {"label": _title(incident), "start": iso(begin), "end": iso(end), "bins": ZOOM_BINS, "lanes": lanes}
    return None


def _busiest(counts: Counts) -> list[str]:
    """The sources with the most events, in order of name."""
    heard = [name for name in counts if counts[name][0].any()]
    return sorted(sorted(heard, key=lambda name: (-int(counts[name][0].sum()), name))[:MOST_LANES])


def _counts(analysis: Analysis, first: int, last: int, bins: int) -> Counts:
    """How many events and errors each source has in each bin between two moments."""
    width = max((last - first) // bins + 1, 1)
    names = analysis.reading.store.source_names()
    counts = np.zeros((2, len(names) * bins), dtype=np.int64)
    for member, part, columns in _stretches(analysis):
        utc, place, level = analysis.times.utc[member][part], columns["source"].astype(np.int64), columns["level"]
        timed = (utc >= first) & (utc <= last)  # what has no time is before everything
        if member in analysis.times.copies:
            timed &= ~analysis.times.copies[member].copied[part]
        if not timed.all():
            utc, place, level = utc[timed], place[timed], level[timed]
        place *= bins
        place += (utc - first) // width
        counts[0] += np.bincount(place, minlength=counts.shape[1])
        counts[1] += np.bincount(place[(level >= 1) & (level <= _ERROR)], minlength=counts.shape[1])
    return {name: counts[:, code * bins : (code + 1) * bins] for code, name in enumerate(names)}


def _stretches(analysis: Analysis) -> Iterator[tuple[int, slice, dict[str, npt.NDArray[Any]]]]:
    """(member, rows, their columns) of all events, a stretch at a time."""
    store = analysis.reading.store
    for member in range(len(store.members)):
        for begin in range(0, store.members[member].events, _STEP):
            part = slice(begin, begin + _STEP)
            yield member, part, {name: column[part] for name, column in store.columns(member).items()}


def _filled(counts: npt.NDArray[np.int64]) -> list[list[int]]:
    return [[int(i), int(counts[0][i]), int(counts[1][i])] for i in np.flatnonzero(counts[0])]


def _guesses(analysis: Analysis) -> dict[str, list[dict[str, Any]]]:
    """By source: how many of its times were read in a zone that the stamps do not name, or have a guessed year."""
    names = analysis.reading.store.source_names()
    found: dict[tuple[str, str, str, bool], int] = {}
    for member, part, columns in _stretches(analysis):
        quality = analysis.times.quality[member][part]
        for guess in _GUESSES:
            guessed = quality == QUALITIES.index(guess)
            if not guessed.any():
                continue
            zone = analysis.times.zone_of(member)
            number = np.bincount(columns["source"][guessed], minlength=len(names))
            for code in np.flatnonzero(number).tolist():
                key = (names[code], guess, zone.name, zone.known)
                found[key] = found.get(key, 0) + int(number[code])
    result: dict[str, list[dict[str, Any]]] = {}
    for (name, guess, zone_name, known), count in sorted(found.items()):
        result.setdefault(name, []).append({"quality": guess, "events": count, "zone": zone_name, "known": known})
    return result
