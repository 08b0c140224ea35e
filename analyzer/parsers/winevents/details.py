"""What the Event Viewer copies as text: ten labelled lines in the machine's language, the message, often the XML.

The lines always stand in the same order, so the language does not matter. Where the XML stands below, it is read:
its time is UTC, and it has the values.
"""

from __future__ import annotations

import re

from analyzer.lines.stamp import NOT_A_TIME
from analyzer.parsers.winevents import xmlevent
from analyzer.parsers.winevents.event import WinEvent
from analyzer.parsers.winevents.properties import number_in
from analyzer.parsers.winevents.words import Levels

ORDER = ("log", "source", "time", "id", "task", "level", "keywords", "user", "computer")

_LABEL = r"[ \t]*[^\s:：][^:：\n]{0,40}?[ \u00a0\u202f]?[:：]"
_LABELS = re.compile(
    rf"^({_LABEL})[ \t]*\S[^\n]*\n({_LABEL})[^\n]*\n{_LABEL}[^\n]*\d[:.]\d\d[^\n]*\n{_LABEL}[ \t]*\d{{1,10}}[ \t]*\n"
    rf"(?:{_LABEL}[^\n]*\n){{5}}{_LABEL}[ \t]*\n",
    re.MULTILINE,
)
_LINE = re.compile(rf"{_LABEL}[ \t]*(.*)\n?")
_XML = re.compile(
    r"^[^\n]{0,60}[:：][ \t]*\n[ \t]*(<Event\s[^>]*http://schemas\.microsoft\.com/win/2004/08/events.*?</Event>)",
    re.MULTILINE | re.DOTALL,
)


def labels_in(head: str) -> tuple[str, str] | None:
    """The first two labels of an event in this text; None where it has none."""
    found = _LABELS.search(head)
    return (found[1].strip(), found[2].strip()) if found else None


def begins(labels: tuple[str, str]) -> re.Pattern[str]:
    """Matches where an event with these labels begins."""
    first, second = map(re.escape, labels)
    return re.compile(rf"^(?=[ \t]*{first}[^\n]*\n[ \t]*{second})", re.MULTILINE)


def event_of(record: str, levels: Levels) -> tuple[str, WinEvent] | None:
    """The event of a record, and its date, which is empty where the XML has it; None where it has no number."""
    fields: dict[str, str] = {}
    at = 0
    for name in ORDER:
        line = _LINE.match(record, at)
        if line is None:
            break
        fields[name] = line[1].strip()
        at = line.end()
    number = number_in(fields.get("id"))
    if number is None:
        return None
    label = _LINE.match(record, at)
    if label:
        at = label.start(1) if label[1] else label.end()
    message = record[at:]
    xml = _XML.search(message)
    event = xmlevent.event_of(xml[1]) if xml else None
    message = message[: xml.start()] if xml else message
    if event is None:
        event = WinEvent(
            provider=fields["source"],
            event_id=number & 0xFFFF,
            level=levels.of(fields.get("level", "")),
            channel=fields["log"],
            computer=fields.get("computer", ""),
        )
    event.message = message.rstrip()
    return (fields["time"] if event.micros == NOT_A_TIME else ""), event
