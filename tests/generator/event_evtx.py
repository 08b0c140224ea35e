"""Event logs as they lie on the disk: .evtx, through evtx_writer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from .event_xml import NAMESPACE, Exporter, stamp
from .evtx_writer import Element, Record, log
from .windows.events import Event

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def evtx(events: Sequence[Event], by: Exporter) -> bytes:  # the log is the same whoever copies it
    return log(map(_record, events))


def _record(event: Event) -> Record:
    root = Element("Event", {"xmlns": NAMESPACE}, [_system(event), _payload(event)])
    return Record(event.record_id, (event.when - _EPOCH) // timedelta(microseconds=1), root)


def _system(event: Event) -> Element:
    kind = event.kind
    provider = {"Name": kind.provider, "Guid": kind.guid, "EventSourceName": kind.source}
    qualifiers = {} if kind.qualifiers is None else {"Qualifiers": str(kind.qualifiers)}
    return Element(
        "System",
        content=[
            Element("Provider", {name: value for name, value in provider.items() if value}),
            Element("EventID", qualifiers, [str(kind.event_id)]),
            Element("Version", content=["0"]),
            Element("Level", content=[str(kind.level)]),
            Element("Task", content=[str(kind.task)]),
            Element("Opcode", content=[str(kind.opcode)]),
            Element("Keywords", content=[kind.keywords]),
            Element("TimeCreated", {"SystemTime": stamp(event)}),
            Element("EventRecordID", content=[str(event.record_id)]),
            Element("Execution", {"ProcessID": str(event.process), "ThreadID": str(event.thread)}),
            Element("Channel", content=[kind.channel]),
            Element("Computer", content=[event.computer]),
            Element("Security", {"UserID": event.user} if event.user else {}),
        ],
    )


def _payload(event: Event) -> Element:
    kind = event.kind
    names = kind.names + ("",) * (len(event.data) - len(kind.names))
    if kind.userdata:
        leaves = [Element(name, content=[value]) for name, value in zip(names, event.data, strict=False)]
        return Element("UserData", content=[Element(kind.userdata, content=leaves)])
    rows = [
        Element("Data", {"Name": name} if name else {}, [value]) for name, value in zip(names, event.data, strict=False)
    ]
    if event.binary:
        rows.append(Element("Binary", content=[event.binary]))
    return Element("EventData", {"Name": kind.eventdata} if kind.eventdata else {}, rows)
