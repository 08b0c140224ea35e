"""Export-Clixml of Get-WinEvent in PowerShell 5.1: UTF-16; types are named once, strings escape line breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .event_powershell import RECORD, signed
from .event_text import with_offset
from .event_xml import Exporter, escape
from .windows.events import Event

TYPES = f"<T>{RECORD}</T><T>System.Diagnostics.Eventing.Reader.EventRecord</T><T>System.Object</T>"
HEAD = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">\r\n'


def clixml(events: Sequence[Event], by: Exporter) -> bytes:
    body = "".join(_object(place, event, by) for place, event in enumerate(reversed(events)))
    return f"{HEAD}{body}</Objs>".encode("utf-16")


def _text(text: str) -> str:
    text = re.sub(r"_(x[0-9A-Fa-f]{4}_)", r"_x005F_\1", text).replace("\n", "_x000D__x000A_")
    return escape(text)


def _value(kind: str, name: str, value: object) -> str:
    """A property; nothing is <Nil>."""
    return f'<Nil N="{name}" />' if value in (None, "") else f'<{kind} N="{name}">{_text(str(value))}</{kind}>'


def _object(place: int, event: Event, by: Exporter) -> str:
    kind, ref = event.kind, place * 8
    head = f'<TN RefId="0">{TYPES}</TN>' if place == 0 else '<TNRef RefId="0" />'
    own = (
        ("I32", "Id", kind.event_id),
        ("By", "Version", 0),
        ("I32", "Qualifiers", kind.qualifiers),
        ("By", "Level", kind.level),
        ("I32", "Task", kind.task),
        ("I16", "Opcode", kind.opcode),
        ("I64", "Keywords", signed(kind.keywords)),
        ("I64", "RecordId", event.record_id),
        ("S", "ProviderName", kind.provider),
        ("G", "ProviderId", kind.guid.strip("{}")),
        ("S", "LogName", kind.channel),
        ("I32", "ProcessId", event.process),
        ("I32", "ThreadId", event.thread),
        ("S", "MachineName", event.computer),
        ("S", "UserId", None),
        ("DT", "TimeCreated", with_offset(event, by)),
        ("G", "ActivityId", None),
        ("S", "ContainerLog", kind.channel),
        ("S", "LevelDisplayName", by.culture.level(kind.level)),
    )
    values = "".join(
        f'<Obj RefId="{ref + 2}"><Props><S N="Value">{_text(value)}</S></Props></Obj>' for value in event.data
    )
    return (
        f'  <Obj RefId="{ref}">{head}<ToString>{RECORD}</ToString><Props>\r\n    '
        f"{''.join(_value(*row) for row in own)}"
        f'<Obj N="Properties" RefId="{ref + 1}"><LST>{values}</LST></Obj>\r\n'
        f'  </Props><MS><S N="Message">{_text(event.message(by.culture))}</S></MS></Obj>\r\n'
    )
