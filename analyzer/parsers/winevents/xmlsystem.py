"""How Windows writes the beginning of an event in XML: <Event> and its <System>, as patterns of one known shape."""

from __future__ import annotations

import re

ATTRIBUTES = r"(?:\s++[\w:.-]++\s*+=\s*+(?:'[^'<]*+'|\"[^\"<]*+\"))*+\s*+"


def _unused(name: str) -> str:
    return rf"(?:<{name}>[^<]*+</{name}>\s*+)?+"


def _empty(name: str) -> str:
    return rf"(?:/>|>\s*+</{name}>)\s*+"


def _attributes_only(name: str) -> str:
    return rf"(?:<{name}{ATTRIBUTES}{_empty(name)})?+"


BEGINNING = (
    rf"<Event{ATTRIBUTES}>\s*+<System>\s*+<Provider(?P<provider>{ATTRIBUTES}){_empty('Provider')}"
    rf"<EventID{ATTRIBUTES}>(?P<id>[0-9]{{1,19}}+)</EventID>\s*+"
    rf"{_unused('Version')}(?:<Level>(?P<level>[0-9]++)</Level>\s*+)?+"
    rf"{_unused('Task')}{_unused('Opcode')}{_unused('Keywords')}"
    rf"<TimeCreated\s++SystemTime=['\"](?P<time>[0-9TZ:. -]++)['\"]\s*+{_empty('TimeCreated')}"
    r"(?:<EventRecordID>(?P<record>[0-9]{1,19}+)</EventRecordID>\s*+)?+"
    rf"{_attributes_only('Correlation')}{_attributes_only('Execution')}"
    r"(?:<Channel>(?P<channel>[^<&\s](?:[^<&\s]| (?!<))*+)</Channel>\s*+)?+"
    r"(?:<Computer>(?P<computer>[^<&\s]*+)</Computer>\s*+)?+"
    rf"{_attributes_only('Security')}</System>\s*+"
)
"""From <Event> to behind </System>: known elements in their usual order, with no prefix, comment, CDATA or reference
in what is taken."""

HEAD = re.compile(BEGINNING)
