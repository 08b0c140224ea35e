"""The public face of the events: one pandas DataFrame, one row an event (design.md, "Events")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analyzer.clock import Times
from analyzer.lines.grammar import LEVELS
from analyzer.lines.stamp import NOT_A_TIME
from analyzer.matching.text import plain_text
from analyzer.pipeline import Reading, Span, components, read_spans
from analyzer.store import QUALITIES, Store

if TYPE_CHECKING:
    import pandas as pd

MOST_TEXT_ROWS = 50_000  # rows that keep their text in the frame; more is read again on demand
MOST_TEXT = 64 << 10  # of one record
CHUNK = 20_000  # rows whose text is read at a time when everything is streamed


@dataclass(frozen=True)
class Timeline:
    """The frame, and where the text of each of its rows lies."""

    frame: pd.DataFrame
    member: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]


def build(reading: Reading, times: Times, wanted: set[tuple[int, int]]) -> Timeline:
    """All events by time, ties by file and place; events without a time come last. Text for `wanted`
    (member, row) and for warnings and errors, up to MOST_TEXT_ROWS rows."""
    import pandas as pd

    store = reading.store
    components(reading)
    order = store.order()
    sizes = [store.members[m].events for m in order]
    base = dict(zip(order, np.concatenate(([0], np.cumsum(sizes)))[:-1].tolist() if sizes else [], strict=True))
    columns = {name: _joined(store, order, name) for name in ("level", "source", "line")}
    utc = np.concatenate([times.utc[m] for m in order] or [np.zeros(0, dtype=np.int64)])
    quality = np.concatenate([times.quality[m] for m in order] or [np.zeros(0, dtype=np.uint8)])
    member = np.repeat(np.array(order, dtype=np.int64), sizes)
    row = np.concatenate([np.arange(n, dtype=np.int64) for n in sizes] or [np.zeros(0, dtype=np.int64)])
    sort = np.argsort(np.where(utc == NOT_A_TIME, np.iinfo(np.int64).max, utc), kind="stable")
    stamps = np.where(utc == NOT_A_TIME, NOT_A_TIME, np.where(utc == NOT_A_TIME, 0, utc) * 1000)[sort]
    component = np.concatenate([store.optional(m, "component", 0) for m in order] or [np.zeros(0, dtype=np.int32)])
    event_id = np.concatenate([store.optional(m, "event_id", -1) for m in order] or [np.zeros(0, dtype=np.int32)])[sort]
    paths = sorted({store.members[m].canonical for m in order})
    path_code = np.array([paths.index(info.canonical) for info in store.members] or [0], dtype=np.int64)
    level = columns["level"][sort].astype(np.int64)
    loud = np.flatnonzero((level >= 1) & (level <= LEVELS.index("warning")))[:MOST_TEXT_ROWS]
    place = np.empty(len(sort), dtype=np.int64)
    place[sort] = np.arange(len(sort))
    shown = sorted({*loud.tolist(), *(int(place[base[m] + r]) for m, r in wanted)})
    message = np.full(len(sort), None, dtype=object)
    if shown:
        message[shown] = texts(reading, [(int(member[sort[i]]), int(row[sort[i]])) for i in shown])
    frame = pd.DataFrame(
        {
            "time": pd.DatetimeIndex(stamps.view("datetime64[ns]")).tz_localize("UTC"),
            "time_quality": _categories(quality[sort].astype(np.int64), list(QUALITIES)),
            "source": _categories(columns["source"][sort].astype(np.int64), store.source_names()),
            "level": _categories(level - 1, list(LEVELS[1:])),
            "component": _categories(component[sort].astype(np.int64) - 1, store.components.names[1:]),
            "event_id": pd.array(np.where(event_id < 0, 0, event_id), dtype="Int32"),
            "message": pd.array(message, dtype="string"),
            "file": _categories(path_code[member[sort]], paths),
            "line": pd.array(columns["line"][sort].astype(np.int32), dtype="Int32"),
        }
    )
    frame.loc[event_id < 0, "event_id"] = pd.NA
    return Timeline(frame, member[sort], row[sort])


def _categories(codes: npt.NDArray[np.int64], names: list[str]) -> pd.Categorical[str]:
    """A categorical from codes; -1 is 'none'. The order of `names` may stem from the archive's, so theirs is sorted."""
    import pandas as pd

    order = sorted(range(len(names)), key=names.__getitem__)
    place = np.empty(len(names) + 1, dtype=np.int64)
    place[order], place[-1] = np.arange(len(names)), -1
    return pd.Categorical.from_codes(place[codes], categories=pd.Index([names[i] for i in order], dtype=object))


def _joined(store: Store, order: list[int], name: str) -> npt.NDArray[np.int64]:
    parts = [store.columns(m)[name] for m in order]
    joined = np.concatenate(parts) if parts else np.zeros(0)
    return joined.astype(np.int64)


def texts(reading: Reading, places: list[tuple[int, int]]) -> list[str]:
    """The records at (member, row), without the header where its stamp became the time."""
    store = reading.store
    spans: dict[tuple[int, int], Span] = {}
    by_member: dict[int, list[int]] = {}
    for member, row in places:
        if (member, row) not in store.texts:
            by_member.setdefault(member, []).append(row)
    for member, rows in by_member.items():
        offset, length = store.places(member)
        header = store.columns(member)["header"]
        for row in rows:
            head = int(header[row])
            spans[member, row] = (member, int(offset[row]) + head, max(min(int(length[row]) - head, MOST_TEXT), 0))
    raw = read_spans(reading, spans.values())
    return [store.texts[p] if p in store.texts else plain_text(raw.get(spans[p], b"")) for p in places]


def stream(reading: Reading, times: Times) -> Iterator[tuple[pd.DataFrame, list[str]]]:
    """The whole timeline in pieces, each with the text of all its rows."""
    full = build(reading, times, set())
    for start in range(0, len(full.frame), CHUNK):
        part = slice(start, start + CHUNK)
        places = list(zip(full.member[part].tolist(), full.row[part].tolist(), strict=True))
        yield full.frame.iloc[part], texts(reading, places)
