"""XML exports of event logs: Event Viewer's "save all events as", and wevtutil with and without a root."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from .windows.cultures import EN_US, Culture
from .windows.events import Event

NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
T = TypeVar("T")
V = TypeVar("V")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")


@dataclass(frozen=True)
class Exporter:
    """The machine on which somebody exports: its language and its wall clock."""

    culture: Culture = EN_US
    zone: str = "UTC"


def escape(text: str, quote: str = "") -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("'", "&apos;") if quote else text.replace("\n", "\r\n")


def stamp(event: Event) -> str:
    """SystemTime: seven digits, UTC."""
    return f"{event.when:%Y-%m-%dT%H:%M:%S.%f}{event.tail}Z"


def _attribute(name: str, value: str) -> str:
    return f" {name}='{escape(value, quote=chr(39))}'"


def _system(event: Event) -> str:
    kind = event.kind
    provider = _attribute("Name", kind.provider)
    provider += _attribute("Guid", kind.guid) if kind.guid else ""
    provider += _attribute("EventSourceName", kind.source) if kind.source else ""
    qualifiers = "" if kind.qualifiers is None else _attribute("Qualifiers", str(kind.qualifiers))
    user = _attribute("UserID", event.user) if event.user else ""
    return (
        f"<System><Provider{provider}/><EventID{qualifiers}>{kind.event_id}</EventID><Version>0</Version>"
        f"<Level>{kind.level}</Level><Task>{kind.task}</Task><Opcode>{kind.opcode}</Opcode>"
        f"<Keywords>{kind.keywords}</Keywords><TimeCreated SystemTime='{stamp(event)}'/>"
        f"<EventRecordID>{event.record_id}</EventRecordID><Correlation/>"
        f"<Execution ProcessID='{event.process}' ThreadID='{event.thread}'/>"
        f"<Channel>{escape(kind.channel)}</Channel><Computer>{event.computer}</Computer><Security{user}/></System>"
    )


def nested(rows: Iterable[tuple[str, V]], leaf: Callable[[str, V], T], around: Callable[[str, list[T]], T]) -> list[T]:
    """Elements from names such as 'SystemInfo/CommitLimit': neighbours of one parent share it."""
    result: list[T] = []
    for parent, group in groupby(rows, key=lambda row: row[0].partition("/")[0]):
        inside = [(name.partition("/")[2], value) for name, value in group]
        if inside[0][0]:
            result.append(around(parent, nested(inside, leaf, around)))
        else:
            result += [leaf(parent, value) for _, value in inside]
    return result


def _around(name: str, inside: list[str]) -> str:
    return f"<{name}>{''.join(inside)}</{name}>"


def _payload(event: Event) -> str:
    kind = event.kind
    if kind.userdata:
        leaves = nested(zip(kind.names, event.data, strict=False), lambda n, v: f"<{n}>{escape(v)}</{n}>", _around)
        inside = f"<{kind.userdata} xmlns='http://schemas.microsoft.com/events/own'>{''.join(leaves)}</{kind.userdata}>"
        return f"<UserData>{inside}</UserData>"
    names = kind.names + ("",) * (len(event.data) - len(kind.names))
    rows = [
        f"<Data{_attribute('Name', name) if name else ''}>{escape(value)}</Data>" if value or name else "<Data></Data>"
        for name, value in zip(names, event.data, strict=False)
    ]
    if event.binary:
        rows.append(f"<Binary>{event.binary}</Binary>")
    name = _attribute("Name", kind.eventdata) if kind.eventdata else ""
    return f"<EventData{name}>{''.join(rows)}</EventData>" if rows else f"<EventData{name}/>"


def _rendering(event: Event, culture: Culture) -> str:
    keyword = f"<Keywords><Keyword>{culture.classic}</Keyword></Keywords>" if event.kind.classic else "<Keywords/>"
    return (
        f"<RenderingInfo Culture='{culture.name}'><Message>{escape(event.message(culture))}</Message>"
        f"<Level>{culture.level(event.kind.level)}</Level><Task/><Opcode/><Channel/>"
        f"<Provider>{escape(event.kind.provider)}</Provider>{keyword}</RenderingInfo>"
    )


def element(event: Event, culture: Culture | None = None) -> str:
    """One <Event>; with RenderingInfo in a language."""
    rendering = _rendering(event, culture) if culture else ""
    return _FORBIDDEN.sub("", f"<Event xmlns='{NAMESPACE}'>{_system(event)}{_payload(event)}{rendering}</Event>")


def viewer_xml(events: Sequence[Event], by: Exporter) -> bytes:
    """Event Viewer: newest first, on one line."""
    return _document(element(event, by.culture) for event in reversed(events))


def viewer_xml_plain(events: Sequence[Event], by: Exporter) -> bytes:
    """Event Viewer of 2008, or "no display information"."""
    return _document(element(event) for event in reversed(events))


def _document(elements: Iterable[str]) -> bytes:
    body = "".join(elements)
    return f'\ufeff<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n<Events>{body}</Events>'.encode()


def wevtutil_xml(events: Sequence[Event], by: Exporter) -> bytes:
    """`wevtutil qe System /f:xml > f.xml` in a console: no root, the OEM code page."""
    return "".join(element(event) + "\r\n" for event in events).encode(by.culture.oem, "replace")


def wevtutil_xml_utf16(events: Sequence[Event], by: Exporter) -> bytes:
    """The same in PowerShell 5.1, newest first."""
    return "".join(element(event) + "\r\n" for event in reversed(events)).encode("utf-16")


def wevtutil_rendered(events: Sequence[Event], by: Exporter) -> bytes:
    """`/f:RenderedXml /e:Log`."""
    body = "".join(element(event, by.culture) for event in events)
    return f"<Log>{body}</Log>\r\n".encode(by.culture.oem, "replace")
