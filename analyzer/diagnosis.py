"""From incidents and findings to a verdict (design.md, "From evidence to a verdict").

    choose the incident -> judge every cause in it -> put effects below their causes -> margin -> outcome

Nothing here knows a cause by name: causes are signatures, and which explains which is their `explains`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from analyzer import calibration
from analyzer.incidents import Incident
from analyzer.matching.evidence import Evaluator, Scope, Window
from analyzer.scoring import Judged, judge
from analyzer.signatures.model import Signature
from analyzer.symptoms import Resolved

NAMED_FROM = 4.0  # a weaker sum is a candidate, never a name
ROOT_FROM = 3.0  # a cause must speak this clearly before it takes another's place
MARGIN = 1.5  # knowledge/azure-backup.md 4.1, rule 5
_MINUTE = 60_000_000
_EPISODE = 120 * _MINUTE  # failures this close to the chosen one belong to the same story
_BEFORE_AT, _AFTER_AT = 150 * _MINUTE, 150 * _MINUTE  # knowledge/azure-backup.md 4.5
_DAY = 24 * 60 * _MINUTE
_MOST_OCCASIONS = 60
_PRELUDE = _MINUTE  # a failure's first line comes at most this long after what made it fail
_ORDER_SLACK = 10 * _MINUTE  # two sources of one event differ by less


@dataclass(frozen=True)
class Request:
    """What the user asked for: a moment (microseconds UTC) and a symptom."""

    at: int | None = None
    symptom: Resolved | None = None


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


@dataclass
class Verdict:
    """The outcome; `reasons` say in words what it rests on."""

    outcome: str
    causes: list[Cause] = field(default_factory=list)
    notes: list[Cause] = field(default_factory=list)
    unchecked: list[Judged] = field(default_factory=list)
    incident: Incident | None = None
    confidence: float | None = None
    reasons: list[str] = field(default_factory=list)

    @property
    def cause(self) -> Cause | None:
        return self.causes[0] if self.outcome in ("named", "platform") else None


def diagnose(
    signatures: Iterable[Signature], incidents: list[Incident], evaluator: Evaluator, request: Request, covered: Window
) -> Verdict:
    """Judge all signatures and decide. `covered` is the bundle's first and last time."""
    applicable = [s for s in signatures if evaluator.platform in s.platforms or evaluator.platform == "unknown"]
    if request.at is not None and not _reaches(covered, request.at):
        return Verdict("not-enough", reasons=["the bundle has no records of the time that was asked for"])
    chosen = choose(incidents, request)
    verdict = Verdict("undetermined", incident=chosen)
    episode = _episode(incidents, chosen) if chosen is not None else []
    judged = _judge_all(applicable, episode, incidents, evaluator, request)
    found = [j for j in judged.values() if j.present]
    verdict.unchecked = sorted((j for j in judged.values() if j.unchecked), key=lambda j: j.signature.id)
    verdict.causes = _rank(_cascade([Cause(j) for j in found], applicable))
    verdict.notes = _notes(applicable, {c.signature.id for c in verdict.causes}, incidents, evaluator, request)
    _decide(verdict, incidents, request)
    return verdict


def choose(incidents: list[Incident], request: Request) -> Incident | None:
    """The incident that the question is about: of the asked time and kind, else the last that nothing resolved."""
    pool = incidents
    if request.at is not None:
        at = request.at
        pool = [i for i in pool if i.start is None or (i.start - _AFTER_AT <= at <= (i.end or i.start) + _BEFORE_AT)]
    if request.symptom is not None:
        wanted = request.symptom.symptom.operation
        same = [i for i in pool if i.kind == wanted]
        # the operation may never have reached the VM: then what kept it away is the question
        pool = same or [i for i in pool if i.failed and (request.at is not None or not i.resolved)]
    asked = request.at is not None or request.symptom is not None
    failed = [i for i in pool if i.failed and (asked or not i.resolved)]
    if request.at is not None and failed:
        at = request.at
        return min(failed, key=lambda i: (i.start is None, _distance(i, at), -(i.end or 0), i.id))
    unresolved = [i for i in failed if not i.resolved]
    if unresolved or failed:
        return max(unresolved or failed, key=_recency)
    hanging = [i for i in pool if i.outcome == "open"]
    if hanging:
        return max(hanging, key=_recency)
    return max(pool, key=_recency) if asked and pool else None


def _recency(incident: Incident) -> tuple[float, float, str]:
    return (incident.end or math.inf, incident.start or math.inf, incident.id)


def _distance(incident: Incident, at: int) -> int:
    if incident.start is None or incident.end is None or incident.start <= at <= incident.end:
        return 0
    return min(abs(incident.start - at), abs(incident.end - at))


def _reaches(covered: Window, at: int) -> bool:
    first, last = covered
    return first is not None and last is not None and first - _AFTER_AT <= at <= last + _BEFORE_AT


def _episode(incidents: list[Incident], chosen: Incident) -> list[Incident]:
    """The chosen incident and the other failures of its time: one cause may have brought down several operations."""
    result = [chosen]
    for other in incidents:
        if other is chosen or not other.failed:
            continue
        if other.resolved and not chosen.resolved:
            continue
        if _apart(other, chosen) <= _EPISODE:
            result.append(other)
    return result


def _apart(one: Incident, other: Incident) -> int:
    """Microseconds between two incidents; 0 when they overlap, or when one is state that carries no time."""
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return 0
    return max(one.start - other.end, other.start - one.end, 0)


def _scope(incident: Incident, incidents: list[Incident], request: Request) -> Scope:
    healed = tuple(
        _healed(i)
        for i in incidents
        if i.failed and i.resolved_at is not None and incident.start is not None and i.resolved_at < incident.start
    )
    good = _good_occasions(incident, incidents)
    facts: dict[str, object] = {
        "incident.kind": incident.kind,
        "incident.operation": incident.operation.id,
        "incident.outcome": incident.outcome,
        "incident.key": incident.key,
    }
    if incident.code is not None:
        facts["incident.code"] = incident.code
    return Scope(incident.start, incident.end, incident.since, healed, good, facts | _asked(request))


def _healed(incident: Incident) -> Window:
    """The stretch of a failure that is over. What led to it was written before its first failing line."""
    if incident.start is None:
        return (None, incident.resolved_at)
    opens = incident.start - _PRELUDE
    if incident.since is not None:
        opens = max(opens, incident.since)
    return (opens, incident.resolved_at)


def _good_occasions(incident: Incident, incidents: list[Incident]) -> tuple[Window, ...]:
    """Earlier attempts of the same operation that went well; a long stretch of successes counts by the day."""
    if incident.start is None:
        return ()
    windows: list[Window] = []
    for other in incidents:
        if other.operation is not incident.operation or (
            other.operation.style == "track" and other.key != incident.key
        ):
            continue
        if other.outcome != "succeeded" or other.start is None or other.end is None:
            continue
        end = min(other.end, incident.start - 1)
        windows += [(start, min(start + _DAY - 1, end)) for start in range(other.start, end + 1, _DAY)]
    return tuple(windows[-_MOST_OCCASIONS:])


def _asked(request: Request) -> dict[str, object]:
    if request.symptom is None:
        return {}
    symptom = request.symptom.symptom
    return {"symptom.id": symptom.id, "symptom.kind": symptom.kind, "symptom.operation": symptom.operation}


def _judge_all(
    signatures: list[Signature],
    episode: list[Incident],
    incidents: list[Incident],
    evaluator: Evaluator,
    request: Request,
) -> dict[str, Judged]:
    """Each fault's best standing in the episode."""
    best: dict[str, Judged] = {}
    for incident in episode:
        scope = _scope(incident, incidents, request)
        for signature in signatures:
            if signature.kind == "note" or incident.kind not in signature.operations:
                continue
            result = judge(evaluator, signature, incident, scope)
            known = best.get(signature.id)
            if known is None or (result.present, result.score) > (known.present, known.score):
                best[signature.id] = result
    if episode:
        _discount_bystanders(best, episode[0], signatures)
    return best


def _discount_bystanders(judged: dict[str, Judged], chosen: Incident, signatures: list[Signature]) -> None:
    """Another handler's failure of the same time says little about the chosen one, unless its cause explains a cause
    that was found in the chosen one."""
    own = {i for i, j in judged.items() if j.present and j.incident is not None and _same_matter(j.incident, chosen)}
    reach = _closure({s.id: s.explains for s in signatures})
    for identity, result in judged.items():
        if result.present and identity not in own and not reach.get(identity, set()) & own:
            result.bystander()


def _same_matter(one: Incident, other: Incident) -> bool:
    return one is other or (one.kind == other.kind and one.key == other.key)


def _notes(
    signatures: list[Signature], taken: set[str], incidents: list[Incident], evaluator: Evaluator, request: Request
) -> list[Cause]:
    """Notes, and faults by which nothing failed, over the whole bundle."""
    healed = tuple(_healed(i) for i in incidents if i.failed and i.resolved_at is not None)
    result = []
    for signature in signatures:
        if signature.id in taken:
            continue
        scope = Scope(healed=() if signature.kind == "note" else healed, facts=_asked(request))
        judged = judge(evaluator, signature, None, scope)
        if judged.present and judged.score >= NAMED_FROM and signature.kind != "platform":
            result.append(Cause(judged, confidence=confidence(judged.score)))
    return sorted(result, key=lambda c: (-c.judged.score, c.signature.id))


def _cascade(causes: list[Cause], signatures: list[Signature]) -> list[Cause]:
    """A cause that explains another found one and began first takes its place; the other is its effect."""
    reach = _closure({s.id: s.explains for s in signatures})
    by_id = {c.signature.id: c for c in causes}
    for effect in causes:
        roots = [
            root
            for root in causes
            if root is not effect
            and effect.signature.id in reach.get(root.signature.id, ())
            and root.judged.score >= ROOT_FROM
            and _not_later(root.judged, effect.judged)
        ]
        if roots:
            root = max(roots, key=lambda r: (len(reach[r.signature.id] & set(by_id)), r.judged.score, r.signature.id))
            effect.state, effect.explained_by = "effect", root.signature.id
    for cause in causes:
        cause.explains = sorted(i for i, c in by_id.items() if c.explained_by == cause.signature.id)
    return causes


def _closure(edges: dict[str, tuple[str, ...]]) -> dict[str, set[str]]:
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
    return root.first is None or effect.first is None or root.first <= effect.first + _ORDER_SLACK


def _rank(causes: list[Cause]) -> list[Cause]:
    return sorted(causes, key=lambda c: (c.state == "effect", -c.judged.score, c.signature.id))


def confidence(score: float, margin: float = MARGIN) -> float:
    """A probability from the sum and the distance to the next candidate."""
    return calibration.shipped().confidence(score, margin)


def _decide(verdict: Verdict, incidents: list[Incident], request: Request) -> None:
    chosen = verdict.incident
    rivals = [c for c in verdict.causes if c.state != "effect"]
    top = rivals[0] if rivals else None
    second = rivals[1].judged.score if len(rivals) > 1 else 0.0
    margin = top.judged.score - second if top else 0.0
    for cause in verdict.causes:
        cause.confidence = confidence(cause.judged.score, margin if cause is top else 0.0)
    if top is not None and top.judged.score >= NAMED_FROM and margin >= MARGIN and _may_be_named(top, chosen):
        verdict.outcome = "platform" if top.signature.kind == "platform" else "named"
        top.state, verdict.confidence = "named", top.confidence
        ahead = f"{margin:.1f} points ahead of the next: {rivals[1].signature.title}" if len(rivals) > 1 else ""
        verdict.reasons.append(ahead or "no other cause was found that it does not explain")
        return
    if chosen is not None and chosen.failed:
        verdict.outcome = "undetermined"
        verdict.reasons.append(_doubt(rivals))
        return
    worked = [i for i in incidents if i.outcome == "succeeded"]
    if request.at is not None or request.symptom is not None:
        worked = [chosen] if chosen is not None and chosen.outcome == "succeeded" else []
    if worked:
        verdict.outcome = "no-fault"
        verdict.incident = chosen if chosen in worked else max(worked, key=_recency)
        return
    verdict.outcome = "not-enough"
    asked = " for what was asked" if request.at is not None or request.symptom is not None else ""
    verdict.reasons.append(f"the bundle shows no operation that ended, well or badly{asked}")


def _doubt(rivals: list[Cause]) -> str:
    """Why no cause is named although something failed."""
    if not rivals:
        return "no known cause of it was found"
    first = f"{rivals[0].signature.title} ({rivals[0].judged.score:+.1f})"
    if rivals[0].judged.score < NAMED_FROM:
        return f"the strongest candidate is too weak to be named: {first}"
    if len(rivals) > 1:
        second = f"{rivals[1].signature.title} ({rivals[1].judged.score:+.1f})"
        return f"two causes speak almost equally loudly: {first} and {second}"
    return f"the candidate does not fit what failed: {first}"


def _may_be_named(cause: Cause, incident: Incident | None) -> bool:
    """A fault needs a failure; only the platform can be named for an attempt that went well in the guest."""
    if incident is None:
        return False
    return incident.failed or incident.outcome == "open" or cause.signature.kind == "platform"
