"""The one shape that nearly all events have in XML, as a pattern: a hundred thousand of them take a second.

`ORDINARY` matches a whole <Event> element or nothing: known elements in their usual order, with no prefix, comment or
CDATA. `event_of_match` then gives what `xmlevent.event_of` gives for the same text.
"""

from __future__ import annotations

import re

from analyzer.parsers.winevents.event import WinEvent
from analyzer.parsers.winevents.markup import content
from analyzer.parsers.winevents.xmlevent import MOST_VALUES, event_of_head, value
from analyzer.parsers.winevents.xmlsystem import ATTRIBUTES, BEGINNING


def _data(group: str) -> str:
    """A <Data> element; its name in either quotes and its text are groups that open with `group`."""
    name = rf"(?:'{group}[^'<\t\r\n]*+)'|\"{group}[^\"<\t\r\n]*+)\")"
    return rf"<Data(?:\s++Name={name})?+\s*+(?:/>|>{group}[^<]*+)</Data>)"


_EVENT_DATA = (
    rf"(?:<EventData{ATTRIBUTES}(?:/>|>\s*+(?P<data>(?:{_data('(?:')}\s*+)*+)"
    r"(?:<Binary\s*+(?:/>|>(?P<binary>[^<&]*+)</Binary>)\s*+)?+</EventData>)\s*+)?+"
)
_RENDERING = (
    rf"(?:<RenderingInfo{ATTRIBUTES}>\s*+(?:<Message\s*+(?:/>|>(?P<message>[^<]*+)</Message>))?+"
    r"(?:[^<]++|<(?!/RenderingInfo>|/?Event|Message|[!?]))*+</RenderingInfo>\s*+)?+"
)
ORDINARY = re.compile(rf"\s*+(?P<event>{BEGINNING}{_EVENT_DATA}{_RENDERING}</Event>)")
_DATUM = re.compile(_data("("))


def event_of_match(match: re.Match[str]) -> WinEvent:
    """The event that `ORDINARY` matched."""
    data, binary, message = match.group("data", "binary", "message")
    event = event_of_head(match)
    if data:
        event.data = _values(data)
    if binary:
        event.binary = binary.strip()
    if message:
        event.message = content(message)
    return event


def _values(data: str) -> list[tuple[str, str]]:
    found = _DATUM.findall(data)
    del found[MOST_VALUES:]
    if "&" in data or "\r" in data:
        return [(content(single or double), value(content(text))) for single, double, text in found]
    return [(single or double, value(text)) for single, double, text in found]
