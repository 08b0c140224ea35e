"""The public face of the events: one pandas DataFrame, one row an event (design.md, "Events")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from analyzer.clocks.clock import Times
from analyzer.lines.grammar import LEVELS
from analyzer.lines.stamp import NOT_A_TIME
from analyzer.matching.text import plain_text
from analyzer.reading.pipeline import Reading, Span, components, read_spans
from analyzer.reading.store import QUALITIES

if TYPE_CHECKING:
    import pandas as pd

MOST_TEXT_ROWS = 50_000  # rows that keep their text in the frame; more is read again on demand
MOST_TEXT = 64 << 10  # of one record
_LAST = np.iinfo(np.int64).max  # events without a time come last
CHUNK = 20_000  # rows whose text is read at a time when everything is streamed


@dataclass(frozen=True)
class Timeline:
    """The frame, and where the text of each of its rows lies."""

    frame: pd.DataFrame
    member: npt.NDArray[np.int32]
    row: npt.NDArray[np.int32]


def build(reading: Reading, times: Times, wanted: set[tuple[int, int]]) -> Timeline:
    """All events by time, ties by file and place; events without a time come last; of an event's copies one. Text for
    `wanted` (member, row) and for warnings and errors, up to MOST_TEXT_ROWS rows."""
    import pandas as pd

    store = reading.store
    components(reading)
    order = store.order()
    sizes = [store.members[m].events for m in order]
    total = sum(sizes)
    base = dict(zip(order, np.cumsum([0, *sizes]).tolist(), strict=False))
    time = _joined([times.utc[m] for m in order], np.int64).copy()
    time[time == NOT_A_TIME] = _LAST
    sort = np.argsort(time, kind="stable").astype(np.int32 if total < np.iinfo(np.int32).max else np.int64)
    if times.copies:
        sort = sort[_joined([times.counts(m) for m in order], np.bool_)[sort]]
    time = time[sort]
    time[time != _LAST] *= 1000
    time[time == _LAST] = NOT_A_TIME

    def column(name: str, kind: Any) -> npt.NDArray[Any]:
        ordered: npt.NDArray[Any] = _joined([store.columns(m)[name] for m in order], kind)[sort]
        return ordered

    def optional(name: str, default: int) -> npt.NDArray[Any]:
        ordered: npt.NDArray[Any] = _joined([store.optional(m, name, default) for m in order], np.int32)[sort]
        return ordered

    member = np.repeat(np.array(order, dtype=np.int32), sizes)[sort]
    row = _joined([np.arange(n, dtype=np.int32) for n in sizes], np.int32)[sort]
    paths = sorted({store.members[m].canonical for m in order})
    path_code = np.array([paths.index(info.canonical) for info in store.members] or [0], dtype=_code_type(len(paths)))
    level = column("level", np.uint8).astype(np.int8)
    loud = np.flatnonzero((level >= 1) & (level <= LEVELS.index("warning")))[:MOST_TEXT_ROWS]
    quality = _joined([times.quality[m] for m in order], np.uint8)[sort]
    event_id = optional("event_id", -1)
    without = event_id < 0
    event_id[without] = 0
    frame = pd.DataFrame(
        {
            "time": pd.DatetimeIndex(time.view("datetime64[ns]")).tz_localize("UTC"),
            "time_quality": _categories(quality.astype(np.int8), list(QUALITIES)),
            "source": _categories(column("source", np.uint16), store.source_names()),
            "level": _categories(level - np.int8(1), list(LEVELS[1:])),
            "component": _categories(optional("component", 0) - 1, store.components.names[1:]),
            "event_id": pd.arrays.IntegerArray(event_id, without),
            "message": pd.arrays.StringArray(_messages(reading, member, row, base, sort, loud, wanted)),
            "file": _categories(path_code[member], paths),
            "line": pd.arrays.IntegerArray(column("line", np.int32), np.zeros(len(sort), dtype=np.bool_)),
        },
        copy=False,
    )
    return Timeline(frame, member, row)


def _messages(
    reading: Reading,
    member: npt.NDArray[Any],
    row: npt.NDArray[Any],
    base: Mapping[int, int],
    sort: npt.NDArray[Any],
    loud: npt.NDArray[np.int64],
    wanted: set[tuple[int, int]],
) -> npt.NDArray[Any]:
    """The text of the rows that are kept with theirs, NA elsewhere."""
    import pandas as pd

    asked = np.array(sorted(base[m] + r for m, r in wanted), dtype=sort.dtype)
    shown = sorted({*loud.tolist(), *np.flatnonzero(np.isin(sort, asked)).tolist()})
    message = np.full(len(sort), pd.NA, dtype=object)
    if shown:
        message[shown] = texts(reading, [(int(member[i]), int(row[i])) for i in shown])
    return message


def _categories(codes: npt.NDArray[Any], names: list[str]) -> pd.Categorical[str]:
    """A categorical from codes; -1 is 'none'. The order of `names` may stem from the archive's, so theirs is sorted."""
    import pandas as pd

    order = sorted(range(len(names)), key=names.__getitem__)
    place = np.empty(len(names) + 1, dtype=_code_type(len(names)))
    place[order], place[-1] = np.arange(len(names)), -1
    return pd.Categorical.from_codes(place[codes], categories=pd.Index([names[i] for i in order], dtype=object))


def _code_type(names: int) -> Any:
    """The smallest type that numbers so many names and a 'none'."""
    return np.int8 if names < np.iinfo(np.int8).max else np.int32


def _joined(parts: list[npt.NDArray[Any]], kind: Any) -> npt.NDArray[Any]:
    """One array of all parts; of a single one, that itself."""
    return parts[0] if len(parts) == 1 else np.concatenate([*parts, np.zeros(0, dtype=kind)])


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
