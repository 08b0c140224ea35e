"""Which operations there are and by which lines one sees how they went: `signatures/operations.toml` as values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli

from analyzer import resources
from analyzer.matching.patterns import Pattern
from analyzer.signatures.load import duration

OUTCOMES = ("start", "progress", "success", "degraded", "failure", "repeat", "heals", "ends", "echo")
STYLES = ("run", "track")


@dataclass(frozen=True)
class Operation:
    """One kind of thing that an engineer is asked about. Durations are microseconds."""

    id: str
    kind: str
    style: str
    title: str
    quiet: int | None = None
    stalls_after: int | None = None
    silent_after: int | None = None
    voice: str = ""
    witnesses: tuple[str, ...] = ()
    unless: str = ""  # another operation that tells more: this one is not looked at where that one left a trace
    when_asked: bool = False  # its failures may have been meant, unless a time or a symptom is asked about


@dataclass(frozen=True)
class Marker:
    """A line that tells how far an operation came."""

    operation: str
    outcome: str
    pattern: Pattern
    fact: str = ""  # counts only when the bundle has such a fact, and it is not empty
    without: tuple[str, ...] = ()  # counts only when the bundle has none of these sources, which tell more


@dataclass(frozen=True)
class Operations:
    operations: tuple[Operation, ...]
    markers: tuple[Marker, ...]


def load_operations(path: Path | None = None) -> Operations:
    """Read the table. ValueError names the entry that is wrong."""
    file = path or resources.folder("signatures") / "operations.toml"
    data = tomli.loads(file.read_text("utf-8"))
    operations = tuple(_operation(entry) for entry in data["operation"])
    known = {operation.id for operation in operations}
    for operation in operations:
        if operation.unless and operation.unless not in known:
            raise ValueError(f"operation {operation.id}: unless names no operation ({operation.unless})")
    markers = tuple(_marker(entry, number, known) for number, entry in enumerate(data["marker"]))
    return Operations(operations, markers)


def _operation(entry: dict[str, Any]) -> Operation:
    if entry["style"] not in STYLES:
        raise ValueError(f"operation {entry['id']}: style is one of {', '.join(STYLES)}")
    return Operation(
        entry["id"],
        entry["kind"],
        entry["style"],
        entry["title"],
        duration(entry["quiet"]) if "quiet" in entry else None,
        duration(entry["stalls_after"]) if "stalls_after" in entry else None,
        duration(entry["silent_after"]) if "silent_after" in entry else None,
        entry.get("voice", ""),
        tuple(entry.get("witnesses", ())),
        entry.get("unless", ""),
        bool(entry.get("when_asked", False)),
    )


def _marker(entry: dict[str, Any], number: int, known: set[str]) -> Marker:
    if entry["operation"] not in known or entry["outcome"] not in OUTCOMES:
        raise ValueError(
            f"marker {number + 1}: unknown operation or outcome ({entry['operation']}, {entry['outcome']})"
        )
    pattern = Pattern(
        entry["match"],
        tuple(entry["source"]),
        f"operation {entry['operation']} ({entry['outcome']})",
        literal=entry.get("literal", ""),
        repeat=entry.get("repeat", False),
    )
    return Marker(entry["operation"], entry["outcome"], pattern, entry.get("fact", ""), tuple(entry.get("without", ())))
