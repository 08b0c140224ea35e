"""The zone of the VM's own wall clock: stated, or derived from files that write both clocks.

What derives it are lines of two clocks that were written one after the other (an old daemon beside a self-updated
agent, a Python 2 line with a UTC stamp inside), and files in UTC that tell of the same moments as local ones.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from analyzer.clocks.exports import Logs
from analyzer.clocks.meetings import DISTANCES, lively
from analyzer.clocks.years import in_year_of
from analyzer.clocks.zonechoice import choose
from analyzer.clocks.zones import FARTHEST, QUARTER, SECOND, UTC_RULES, Zone, fixed, named
from analyzer.language import _, plural
from analyzer.lines.stamp import NOT_A_TIME, Clock, Ints
from analyzer.parsers.windows.zones import of_offset
from analyzer.reading.store import Store

_SAME_MOMENT = 10 * SECOND  # two clocks written one after the other differ by less than this, beside the zone
_MEETING = 3 * SECOND  # one action in two files
_MOST_MEETINGS = 2_000
_FEWEST_MINUTES = 4  # in which files meet, before that is no chance
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")


def of_vm(store: Store, name: str, offset: str, span: tuple[int, int]) -> Zone | None:
    """`name` is an IANA name that the bundle states, `offset` what it says of standard time ('+01:00'); '' where it
    does not. None where nothing tells."""
    return _stated(name, span) or _neighbours(store) or _by_offset(offset, span) or _coincident(store) or _lively(store)


def _stated(name: str, span: tuple[int, int]) -> Zone | None:
    rules = named(name, *span)
    return None if rules is None else Zone(name, _("the bundle says so ({name})").format(name=name), rules, known=True)


def _by_offset(text: str, span: tuple[int, int]) -> Zone | None:
    """Where only the distance of standard time is stated, daylight saving is that of most zones there."""
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    distance = (int(found[2]) * 60 + int(found[3])) * 60 * SECOND * (-1 if found[1] == "-" else 1)
    every = [rules.within(*span) for each in of_offset(text) if (rules := named(each, *span)) is not None]
    every = every or [fixed(distance)]
    keys = [rules.key for rules in every]
    best = max(every, key=lambda rules: (keys.count(rules.key), rules.key))
    if len(set(keys)) == 1:
        return Zone(f"UTC{text}", _("the bundle says UTC{offset} for standard time").format(offset=text), best, True)
    how = _("the bundle says UTC{offset} for standard time; daylight saving is a guess").format(offset=text)
    return Zone(f"UTC{text}", how, best, False)


def _neighbours(store: Store) -> Zone | None:
    """The distance that most neighbouring lines of the two clocks agree on."""
    votes: dict[int, int] = {}
    example: dict[int, str] = {}
    for member in store.order():
        columns = store.columns(member)
        offsets, counts = np.unique(_pairs(columns["raw"], columns["clock"]), return_counts=True)
        for offset, count in zip(offsets.tolist(), counts.tolist(), strict=True):
            votes[offset] = votes.get(offset, 0) + count
            example.setdefault(offset, store.members[member].canonical)
    if not votes:
        return None
    offset = max(votes, key=lambda o: (votes[o], -abs(o)))
    how = _("derived: {file} writes local time and UTC within seconds of each other").format(file=example[offset])
    return _fixed(offset, how, True)


def _fixed(distance: int, how: str, known: bool) -> Zone:
    rules = fixed(distance)
    return Zone(rules.label(UTC_RULES.distances), how, rules, known)


def _coincident(store: Store) -> Zone | None:
    """The one distance at which UTC stamps of some files meet local stamps of others, if there is such a one.

    A status file and the log line of the same action differ by seconds; elsewhere they meet by chance only."""
    local = _distinct(_own(store, Clock.LOCAL))
    utc = _distinct([raw // SECOND for raw in _own(store, Clock.UTC)])[-_MOST_MEETINGS:] * SECOND
    if len(local) == 0 or len(utc) == 0:
        return None
    meetings: dict[int, Ints] = {}
    for offset in DISTANCES.tolist():
        wanted = utc + offset
        after = local[np.minimum(np.searchsorted(local, wanted - _MEETING), len(local) - 1)]
        meetings[offset] = utc[np.abs(after - wanted) <= _MEETING]
    best, second = sorted(meetings, key=lambda o: (-len(meetings[o]), abs(o)))[:2]
    if len(meetings[best]) == 0 or (len(meetings[second]) > 0 and len(meetings[best]) < 2 * len(meetings[second])):
        return None
    minutes = len(np.unique(meetings[best] // (60 * SECOND)))
    if minutes >= _FEWEST_MINUTES:
        how = _("derived: local and UTC files of the bundle record the same moments at this distance")
        return _fixed(best, how, True)
    if len(meetings[second]) > 0:
        return None
    return _fixed(best, _("likely, not certain: a local and a UTC file meet at this distance and at no other"), False)


def _lively(store: Store) -> Zone | None:
    """The zone in which local logs speak up when the logs in UTC do, where it is sure."""
    local = np.concatenate([np.zeros(0, dtype=np.int64), *_own(store, Clock.LOCAL)])
    if len(local) == 0:
        return None
    evidence = lively(local // SECOND, Logs(store, ()).sources)
    shown = np.unique(local // QUARTER) * QUARTER
    choice = choose([evidence] if evidence is not None else [], shown, ())
    if choice.rules is None or not choice.sure:
        return None
    how = plural(
        "derived: local files and files in UTC record {n} thing at that distance",
        "derived: local files and files in UTC record {n} things at that distance",
        choice.fits,
    )
    return Zone(choice.rules.label(shown), how, choice.rules, known=True)


def _own(store: Store, clock: Clock) -> list[Ints]:
    """Stamps of that clock; local ones only of what the VM wrote itself, since exports are made anywhere."""
    result = []
    for member in range(len(store.members)):
        if clock != Clock.LOCAL or not store.has(member, "event_id"):
            columns = store.columns(member)
            result.append(columns["raw"][columns["clock"] == clock])
    return result


def _distinct(parts: list[Ints]) -> Ints:
    """The distinct values in order. Logs are nearly sorted, which a stable sort takes advantage of."""
    every = np.sort(np.concatenate(parts or [np.zeros(0, dtype=np.int64)]), kind="stable")
    return every[np.flatnonzero(np.diff(every, prepend=NOT_A_TIME))] if len(every) else every


def _pairs(raw: Ints, clock: npt.NDArray[np.uint8]) -> Ints:
    """Offsets (local minus UTC) of neighbours where one is local and one is UTC."""
    local = (clock == Clock.LOCAL) | (clock == Clock.LOCAL_NO_YEAR)
    utc = clock == Clock.UTC
    offsets = [np.zeros(0, dtype=np.int64)]
    for a, b in ((0, 1), (1, 0)):
        left, right = slice(a, len(raw) - b), slice(b, len(raw) - a)
        rows = np.flatnonzero(local[left] & utc[right])
        if len(rows) == 0:
            continue
        mine, theirs = raw[left][rows], raw[right][rows]
        yearless = clock[left][rows] == Clock.LOCAL_NO_YEAR
        mine[yearless] = in_year_of(mine[yearless], theirs[yearless])
        offset = np.round((mine - theirs) / QUARTER).astype(np.int64) * QUARTER
        good = (np.abs(mine - theirs - offset) <= _SAME_MOMENT) & (np.abs(offset) <= FARTHEST)
        offsets.append(offset[good])
    return np.concatenate(offsets)
