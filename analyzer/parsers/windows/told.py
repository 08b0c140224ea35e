"""What a reader of a command's output gives back: as `StateResult`, and which lines it has told already."""

from __future__ import annotations

from dataclasses import dataclass, field

from analyzer.parsers.base import FactValue, StateEvent


@dataclass
class Told:
    """Facts and events of one output; line numbers count from 1 in the lines that the reader was given. The lines in
    `used` are not told a second time as they stand."""

    facts: dict[str, FactValue] = field(default_factory=dict)
    events: list[StateEvent] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
