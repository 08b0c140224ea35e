"""Causes and effects: which found cause takes another's place, and in which order they stand."""

from __future__ import annotations

from dataclasses import dataclass, field

from analyzer.clocks.zones import FARTHEST
from analyzer.judging.evidence import LEAD
from analyzer.judging.scoring import Judged
from analyzer.signatures.model import Signature

ROOT_FROM = 3.0  # a cause must speak this clearly before it takes another's place
_ORDER_SLACK = 10 * 60_000_000  # two sources of one event differ by less
_ANOTHER_TIME = 2 * 3600 * 1_000_000  # what was seen last so long before the attempt may belong to another one


@dataclass
class Cause:
    """A cause that was found, with its place in the cascade."""

    judged: Judged
    state: str = "candidate"  # named · candidate · effect
    explained_by: str | None = None
    explains: list[str] = field(default_factory=list)
    confidence: float = 0.0

    @property
    def signature(self) -> Signature:
        return self.judged.signature


def cascade(causes: list[Cause], signatures: list[Signature]) -> list[Cause]:
    """A cause that explains another found one and began first takes its place; the other is its effect."""
    reach = closure({s.id: s.explains for s in signatures})
    by_id = {c.signature.id: c for c in causes}
    pairs = [(r, e) for e in causes for r in causes if r is not e and e.signature.id in reach.get(r.signature.id, ())]
    past = {r.signature.id: r for r, e in pairs if _of_another_time(r.judged, e.judged)}
    for cause in past.values():
        cause.judged.bystander()
    for effect in causes:
        roots = [
            root
            for root, other in pairs
            if other is effect
            and root.signature.id not in past
            and root.judged.score >= ROOT_FROM
            and (effect.judged.aside or not root.judged.aside)
            and _not_later(root.judged, effect.judged)
        ]
        if roots:
            root = max(roots, key=lambda r: (len(reach[r.signature.id] & set(by_id)), r.judged.score, r.signature.id))
            effect.state, effect.explained_by = "effect", root.signature.id
    for cause in causes:
        cause.explains = sorted(i for i, c in by_id.items() if c.explained_by == cause.signature.id)
    return causes


def fade_earlier(causes: list[Cause], enough: float) -> None:
    """Of a failure that came again and again, the last attempt is the question: what was last seen hours before it
    fades, where another cause speaks loudly `enough` in it. State that persists is of every time."""
    ages = [(cause.judged, _before_end(cause.judged)) for cause in causes if cause.state != "effect"]
    now = [judged.incident for judged, age in ages if age is not None and age < LEAD and judged.score >= enough]
    for judged, age in ages:
        lasts = judged.aside or any(h.persists or not h.times for h in judged.proof)
        if age is not None and age > LEAD + _ANOTHER_TIME and not lasts and any(i is judged.incident for i in now):
            judged.passed(age)


def _before_end(judged: Judged) -> int | None:
    """Microseconds from the last record that proves it to the incident's last one; None where times do not tell."""
    times = [t for h in judged.proof for t in h.times]
    ends = judged.incident.end if judged.incident is not None else None
    return max(ends - max(times), 0) if ends is not None and times and not judged.adrift else None


def closure(edges: dict[str, tuple[str, ...]]) -> dict[str, set[str]]:
    """Everything a cause explains, directly or through others."""
    reach: dict[str, set[str]] = {}
    for start in edges:
        seen: set[str] = set()
        todo = list(edges[start])
        while todo:
            node = todo.pop()
            if node not in seen and node != start:
                seen.add(node)
                todo += edges.get(node, ())
        reach[start] = seen
    return reach


def _not_later(root: Judged, effect: Judged) -> bool:
    """Untimed evidence is state, which may have held all along."""
    slack = _ORDER_SLACK + (FARTHEST if root.adrift != effect.adrift else 0)
    began = _began(effect)
    return root.first is None or began is None or root.first <= began + slack


def _began(effect: Judged) -> int | None:
    """When it began in the attempt: its records of hours before are of another one, unless it went on all the time."""
    times = sorted(t for h in effect.proof for t in h.times)
    opened = effect.incident.start if effect.incident is not None else None
    if opened is None or not times or times[-1] < opened - LEAD:
        return effect.first
    began = times[-1]
    for time in reversed(times):
        if time < opened - LEAD and began - time > _ANOTHER_TIME:
            break
        began = time
    return began


def _of_another_time(root: Judged, effect: Judged) -> bool:
    """The attempt has records of what happened that speak louder than those of the cause, all of which lie hours before
    it. State that persists is of every time."""
    began = effect.incident.start if effect.incident is not None else None
    if began is None or root.score >= effect.score or root.adrift or effect.adrift:
        return False
    if any(h.persists or not h.times for h in root.proof):
        return False
    opens = began - LEAD
    seen = max((t for h in effect.proof for t in h.times), default=None)
    return seen is not None and seen >= opens and all(max(h.times) < opens - _ANOTHER_TIME for h in root.proof)


def rank(causes: list[Cause]) -> list[Cause]:
    """Best first, effects behind all others."""
    return sorted(causes, key=lambda c: (c.state == "effect", -c.judged.score, c.signature.id))
