"""One event that several exports hold counts once.

Exports of a channel overlap: System.evtx beside System.csv, two copies of a log, XML that somebody cut out of it. Rows
of one channel, provider, id and second in several files are one group; the file that has most of them keeps its rows,
of equals the one that tells most, and the others' are copies. Times must be in UTC before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from posixpath import basename

import numpy as np
import numpy.typing as npt

from analyzer.clocks.zones import SECOND
from analyzer.language import plural
from analyzer.lines.stamp import Bools, Clock, Ints
from analyzer.parsers.winevents.channel import UNKNOWN
from analyzer.reading.store import Store

_UNKNOWN = f"event:{UNKNOWN}"
_WITH_VALUES = (
    "events-evtx",
    "events-xml",
    "events-clixml",
)  # exports that have an event's values, not its words alone
_AGREEING = 0.3  # the share of the events in question that two files of one log have in common
_LATEST = 1 << 32  # seconds since 1970
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio
_KIND_BITS = 31  # a kind of event in a channel is a number of so many bits, which no two share but by rare chance


@dataclass(frozen=True)
class Copies:
    """Of one member: the group of each row (-1 for one without a time), and which rows another member holds better."""

    group: npt.NDArray[np.int32]
    copied: Bools


@dataclass
class _File:
    """The rows of a member that have a time: what they are and when, each value once and in order, how often it is
    there, and for each row the place of its own."""

    member: int
    rows: Ints
    events: Ints
    counts: Ints
    place: Ints


def copies(store: Store, utc: Mapping[int, Ints]) -> tuple[dict[int, Copies], dict[int, str]]:
    """The members that share events with others, and a word on each that holds copies."""
    result: dict[int, Copies] = {}
    words: dict[int, str] = {}
    groups = 0
    members = _sharing(store)
    channel = _channels(store, members) if _UNKNOWN in store.sources else None
    for log in _logs([_file(store, member, utc[member], channel) for member in members]):
        log.sort(key=lambda file: _tells(store, file))
        every = np.sort(np.concatenate([file.events for file in log]), kind="stable")  # of parts that are in order
        every = every[np.diff(every, prepend=-1) != 0]
        place = [np.searchsorted(every, file.events) for file in log]
        winner, most = np.zeros(len(every), dtype=np.int32), np.zeros(len(every), dtype=np.int64)
        for number, file in enumerate(log):
            better = file.counts > most[place[number]]
            winner[place[number][better]] = number
            most[place[number][better]] = file.counts[better]
        for number, file in enumerate(log):
            own = Copies(
                np.full(store.members[file.member].events, -1, dtype=np.int32),
                np.zeros(store.members[file.member].events, dtype=np.bool_),
            )
            own.group[file.rows] = (place[number] + groups)[file.place]
            lost = winner[place[number]] != number
            own.copied[file.rows] = lost[file.place]
            if lost.any():
                best = log[int(np.bincount(winner[place[number][lost]]).argmax())]
                where = basename(store.members[best.member].canonical)
                words[file.member] = plural(
                    "{n} of its events stands in {file} too and counts once",
                    "{n} of its events stand in {file} too and count once",
                    int(own.copied.sum()),
                    file=where,
                )
            result[file.member] = own
        groups += len(every)
    return result, words


def _sharing(store: Store) -> list[int]:
    """Members with events of a channel that another member has too, or may have, by path."""
    names = store.source_names()
    channels = {
        member: {names[code] for code in np.flatnonzero(np.bincount(store.columns(member)["source"])).tolist()}
        for member in store.order()
        if store.has(member, "event_id")
    }
    every = [name for own in channels.values() for name in own]
    if len(channels) > 1 and _UNKNOWN in every:
        return list(channels)
    return [member for member, own in channels.items() if any(every.count(name) > 1 for name in own)]


def _channels(store: Store, members: Sequence[int]) -> tuple[Ints, Ints]:
    """(kinds of events, the channel of each), from the exports that name their channel."""
    kinds, sources = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for member in members:
        source = store.columns(member)["source"]
        named = source != store.sources[_UNKNOWN]
        kind, first = np.unique(_kinds(store, member)[named], return_index=True)
        kinds.append(kind)
        sources.append(source[named][first].astype(np.int64))
    kind, first = np.unique(np.concatenate(kinds), return_index=True)
    return kind, np.concatenate(sources)[first]


def _kinds(store: Store, member: int) -> Ints:
    return store.optional(member, "component", 0).astype(np.int64) << 16 | store.optional(member, "event_id", 0)


def _file(store: Store, member: int, utc: Ints, channels: tuple[Ints, Ints] | None) -> _File:
    rows = np.flatnonzero((utc >= 0) & (utc < _LATEST * SECOND))
    kind, source = _kinds(store, member)[rows], store.columns(member)["source"][rows].astype(np.int64)
    if channels is not None and len(channels[0]):
        place = np.searchsorted(channels[0], kind).clip(0, len(channels[0]) - 1)
        told = (source == store.sources[_UNKNOWN]) & (channels[0][place] == kind)
        source[told] = channels[1][place][told]
    what = (kind << 16 | source).astype(np.uint64) * _SPREAD >> np.uint64(64 - _KIND_BITS)
    events = what.astype(np.int64) * _LATEST + utc[rows] // SECOND
    every, place, counts = np.unique(events, return_inverse=True, return_counts=True)
    return _File(member, rows, every, counts, place)


def _logs(files: Sequence[_File]) -> list[list[_File]]:
    """Files that hold parts of the same log together. Those of two machines have some seconds in common, no more."""
    logs = [[file] for file in files]
    for one, other in combinations(files, 2):
        first, second = (next(log for log in logs if any(each is file for each in log)) for file in (one, other))
        if first is not second and _overlap(one.events, other.events):
            logs = [log for log in logs if log is not second]
            first += second
    return [log for log in logs if len(log) > 1]


def _overlap(one: Ints, other: Ints) -> bool:
    """Whether two files agree about the kinds of events and the time that both have."""
    same = len(np.intersect1d(one, other, assume_unique=True))
    return same > 0 and same >= _AGREEING * min(_about(one, other), _about(other, one))


def _about(one: Ints, other: Ints) -> int:
    """How many events of the one are of a kind and a time that the other has."""
    second, seconds = one % _LATEST, other % _LATEST
    timely = (second >= seconds.min()) & (second <= seconds.max())
    (kinds, begins), (others, _) = _by_kind(one), _by_kind(other)
    return int(np.add.reduceat(timely, begins, dtype=np.int64)[np.isin(kinds, others)].sum())


def _by_kind(events: Ints) -> tuple[Ints, Ints]:
    """(the kinds of events, where each begins)."""
    kinds = events // _LATEST
    begins = np.flatnonzero(np.diff(kinds, prepend=-1))
    return kinds[begins], begins


def _tells(store: Store, file: _File) -> tuple[bool, bool, float, str]:
    """The best first: exact times, then values, then text."""
    columns, info = store.columns(file.member), store.members[file.member]
    exact = bool((columns["clock"][file.rows] == Clock.UTC).all())
    return not exact, info.kind not in _WITH_VALUES, -float(columns["length"][file.rows].mean()), info.canonical
