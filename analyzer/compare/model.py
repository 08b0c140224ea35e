"""The difference between two documents as plain data. `as_json` is what `vmtriage diff --json` writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Json = Mapping[str, Any]

SCHEMA = 1
Which = Literal["before", "after"]
Kind = Literal["changed", "appeared", "gone"]


@dataclass(frozen=True)
class Side:
    """One of the two bundles. `letter` says which of the two that were given it is."""

    letter: str
    name: str
    sha256: str
    outcome: str
    headline: str
    cause: str | None
    confidence: float | None
    first: str | None
    last: str | None
    zone: str
    refused: int


@dataclass(frozen=True)
class Change:
    """A fact that differs. `order` is 1 where a version became newer, -1 where it became older."""

    name: str
    kind: Kind
    before: str
    after: str
    order: int = 0


@dataclass(frozen=True)
class Untold:
    """Facts that only one of the bundles tells, so that nothing can be said about a change."""

    pattern: str
    teller: Which
    facts: int


@dataclass(frozen=True)
class Group:
    """One section of facts."""

    title: str
    changes: tuple[Change, ...]
    untold: tuple[Untold, ...]


@dataclass(frozen=True)
class CauseChange:
    """A cause or a note that one bundle has and the other has not, or that stands otherwise."""

    id: str
    title: str
    kind: Kind
    before: tuple[str, float] | None  # state and score
    after: tuple[str, float] | None


@dataclass(frozen=True)
class IncidentChange:
    """An operation that ended since, or that ended otherwise than it looked before."""

    kind: Kind
    title: str
    area: str
    start: str | None
    end: str | None
    code: str
    before: tuple[str, bool] | None  # outcome, and whether it was made up for
    after: tuple[str, bool] | None

    @property
    def failed(self) -> bool:
        """Whether it failed, and nothing made up for it."""
        return self.after is not None and self.after[0] in ("failed", "degraded") and not self.after[1]


@dataclass(frozen=True)
class NewError:
    """A kind of error that only the newer bundle has, with its first line there. `since` is False where that is older
    than the end of the older bundle, which did not hold the line then."""

    template: str
    source: str
    level: str
    count: int
    first: str | None
    since: bool
    file: str
    line: int
    text: str
    causes: tuple[str, ...]


@dataclass(frozen=True)
class SourceChange:
    """A source of records that only one of the bundles has."""

    source: str
    kind: Kind
    events: int


@dataclass(frozen=True)
class Difference:
    """`before` is the older bundle, by its last event; `swapped` says that it was given second."""

    language: str
    before: Side
    after: Side
    swapped: bool
    same_bundle: bool
    certainly_others: tuple[Change, ...]  # what shows that these are two VMs
    perhaps_others: tuple[Change, ...]
    groups: tuple[Group, ...]
    passing: int
    causes: tuple[CauseChange, ...]
    incidents: tuple[IncidentChange, ...]
    left_behind: int  # incidents of the older bundle that the newer one no longer holds
    errors: tuple[NewError, ...]
    errors_complete: bool  # the documents hold all that is needed to call an error new
    sources: tuple[SourceChange, ...]
    hole: tuple[str, str] | None  # a time between the two that neither covers

    @property
    def same_verdict(self) -> bool:
        """Whether both bundles have the same outcome with the same cause."""
        return (self.before.outcome, self.before.cause) == (self.after.outcome, self.after.cause)

    def as_json(self) -> dict[str, Any]:
        """The difference for other programs."""
        return {"schema": SCHEMA, "same_verdict": self.same_verdict} | asdict(self)
