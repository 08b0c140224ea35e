"""PowerShell's exports: Export-Csv and ConvertTo-Json of Get-WinEvent, and Export-Csv of Get-EventLog."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from .event_text import crlf, wall, with_offset
from .event_xml import Exporter
from .stamps import epoch_ms
from .windows.events import Event

COLUMNS = [
    "Message",
    "Id",
    "Version",
    "Qualifiers",
    "Level",
    "Task",
    "Opcode",
    "Keywords",
    "RecordId",
    "ProviderName",
    "ProviderId",
    "LogName",
    "ProcessId",
    "ThreadId",
    "MachineName",
    "UserId",
    "TimeCreated",
    "ActivityId",
    "RelatedActivityId",
    "ContainerLog",
    "MatchedQueryIds",
    "Bookmark",
    "LevelDisplayName",
    "OpcodeDisplayName",
    "TaskDisplayName",
    "KeywordsDisplayNames",
    "Properties",
]
OLD_COLUMNS = [
    "EventID",
    "MachineName",
    "Data",
    "Index",
    "Category",
    "CategoryNumber",
    "EntryType",
    "Message",
    "Source",
    "ReplacementStrings",
    "InstanceId",
    "TimeGenerated",
    "TimeWritten",
    "UserName",
    "Site",
    "Container",
]
RECORD = "System.Diagnostics.Eventing.Reader.EventLogRecord"
ENTRY_TYPES = {1: "Error", 2: "Error", 3: "Warning", 4: "Information", 5: "Information"}


def signed(keywords: str) -> int:
    number = int(keywords, 16)
    return number - 2**64 if number >= 2**63 else number


def record(event: Event, by: Exporter) -> dict[str, Any]:
    """The properties of an EventLogRecord; the time is left to the format."""
    kind = event.kind
    values: dict[str, Any] = dict.fromkeys(COLUMNS)
    values |= {
        "Message": crlf(event.message(by.culture)),
        "Id": kind.event_id,
        "Version": 0,
        "Qualifiers": kind.qualifiers,
        "Level": kind.level,
        "Task": kind.task,
        "Opcode": kind.opcode,
        "Keywords": signed(kind.keywords),
        "RecordId": event.record_id,
        "ProviderName": kind.provider,
        "ProviderId": kind.guid.strip("{}") or None,
        "LogName": kind.channel,
        "ProcessId": event.process,
        "ThreadId": event.thread,
        "MachineName": event.computer,
        "UserId": event.user or None,
        "ContainerLog": kind.channel.lower(),
        "LevelDisplayName": by.culture.level(kind.level),
    }
    return values


def _csv(columns: Sequence[str], rows: list[dict[str, Any]], delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([["" if row[c] is None else row[c] for c in columns] for row in rows])
    return out.getvalue()


def _rows(events: Sequence[Event], by: Exporter) -> list[dict[str, Any]]:
    extra = {"MatchedQueryIds": "System.UInt32[]", "Bookmark": "System.Diagnostics.Eventing.Reader.EventBookmark"}
    extra |= {"KeywordsDisplayNames": "System.Collections.ObjectModel.ReadOnlyCollection`1[System.String]"}
    extra |= {"Properties": "System.Collections.Generic.List`1[System.Diagnostics.Eventing.Reader.EventProperty]"}
    return [record(e, by) | extra | {"TimeCreated": by.culture.date(wall(e, by))} for e in reversed(events)]


def winevent_csv(events: Sequence[Event], by: Exporter) -> bytes:
    """`Get-WinEvent | Export-Csv -Encoding UTF8` in 5.1: a #TYPE line, UTF-8 with BOM."""
    return f"\ufeff#TYPE {RECORD}\r\n{_csv(COLUMNS, _rows(events, by))}".encode()


def winevent_csv_short(events: Sequence[Event], by: Exporter) -> bytes:
    """`… | Select-Object TimeCreated, Id, … | Export-Csv -UseCulture` in PowerShell 7."""
    columns = ("TimeCreated", "ProviderName", "Id", "LevelDisplayName", "LogName", "Message")
    delimiter = "," if by.culture.name.startswith("en") else ";"
    return _csv(columns, _rows(events, by), delimiter).encode()


def eventlog_csv(events: Sequence[Event], by: Exporter) -> bytes:
    """`Get-EventLog | Export-Csv` in 5.1: ASCII, what does not fit is a question mark."""
    rows = []
    for event in reversed(events):
        kind, time = event.kind, by.culture.date(wall(event, by))
        rows.append(
            {
                "EventID": kind.event_id,
                "MachineName": event.computer,
                "Data": "System.Byte[]",
                "Index": event.record_id,
                "Category": f"({kind.task})",
                "CategoryNumber": kind.task,
                "EntryType": ENTRY_TYPES[kind.level],
                "Message": crlf(event.message(by.culture)),
                "Source": kind.source or kind.provider,
                "ReplacementStrings": "System.String[]",
                "InstanceId": ((kind.qualifiers or 0) << 16) | kind.event_id,
                "TimeGenerated": time,
                "TimeWritten": time,
                "UserName": None,
                "Site": None,
                "Container": None,
            }
        )
    kind = events[-1].kind
    number = ((kind.qualifiers or 0) << 16) | kind.event_id
    name = f"System.Diagnostics.EventLogEntry#{kind.channel.lower()}/{kind.source or kind.provider}/{number}"
    return f"#TYPE {name}\r\n{_csv(OLD_COLUMNS, rows)}".encode("ascii", "replace")


def _properties(event: Event) -> list[dict[str, str]]:
    return [{"Value": value} for value in event.data]


def json_51(events: Sequence[Event], by: Exporter) -> bytes:
    """`… | ConvertTo-Json -Depth 4 > f.json` in 5.1: UTF-16, dates in milliseconds."""
    rows = []
    for event in reversed(events):
        own = {"TimeCreated": f"/Date({epoch_ms(event.when)})/", "Properties": _properties(event)}
        rows.append(record(event, by) | own)
    text = json.dumps(rows, indent=4, separators=(",", ":  "), ensure_ascii=False)
    return crlf(text.replace('"/Date(', r'"\/Date(').replace(')/"', r')\/"') + "\n").encode("utf-16")


def json_7(events: Sequence[Event], by: Exporter) -> bytes:
    """`… | ConvertTo-Json` in PowerShell 7: offsets in the dates, the data only as type names."""
    rows = []
    for event in reversed(events):
        names = ["System.Diagnostics.Eventing.Reader.EventProperty"] * len(event.data)
        own = {"TimeCreated": with_offset(event, by), "Properties": names}
        rows.append(record(event, by) | own)
    return (json.dumps(rows, indent=2, ensure_ascii=False) + "\n").encode()
