"""Text exports: wevtutil /f:text, Format-List, "copy details as text", and the Event Viewer's CSV and TXT."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from .event_xml import Exporter, element, stamp
from .stamps import local
from .windows.events import Event


def wall(event: Event, by: Exporter) -> datetime:
    return local(event.when, by.zone)


def with_offset(event: Event, by: Exporter) -> str:
    """Seven digits and the offset of the exporting machine."""
    time = wall(event, by)
    offset = f"{time:%z}"
    return f"{time:%Y-%m-%dT%H:%M:%S.%f}{event.tail}{offset[:3]}:{offset[3:]}"


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def wevtutil_text(events: Sequence[Event], by: Exporter) -> bytes:
    """`/f:text` before 2022: a colon after the number, local time without a zone."""
    return _wevtutil(events, by, zulu=False).encode(by.culture.oem, "replace")


def wevtutil_text_zulu(events: Sequence[Event], by: Exporter) -> bytes:
    """`/f:text` of newer builds: no colon, UTC; saved by PowerShell 5.1."""
    return _wevtutil(events, by, zulu=True).encode("utf-16")


def _wevtutil(events: Sequence[Event], by: Exporter, zulu: bool) -> str:
    blocks = []
    for number, event in enumerate(reversed(events)):
        time = stamp(event) if zulu else f"{wall(event, by):%Y-%m-%dT%H:%M:%S.%f}"[:-3]
        level = by.culture.level(event.kind.level)
        blocks.append(
            f"Event[{number}]{'' if zulu else ':'}\n  Log Name: {event.kind.channel}\n  Source: {event.kind.provider}\n"
            f"  Date: {time}\n  Event ID: {event.kind.event_id}\n  Task: N/A\n  Level: {level}\n  Opcode: N/A\n"
            f"  Keyword: {by.culture.classic if event.kind.classic else 'N/A'}\n  User: {event.user or 'N/A'}\n"
            f"  User Name: N/A\n  Computer: {event.computer}\n  Description: \n{event.message(by.culture)}\n\n"
        )
    return crlf("".join(blocks))


def format_list(events: Sequence[Event], by: Exporter) -> bytes:
    """`Get-WinEvent … | Format-List > f.txt` in PowerShell 5.1."""
    lines = [""]
    for event in reversed(events):
        message = event.message(by.culture).replace("\n", "\n" + " " * 15)
        lines += [
            "",
            f"TimeCreated  : {by.culture.date(wall(event, by))}",
            f"ProviderName : {event.kind.provider}",
            f"Id           : {event.kind.event_id}",
            f"Message      : {message}",
        ]
    return crlf("\n".join(lines) + "\n\n\n").encode("utf-16")


def details(events: Sequence[Event], by: Exporter) -> bytes:
    """ "Copy details as text" of a few events, one after the other in an editor."""
    blocks = [
        f"Log Name:      {event.kind.channel}\nSource:        {event.kind.provider}\n"
        f"Date:          {by.culture.date(wall(event, by))}\nEvent ID:      {event.kind.event_id}\n"
        f"Task Category: {by.culture.none}\nLevel:         {by.culture.level(event.kind.level)}\n"
        f"Keywords:      {by.culture.classic if event.kind.classic else ''}\nUser:          {event.user or 'N/A'}\n"
        f"Computer:      {event.computer}\nDescription:\n{event.message(by.culture)}\nEvent Xml:\n{element(event)}\n"
        for event in events
    ]
    return crlf("\n".join(blocks)).encode("utf-8")


def viewer_csv(events: Sequence[Event], by: Exporter) -> bytes:
    """Event Viewer CSV: five labels above six fields, UTF-8 with BOM, newest first."""
    rows = [",".join(by.culture.labels)]
    for event in reversed(events):
        message = event.message(by.culture).replace('"', '""')
        rows.append(f'{",".join(_fields(event, by))},"{message}"')
    return ("\ufeff" + crlf("\n".join(rows) + "\n")).encode("utf-8")


def viewer_txt(events: Sequence[Event], by: Exporter) -> bytes:
    """Event Viewer TXT: tabs; a message of several lines in quotes."""
    rows = ["\t".join(by.culture.labels)]
    for event in reversed(events):
        message = event.message(by.culture)
        shown = '"' + message.replace('"', '""') + '"' if "\n" in message or '"' in message else message
        rows.append("\t".join((*_fields(event, by), shown)))
    return ("\ufeff" + crlf("\n".join(rows) + "\n")).encode("utf-8")


def _fields(event: Event, by: Exporter) -> list[str]:
    kind = event.kind
    task = f"({kind.task})" if kind.task else by.culture.none
    return [by.culture.level(kind.level), by.culture.date(wall(event, by)), kind.provider, str(kind.event_id), task]
