"""The cascade: the cause, the effects it explains, and the incident at the end, as a picture and as nested text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analyzer.report import formatting, svg

Json = Mapping[str, Any]

BOX, COLUMN, ROW_GAP, LINE_HEIGHT, CHARACTERS = 250.0, 320.0, 18.0, 17.0, 33


@dataclass
class Node:
    """One link of the chain."""

    title: str
    detail: str
    kind: str  # cause | effect | incident
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
        inner = [
            grow(other, seen | {other["id"]})
            for other in causes.values()
            if other.get("explained_by") == cause["id"] and other["id"] not in seen
        ]
        kind = "cause" if cause is root else "effect"
        return Node(cause["title"], _since(cause.get("first")), kind, inner)

    tree = grow(root, frozenset({root["id"]}))
    incident = next((item for item in document["incidents"] if item["id"] == verdict.get("incident")), None)
    if incident is not None and incident["outcome"] != "succeeded":
        code = f"code {incident['code']}" if incident.get("code") else incident["outcome"]
        _deepest(tree).children.append(Node(incident["title"], f"{code} · {_clock(incident)}", "incident"))
    return tree if tree.children else None


def _clock(incident: Json) -> str:
    return formatting.moment(incident.get("end") or incident.get("start"))


def _since(first: str | None) -> str:
    return f"since {formatting.moment(first)}" if first else "a state, no time"


def _deepest(node: Node) -> Node:
    """The end of the longest branch; the first of equals."""

    def depth(tree: Node) -> int:
        return 1 + max((depth(child) for child in tree.children), default=0)

    while node.children:
        node = max(node.children, key=depth)
    return node


def cascade_svg(document: Json) -> str:
    """The picture of `cascade_tree`, left to right, or '' where there is none."""
    tree = cascade_tree(document)
    if tree is None:
        return ""
    body: list[str] = []
    bottom, columns = _draw(tree, 0, 8.0, body)[1:]
    names = " leads to ".join(_longest(tree))
    width = columns * COLUMN - (COLUMN - BOX) + 16
    return svg.picture("cascade", width, bottom + 8, "How one thing led to another", f"{names}.", body)


def _longest(node: Node) -> list[str]:
    titles = [node.title]
    while node.children:
        node = node.children[0]
        titles.append(node.title)
    return titles


def _draw(node: Node, column: int, top: float, body: list[str]) -> tuple[float, float, int]:
    """Draws the subtree below `top`; gives (middle of its own box, bottom of the subtree, columns used)."""
    lines = svg.wrap(node.title, CHARACTERS, 3)
    height = 20 + LINE_HEIGHT * (len(lines) + 1)
    middles, y, columns = [], top, column + 1
    for child in node.children:
        middle, bottom, reach = _draw(child, column + 1, y, body)
        middles.append(middle)
        y, columns = bottom + ROW_GAP, max(columns, reach)
    bottom = max(top + height, y - ROW_GAP if middles else 0.0)
    middle = (middles[0] + middles[-1]) / 2 if middles else top + height / 2
    middle = max(middle, top + height / 2)
    x = 8 + column * COLUMN
    content = svg.element(
        "rect", x=x, y=middle - height / 2, width=BOX, height=height, rx=8, class_=f"node node-{node.kind}"
    )
    baseline = middle - height / 2 + 24
    for line in lines:
        content += svg.text(line, x + 14, baseline, "node-title")
        baseline += LINE_HEIGHT
    content += svg.text(svg.clip(node.detail, 38), x + 14, baseline + 1, "node-detail")
    for target in middles:
        content += _edge(x + BOX, middle, x + COLUMN, target)
    body.append(svg.element("g", svg.element("title", svg.escape(f"{node.title}, {node.detail}", 400)) + content))
    return middle, bottom, columns


def _edge(x1: float, y1: float, x2: float, y2: float) -> str:
    n, bend = svg.number, (x1 + x2) / 2
    tip = x2 - 2
    line = f"M{n(x1)} {n(y1)}C{n(bend)} {n(y1)} {n(bend)} {n(y2)} {n(tip - 7)} {n(y2)}"
    head = f"M{n(tip)} {n(y2)}l-9 -4.5v9z"
    return svg.element("path", d=line, class_="edge") + svg.element("path", d=head, class_="edge-head")
