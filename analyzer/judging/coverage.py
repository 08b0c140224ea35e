"""What the bundle covers: every source with its span, its gaps, and what was not read and why."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analyzer.clocks.clock import Times
from analyzer.language import _, plural
from analyzer.lines.stamp import Ints
from analyzer.parsers.winevents.channel import UNKNOWN, channel_of
from analyzer.reading.store import QUALITIES, MemberInfo, Store

GAP = 6 * 3600 * 1_000_000  # a source silent for longer is shown as a gap
MOST_GAPS = 20
MOST_FILES = 2_000  # that are listed
MOST_NOTES = 5  # of one of them
PAUSE = 60 * 1_000_000  # lines closer together are one burst
FEWEST_PAUSES = 3
_STEP = 1 << 18
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
    doubtful: bool = False  # some of its times are in a zone that is not known
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
        counts = np.bincount(columns["source"])
        codes = np.flatnonzero(counts)
        told = [names[code] for code in codes]
        own = info.source if info.source in told else names[counts.argmax()] if told else ""
        for code, name in zip(codes, told, strict=True):
            cover = covers.setdefault(name, SourceCover(name))
            mine = columns["source"] == code
            if member in times.copies:
                mine &= ~times.copies[member].copied
            cover.files.add(info.canonical)
            cover.events += int(np.count_nonzero(mine))
            if name == own:
                cover.bytes += info.size
                cover.unparsed_bytes += info.unparsed
            mine &= utc >= EARLIEST  # what has no time is before everything
            if mine.any():
                moments.setdefault(name, []).append(utc if mine.all() else utc[mine])
                worst = int(times.quality[member][mine].max())
                cover.quality = QUALITIES[max(worst, QUALITIES.index(cover.quality))]
                cover.doubtful |= QUALITIES[worst] != "exact" and not times.zone_of(member).known
    for name, parts in moments.items():
        every = _in_order(parts)
        cover = covers[name]
        cover.first, cover.last = int(every[0]), int(every[-1])
        begin, pause = _pauses(every)
        if len(pause) >= FEWEST_PAUSES:
            cover.rhythm = int(np.quantile(pause, 0.95))
        cover.gaps = [(int(every[i]), int(every[i + 1])) for i in begin[pause > GAP][-MOST_GAPS:]]
    return {name: covers[name] for name in sorted(covers) if covers[name].events}


def _in_order(parts: list[Ints]) -> Ints:
    """All times, sorted. The log of a lone file is so already, as a rule, and a copy of it would cost its size."""
    if len(parts) == 1 and all((later >= earlier).all() for earlier, later in _steps(parts[0])):
        return parts[0]
    return np.sort(np.concatenate(parts), kind="stable")


def _pauses(every: Ints) -> tuple[Ints, Ints]:
    """(index of the time before it, length) of every pause above PAUSE."""
    begins, lengths = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for number, (earlier, later) in enumerate(_steps(every)):
        length = later - earlier
        long = np.flatnonzero(length > PAUSE)
        begins.append(long + number * _STEP)
        lengths.append(length[long])
    return np.concatenate(begins), np.concatenate(lengths)


def _steps(every: Ints) -> Iterator[tuple[Ints, Ints]]:
    """(times, the times behind each of them), a stretch at a time, so that differences need little memory."""
    for begin in range(0, len(every) - 1, _STEP):
        yield every[begin : min(begin + _STEP, len(every) - 1)], every[begin + 1 : begin + 1 + _STEP]


def lost(store: Store, covers: dict[str, SourceCover], wanted: Container[str]) -> list[str]:
    """Event logs that are in the bundle, of which no record could be read, and which nothing else covers: those that
    are `wanted`, and those of no telling name where there is no other."""
    result = []
    for info in store.members:
        if info.kind.startswith("events-") and info.unparsed and not info.events:
            channel = channel_of(info.path)
            source = f"event:{channel}"
            alone = channel == UNKNOWN and not any(name.startswith("event:") for name in covers)
            if alone or (source in wanted and source not in covers):
                result.append(info.canonical)
    return sorted(result)


def span(covers: dict[str, SourceCover]) -> tuple[int | None, int | None]:
    """First and last time of the bundle."""
    firsts = [c.first for c in covers.values() if c.first is not None]
    lasts = [c.last for c in covers.values() if c.last is not None]
    return (min(firsts, default=None), max(lasts, default=None))


def files(store: Store, problems: Iterable[tuple[int, int, str]]) -> list[dict[str, Any]]:
    """The files and what is to be said of them; `problems` are (member, line, words). Where there are too many to list,
    those of which something is to be said come first, and the rest is counted."""
    notes = [list(info.notes) for info in store.members]
    for member, line, words in problems:
        notes[member].append(_("line {n}: {words}").format(n=line, words=words))
    listed = store.order()
    if len(listed) > MOST_FILES:
        listed.sort(
            key=lambda m: (store.members[m].kind in ("skip", "unknown"), not notes[m], -store.members[m].events)
        )
        chosen = set(listed[:MOST_FILES])
        listed = [member for member in store.order() if member in chosen]
    result = [_file(store.members[member], notes[member]) for member in listed]
    if len(store.members) > MOST_FILES:
        more = len(store.members) - MOST_FILES
        words = plural("{n} more file is not listed", "{n} more files are not listed", more)
        result.append({"path": "", "kind": "", "source": "", "events": 0, "note": words})
    return result


def _file(info: MemberInfo, notes: list[str]) -> dict[str, Any]:
    more = len(notes) - MOST_NOTES
    note = "; ".join(notes[:MOST_NOTES] + [f"and {more} more"] * (more > 0))
    return {"path": info.canonical, "kind": info.kind, "source": info.source, "events": info.events, "note": note}
