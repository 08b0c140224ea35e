"""Events as JSON: ConvertTo-Json of PowerShell 5.1 and 7, Azure Monitor's Event table, and .evtx turned into JSON.

An array, a single object, one object a line, or events somewhere inside a larger object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.parsers.winevents.codepage import text_of
from analyzer.parsers.winevents.dates import timed
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.evtxjson import element, event_of
from analyzer.parsers.winevents.jsonobjects import Objects
from analyzer.parsers.winevents.properties import event_in, is_of_event, layout, text_in
from analyzer.parsers.winevents.words import Levels

MOST_DEPTH = 4  # of events inside an object that is none
MOST_KEYS = 200
MOST_LAYOUTS, LONGEST_LAYOUT = 64, 4096  # that are remembered, and their characters


def read(blocks: Iterator[bytes], notes: Notes) -> Iterator[WinEvent]:
    """The events, in the order of the file."""
    levels = Levels()
    return timed(_Document(levels, notes).events(text_of(blocks, notes)), levels.order, notes)


class _Document:
    def __init__(self, levels: Levels, notes: Notes) -> None:
        self._levels = levels
        self._notes = notes
        self._layouts: dict[tuple[str, ...], Mapping[str, int]] = {}

    def events(self, pieces: Iterator[str]) -> Iterator[tuple[str, WinEvent]]:
        others = 0
        objects = Objects(pieces, self._notes)
        for line, found in objects:
            any_event = False
            for stamp, event in self._inside(found):
                any_event = True
                event.position = line
                yield stamp, event
            if any_event:
                objects.behind_damage = False
            elif not objects.behind_damage:
                others += 1
        self._notes.words.extend(self._levels.doubts())
        if others:
            self._notes.words.append(f"{others} objects are no events")

    def _inside(self, found: object) -> Iterator[tuple[str, WinEvent]]:
        """The event that an object is, or those that it holds."""
        level = [found]
        for _ in range(MOST_DEPTH):
            deeper: list[object] = []
            for value in level:
                if isinstance(value, list):
                    deeper.extend(value)
                elif isinstance(value, dict):
                    event = self._event(value)
                    if event:
                        yield event
                    else:
                        deeper.extend(value.values())
            level = [value for value in deeper if isinstance(value, dict | list)]
            if not level:
                return

    def _event(self, found: dict[str, Any]) -> tuple[str, WinEvent] | None:
        root = element(found)
        if root is not None:
            event = event_of(root)
            return ("", event) if event else None
        if len(found) > MOST_KEYS:
            return None
        names = tuple(found)
        at = self._layouts.get(names)
        if at is None:
            at = layout(names)
            if len(self._layouts) < MOST_LAYOUTS and sum(map(len, names)) < LONGEST_LAYOUT:
                self._layouts[names] = at
        return self._of_powershell(list(found.values()), at) if is_of_event(at) else None

    def _of_powershell(self, values: list[object], at: Mapping[str, int]) -> tuple[str, WinEvent] | None:
        event = event_in(values, at, self._levels)
        if event is None:
            return None
        properties = values[at["data"]] if "data" in at else None
        for value in properties if isinstance(properties, list) else []:
            _take_in(value, event)
        if "binary" in at:
            event.binary = event.binary or _hex(values[at["binary"]])
        return _stamp(values[at["time"]]), event


def _stamp(value: object) -> str:
    """PowerShell 5.1 writes a date with a display hint as an object."""
    if isinstance(value, dict):
        value = value.get("value") or value.get("DateTime")
    return value if isinstance(value, str) else ""


def _take_in(value: object, event: WinEvent) -> None:
    """A property. Where ConvertTo-Json was not asked for enough depth, it is its type's name and says nothing."""
    if isinstance(value, dict):
        value = value.get("Value")
        if isinstance(value, dict):  # a security identifier
            value = value.get("Value")
    elif isinstance(value, str) and value.startswith("System.Diagnostics."):
        return
    if isinstance(value, list):
        event.binary = _hex(value)
    else:
        event.data.append(("", text_in(value)))


def _hex(value: object) -> str:
    """Bytes that were written as a list of numbers."""
    if not isinstance(value, list):
        return ""
    try:
        return bytes(value).hex().upper()
    except (TypeError, ValueError, OverflowError):
        return ""
