"""The cascade: the cause, the effects it explains, and the incident at the end, each with its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analyzer.language import _
from analyzer.report import formatting, words
from analyzer.report.cause_view import anchor_of

Json = Mapping[str, Any]


@dataclass
class Node:
    """One link of the chain. `delay` is how much later than the link before it began, `anchor` where the report goes
    on about it."""

    title: str
    kind: str  # cause | effect | incident
    role: str
    time: str
    iso: str
    anchor: str
    detail: str = ""
    delay: str = ""
    children: list[Node] = field(default_factory=list)


def cascade_tree(document: Json) -> Node | None:
    """The tree from the verdict's cause over what it explains to the incident; None where it explains nothing.

    The incident hangs on the last effect of each branch's first path: effects come first in time, so the chain reads
    cause, effect, failure. A cycle in a malformed document ends the branch.
    """
    verdict = document["verdict"]
    causes = {cause["id"]: cause for cause in document["causes"]}
    root = causes.get(verdict.get("cause") or "")
    if root is None or root["kind"] == "platform":
        return None

    def grow(cause: Json, seen: frozenset[str]) -> Node:
        node = _cause(cause, cause is root)
        for other in causes.values():
            if other.get("explained_by") == cause["id"] and other["id"] not in seen:
                _hang(node, grow(other, seen | {other["id"]}))
        return node

    tree = grow(root, frozenset({root["id"]}))
    incident = next((item for item in document["incidents"] if item["id"] == verdict.get("incident")), None)
    if incident is not None and incident["outcome"] != "succeeded":
        _hang(_deepest(tree), _incident(incident))
    return tree if tree.children else None


def _cause(cause: Json, root: bool) -> Node:
    first = cause.get("first")
    return Node(
        title=cause["title"],
        kind="cause" if root else "effect",
        role=_("Cause") if root else _("Effect"),
        time=_("since {time}").format(time=formatting.moment(first)) if first else _("a state, no time"),
        iso=first or "",
        anchor="evidence" if root else anchor_of(cause["id"]),
    )


def _incident(incident: Json) -> Node:
    ended = incident.get("end") or incident.get("start")
    code = incident.get("code")
    return Node(
        title=incident["title"],
        kind="incident",
        role=_("Incident"),
        time=formatting.moment(ended),
        iso=ended or "",
        anchor="incidents",
        detail=_("code {code}").format(code=code) if code else words.incident_state(incident["outcome"])[1],
    )


def _hang(parent: Node, child: Node) -> None:
    seconds = formatting.seconds_between(parent.iso, child.iso)
    if seconds >= 1:
        child.delay = _("{duration} later").format(duration=formatting.duration(seconds))
    parent.children.append(child)


def _deepest(node: Node) -> Node:
    """The end of the longest branch; the first of equals."""

    def depth(tree: Node) -> int:
        return 1 + max((depth(child) for child in tree.children), default=0)

    while node.children:
        node = max(node.children, key=depth)
    return node
