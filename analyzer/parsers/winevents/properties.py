"""The names of an event's properties in PowerShell, whether they stand over columns, in JSON or in a list.

Get-WinEvent and Get-EventLog give different objects, Azure Monitor's Event table a third; any subset of their
properties may have been exported, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from analyzer.parsers.winevents.event import LEVEL_CODES, WinEvent
from analyzer.parsers.winevents.markup import newlines
from analyzer.parsers.winevents.words import Levels

NAMES: Mapping[str, tuple[str, ...]] = {
    "time": ("TimeCreated", "TimeGenerated", "TimeWritten"),
    "id": ("Id", "EventID", "InstanceId"),
    "provider": ("ProviderName", "Source"),
    "message": ("Message", "RenderedDescription"),
    "level": ("Level", "EventLevel"),
    "graded": ("LevelDisplayName", "EntryType", "EventLevelName"),
    "record": ("RecordId", "Index"),
    "log": ("LogName", "EventLog"),
    "computer": ("MachineName", "Computer"),
    "guid": ("ProviderId",),
    "data": ("Properties", "ReplacementStrings"),
    "binary": ("Data",),
}
"""What we call it -> its names, the best first."""

ENTRY_TYPES = {1: "error", 2: "warning", 4: "info", 8: "info", 16: "info"}
"""EntryType as a number, as ConvertTo-Json writes it."""

_CODES = {str(code): level for code, level in LEVEL_CODES.items()}

_TYPE = re.compile(r"System\.Diagnostics\.EventLogEntry#([^/\"]+)/")
_CHANNELS = {name.lower(): name for name in ("Application", "Security", "Setup", "System")}


def layout(names: tuple[str, ...]) -> Mapping[str, int]:
    """What each of these names is, as property -> its number among them. A name may be in any case."""
    at = {name.strip().lower(): number for number, name in reversed(list(enumerate(names)))}
    found = {}
    for ours, theirs in NAMES.items():
        number = next((at[name.lower()] for name in theirs if name.lower() in at), None)
        if number is not None:
            found[ours] = number
    return found


def is_of_event(found: Iterable[str]) -> bool:
    """Whether an object that has these properties is an event."""
    properties = set(found)
    return "id" in properties and "time" in properties and bool(properties & {"provider", "message"})


def number_in(value: object) -> int | None:
    """A whole number, written or not; None for anything else, and for what no event counts."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value < 1 << 63 else None
    if isinstance(value, str) and len(value) < 19 and (digits := value.strip()).isdecimal():
        return int(digits)  # blanks of control characters (U+001C…) are none to `int`
    return None


def text_in(value: object) -> str:
    """A single value as XML would have it; '' for anything else."""
    if isinstance(value, str):
        return newlines(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""


def channel_of_type(words: str) -> str:
    """The log that a type's name of Get-EventLog holds: '#TYPE System.Diagnostics.EventLogEntry#system/VSS/8193'."""
    found = _TYPE.search(words)
    return _CHANNELS.get(found[1].lower(), found[1]) if found else ""


def event_in(values: Sequence[object], at: Mapping[str, int], levels: Levels) -> WinEvent | None:
    """The event that has these values, without its time; None where it has no number."""

    def cell(name: str) -> object:
        return values[at[name]] if name in at else None

    number = number_in(cell("id"))
    if number is None:
        return None
    return WinEvent(
        provider=text_in(cell("provider")).strip(),
        event_id=number & 0xFFFF,
        level=level_in(cell("level"), cell("graded"), levels),
        channel=text_in(cell("log")).strip(),
        record_id=number_in(cell("record")) or 0,
        guid=text_in(cell("guid")).strip(),
        computer=text_in(cell("computer")).strip(),
        message=text_in(cell("message")),
    )


def level_in(code: object, graded: object, levels: Levels) -> str:
    """The level by its number where there is one, else by its word in the machine's language."""
    if isinstance(code, str | int) and not isinstance(code, bool):
        known = _CODES.get(str(code).strip())
        if known:
            return known
    if isinstance(graded, int):
        return ENTRY_TYPES.get(graded, "info")
    return levels.of(graded.strip()) if isinstance(graded, str) else "info"
