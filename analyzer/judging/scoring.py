"""How strongly a signature speaks in one incident: the sum of what held, less what speaks against it.

Weights are hints in log-odds (design.md; knowledge ranks the classes of evidence). A record far before the incident
weighs less, by half a day's distance; state that persists loses at most a part; facts and silences do not fade.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from analyzer.clocks.zones import FARTHEST
from analyzer.judging.evidence import LEAD, Evaluator, Held, Scope
from analyzer.judging.incidents import Incident
from analyzer.signatures.model import Signature

_HALF_LIFE = 24 * 3600 * 1_000_000
_FAINTEST = 0.1
_FAINTEST_STATE = 0.6  # of evidence that persists
_BACKGROUND = 0.2  # of records that also stood there when all went well

_ADRIFT = 0.9  # of records of which nothing tells how far their clock is from UTC

_BYSTANDER = 0.5  # of a cause that was found in another failure of the same time

SCORED = ("required", "supports", "against")


@dataclass
class Points:
    """One line of the sum that the report shows."""

    held: Held
    factor: float

    @property
    def value(self) -> float:
        sign = -1.0 if self.held.evidence.role == "against" else 1.0
        return round(sign * self.held.evidence.weight * self.factor, 2)


@dataclass
class Judged:
    """A signature's standing in an incident (None: over the whole bundle)."""

    signature: Signature
    incident: Incident | None
    held: dict[str, Held]
    points: list[Points] = field(default_factory=list)
    present: bool = False
    unchecked: list[str] = field(default_factory=list)  # sources that a required evidence lacked
    own: bool = False  # it was found in the failure in question, or in that of a handler that this one waited for
    aside: bool = False  # it was found in another matter than the one in question

    @property
    def score(self) -> float:
        return round(sum(p.value for p in self.points), 2)

    @property
    def is_handlers_own(self) -> bool:
        """Whether it was found in a handler's failure and is of a kind that each handler has for itself."""
        incident = self.incident
        return incident is not None and incident.is_handlers and self.signature.is_only_of(incident.kind)

    def bystander(self) -> None:
        """It was found in another matter than the one in question: it counts for a part only."""
        self.aside = True
        self._weaken(_BYSTANDER)

    def passed(self, long_ago: int) -> None:
        """It was seen so many microseconds before the attempt in question, in another one."""
        self._weaken(min(_BYSTANDER, max(_FAINTEST, _fading(long_ago))))

    def _weaken(self, part: float) -> None:
        for point in self.points:
            point.factor = round(point.factor * part, 3)

    @property
    def supporting(self) -> list[Held]:
        return [p.held for p in self.points if p.held.evidence.role != "against"]

    @property
    def proof(self) -> list[Held]:
        return [h for h in self.supporting if h.evidence.role == "required"]

    @property
    def first(self) -> int | None:
        """When it began: the first record that proves it; what only supports it may be older."""
        times = [t for h in self.proof for t in h.times[:1]]
        return min(times, default=None)

    @property
    def adrift(self) -> bool:
        """Whether the time at which it began may be off by as much as zones differ."""
        proof = [h for h in self.proof if h.times]
        return bool(proof) and min(proof, key=lambda h: h.times[0]).adrift

    @property
    def last(self) -> int | None:
        times = [t for h in self.supporting for t in h.times[-1:]]
        return max(times, default=None)


def judge(evaluator: Evaluator, signature: Signature, incident: Incident | None, scope: Scope) -> Judged:
    """Evaluate the signature; `present` only when every required evidence holds and the sum is positive."""
    held = evaluator.signature(signature, scope)
    judged = Judged(signature, incident, held)
    required = [h for h in held.values() if h.evidence.role == "required"]
    missing = [h for h in required if not h.holds]
    if missing or not required:
        if missing and all(not h.checked for h in missing):
            judged.unchecked = sorted({s for h in missing for s in _sources(h, held)})
        return judged
    for item in held.values():
        if item.evidence.role in SCORED and item.holds:
            judged.points.append(Points(item, _factor(item, scope)))
    judged.present = judged.score > 0
    return judged


def _sources(item: Held, held: dict[str, Held]) -> list[str]:
    parts = [held[key] for key in item.evidence.parts if key in held]
    return [s for part in parts for s in _sources(part, held)] if parts else list(item.evidence.source)


def _factor(item: Held, scope: Scope) -> float:
    """1 inside the incident's window and for what carries no time; less the farther the nearest record lies before."""
    usual = (_BACKGROUND if item.background else 1.0) * (_ADRIFT if item.adrift else 1.0)
    if not item.times or scope.start is None or len(item.times) < len(item.found):
        return usual
    opens = scope.start - LEAD
    reach = FARTHEST if item.adrift else 0
    nearest = min(max(opens - t - reach, 0) for t in item.times)
    floor = _FAINTEST_STATE if item.persists else _FAINTEST
    return round(max(floor, _fading(nearest)) * usual, 3)


def _fading(distance: int) -> float:
    part: float = 0.5 ** (distance / _HALF_LIFE)
    return part
