"""Which zone fits what two clocks say of the same happenings, and whether that is sure.

All distances and all rules of daylight saving that Windows knows are weighed. A zone is sure when the odds for it are
20,000 to 1 against every other that would read a line of the file differently. What is stated is worth something, but
never enough alone, and against what happened it loses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analyzer.clocks.meetings import DISTANCES, Floats, Meetings
from analyzer.clocks.zones import DAY, QUARTER, Rules, fixed, named
from analyzer.lines.stamp import Bools, Ints
from analyzer.parsers.windows.zones import iana_names

SURE = 10.0  # natural logarithm of the odds
_FEWEST = 2  # happenings
_PROMISING = 2.0  # for the best distance, before daylight saving is worth a look
_UNUSED = -4.0  # of a distance that no zone has at that time
_MOST = 0.8  # of what supports a zone, this share must stand when only daylight saving is open


class Hint(NamedTuple):
    """Rules that something speaks for beside what happened; `odds` as a logarithm."""

    rules: Rules
    odds: float


@dataclass
class Candidate:
    """Rules that the stamps may follow. `zones` is how many zones have them, `hint` the best odds of a hint."""

    rules: Rules
    zones: int = 0
    hint: float = 0.0
    score: float = 0.0

    @property
    def total(self) -> float:
        return self.score + (self.hint or (0.0 if self.zones else _UNUSED))


@dataclass(frozen=True)
class Choice:
    """`rules` is None where nothing may be said. `fits` are how many happenings support it, none for a mere hint.
    `open`: only daylight saving outside of them is not known. `rivals` fit alike."""

    rules: Rules | None
    sure: bool = False
    fits: int = 0
    open: bool = False
    rivals: tuple[Rules, ...] = ()


def choose(meetings: Sequence[Meetings], shown: Ints, hints: Sequence[Hint]) -> Choice:
    """The zone of stamps that stand in the quarters of an hour `shown` (local microseconds, in order)."""
    weights = [evidence.weights() for evidence in meetings]
    promising = max(_score(meetings, weights, fixed(d)) for d in DISTANCES.tolist()) > _PROMISING
    candidates = _candidates(iana_names() if promising else [], int(shown[0]) - DAY, int(shown[-1]) + DAY, hints)
    for candidate in candidates:
        candidate.score = _score(meetings, weights, candidate.rules)
    groups = _alike(candidates, shown)
    best = groups[0]
    contenders = [group for group in groups if best.total - group.total < SURE]
    support = [_support(evidence, best.rules) for evidence in meetings]
    fits = sum(int(rows.sum()) for rows in support)
    enough = fits >= _FEWEST and not _contradicted(meetings, weights, support)
    if len(contenders) == 1:
        return Choice(best.rules, sure=enough, fits=fits)
    hinted = max((group for group in contenders if group.hint), key=lambda g: g.hint, default=None)
    agree = [_agreement(meetings, support, best.rules, group.rules) for group in contenders]
    if fits and min(agree) == 1:  # the machine may be another than the one that a hint is about
        return Choice((hinted or max(contenders, key=lambda group: group.zones)).rules, fits=fits, open=True)
    if fits and min(agree) >= _MOST and best.score > SURE:
        return Choice(best.rules, fits=fits, open=True)
    rivals = tuple(group.rules for group in contenders[:2]) if best.score > 0 else ()
    return Choice(hinted.rules if hinted else None, rivals=rivals)


def _contradicted(meetings: Sequence[Meetings], weights: Sequence[Floats], support: Sequence[Bools]) -> bool:
    """Whether what does not fit is just as sure of another distance: stamps that lost their AM or PM, two machines."""
    rest = [weight[~fit].sum(axis=0) for weight, fit in zip(weights, support, strict=True)]
    return bool(rest) and float(np.sum(rest, axis=0).max()) > SURE


def _candidates(names: Iterable[str], first: int, last: int, hints: Sequence[Hint]) -> list[Candidate]:
    """All distances, and the rules of all these zones within a span; each rules once."""
    by_key: dict[object, Candidate] = {}

    def candidate(rules: Rules) -> Candidate:
        return by_key.setdefault(rules.within(first, last).key, Candidate(rules))

    for distance in DISTANCES.tolist():
        candidate(fixed(distance))
    for name in names:
        rules = named(name, first, last)
        if rules is not None:
            candidate(rules).zones += 1
    for hint in hints:
        hinted = candidate(hint.rules)
        hinted.hint = max(hinted.hint, hint.odds)
    return list(by_key.values())


def _score(meetings: Sequence[Meetings], weights: Sequence[Floats], rules: Rules) -> float:
    """The logarithm of the odds. Of what came at the same time in different evidence, the strongest counts."""
    total = 0.0
    moments, values = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for evidence, weight in zip(meetings, weights, strict=True):
        column = evidence.fits(rules)
        value = weight[np.arange(len(column)), column]
        if evidence.apart:
            total += float(value.sum())
            continue
        values.append(value)
        moments.append(evidence.time - DISTANCES[column] if evidence.local else evidence.time)
    times, value = np.unique(np.concatenate(moments) // QUARTER, return_inverse=True), np.concatenate(values)
    for pick in (np.maximum, np.minimum):
        strongest = np.zeros(len(times[0]))
        pick.at(strongest, times[1], value)
        total += float(strongest.sum())
    return total


def _alike(candidates: list[Candidate], shown: Ints) -> list[Candidate]:
    """Candidates that read all stamps in the same way as one; the likeliest first."""
    most = max(candidate.total for candidate in candidates)
    groups: dict[bytes, Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: (-c.total, -c.zones)):
        if most - candidate.total >= 2 * SURE:
            break
        group = groups.setdefault(candidate.rules.at_local(shown).tobytes(), candidate)
        if group is not candidate:
            group.zones += candidate.zones
            group.hint = max(group.hint, candidate.hint)
    return sorted(groups.values(), key=lambda group: (-group.total, -group.zones))


def _support(evidence: Meetings, rules: Rules) -> Bools:
    """The happenings that fit."""
    shares = evidence.agrees[np.arange(len(evidence.time)), evidence.fits(rules)]
    return np.nan_to_num(shares) >= 0.5


def _agreement(meetings: Sequence[Meetings], support: Sequence[Bools], one: Rules, other: Rules) -> float:
    """The share of the supporting happenings at which both rules give the same distance."""
    same = [
        evidence.fits(one)[rows] == evidence.fits(other)[rows] for evidence, rows in zip(meetings, support, strict=True)
    ]
    joined = np.concatenate(same) if same else np.zeros(0)
    return float(joined.mean()) if len(joined) else 0.0
