"""Causes and effects: which found cause takes another's place, and in which order they stand."""

from __future__ import annotations

from dataclasses import dataclass, field

from analyzer.scoring import Judged
from analyzer.signatures.model import Signature
from analyzer.zones import FARTHEST

ROOT_FROM = 3.0  # a cause must speak this clearly before it takes another's place
_ORDER_SLACK = 10 * 60_000_000  # two sources of one event differ by less


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
    return root.first is None or effect.first is None or root.first <= effect.first + slack


def rank(causes: list[Cause]) -> list[Cause]:
    """Best first, effects behind all others."""
    return sorted(causes, key=lambda c: (c.state == "effect", -c.judged.score, c.signature.id))
