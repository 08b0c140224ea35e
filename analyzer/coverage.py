"""What the bundle covers: every source with its span, its gaps, and what was not read and why."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from analyzer.clock import Times
from analyzer.lines.stamp import NOT_A_TIME
from analyzer.store import QUALITIES, Store

GAP = 6 * 3600 * 1_000_000  # a source silent for longer is shown as a gap
MOST_GAPS = 20
PAUSE = 60 * 1_000_000  # lines closer together are one burst
FEWEST_PAUSES = 3
EARLIEST = int(
    np.datetime64("2010-01-01", "us").astype(np.int64)
)  # Azure is not older; earlier stamps are broken clocks


@dataclass
class SourceCover:
    """One logical source over the whole bundle. Times are microseconds UTC, None when it carries none."""

    source: str
    files: set[str] = field(default_factory=set)
    events: int = 0
    bytes: int = 0
    unparsed_bytes: int = 0
    first: int | None = None
    last: int | None = None
    quality: str = "none"
    gaps: list[tuple[int, int]] = field(default_factory=list)
    rhythm: int | None = None  # the pause that all but one in twenty of its pauses keep below, microseconds


def sources(store: Store, times: Times) -> dict[str, SourceCover]:
    """Coverage by source, sources in order of name."""
    names = store.source_names()
    covers: dict[str, SourceCover] = {}
    moments: dict[str, list[np.ndarray]] = {}
    for member in store.order():
        columns, utc = store.columns(member), times.utc[member]
        info = store.members[member]
        for code in np.unique(columns["source"]):
            name = names[code]
            cover = covers.setdefault(name, SourceCover(name))
            mine = columns["source"] == code
            cover.files.add(info.canonical)
            cover.events += int(mine.sum())
            if name == info.source:
                cover.bytes += info.size
                cover.unparsed_bytes += info.unparsed
            timed = mine & (utc != NOT_A_TIME) & (utc >= EARLIEST)
            if timed.any():
                moments.setdefault(name, []).append(utc[timed])
                worst = int(times.quality[member][timed].max())
                cover.quality = QUALITIES[max(worst, QUALITIES.index(cover.quality))]
    for name, parts in moments.items():
        every = np.sort(np.concatenate(parts), kind="stable")
        cover = covers[name]
        cover.first, cover.last = int(every[0]), int(every[-1])
        pauses = np.diff(every)
        pauses = pauses[pauses > PAUSE]
        if len(pauses) >= FEWEST_PAUSES:
            cover.rhythm = int(np.quantile(pauses, 0.95))
        wide = np.flatnonzero(np.diff(every) > GAP)
        cover.gaps = [(int(every[i]), int(every[i + 1])) for i in wide[-MOST_GAPS:]]
    return dict(sorted(covers.items()))


def span(covers: dict[str, SourceCover]) -> tuple[int | None, int | None]:
    """First and last time of the bundle."""
    firsts = [c.first for c in covers.values() if c.first is not None]
    lasts = [c.last for c in covers.values() if c.last is not None]
    return (min(firsts, default=None), max(lasts, default=None))
