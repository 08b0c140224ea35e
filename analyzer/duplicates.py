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

from analyzer.lines.stamp import Bools, Clock, Ints
from analyzer.parsers.winevents.channel import UNKNOWN
from analyzer.store import Store
from analyzer.zones import SECOND

_UNKNOWN = f"event:{UNKNOWN}"
_WITH_VALUES = (
    "events-evtx",
    "events-xml",
    "events-clixml",
)  # exports that have an event's values, not its words alone
_AGREEING = 0.3  # the share of the events in question that two files of one log have in common
_LATEST = 1 << 32  # seconds since 1970


@dataclass(frozen=True)
class Copies:
    """Of one member: the group of each row (-1 for one without a time), and which rows another member holds better."""

    group: npt.NDArray[np.int32]
    copied: Bools


def copies(store: Store, utc: Mapping[int, Ints]) -> tuple[dict[int, Copies], dict[int, str]]:
    """The members that share events with others, and a word on each that holds copies."""
    members = _sharing(store)
    rows = {member: np.flatnonzero((utc[member] >= 0) & (utc[member] < _LATEST * SECOND)) for member in members}
    keys = dict(zip(members, _keys(store, members, rows, utc), strict=True))
    result: dict[int, Copies] = {}
    words: dict[int, str] = {}
    groups = 0
    for log in _logs(members, keys):
        ranks = _ranks(store, log, rows)
        group, winner = _groups([keys[member] for member in log], ranks)
        for number, member in enumerate(log):
            mine = group[number]
            own = Copies(
                np.full(store.members[member].events, -1, dtype=np.int32),
                np.zeros(store.members[member].events, dtype=np.bool_),
            )
            own.group[rows[member]] = groups + mine
            own.copied[rows[member]] = winner[mine] != number
            if own.copied.any():
                others = winner[mine[winner[mine] != number]]
                best = basename(store.members[log[int(np.bincount(others).argmax())]].canonical)
                words[member] = f"{len(others)} of its events stand in {best} too and count once"
            result[member] = own
        groups += len(winner)
    return result, words


def _groups(keys: Sequence[Ints], ranks: Ints) -> tuple[list[Ints], Ints]:
    """For each file the groups of its rows, from 0; and for each group the file that keeps its rows."""
    _, group = np.unique(np.concatenate(keys), return_inverse=True)
    place = np.repeat(np.arange(len(keys)), [len(each) for each in keys])
    pairs, count = np.unique(group * len(keys) + place, return_counts=True)
    of_group, of_place = pairs // len(keys), pairs % len(keys)
    order = np.lexsort((ranks[of_place], -count, of_group))
    winner = of_place[order[np.flatnonzero(np.diff(of_group[order], prepend=-1))]]
    return [group[place == number] for number in range(len(keys))], winner


def _logs(members: Sequence[int], keys: Mapping[int, Ints]) -> list[list[int]]:
    """Members that hold parts of the same log together. Those of two machines have some seconds in common, no more."""
    logs = [[member] for member in members]
    distinct = {member: np.unique(keys[member]) for member in members}
    for one, other in combinations(members, 2):
        first, second = (next(log for log in logs if member in log) for member in (one, other))
        if first is not second and _overlap(distinct[one], distinct[other]):
            logs.remove(second)
            first += second
    return [sorted(log, key=members.index) for log in logs if len(log) > 1]


def _overlap(one: Ints, other: Ints) -> bool:
    """Whether two files agree about the kinds of events and the time that both have."""
    same = len(np.intersect1d(one, other, assume_unique=True))
    if same == 0:
        return False
    return same >= _AGREEING * min(_about(one, other), _about(other, one))


def _about(one: Ints, other: Ints) -> int:
    """How many events of the one are of a kind and a time that the other has."""
    second, seconds = one % _LATEST, other % _LATEST
    timely = (second >= seconds.min()) & (second <= seconds.max())
    return int(np.count_nonzero(timely & np.isin(one // _LATEST, other // _LATEST)))


def _sharing(store: Store) -> list[int]:
    """Members with events of a channel that another member has too, or may have, by path."""
    names = store.source_names()
    channels = {
        member: {names[code] for code in np.unique(store.columns(member)["source"]).tolist()}
        for member in store.order()
        if store.has(member, "event_id")
    }
    every = [name for own in channels.values() for name in own]
    if len(channels) > 1 and _UNKNOWN in every:
        return list(channels)
    return [member for member, own in channels.items() if any(every.count(name) > 1 for name in own)]


def _keys(store: Store, members: Sequence[int], rows: Mapping[int, Ints], utc: Mapping[int, Ints]) -> list[Ints]:
    """For each member a number of each row that is the same for the same channel, kind of event and second."""
    if not members:
        return []
    sources, kinds, seconds = [], [], []
    for member in members:
        kind = store.optional(member, "component", 0)[rows[member]].astype(np.int64) << 16
        kinds.append(kind | store.optional(member, "event_id", 0)[rows[member]])
        sources.append(store.columns(member)["source"][rows[member]].astype(np.int64))
        seconds.append(utc[member][rows[member]] // SECOND)
    names, kind = np.unique(np.concatenate(kinds), return_inverse=True)
    source = np.concatenate(sources)
    if _UNKNOWN in store.sources:
        source = _told_apart(source, kind, store.sources[_UNKNOWN], len(names))
    _, kind = np.unique(kind << 16 | source, return_inverse=True)
    joined = kind * _LATEST + np.concatenate(seconds)
    return np.split(joined, np.cumsum([len(each) for each in seconds])[:-1])


def _told_apart(source: Ints, kind: Ints, unknown: int, kinds: int) -> Ints:
    """Sources, where the channel of an export that does not name it is that of the same kind of event elsewhere."""
    known = np.full(kinds, unknown, dtype=np.int64)
    named = source != unknown
    known[kind[named]] = source[named]
    result: Ints = np.where(named, source, known[kind])
    return result


def _ranks(store: Store, members: Sequence[int], rows: Mapping[int, Ints]) -> Ints:
    """The place of each member among those that tell most: exact times first, then values, then text."""

    def tells(number: int) -> tuple[bool, bool, float, int]:
        columns, mine = store.columns(members[number]), rows[members[number]]
        exact = bool(len(mine)) and bool((columns["clock"][mine] == Clock.UTC).all())
        text = float(columns["length"][mine].mean()) if len(mine) else 0.0
        return not exact, store.members[members[number]].kind not in _WITH_VALUES, -text, number

    ranks = np.empty(len(members), dtype=np.int64)
    ranks[sorted(range(len(members)), key=tells)] = np.arange(len(members))
    return ranks
