"""From incidents and findings to a verdict (design.md, "From evidence to a verdict").

    choose the incident -> judge every cause in it -> put effects below their causes -> margin -> outcome

Nothing here knows a cause by name: causes are signatures, and which explains which is their `explains`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from analyzer.judging import calibration
from analyzer.judging.cascade import Cause, cascade, closure, fade_earlier, rank
from analyzer.judging.evidence import Evaluator, Scope, Window
from analyzer.judging.handlers import Handlers
from analyzer.judging.incidents import Incident
from analyzer.judging.question import (
    Request,
    asked,
    choose,
    episode,
    healed,
    reaches,
    recency,
    scope,
    under_way,
)
from analyzer.judging.scoring import Judged, judge
from analyzer.language import _, grouped, knowledge
from analyzer.moments import human
from analyzer.signatures.model import Signature

NAMED_FROM = 4.0  # a weaker sum is a candidate, never a name
_ADRIFT = 0.75  # the most that one may be sure of where nothing tells how far the clock of the proof is from UTC
_MOST_LOST = 3  # logs that are named
MARGIN = 1.5  # knowledge/azure-backup.md 4.1, rule 5


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
    signatures: Iterable[Signature],
    incidents: list[Incident],
    evaluator: Evaluator,
    request: Request,
    covered: Window,
    lost: Sequence[str] = (),
) -> Verdict:
    """Judge all signatures and decide. `covered` is the bundle's first and last time, `lost` are logs that are in it
    and could not be read."""
    applicable = [s for s in signatures if evaluator.platform in s.platforms or evaluator.platform == "unknown"]
    if request.at is not None and not reaches(covered, request.at):
        return Verdict("not-enough", reasons=[_("the bundle has no records of the time that was asked for")])
    chosen = choose(incidents, request)
    verdict = Verdict("undetermined", incident=chosen)
    together = episode(incidents, chosen) if chosen is not None else []
    judged = _judge_all(applicable, together, incidents, evaluator, request)
    found = [j for j in judged.values() if j.present]
    verdict.unchecked = sorted((j for j in judged.values() if j.unchecked), key=lambda j: j.signature.id)
    causes = cascade([Cause(j) for j in found], applicable)
    fade_earlier(causes, NAMED_FROM)
    verdict.causes = rank(causes)
    verdict.notes = _notes(applicable, {c.signature.id for c in verdict.causes}, incidents, evaluator, request)
    _decide(verdict, incidents, request, lost)
    return verdict


def _judge_all(
    signatures: list[Signature],
    together: list[Incident],
    incidents: list[Incident],
    evaluator: Evaluator,
    request: Request,
) -> dict[str, Judged]:
    """Each fault's best standing in the episode."""
    if not together:
        return {}
    chosen, handlers = together[0], Handlers(incidents)
    keys = {chosen.key} | handlers.awaited(chosen)
    best: dict[str, Judged] = {}
    for incident in together:
        counted = scope(incident, incidents, request, handlers)
        of_chosen = incident is chosen or (incident.kind == chosen.kind and incident.key in keys)
        for signature in signatures:
            if signature.kind == "note" or incident.kind not in signature.operations:
                continue
            result = judge(evaluator, signature, incident, counted)
            result.own = of_chosen
            known = best.get(signature.id)
            if known is None or _standing(result) > _standing(known):
                best[signature.id] = result
    _discount_bystanders(best, signatures)
    return best


def _standing(result: Judged) -> tuple[bool, bool, float]:
    """How well a cause stands: of a handler's own causes, what shows in the chosen handler comes before all else."""
    return (result.present, result.own and result.is_handlers_own, result.score)


def _discount_bystanders(judged: dict[str, Judged], signatures: list[Signature]) -> None:
    """Another handler's failure of the same time says little about the chosen one, unless its cause explains a cause
    that was found in the chosen one and may be common to both."""
    own = {identity for identity, result in judged.items() if result.present and result.own}
    reach = closure({s.id: s.explains for s in signatures})
    for identity, result in judged.items():
        if result.present and not result.own and (result.is_handlers_own or not reach.get(identity, set()) & own):
            result.bystander()


def _notes(
    signatures: list[Signature], taken: set[str], incidents: list[Incident], evaluator: Evaluator, request: Request
) -> list[Cause]:
    """Notes, and faults by which nothing failed, over the whole bundle."""
    over = tuple(healed(i) for i in incidents if i.failed and i.resolved_at is not None)
    result = []
    for signature in signatures:
        if signature.id in taken or not evaluator.possible(signature):
            continue
        whole = Scope(healed=() if signature.kind == "note" else over, facts=asked(request))
        judged = judge(evaluator, signature, None, whole)
        if judged.present and judged.score >= NAMED_FROM and signature.kind != "platform":
            result.append(Cause(judged, confidence=confidence(judged.score)))
    return sorted(result, key=lambda c: (-c.judged.score, c.signature.id))


def confidence(score: float, margin: float = MARGIN) -> float:
    """A probability from the sum and the distance to the next candidate."""
    return calibration.shipped().confidence(score, margin)


def _decide(verdict: Verdict, incidents: list[Incident], request: Request, lost: Sequence[str]) -> None:
    chosen = verdict.incident
    rivals = [c for c in verdict.causes if c.state != "effect"]
    top = rivals[0] if rivals else None
    second = rivals[1].judged.score if len(rivals) > 1 else 0.0
    margin = top.judged.score - second if top else 0.0
    for cause in verdict.causes:
        cause.confidence = confidence(cause.judged.score, margin if cause is top else 0.0)
        if cause.judged.adrift:
            cause.confidence = min(cause.confidence, _ADRIFT)
    if top is not None and top.judged.score >= NAMED_FROM and margin >= MARGIN and _may_be_named(top, chosen):
        _divide(rivals[1:], 1 - top.confidence)
        verdict.outcome = "platform" if top.signature.kind == "platform" else "named"
        top.state, verdict.confidence = "named", top.confidence
        verdict.reasons.append(_lead(margin, rivals[1:], len(verdict.causes)))
        return
    _divide(rivals, 1.0)
    if chosen is not None and chosen.failed:
        verdict.outcome = "undetermined"
        verdict.reasons.append(_doubt(rivals))
        return
    worked = [i for i in incidents if i.outcome == "succeeded"]
    about = request.at is not None or request.symptom is not None
    running = under_way(incidents)
    if running is not None and (running is chosen or not about):
        words = _("the last operation ({what}), begun at {time}, was still under way when the bundle was taken")
        verdict.reasons.append(words.format(what=knowledge(running.operation.title), time=human(running.start)))
    elif chosen is not None and chosen.outcome == "open":
        what = chosen.title if chosen.operation.style == "track" else knowledge(chosen.operation.title)
        verdict.reasons.append(_("an operation ({what}) had not ended when the bundle was taken").format(what=what))
    if about:
        worked = [chosen] if chosen is not None and chosen.outcome == "succeeded" else []
    if worked:
        proof = chosen if chosen is not None and chosen in worked else _proof(worked)
        if not lost:
            verdict.outcome, verdict.incident = "no-fault", proof
            return
        verdict.outcome, verdict.incident = "not-enough", None
        words = _("what the bundle covers went well ({what}), but these event logs could not be read: {logs}")
        what = (
            f"{knowledge(proof.operation.title)}, {human(proof.end)}" if proof.end else knowledge(proof.operation.title)
        )
        verdict.reasons.insert(0, words.format(what=what, logs=", ".join(lost[:_MOST_LOST])))
        return
    verdict.outcome = "not-enough"
    verdict.reasons.append(
        _("the bundle shows no operation that ended, well or badly for what was asked")
        if about
        else _("the bundle shows no operation that ended, well or badly")
    )


def _divide(rivals: Sequence[Cause], left: float) -> None:
    """One of them is the cause, so that all together are not surer than what is left."""
    together = sum(rival.confidence for rival in rivals)
    if together > left:
        for rival in rivals:
            rival.confidence = round(rival.confidence * left / together, 3)


def _proof(worked: list[Incident]) -> Incident:
    """What ended well last; an attempt that lies within the last stretch of successes tells more than the stretch."""
    last = max(worked, key=recency)
    runs = [i for i in worked if i.operation.style == "run" and i.end is not None]
    within = [i for i in runs if last.start is None or last.start <= (i.end or 0)]
    return max(within, key=recency, default=last)


def _lead(margin: float, others: list[Cause], found: int) -> str:
    """What makes the named cause stand out."""
    if not others:
        return _("it explains every other cause that was found") if found > 1 else _("no other cause was found")
    words = _("{points} points ahead of the next: {title}")
    return words.format(points=grouped(round(margin, 1)), title=knowledge(others[0].signature.title))


def _doubt(rivals: list[Cause]) -> str:
    """Why no cause is named although something failed."""
    if not rivals:
        return _("no known cause of it was found")
    first, *second = (f"{knowledge(c.signature.title)} ({c.judged.score:+.1f})" for c in rivals[:2])
    if rivals[0].judged.score < NAMED_FROM:
        return _("the strongest candidate is too weak to be named: {first}").format(first=first)
    if second:
        return _("two causes speak almost equally loudly: {first} and {second}").format(first=first, second=second[0])
    return _("the candidate does not fit what failed: {first}").format(first=first)


def _may_be_named(cause: Cause, incident: Incident | None) -> bool:
    """A fault needs a failure; only the platform can be named for an attempt that went well in the guest."""
    if incident is None:
        return False
    return incident.failed or incident.outcome == "open" or cause.signature.kind == "platform"
