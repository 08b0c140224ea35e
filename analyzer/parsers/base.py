"""What a parser of a state file gives back: facts, and events whose text the parser words itself.

Log files are indexed by `analyzer.lines` and never pass through here. A state file (JSON, XML, settings,
configuration, the output of a command) is small, is read whole, and says how things stood: its parser turns it
into `facts` for comparisons and into events in a fixed wording, so that signatures can match state as they match
log lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Item = TypeVar("Item")

Scalar = str | int | float | bool
FactValue = Scalar | list[str]


@dataclass(frozen=True)
class StateEvent:
    """One event that a state file tells."""

    source: str  # a logical source, see docs/architecture.md
    text: str
    time: str | None = None  # ISO 8601; with 'Z' or an offset it is UTC, without one it is the VM's local time
    level: str = "info"  # critical · error · warning · info · verbose, as the file says
    component: str = ""  # handler, command, file or provider the event is about
    line: int = 1  # line in the member, from 1


@dataclass
class StateResult:
    """What one state file told. `problems` are worded for the coverage table ('not JSON: … at line 3')."""

    facts: dict[str, FactValue] = field(default_factory=dict)
    events: list[StateEvent] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    as_of: str = ""  # sortable age of the facts: applied in the order (as_of, path), the later one wins


def first(items: Sequence[Item], most: int, what: str, problems: list[str]) -> Sequence[Item]:
    """The first so many; how many more there were is a problem that coverage shows."""
    if len(items) > most:
        problems.append(f"{len(items) - most} {what} behind the first {most} were left out")
    return items[:most]


def shortened(lines: Iterable[str], most: int, problems: list[str]) -> list[str]:
    """The lines, none of more characters; how many were cut is a problem, too."""
    result, cut = [], 0
    for line in lines:
        cut += len(line) > most
        result.append(line[:most])
    if cut:
        problems.append(f"{cut} lines were cut because they are longer than {most} characters")
    return result


StateParser = Callable[[str, bytes], StateResult]
"""(canonical path, content) -> StateResult. Must not raise on any input; bad input is a problem and an event."""
