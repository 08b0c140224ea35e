"""The numbers behind the report's timeline chart: how loud each source was when, and the incidents as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analyzer.lines.grammar import LEVELS
from analyzer.moments import iso

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

BINS = 200
MOST_LANES = 14
_STEP = 1 << 20  # events that are counted at a time, so that it takes little memory
_ERROR = LEVELS.index("error")


def timeline(analysis: Analysis) -> dict[str, Any]:
    """Bins of [index, events, errors] by source between the bundle's first and last time."""
    from analyzer.coverage import span

    first, last = span(analysis.covers)
    if first is None or last is None:
        return {"start": None, "end": None, "lanes": [], "bins": BINS, "bars": [], "marks": []}
    width = max((last - first) // BINS + 1, 1)
    store, names = analysis.reading.store, analysis.reading.store.source_names()
    counts = {name: np.zeros((2, BINS), dtype=np.int64) for name in names}
    for member in range(len(store.members)):
        for begin in range(0, store.members[member].events, _STEP):
            part = slice(begin, begin + _STEP)
            columns = {name: column[part] for name, column in store.columns(member).items()}
            utc = analysis.times.utc[member][part]
            timed = (utc >= first) & (utc <= last)  # what has no time is before everything
            if member in analysis.times.copies:
                timed &= ~analysis.times.copies[member].copied[part]
            for code in np.unique(columns["source"][timed]):
                mine = timed & (columns["source"] == code)
                bins = (utc[mine] - first) // width
                level = columns["level"][mine]
                counts[names[code]][0] += np.bincount(bins, minlength=BINS)
                counts[names[code]][1] += np.bincount(bins[(level >= 1) & (level <= _ERROR)], minlength=BINS)
    busiest = sorted((n for n in names if counts[n][0].any()), key=lambda n: (-int(counts[n][0].sum()), n))[:MOST_LANES]
    verdict = analysis.diagnosis
    return {
        "start": iso(first),
        "end": iso(last),
        "lanes": [
            {
                "source": name,
                "bins": [
                    [int(i), int(counts[name][0][i]), int(counts[name][1][i])] for i in np.flatnonzero(counts[name][0])
                ],
            }
            for name in sorted(busiest)
        ],
        "bins": BINS,
        "bars": [
            {
                "lane": incident.kind,
                "label": f"{incident.operation.title} {incident.key}".strip(),
                "start": iso(incident.start),
                "end": iso(incident.end),
                "state": incident.outcome,
            }
            for incident in analysis.incidents
            if incident.start is not None
        ],
        "marks": [
            {"time": iso(cause.judged.first), "label": cause.signature.title, "kind": cause.state}
            for cause in verdict.causes
            if cause.judged.first is not None
        ],
    }
