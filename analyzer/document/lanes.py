"""Knowledge of `signatures/lanes.toml`: which lines begin and end what the report's timeline draws as bars."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli

from analyzer import resources
from analyzer.matching.patterns import Pattern
from analyzer.signatures.load import duration

EDGES = ("begin", "done", "failed", "tick", "good", "bad")
ENDS = ("done", "failed")


@dataclass(frozen=True)
class Lane:
    """A row of bars, or one for each key. `longest` is in microseconds."""

    id: str
    title: str
    by_key: bool = False
    follow: bool = False
    lasts: bool = False
    longest: int | None = None


@dataclass(frozen=True)
class Mark:
    """A line that begins a step, ends one, or is a moment of its own. An end without a `step` ends whatever is under
    way; `otherwise` names a failure of nothing that was under way."""

    lane: str
    step: str
    edge: str
    pattern: Pattern
    otherwise: str = ""


@dataclass(frozen=True)
class Lanes:
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]


@lru_cache(maxsize=1)
def load(path: Path | None = None) -> Lanes:
    """Read the table. ValueError names the entry that is wrong."""
    data = tomli.loads((path or resources.folder("signatures") / "lanes.toml").read_text("utf-8"))
    lanes = tuple(_lane(entry) for entry in data["lane"])
    known = {lane.id for lane in lanes}
    return Lanes(lanes, tuple(_mark(entry, number, known) for number, entry in enumerate(data["mark"], 1)))


def patterns() -> list[Pattern]:
    """What the marks look for, in their order."""
    return [mark.pattern for mark in load().marks]


def _lane(entry: dict[str, Any]) -> Lane:
    return Lane(
        entry["id"],
        entry["title"],
        bool(entry.get("by_key", False)),
        bool(entry.get("follow", False)),
        bool(entry.get("lasts", False)),
        duration(entry["longest"]) if "longest" in entry else None,
    )


def _mark(entry: dict[str, Any], number: int, lanes: set[str]) -> Mark:
    lane, step, edge = entry["lane"], entry.get("step", ""), entry["edge"]
    if lane not in lanes or edge not in EDGES:
        raise ValueError(f"mark {number}: unknown lane or edge ({lane}, {edge})")
    if not step and edge not in ENDS:
        raise ValueError(f"mark {number}: only an end may do without a step")
    providers, numbers = tuple(entry.get("provider", ())), tuple(entry.get("event_id", ()))
    source = ("event:*",) if providers else tuple(entry["source"])
    pattern = Pattern(entry.get("match", ""), source, f"lane {lane} ({step or edge})", numbers, providers)
    return Mark(lane, step, edge, pattern, entry.get("otherwise", ""))
