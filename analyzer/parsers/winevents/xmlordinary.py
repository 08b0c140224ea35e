"""The one shape that nearly all events have in XML, as a pattern: a hundred thousand of them take a second.

`ORDINARY` matches a whole <Event> element or nothing: known elements in their usual order, with no prefix, comment or
CDATA. `event_of_match` then gives what `xmlevent.event_of` gives for the same text.
"""

from __future__ import annotations

import re
from functools import lru_cache

from analyzer.parsers.winevents.event import WinEvent
from analyzer.parsers.winevents.markup import attributes, content
from analyzer.parsers.winevents.xmlevent import MOST_VALUES, level_of, set_time, value

_QUOTED = r"(?:'[^'<]*+'|\"[^\"<]*+\")"
_ATTRIBUTES = rf"(?:\s++[\w:.-]++\s*+=\s*+{_QUOTED})*+\s*+"


def _unused(name: str) -> str:
    return rf"(?:<{name}>[^<]*+</{name}>\s*+)?+"


def _empty(name: str) -> str:
    return rf"(?:/>|>\s*+</{name}>)\s*+"


def _attributes_only(name: str) -> str:
    return rf"(?:<{name}{_ATTRIBUTES}{_empty(name)})?+"


def _data(group: str) -> str:
    """A <Data> element; its name in either quotes and its text are groups that open with `group`."""
    name = rf"(?:'{group}[^'<\t\r\n]*+)'|\"{group}[^\"<\t\r\n]*+)\")"
    return rf"<Data(?:\s++Name={name})?+\s*+(?:/>|>{group}[^<]*+)</Data>)"


_SYSTEM = (
    rf"<System>\s*+<Provider(?P<provider>{_ATTRIBUTES}){_empty('Provider')}"
    rf"<EventID{_ATTRIBUTES}>(?P<id>[0-9]{{1,19}}+)</EventID>\s*+"
    rf"{_unused('Version')}(?:<Level>(?P<level>[0-9]++)</Level>\s*+)?+"
    rf"{_unused('Task')}{_unused('Opcode')}{_unused('Keywords')}"
    rf"<TimeCreated\s++SystemTime=['\"](?P<time>[0-9TZ:. -]++)['\"]\s*+{_empty('TimeCreated')}"
    r"(?:<EventRecordID>(?P<record>[0-9]{1,19}+)</EventRecordID>\s*+)?+"
    rf"{_attributes_only('Correlation')}{_attributes_only('Execution')}"
    r"(?:<Channel>(?P<channel>[^<&\s](?:[^<&\s]| (?!<))*+)</Channel>\s*+)?+"
    r"(?:<Computer>(?P<computer>[^<&\s]*+)</Computer>\s*+)?+"
    rf"{_attributes_only('Security')}</System>\s*+"
)
_EVENT_DATA = (
    rf"(?:<EventData{_ATTRIBUTES}(?:/>|>\s*+(?P<data>(?:{_data('(?:')}\s*+)*+)"
    r"(?:<Binary\s*+(?:/>|>(?P<binary>[^<&]*+)</Binary>)\s*+)?+</EventData>)\s*+)?+"
)
_RENDERING = (
    rf"(?:<RenderingInfo{_ATTRIBUTES}>\s*+(?:<Message\s*+(?:/>|>(?P<message>[^<]*+)</Message>))?+"
    r"(?:[^<]++|<(?!/RenderingInfo>|/?Event|Message|[!?]))*+</RenderingInfo>\s*+)?+"
)
ORDINARY = re.compile(rf"\s*+(?P<event><Event{_ATTRIBUTES}>\s*+{_SYSTEM}{_EVENT_DATA}{_RENDERING}</Event>)")
_DATUM = re.compile(_data("("))


def event_of_match(match: re.Match[str]) -> WinEvent:
    """The event that `ORDINARY` matched."""
    _, provider, number, level, time, record, channel, computer, data, binary, message = match.groups()
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
        data=_values(data) if data else [],
        binary=(binary or "").strip(),
        message=content(message or ""),
    )
    set_time(event, time)
    return event


def _values(data: str) -> list[tuple[str, str]]:
    found = _DATUM.findall(data)
    del found[MOST_VALUES:]
    if "&" in data or "\r" in data:
        return [(content(single or double), value(content(text))) for single, double, text in found]
    return [(single or double, value(text)) for single, double, text in found]


_level = lru_cache(maxsize=64)(level_of)


@lru_cache(maxsize=1024)
def _provider(written: str) -> tuple[str, str, str]:
    found = attributes(written)
    return found.get("Name", ""), found.get("Guid", ""), found.get("EventSourceName", "")
