"""The one shape that every export of a Windows event log is read into, and what a reader of an export is.

An export may hold values without words (.evtx), words without values (CSV of the Event Viewer), or both. A reader
fills what its format has and leaves the rest empty; `normalise` makes them comparable afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from analyzer.lines.stamp import NOT_A_TIME, Clock

LEVEL_CODES = {0: "info", 1: "critical", 2: "error", 3: "warning", 4: "info", 5: "verbose"}
"""Names of the levels that Windows writes as numbers; 0 is 'log always' (audits)."""


@dataclass(slots=True)
class WinEvent:
    """One event. Strings are as written in the export; nothing is translated here."""

    provider: str
    event_id: int  # the low 16 bits
    micros: int = NOT_A_TIME  # microseconds since 1970 on `clock`
    clock: Clock = Clock.NONE  # UTC, LOCAL (the exporting machine's wall clock) or NONE
    level: str = "info"  # critical · error · warning · info · verbose
    channel: str = ""  # '' where the export does not say; the pipeline then asks the file's name
    position: int = 0  # for the reader of the report: record id of a binary log, line (from 1) of a text export
    record_id: int = 0  # EventRecordID; 0 where the export has none
    event_source: str = ""  # EventSourceName
    guid: str = ""
    computer: str = ""
    data: list[tuple[str, str]] = field(default_factory=list)  # (name or '', value), in order
    binary: str = ""  # the <Binary> of classic events, as hex
    message: str = ""  # the rendered text, in the language of the machine


@dataclass
class Notes:
    """What a reader has to say beside the events, for coverage. `unread` counts bytes that gave no event."""

    words: list[str] = field(default_factory=list)
    unread: int = 0


Reader = Callable[[Iterator[bytes], Notes], Iterator[WinEvent]]
"""Reads the member's bytes (as in the archive, not decoded) in blocks of any size, in bounded memory. Gives the same
events in the same order each time. Never raises: damage is a note, and the rest of the file is read."""
