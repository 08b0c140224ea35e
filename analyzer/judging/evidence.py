"""Does a piece of evidence hold, and by which records? Every operator of the signature format is here.

A signature is judged for one incident at a time, through a `Scope`: which records count for it (design.md, "From
evidence to a verdict"). What healed before the incident began does not count; what began after it ended does not
count; state without a time counts as how things stood.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from analyzer.clocks.zones import FARTHEST
from analyzer.judging.facts import Facts
from analyzer.judging.findings import Findings, Found
from analyzer.judging.handlers import Matter
from analyzer.matching.compare import compare
from analyzer.parsers.base import FactValue
from analyzer.signatures.model import AtLeast, Evidence, Near, Signature

_MINUTE = 60_000_000
SLACK = 5 * _MINUTE  # clocks and buffers: a record this long after the incident still belongs to it
LEAD = 30 * _MINUTE  # the window opens this long before the incident (knowledge/azure-backup.md 4.5)
SILENCE = 35 * _MINUTE  # the agent's heartbeat comes every 30 minutes

_ZONES = 30 * _MINUTE  # nearly all zones are whole half hours

FEWEST_GOOD = 3  # occasions on which the operation went well, before they say what is usual

Window = tuple[int | None, int | None]


@dataclass(frozen=True)
class Scope:
    """What counts for an incident. Times are microseconds UTC, None for open ends.

    `healed` are windows of earlier failures that were over before this incident began, `good` those in which the same
    operation went well: what stood there too is background."""

    start: int | None = None
    end: int | None = None
    since: int | None = None
    healed: tuple[Window, ...] = ()
    good: tuple[Window, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)  # what the request and the incident add to the facts
    matter: Matter | None = None

    def concerns(self, signature: Signature, found: Found) -> bool:
        """Whether a record may say something of the incident's handler: of a handler's own causes, one that names
        another handler tells of that one."""
        if self.matter is None or not signature.is_only_of(self.matter.kind):
            return True
        return self.matter.concerns(found)

    def takes(self, found: Found, persists: bool) -> bool:
        """Whether a record counts. One whose clock may be off counts where some zone puts it into the incident, which
        says little of a long one, and where it belongs to no failure that is over."""
        if self.counts(found.time, persists):
            return True
        if not found.adrift or found.time is None or self.start is None or self.end is None:
            return False
        first, last = self.start - _MINUTE, self.end + SLACK
        zone = -((last - found.time) // _ZONES) * _ZONES  # the first that puts it before the incident's end
        if last - first >= _ZONES or abs(zone) > FARTHEST or found.time - zone < first:
            return False
        early, late = found.time - FARTHEST, found.time + FARTHEST
        return not any((a is None or a <= late) and (b is None or b >= early) for a, b in self.healed)

    def counts(self, time: int | None, persists: bool) -> bool:
        if time is None:
            return True
        if self.end is not None and time > self.end + SLACK:
            return False
        if persists:
            return True
        if self.since is not None and time <= self.since and not self._leads(time):
            return False
        return not any(_inside(time, window) for window in self.healed)

    def _leads(self, time: int) -> bool:
        """A success of the same second does not heal what the incident itself began with."""
        return self.start is not None and time >= self.start


@dataclass
class Held:
    """The outcome for one evidence: whether it holds, by which records, and whether it could be checked at all."""

    evidence: Evidence
    holds: bool
    found: list[Found] = field(default_factory=list)
    count: int = 0
    checked: bool = True
    words: str = ""  # for evidence without records (a fact, a silence)
    background: bool = False  # the same records stood there on most of the good occasions
    persists: bool = False  # all that it rests on is state that stays true

    @property
    def times(self) -> list[int]:
        return [f.time for f in self.found if f.time is not None]

    @property
    def adrift(self) -> bool:
        """Whether all its times may be off by as much as zones differ."""
        timed = [f for f in self.found if f.time is not None]
        return bool(timed) and all(f.adrift for f in timed)


@dataclass
class Evaluator:
    """Applies evidence to what a run found. `coverage` gives a source's covered (first, last), absent sources none."""

    findings: Findings
    facts: Facts
    numbers: Mapping[tuple[str, str], int]  # (signature id, evidence key) -> pattern number
    coverage: Mapping[str, tuple[int | None, int | None]]
    platform: str
    _told: dict[int, tuple[dict[str, FactValue], dict[str, FactValue]]] = field(default_factory=dict)

    def signature(self, signature: Signature, scope: Scope) -> dict[str, Held]:
        """Every evidence of the signature that applies to the bundle's platform, by key, in file order."""
        held: dict[str, Held] = {}
        wanted = self._applicable(signature)
        for evidence in _ordered(wanted):
            held[evidence.key] = self._evidence(signature, evidence, held, scope)
        return {e.key: held[e.key] for e in wanted}

    def possible(self, signature: Signature) -> bool:
        """Whether the records that the signature cannot do without are there at all; the rest takes longer to tell."""
        by_key = {e.key: e for e in self._applicable(signature)}

        def may_hold(evidence: Evidence) -> bool:
            if evidence.operator in ("match", "event"):
                return self.findings.any(self.numbers[signature.id, evidence.key])
            parts = [by_key[key] for key in evidence.parts if key in by_key]
            if evidence.operator == "any":
                return any(may_hold(part) for part in parts)
            return all(may_hold(part) for part in parts)

        return all(may_hold(e) for e in by_key.values() if e.role == "required")

    def _applicable(self, signature: Signature) -> list[Evidence]:
        return [e for e in signature.evidence if not e.platforms or self.platform in e.platforms]

    def _evidence(self, signature: Signature, evidence: Evidence, held: dict[str, Held], scope: Scope) -> Held:
        operators: dict[str, Callable[[], Held]] = {
            "match": lambda: self._match(signature, evidence, held, scope),
            "event": lambda: self._match(signature, evidence, held, scope),
            "absent": lambda: self._absent(signature, evidence, held, scope),
            "any": lambda: _any(evidence, held),
            "every": lambda: _every(evidence, held),
            "sequence": lambda: _sequence(evidence, held),
            "fact": lambda: self._fact(evidence, scope),
        }
        result = operators[evidence.operator]()
        if evidence.needs == "covered" and result.holds and evidence.operator != "absent":
            result.holds = self._covered(evidence.source, (scope.start, scope.end))
        return result

    def _match(self, signature: Signature, evidence: Evidence, held: dict[str, Held], scope: Scope) -> Held:
        number = self.numbers[signature.id, evidence.key]
        every = self.findings.of(number)
        found = [f for f in every if scope.takes(f, evidence.persists) and scope.concerns(signature, f)]
        if evidence.near:
            found = _near(found, evidence.near, held)
        count = len(found)
        if len(found) == len(every):
            count = max(count, self.findings.count(number))
        if evidence.at_least and not _enough(found, count, evidence.at_least):
            return Held(evidence, False, [], count, checked=self._checkable(evidence.source))
        held_by = Held(evidence, bool(found), found, count, checked=self._checkable(evidence.source))
        held_by.persists = evidence.persists
        held_by.background = not evidence.persists and _usual(every, scope.good)
        return held_by

    def _absent(self, signature: Signature, evidence: Evidence, held: dict[str, Held], scope: Scope) -> Held:
        """No such record in the window, and the log covers the window on both sides."""
        window = _window(evidence.near, held, scope)
        if window is None:
            return Held(evidence, False, checked=self._checkable(evidence.source))
        number = self.numbers[signature.id, evidence.key]
        found = [f for f in self.findings.of(number) if f.time is not None and _inside(f.time, window)]
        sure = not self.findings.unsure(number)
        holds = not found and sure and self._covered(evidence.source, window)
        checked = self._checkable(evidence.source) and sure
        return Held(evidence, holds, count=1 if holds else 0, checked=checked, words=evidence.label)

    def _fact(self, evidence: Evidence, scope: Scope) -> Held:
        name = evidence.fact or ""
        asked: dict[str, Any] = {k: v for k, v in scope.facts.items() if fnmatch.fnmatchcase(k, name)}
        if asked or id(evidence) not in self._told:  # a bundle may have facts by the hundred thousand
            values = self.facts.matching(name) | asked
            true = {k: v for k, v in sorted(values.items()) if _is_so(evidence, v)}
            if not asked:
                self._told[id(evidence)] = values, true
        else:
            values, true = self._told[id(evidence)]
        if evidence.comparison == "exists" and evidence.value is False:
            return Held(evidence, not values, count=int(not values), words=f"{name} is not there")
        words = ", ".join(f"{k} = {v}" for k, v in list(true.items())[:3])
        return Held(
            evidence, bool(true), count=len(true), checked=bool(values) or evidence.comparison == "exists", words=words
        )

    def _checkable(self, sources: Iterable[str]) -> bool:
        wanted = list(sources)
        return not wanted or any(fnmatch.fnmatchcase(have, glob) for have in self.coverage for glob in wanted)

    def _covered(self, sources: Iterable[str], window: Window) -> bool:
        """One of the sources has records before and after the window."""
        for glob in sources:
            for name, (first, last) in self.coverage.items():
                if not fnmatch.fnmatchcase(name, glob) or first is None or last is None:
                    continue
                if (window[0] is None or first <= window[0]) and (window[1] is None or last >= window[1]):
                    return True
        return False


def _is_so(evidence: Evidence, value: FactValue) -> bool:
    return compare(evidence.comparison or "exists", value, evidence.value)


def _ordered(evidence: list[Evidence]) -> list[Evidence]:
    """Evidence that others refer to comes first."""
    by_key = {e.key: e for e in evidence}
    done: dict[str, Evidence] = {}

    def visit(e: Evidence, above: tuple[str, ...]) -> None:
        if e.key in done or e.key in above:
            return
        for key in e.references:
            if key in by_key:
                visit(by_key[key], (*above, e.key))
        done[e.key] = e

    for e in evidence:
        visit(e, ())
    return list(done.values())


def _inside(time: int, window: Window, slack: int = 0) -> bool:
    first, last = window
    return (first is None or time + slack >= first) and (last is None or time - slack <= last)


def _usual(found: list[Found], good: tuple[Window, ...]) -> bool:
    """Records that stood in at least half of the good occasions, of which there are enough to tell."""
    if len(good) < FEWEST_GOOD or not found:
        return False
    times = [(f.time, FARTHEST if f.adrift else 0) for f in found if f.time is not None]
    return sum(any(_inside(t, window, slack) for t, slack in times) for window in good) * 2 >= len(good)


def _parts(evidence: Evidence, keys: tuple[str, ...], held: dict[str, Held]) -> list[Held]:
    return [held[key] for key in keys if key in held]


def _any(evidence: Evidence, held: dict[str, Held]) -> Held:
    parts = _parts(evidence, evidence.any, held)
    good = [p for p in parts if p.holds]
    found = sorted((f for p in good for f in p.found), key=lambda f: f.order)
    words = "; ".join(p.words for p in good if p.words)
    count = sum(p.count for p in good)
    if evidence.at_least and not _enough(found, count, evidence.at_least):
        return Held(evidence, False, checked=any(p.checked for p in parts))
    usual = bool(good) and all(p.background for p in good)
    lasting = bool(good) and all(p.persists for p in good)
    return Held(evidence, bool(good), found, count, any(p.checked for p in parts), words, usual, lasting)


def _every(evidence: Evidence, held: dict[str, Held]) -> Held:
    parts = _parts(evidence, evidence.every, held)
    holds = len(parts) == len(evidence.every) and all(p.holds for p in parts)
    found = sorted((f for p in parts for f in p.found), key=lambda f: f.order) if holds else []
    words = "; ".join(p.words for p in parts if p.words) if holds else ""
    return Held(evidence, holds, found, len(found), all(p.checked for p in parts), words)


def _sequence(evidence: Evidence, held: dict[str, Held]) -> Held:
    """The parts in this order, the last at most `within` after the first; the latest such chain."""
    parts = _parts(evidence, evidence.sequence, held)
    checked = all(p.checked for p in parts)
    if len(parts) < len(evidence.sequence) or not all(p.times for p in parts):
        return Held(evidence, False, checked=checked)
    for last in reversed([f for f in parts[-1].found if f.time is not None]):
        chain = [last]
        for part in reversed(parts[:-1]):
            before = [
                f
                for f in part.found
                if f.time is not None and f.time <= (chain[0].time or 0) and f.order < chain[0].order
            ]
            if not before:
                break
            chain.insert(0, before[-1])
        first = chain[0].time or 0
        if len(chain) == len(parts) and (evidence.within is None or (last.time or 0) - first <= evidence.within):
            return Held(evidence, True, chain, 1, checked)
    return Held(evidence, False, checked=checked)


def _near(found: list[Found], near: Near, held: dict[str, Held]) -> list[Found]:
    """Those on the wanted side of the anchor. Without anchor records nothing is near."""
    anchor = held.get(near.evidence)
    if anchor is None or not anchor.holds:
        return []
    times = anchor.times
    if not times:
        return found if anchor.found or anchor.words else []
    timed = [f for f in anchor.found if f.time is not None]
    chosen = {"first": timed[:1], "last": timed[-1:], "any": timed}[near.anchor]

    def close(item: Found) -> bool:
        for at in chosen:
            apart = (item.time or 0) - (at.time or 0)
            if item.adrift != at.adrift:  # two clocks, of which one may be off
                apart -= max(-FARTHEST, min(apart, FARTHEST))
            if apart == 0 and item.path == at.path:
                apart = item.line - at.line  # stamps of whole seconds: the file's order tells
            if (near.side == "after" and apart < 0) or (near.side == "before" and apart > 0):
                continue
            if near.within is None or abs(apart) <= near.within:
                return True
        return False

    places = {(f.member, f.row) for f in anchor.found}
    return [f for f in found if f.time is None or ((f.member, f.row) not in places and close(f))]


def _enough(found: list[Found], count: int, wanted: AtLeast) -> bool:
    if wanted.within is None:
        return count >= wanted.count
    times = [f.time for f in found if f.time is not None]
    return any(times[i + wanted.count - 1] - times[i] <= wanted.within for i in range(len(times) - wanted.count + 1))


def _window(near: Near | None, held: dict[str, Held], scope: Scope) -> Window | None:
    """Where `absent` looks: beside its anchor, else over the incident. None when the anchor does not hold."""
    if near is None:
        return (scope.start, scope.end)
    anchor = held.get(near.evidence)
    if anchor is None or not anchor.holds or not anchor.times:
        return None
    at = anchor.times[0] if near.anchor == "first" else anchor.times[-1]
    reach = near.within if near.within is not None else SILENCE
    return (at - reach if near.side in ("before", "both") else at, at + reach if near.side in ("after", "both") else at)
