"""Writes events as each export that is text has them, in the words of a region; and makes up events to be written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from hypothesis import strategies as st

from analyzer.lines.stamp import Clock
from analyzer.parsers.winevents.event import Notes, Reader, WinEvent
from tests.parsers.winevents.regions import LEVELS, Region

EPOCH = datetime(1970, 1, 1)
CODES = {"critical": 1, "error": 2, "warning": 3, "info": 4, "verbose": 5}
GET_WINEVENT = (
    "Message", "Id", "Version", "Qualifiers", "Level", "Task", "Opcode", "Keywords", "RecordId", "ProviderName",
    "ProviderId", "LogName", "ProcessId", "ThreadId", "MachineName", "UserId", "TimeCreated", "ActivityId",
    "RelatedActivityId", "ContainerLog", "MatchedQueryIds", "Bookmark", "LevelDisplayName", "OpcodeDisplayName",
    "TaskDisplayName", "KeywordsDisplayNames", "Properties",
)  # fmt: skip
GET_EVENTLOG = (
    "EventID", "MachineName", "Data", "Index", "Category", "CategoryNumber", "EntryType", "Message", "Source",
    "ReplacementStrings", "InstanceId", "TimeGenerated", "TimeWritten", "UserName", "Site", "Container",
)  # fmt: skip
PROVIDERS = ("VSS", "Service Control Manager", "Microsoft-Windows-Kernel-Power", ".NET Runtime", "disk")


def when(event: WinEvent) -> datetime:
    return EPOCH + timedelta(microseconds=event.micros)


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


@st.composite
def events_in(draw: st.DrawFn, region: Region, most: int = 8) -> list[WinEvent]:
    """Events of several days, sorted, the newest first or last, with messages of that region."""
    first = draw(st.datetimes(datetime(2015, 1, 13), datetime(2030, 12, 1))).replace(microsecond=0)
    gaps = draw(st.lists(st.integers(0, 200_000), min_size=1, max_size=most))
    parts = st.lists(st.sampled_from((*region.phrases, '"', ", ", ";", "\t", "\n", "\n\n", " = 0x80070005", "'")))
    events = []
    for gap in gaps:
        first += timedelta(seconds=gap)
        events.append(
            WinEvent(
                provider=draw(st.sampled_from(PROVIDERS)),
                event_id=draw(st.integers(0, 0xFFFF)),
                micros=micros(first),
                clock=Clock.LOCAL,
                level=draw(st.sampled_from(LEVELS)),
                channel=draw(st.sampled_from(("System", "Application"))),
                record_id=draw(st.integers(1, 1 << 40)),
                computer="vm01.contoso.com",
                message="".join([draw(st.sampled_from(region.phrases)), *draw(parts), "."]),
            )
        )
    return events if draw(st.booleans()) else events[::-1]


def cell(text: object, delimiter: str, always: bool = False) -> str:
    shown = "" if text is None else str(text)
    if always or any(sign in shown for sign in (delimiter, '"', "\n")):
        shown = '"' + shown.replace('"', '""') + '"'
    return shown


def viewer(events: Sequence[WinEvent], region: Region, delimiter: str = ",") -> str:
    rows = [delimiter.join(region.labels)]
    for event in events:
        fields = (region.level(event.level), region.stamp(when(event)), event.provider, event.event_id, "None")
        rows.append(delimiter.join(cell(field, delimiter) for field in (*fields, event.message)))
    return "\n".join([*rows, ""])


def powershell(
    events: Sequence[WinEvent], region: Region, columns: Sequence[str] = GET_WINEVENT, delimiter: str = ",",
    quoted: bool = True, kind: str = "",
) -> str:  # fmt: skip
    rows = [kind] if kind else []
    rows.append(delimiter.join(cell(name, delimiter, quoted) for name in columns))
    for event in events:
        values = properties(event, region)
        rows.append(delimiter.join(cell(values.get(name), delimiter, quoted) for name in columns))
    return "\n".join([*rows, ""])


def properties(event: WinEvent, region: Region) -> dict[str, object]:
    """What either command says of an event."""
    stamp = region.stamp(when(event))
    entry = {"error": "Error", "critical": "Error", "warning": "Warning"}.get(event.level, "Information")
    return {
        "Message": event.message, "Id": event.event_id, "Level": CODES[event.level], "RecordId": event.record_id,
        "ProviderName": event.provider, "LogName": event.channel, "MachineName": event.computer, "Version": 0,
        "TimeCreated": stamp, "LevelDisplayName": region.level(event.level), "Keywords": -9187343239835811840,
        "Properties": "System.Collections.Generic.List`1[System.Diagnostics.Eventing.Reader.EventProperty]",
        "EventID": event.event_id, "Index": event.record_id, "EntryType": entry, "Source": event.provider,
        "InstanceId": 0xC0000000 | event.event_id, "TimeGenerated": stamp, "TimeWritten": stamp,
        "Data": "System.Byte[]", "ReplacementStrings": "System.String[]",
    }  # fmt: skip


def json_object(event: WinEvent, region: Region, old: bool) -> dict[str, object]:
    """Of Get-WinEvent; dates as PowerShell 5.1 or 7 writes them. The event's time is UTC here."""
    values = {name: properties(event, region).get(name) for name in GET_WINEVENT}
    values["TimeCreated"] = (
        f"/Date({event.micros // 1000})/"
        if old
        else (when(event) + timedelta(hours=2)).isoformat(timespec="microseconds") + "0+02:00"
    )
    values["Properties"] = [{"Value": text} for _, text in event.data]
    return values


def evtx_json(event: WinEvent) -> dict[str, object]:
    system = {
        "Provider": {"#attributes": {"Name": event.provider}},
        "EventID": {"#attributes": {"Qualifiers": 49152}, "#text": event.event_id},
        "Level": CODES[event.level],
        "TimeCreated": {"#attributes": {"SystemTime": when(event).isoformat(timespec="microseconds") + "Z"}},
        "EventRecordID": event.record_id,
        "Channel": event.channel,
        "Computer": event.computer,
    }
    return {"Event": {"System": system, "EventData": {"Data": {"#text": [text for _, text in event.data]}}}}


def json_text(objects: Sequence[object], style: str) -> str:
    """`style`: 'array', 'indented', 'lines', or 'wrapped' as PowerShell 5.1 does it at times."""
    if style == "lines":
        return "\n".join(json.dumps(found, ensure_ascii=False) for found in objects)
    if style == "wrapped":
        return json.dumps({"value": objects, "Count": len(objects)})
    return json.dumps(objects, ensure_ascii=False, indent=4 if style == "indented" else None).replace("/D", r"\/D")


def wevtutil(events: Sequence[WinEvent], region: Region, colon: str = ":") -> str:
    return "".join(
        f"Event[{number}]{colon}\n  Log Name: {event.channel}\n  Source: {event.provider}\n"
        f"  Date: {when(event).isoformat(timespec='milliseconds')}\n  Event ID: {event.event_id}\n  Task: N/A\n"
        f"  Level: {region.level(event.level)}\n  Opcode: N/A\n  Keyword: N/A\n  User: S-1-5-18\n"
        f"  User Name: NT AUTHORITY\\SYSTEM\n  Computer: {event.computer}\n  Description: \n{event.message}\n\n"
        for number, event in enumerate(events)
    )


def details(events: Sequence[WinEvent], region: Region, xml: str = "") -> str:
    """What the Event Viewer copies as text."""
    texts = []
    for event in events:
        values = (
            event.channel, event.provider, region.stamp(when(event)), event.event_id, "None", region.level(event.level),
            "Classic", "N/A", event.computer, "",
        )  # fmt: skip
        head = "".join(f"{label + ':':<15}{value}\n" for label, value in zip(region.details, values, strict=True))
        texts.append(f"{head}{event.message}\n" + (f"Event Xml:\n{xml}" if xml else ""))
    return "\n".join(texts)


def format_list(events: Sequence[WinEvent], region: Region, names: Sequence[str] = GET_WINEVENT) -> str:
    width = max(map(len, names)) + 1
    blocks = []
    for event in events:
        values = properties(event, region)
        lines = [
            f"{name:<{width}}: {str(values.get(name, '')).replace(chr(10), chr(10) + ' ' * (width + 2))}"
            for name in names
        ]
        blocks.append("\n".join(lines))
    return "\n\n" + "\n\n".join(blocks) + "\n\n"


def blocks_of(data: bytes, size: int = 1 << 16) -> Iterator[bytes]:
    return (data[i : i + size] for i in range(0, len(data), size))


def read_all(read: Reader, data: bytes, size: int = 1 << 16) -> tuple[list[WinEvent], Notes]:
    notes = Notes()
    return list(read(blocks_of(data, size), notes)), notes


def seen(events: Sequence[WinEvent], *names: str) -> list[tuple[object, ...]]:
    """What of these events is to be compared."""
    return [tuple(getattr(event, name) for name in names) for event in events]
