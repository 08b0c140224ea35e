"""One event as XML, in any shape: `event_of` reads the text of an <Event> element.

Prefixes, CDATA, comments, unknown elements and missing ends are all read; nothing is taken from an element that was
cut off, because half a number is another number. What <UserData> and its like hold comes as the text of its innermost
elements, and their attributes as `element.attribute`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from analyzer.lines.stamp import NOT_A_TIME, Clock
from analyzer.parsers.stamps import parse_iso
from analyzer.parsers.winevents.event import LEVEL_CODES, WinEvent
from analyzer.parsers.winevents.markup import TOKEN, attributes, content, local, newlines
from analyzer.parsers.winevents.xmlsystem import HEAD

MOST_VALUES = 4096  # of one event; Windows allows 100
MOST_DEPTH = 64

_PROVIDER = ("Name", "Guid", "EventSourceName")
_HEAD_GROUPS = ("provider", "id", "level", "time", "record", "channel", "computer")


def event_of(text: str, start: int = 0, end: int | None = None) -> WinEvent | None:
    """The event whose <Event> element is `text[start:end]`; None where it has no number.

    Where the element has no end, the event is what was whole of it."""
    end = len(text) if end is None else end
    head = HEAD.match(text, start, end)
    if head is None:
        return _Walk().event(text, start, end)
    return _Walk(event_of_head(head)).event(text, head.end(), end)


def event_of_head(match: re.Match[str]) -> WinEvent:
    """The event whose beginning `HEAD` matched, without what its <System> does not say."""
    provider, number, level, time, record, channel, computer = match.group(*_HEAD_GROUPS)
    name, guid, source = _provider(provider)
    event = WinEvent(
        name,
        int(number) & 0xFFFF,
        level=_level(level or ""),
        channel=channel or "",
        record_id=int(record or 0),
        event_source=source,
        guid=guid,
        computer=computer or "",
    )
    set_time(event, time)
    return event


def set_time(event: WinEvent, stamp: str) -> None:
    """The event's time from `SystemTime`, which is UTC whether it says so or not."""
    moment = parse_iso(stamp)
    event.micros, event.clock = (moment.micros, Clock.UTC) if moment else (NOT_A_TIME, Clock.NONE)


def level_of(number: str) -> str:
    """The level by its number; providers may define their own, which say nothing."""
    number = number.strip()
    return LEVEL_CODES.get(int(number), "info") if number.isdecimal() and len(number) < 4 else "info"


@lru_cache(maxsize=1024)
def _provider(written: str) -> tuple[str, ...]:
    found = attributes(written)
    return tuple(found.get(name, "") for name in _PROVIDER)


_level = lru_cache(maxsize=64)(level_of)


def value(text: str) -> str:
    """A datum as it is written; a blank one is empty, since tools that indent XML fill empty elements."""
    return "" if text.isspace() else text


@dataclass(slots=True)
class _Open:
    """An element whose end has not come yet."""

    name: str
    label: str = ""
    parts: list[str] = field(default_factory=list)
    leaf: bool = True
    has_attributes: bool = False


class _Walk:
    """Goes through the tags of one event."""

    def __init__(self, begun: WinEvent | None = None) -> None:
        self._event = begun or WinEvent("", 0)
        self._numbered = begun is not None
        self._open = [_Open("Event", leaf=False)] if begun else []

    def event(self, text: str, start: int, end: int) -> WinEvent | None:
        for token in TOKEN.finditer(text, start, end):
            kind = token.lastgroup
            if kind == "text":
                if self._open:
                    self._open[-1].parts.append(content(token[0]))
            elif kind == "cdata":
                if self._open:
                    self._open[-1].parts.append(newlines(token["cdata"]))
            elif kind == "close":
                self._close(local(token["close"]))
            elif kind == "empty":
                self._start(local(token["open"]), token["attributes"])
                if token["empty"]:
                    self._end()
            if len(self._open) > MOST_DEPTH:
                break
        return self._event if self._numbered else None

    def _start(self, name: str, written: str) -> None:
        found = attributes(written) if "=" in written else {}
        element = _Open(name, label=name)
        depth = len(self._open)
        if depth:
            self._open[-1].leaf = False
        section = self._open[1].name if depth > 1 else ""
        if section == "System":
            self._system_attributes(name, found)
        elif section == "EventData":
            element.label = found.get("Name", "" if name == "Data" else name)
        elif section and section != "RenderingInfo":
            element.has_attributes = bool(found)
            for key, text in found.items():
                self._keep(f"{name}.{key}", text)
        self._open.append(element)

    def _system_attributes(self, name: str, found: dict[str, str]) -> None:
        event = self._event
        if name == "Provider":
            event.provider, event.guid, event.event_source = (found.get(k, "") for k in _PROVIDER)
        elif name == "TimeCreated":
            set_time(event, found.get("SystemTime", ""))

    def _close(self, name: str) -> None:
        if any(element.name == name for element in self._open):
            while self._open[-1].name != name:
                self._end()
            self._end()

    def _end(self) -> None:
        element = self._open.pop()
        depth = len(self._open)
        if depth == 0:
            return
        text = "".join(element.parts)
        section = self._open[1].name if depth > 1 else element.name
        if section == "System":
            if depth == 2:
                self._system(element.name, text)
        elif section == "RenderingInfo":
            if element.name == "Message" and depth == 2:
                self._event.message = text
        elif element.leaf:
            self._datum(element, section, value(text), depth)

    def _system(self, name: str, text: str) -> None:
        event, text = self._event, text.strip()
        if name == "EventID":
            self._numbered = text.isdecimal() and len(text) < 20
            event.event_id = int(text) & 0xFFFF if self._numbered else 0
        elif name == "Level":
            event.level = level_of(text)
        elif name == "EventRecordID":
            event.record_id = int(text) if text.isdecimal() and len(text) < 20 else 0
        elif name == "Channel":
            event.channel = text
        elif name == "Computer":
            event.computer = text

    def _datum(self, element: _Open, section: str, text: str, depth: int) -> None:
        if (element.name == "Binary" and section == "EventData") or element.name == "BinaryEventData":
            self._event.binary = text.strip()
        elif depth == 1:
            if text:
                self._keep("", text)
        elif text or not element.has_attributes:
            self._keep(element.label, text)

    def _keep(self, label: str, text: str) -> None:
        if len(self._event.data) < MOST_VALUES:
            self._event.data.append((label, text))
