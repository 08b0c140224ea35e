"""What a signature file says, as values. `load` reads them, `lint` judges them, `judging.evidence` applies them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KINDS = ("fault", "note", "platform")
ROLES = ("required", "supports", "against", "part")
EXPECTATIONS = ("named", "noted", "candidate", "effect", "absent")
RISKS = ("none", "restarts-service", "restarts-vm", "changes-data")
OPERATIONS = ("agent", "extension", "backup", "provisioning", "boot")
PLATFORMS = ("linux", "windows")
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "exists", "matches")


class SignatureError(Exception):
    """A signature file that cannot be used; the message begins with file:line."""


@dataclass(frozen=True)
class AtLeast:
    """So many hits, all of them within a time (microseconds; None for any)."""

    count: int
    within: int | None = None


@dataclass(frozen=True)
class Near:
    """Only hits on that side of another evidence's hits. `within` is microseconds, None for any distance."""

    evidence: str
    side: str = "both"  # before · after · both
    within: int | None = None
    anchor: str = "any"  # first · last · any


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks for or against a cause. Exactly one operator is set; docs/signatures.md explains each."""

    key: str
    role: str
    weight: float = 0.0
    label: str = ""
    source: tuple[str, ...] = ()
    match: str | None = None
    absent: str | None = None
    any: tuple[str, ...] = ()
    every: tuple[str, ...] = ()
    sequence: tuple[str, ...] = ()
    within: int | None = None
    fact: str | None = None
    comparison: str | None = None
    value: Any = None
    provider: tuple[str, ...] = ()
    event_id: tuple[int, ...] = ()
    at_least: AtLeast | None = None
    near: Near | None = None
    needs: str | None = None
    persists: bool = False
    platforms: tuple[str, ...] = ()
    line: int = 1

    @property
    def parts(self) -> tuple[str, ...]:
        """The keys of the evidence that this one is put together from."""
        return (*self.any, *self.every, *self.sequence)

    @property
    def references(self) -> tuple[str, ...]:
        """Those, and the key of the evidence that it lies near."""
        return (*self.parts, *((self.near.evidence,) if self.near else ()))

    @property
    def operator(self) -> str:
        if self.provider or self.event_id:
            return "event"
        for name in ("absent", "any", "every", "sequence", "fact", "match"):
            if getattr(self, name):
                return name
        return "none"

    @property
    def regex(self) -> str | None:
        """The regex that the scanner looks for on behalf of this evidence."""
        if self.provider or self.event_id:
            return self.match or ""
        return self.match or self.absent


@dataclass(frozen=True)
class Remedy:
    step: str
    command: str | None = None
    risk: str = "none"
    platforms: tuple[str, ...] = ()  # where this step makes sense; empty: anywhere
    when: tuple[str, ...] = ()  # evidence of which one must hold for the step to make sense; empty: always


@dataclass(frozen=True)
class SignatureTest:
    """A small bundle inside the signature file, and what the engine must make of it."""

    name: str
    expect: str
    files: dict[str, str]
    at: str | None = None
    symptom: str | None = None
    line: int = 1


@dataclass(frozen=True)
class Signature:
    """One cause."""

    id: str
    title: str
    kind: str
    platforms: tuple[str, ...]
    operations: tuple[str, ...]
    summary: str
    why: str
    evidence: tuple[Evidence, ...]
    explains: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    tests: tuple[SignatureTest, ...] = ()
    path: Path = field(default_factory=Path)

    def is_only_of(self, kind: str) -> bool:
        """Whether nothing but operations of this kind fails by it: then it is one handler's own, as a broken package
        is; a full disk is everybody's."""
        return set(self.operations) == {kind}

    def steps(self, platform: str) -> tuple[Remedy, ...]:
        """What to do about it on that platform."""
        return tuple(r for r in self.remedies if not r.platforms or platform in r.platforms)

    def part(self, key: str) -> Evidence:
        return next(e for e in self.evidence if e.key == key)
