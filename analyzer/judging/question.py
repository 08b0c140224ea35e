"""What is asked, and which incident that is: the choice among failures, and what counts for the chosen one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analyzer.judging.evidence import Scope, Window
from analyzer.judging.handlers import Handlers
from analyzer.judging.incidents import Incident
from analyzer.judging.symptoms import Resolved

_MINUTE = 60_000_000
_EPISODE = 120 * _MINUTE  # failures this close to the chosen one belong to the same story
_BEFORE_AT, _AFTER_AT = 150 * _MINUTE, 150 * _MINUTE  # knowledge/azure-backup.md 4.5
_CARRIERS = ("agent", "boot")  # without them no other operation takes place
_LASTING = 60 * _MINUTE  # an agent that is away for so long misses what the platform asks for
_DAY = 24 * 60 * _MINUTE
_MOST_OCCASIONS = 60
_PRELUDE = _MINUTE  # a failure's first line comes at most this long after what made it fail


@dataclass(frozen=True)
class Request:
    """What the user asked for: a moment (microseconds UTC) and a symptom."""

    at: int | None = None
    symptom: Resolved | None = None


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
        others = [i for i in pool if i.failed and (request.at is not None or not i.resolved)]
        pool = _kept_away(same, pool) or same or others
    asked = request.at is not None or request.symptom is not None
    failed = [i for i in pool if i.failed and (asked or not (i.resolved or i.operation.when_asked))]
    if request.at is not None and failed:
        at = request.at
        return min(failed, key=lambda i: (i.start is None, _distance(i, at), -(i.end or 0), i.id))
    unresolved = [i for i in failed if not i.resolved]
    if unresolved or failed:
        return max(unresolved or failed, key=recency)
    hanging = [i for i in pool if i.outcome == "open"]
    if hanging:
        return max(hanging, key=recency)
    return _best_told(pool, request.at) if asked and pool else None


def _best_told(pool: list[Incident], at: int | None) -> Incident:
    """Of attempts that went well about that moment: one attempt before a stretch of them, the nearest first."""
    if at is None:
        return max(pool, key=recency)
    return min(pool, key=lambda i: (i.start is None, i.operation.style != "run", _distance(i, at), -(i.end or 0), i.id))


def _kept_away(same: list[Incident], pool: list[Incident]) -> list[Incident]:
    """Lasting failures of the agent or the system since the last attempt of what was asked for, which went well: the
    next one found nobody to talk to."""
    if not same or any(i.failed and not i.resolved for i in same):
        return []
    last = max(i.end or 0 for i in same)
    return [
        i for i in pool if i.failed and i.kind in _CARRIERS and i.start is not None and i.start > last and _lasts(i)
    ]


def _lasts(incident: Incident) -> bool:
    if incident.resolved_at is None or incident.start is None:
        return not incident.resolved
    return incident.resolved_at - incident.start >= _LASTING


def recency(incident: Incident) -> tuple[float, float, str]:
    """A sort key: the later it ended the larger; state without a time is as late as can be."""
    return (incident.end or math.inf, incident.start or math.inf, incident.id)


def under_way(incidents: list[Incident]) -> Incident | None:
    """The attempt that the bundle was taken in: it began, nothing of its kind came later, and the records end before
    it could count as stalled."""
    runs = [i for i in incidents if i.operation.style == "run" and i.end is not None]
    last = max(runs, key=recency, default=None)
    return last if last is not None and last.outcome == "open" and last.operation.stalls_after else None


def _distance(incident: Incident, at: int) -> int:
    if incident.start is None or incident.end is None or incident.start <= at <= incident.end:
        return 0
    return min(abs(incident.start - at), abs(incident.end - at))


def reaches(covered: Window, at: int) -> bool:
    """Whether the bundle has records of about that moment."""
    first, last = covered
    return first is not None and last is not None and first - _AFTER_AT <= at <= last + _BEFORE_AT


def episode(incidents: list[Incident], chosen: Incident) -> list[Incident]:
    """The chosen incident and the other failures of its time: one cause may have brought down several operations."""
    result = [chosen]
    for other in incidents:
        if other is chosen or not other.failed:
            continue
        if (other.resolved and not chosen.resolved) or _is_another_request(other, chosen):
            continue
        if _apart(other, chosen) <= _EPISODE:
            result.append(other)
    return result


def _is_another_request(one: Incident, other: Incident) -> bool:
    """Whether they are about requests to the same handler of which one took the other's place."""
    known = one.sequence is not None and other.sequence is not None
    return known and one.sequence != other.sequence and (one.kind, one.key) == (other.kind, other.key)


def _apart(one: Incident, other: Incident) -> int:
    """Microseconds between two incidents; 0 when they overlap, or when one is state that carries no time."""
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return 0
    return max(one.start - other.end, other.start - one.end, 0)


def scope(incident: Incident, incidents: list[Incident], request: Request, handlers: Handlers) -> Scope:
    """What counts as evidence for this incident."""
    over = tuple(
        healed(i)
        for i in incidents
        if i.failed and i.resolved_at is not None and incident.start is not None and i.resolved_at < incident.start
    )
    over += tuple(_window_of(i) for i in incidents if i.failed and _is_replaced(i, incident))
    good = _good_occasions(incident, incidents)
    facts: dict[str, object] = {
        "incident.kind": incident.kind,
        "incident.operation": incident.operation.id,
        "incident.outcome": incident.outcome,
        "incident.key": incident.key,
    }
    if incident.code is not None:
        facts["incident.code"] = incident.code
    matter = handlers.matter(incident)
    return Scope(incident.start, incident.end, incident.since, over, good, facts | asked(request), matter)


def healed(incident: Incident) -> Window:
    """The stretch of a failure that is over. What led to it was written before its first failing line."""
    return (_window_of(incident)[0], incident.resolved_at)


def _window_of(incident: Incident) -> Window:
    if incident.start is None:
        return (None, incident.end)
    opens = incident.start - _PRELUDE
    return (opens if incident.since is None else max(opens, incident.since), incident.end)


def _is_replaced(one: Incident, other: Incident) -> bool:
    """Whether one is the short failure of a request that another replaced: what was seen in it tells of it alone."""
    if one.start is None or one.end is None or other.start is None or not _is_another_request(one, other):
        return False
    return one.end < other.start and one.end - one.start <= _EPISODE


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


def asked(request: Request) -> dict[str, object]:
    """The request as facts that signatures can compare."""
    if request.symptom is None:
        return {}
    symptom = request.symptom.symptom
    return {"symptom.id": symptom.id, "symptom.kind": symptom.kind, "symptom.operation": symptom.operation}
