"""What failed, and when: the attempts of each operation, from the markers that were found.

An incident is one attempt (style "run": a backup with its sequence number) or one stretch of failures until the next
success (style "track": a handler, the goal state). Attempts that ended well are incidents too, since they prove that
the operation worked at that time.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from analyzer.clocks.zones import FARTHEST
from analyzer.judging.findings import Found
from analyzer.judging.operations import Operation
from analyzer.language import _, knowledge

_SAME_RUN = 6 * 3600 * 1_000_000  # the same sequence number after this long is another attempt
_RARE = 2  # quiet for so many times the usual distance of its lines
_PAUSES = 2  # silent for more than so many usual pauses
_START_BEFORE = 2 * 3600 * 1_000_000  # a handler's start this long before its failure opened the attempt
_ECHOES = 35 * 60 * 1_000_000  # the agent sums up every half hour

FAILED = ("failed", "degraded")


@dataclass
class Incident:
    """An attempt. Times are microseconds UTC; None where nothing that tells of it carries a time."""

    operation: Operation
    key: str
    id: str = ""
    start: int | None = None
    end: int | None = None
    since: int | None = None  # the last success before it: what was seen until then had no effect
    outcome: str = "open"
    resolved: bool = False
    resolved_at: int | None = None
    ended: bool = False  # what resolved it was an end, after which nothing showed that it works again
    code: str | None = None
    sequence: str | None = None  # the request that it was about, where one is known
    evidence: list[Found] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        return self.outcome in FAILED

    @property
    def kind(self) -> str:
        return self.operation.kind

    @property
    def is_handlers(self) -> bool:
        """Whether it is about one handler among others; attempts are told apart by their number instead."""
        return self.operation.style == "track" and bool(self.key)

    @property
    def title(self) -> str:
        """What was tried, in the language at hand: 'Backup run 537', 'Extension operation of A.B'."""
        title = knowledge(self.operation.title)
        if not self.key:
            return title
        if self.operation.style == "track":
            return _("{operation} of {handler}").format(operation=title, handler=self.key)
        return f"{title} {self.key}"

    def add(self, found: Found, tells: bool) -> None:
        if found.time is not None:
            self.start = found.time if self.start is None else min(self.start, found.time)
            self.end = found.time if self.end is None else max(self.end, found.time)
        if tells:
            self.evidence.append(found)
            self.code = found.get("code") or self.code


Mark = tuple[str, Found]
"""(outcome, what was found)"""


def build(
    operations: Iterable[Operation],
    marks: dict[str, list[Mark]],
    ends: dict[str, int],
    bundle_end: int | None,
    rhythms: Mapping[str, int] | None = None,
    doubtful: Container[str] = (),
) -> list[Incident]:
    """All incidents, in order of time. `marks` are by operation, `ends` the last time of each source, `rhythms` the
    pauses that a source usually makes (microseconds), `doubtful` the sources whose zone is not known."""
    incidents: list[Incident] = []
    for operation in operations:
        if marks.get(operation.unless):
            continue
        found = sorted(marks.get(operation.id, []), key=lambda mark: mark[1].order)
        if operation.style == "run":
            incidents += _runs(operation, found, bundle_end)
        else:
            for key in sorted({mark[1].get("key") or "" for mark in found}):
                mine = [mark for mark in found if (mark[1].get("key") or "") == key]
                incidents += _track(operation, key, mine, ends)
            incidents += _silence(operation, found, ends, rhythms or {}, doubtful)
    incidents.sort(key=lambda i: (i.start is None, i.start or 0, i.operation.id, i.key))
    counts: dict[str, int] = {}
    for incident in incidents:
        counts[incident.operation.id] = counts.get(incident.operation.id, 0) + 1
        incident.id = f"{incident.operation.id}-{counts[incident.operation.id]}"
    return incidents


def _track(operation: Operation, key: str, marks: list[Mark], ends: dict[str, int]) -> list[Incident]:
    """Failures until the next success, or of another sequence number, are one incident; of successes only the stretches
    between are kept."""
    result: list[Incident] = []
    current: Incident | None = None
    started: int | None = None
    last: Incident | None = None
    last_success: int | None = None
    sequence: str | None = None
    for outcome, found in marks:
        sequence = found.get("seq") or sequence
        if outcome == "echo" and _is_old(found, current, last_success):
            continue
        if outcome == "start":
            started = started if found.get("seq") else found.time
        elif outcome in ("heals", "ends"):
            if current is not None and current.failed and found.time is not None:
                current.resolved, current.resolved_at, current.ended = True, found.time, outcome == "ends"
                last, current, last_success = current, None, found.time
            if last is not None and outcome == "heals":
                last.ended = False
        elif outcome == "progress":
            if current is None or current.outcome == "succeeded":
                current = Incident(operation, key, since=last_success)
                result.append(current)
            current.add(found, tells=current.outcome == "open")
        elif outcome == "success":
            if current is not None and current.failed:
                if found.time is None:
                    continue  # a state file says how things are, not that this failure is over
                current.resolved, current.resolved_at = True, found.time
                current = None
            if current is not None and current.outcome == "open" and found.time is not None:
                current.outcome, current.resolved = "succeeded", True
            if current is None:
                current = Incident(operation, key, outcome="succeeded", resolved=True)
                result.append(current)
            if current.evidence and current.outcome == "succeeded" and found.time is not None:
                current.evidence.clear()  # of a stretch of successes the last one is the proof
            current.add(found, tells=not current.evidence)
            if found.time is not None:
                last_success, started = found.time, None
        elif outcome in ("failure", "degraded", "echo"):
            if current is not None and current.outcome == "open":
                current.outcome = "degraded"
            elif current is None or not current.failed or sequence != (current.sequence or sequence):
                current = Incident(operation, key, outcome="degraded", since=last_success)
                result.append(current)
                if started is not None and found.time is not None and 0 <= found.time - started <= _START_BEFORE:
                    current.start = started
            if outcome != "degraded":
                current.outcome = "failed"
            current.sequence = current.sequence or sequence
            current.add(found, tells=True)
    if operation.quiet and current is not None and current.failed and current.end is not None:
        goes_on = max((ends.get(f.source, current.end) for f in current.evidence), default=current.end)
        enough = max(operation.quiet, _RARE * _widest_gap(current))
        if goes_on - current.end > enough:
            current.resolved, current.resolved_at = True, current.end + enough
    return result


def _is_old(echo: Found, current: Incident | None, last_success: int | None) -> bool:
    """Whether a line that sums up what failed lately tells of what is over already."""
    if echo.time is None or last_success is None or (current is not None and current.failed):
        return False
    return echo.time - last_success <= _ECHOES


def _widest_gap(incident: Incident) -> int:
    """The longest time between two failing lines: some are written once an hour only."""
    times = [f.time for f in incident.evidence if f.time is not None]
    return max((b - a for a, b in pairwise(times)), default=0)


def _silence(
    operation: Operation,
    marks: list[Mark],
    ends: dict[str, int],
    rhythms: Mapping[str, int],
    doubtful: Container[str],
) -> list[Incident]:
    """The operation's source ends while its witnesses go on. Only what was heard before can fall silent, and only
    for longer than its usual pauses: old agents speak once an hour."""
    if operation.silent_after is None or operation.voice not in ends:
        return []
    heard = [found.time for outcome, found in marks if outcome == "success" and found.time is not None]
    last = ends[operation.voice]
    unsure = operation.voice in doubtful
    spoke = [
        ends[name] - (FARTHEST if (name in doubtful) != unsure else 0) for name in operation.witnesses if name in ends
    ]
    until = max(spoke, default=last)
    if not heard or until - last <= max(operation.silent_after, _PAUSES * rhythms.get(operation.voice, 0)):
        return []
    return [Incident(operation, "", start=last, end=until, since=max(heard), outcome="failed", code=None)]


def _runs(operation: Operation, marks: list[Mark], bundle_end: int | None) -> list[Incident]:
    """Attempts with a number of their own; a marker without one belongs to the attempt that is under way."""
    attempts: list[tuple[str | None, Incident]] = []
    verdicts: dict[int, str] = {}
    degraded: set[int] = set()
    for outcome, found in marks:
        number = found.get("run")
        over = verdicts if outcome == "start" and number is None else None
        incident = _attempt(operation, attempts, number, found, over)
        if incident is None:
            continue
        incident.add(found, tells=outcome in ("failure", "degraded", "success"))
        if outcome in ("failure", "success"):
            verdicts[id(incident)] = outcome
        elif outcome == "degraded":
            degraded.add(id(incident))
        elif outcome == "repeat" and id(incident) not in verdicts:
            verdicts[id(incident)] = outcome
    result = []
    last_success: int | None = None
    for _number, incident in attempts:
        verdict = verdicts.get(id(incident))
        incident.since = last_success
        if verdict == "repeat":
            continue
        if verdict == "failure":
            incident.outcome = "failed"
        elif verdict == "success":
            incident.outcome, incident.resolved = (
                ("degraded", False) if id(incident) in degraded else ("succeeded", True)
            )
        elif (
            operation.stalls_after
            and bundle_end
            and incident.end
            and bundle_end - incident.end > operation.stalls_after
        ):
            incident.outcome = "failed"
        if incident.outcome == "succeeded" and incident.end is not None:
            last_success = incident.end
        result.append(incident)
    for i, incident in enumerate(result):
        later = next((r for r in result[i + 1 :] if r.outcome == "succeeded"), None)
        if incident.failed and later is not None:
            incident.resolved, incident.resolved_at = True, later.start
    return result


def _attempt(
    operation: Operation,
    attempts: list[tuple[str | None, Incident]],
    number: str | None,
    found: Found,
    over: Container[int] | None,
) -> Incident | None:
    """The attempt that a marker belongs to, a new one where none fits. `over` are attempts that had their verdict,
    given for a start without a number: it begins another one after those, and after one that hung."""
    for known, incident in reversed(attempts):
        apart = abs(found.time - incident.end) if found.time is not None and incident.end is not None else 0
        if apart > _SAME_RUN:
            break
        if over is not None and (id(incident) in over or apart > (operation.stalls_after or _SAME_RUN)):
            break
        if number is None or known is None or known == number:
            if number is not None and known is None:
                attempts[[id(a[1]) for a in attempts].index(id(incident))] = (number, incident)
                incident.key = number
            return incident
    incident = Incident(operation, number or "")
    attempts.append((number, incident))
    return incident
