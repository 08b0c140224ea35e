"""Event logs as they lie on the disk: .evtx, a template for each kind of event, as the log service writes them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import md5

from .event_xml import NAMESPACE, Exporter, nested
from .evtx_model import Element, Instance, Record, Slot, Template, Value
from .evtx_writer import MICROS_1601_TO_1970, log
from .windows.events import Event

STRING, UINT32, UINT64, BINARY, FILETIME = 0x01, 0x08, 0x0A, 0x0E, 0x11
TIME, RECORD_ID, PROCESS, THREAD, USER, DATA = range(6)  # slots
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def evtx(events: Sequence[Event], by: Exporter) -> bytes:  # the log is the same whoever copies it
    return log(map(_record, events))


def _record(event: Event) -> Record:
    micros = (event.when - _EPOCH) // timedelta(microseconds=1)
    values = [
        Value(FILETIME, struct.pack("<Q", (micros + MICROS_1601_TO_1970) * 10 + event.tail)),
        Value(UINT64, struct.pack("<Q", event.record_id)),
        Value(UINT32, struct.pack("<L", event.process)),
        Value(UINT32, struct.pack("<L", event.thread)),
        _string(event.user),
        *map(_string, event.data),
        Value(BINARY, bytes.fromhex(event.binary)),
    ]
    return Record(event.record_id, micros, Instance(_template(event), values))


def _string(text: str) -> Value:
    return Value(STRING, text.encode("utf-16-le"))


def _template(event: Event) -> Template:
    kind = event.kind
    shape = (kind.provider, kind.event_id, event.computer, len(event.data), bool(event.binary), bool(event.user))
    root = Element("Event", {"xmlns": NAMESPACE}, [_system(event), _payload(event)])
    return Template(md5(repr(shape).encode(), usedforsecurity=False).digest(), root)


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
            Element("TimeCreated", {"SystemTime": Slot(TIME, FILETIME)}),
            Element("EventRecordID", content=[Slot(RECORD_ID, UINT64)]),
            Element("Execution", {"ProcessID": Slot(PROCESS, UINT32), "ThreadID": Slot(THREAD, UINT32)}),
            Element("Channel", content=[kind.channel]),
            Element("Computer", content=[event.computer]),
            Element("Security", {"UserID": Slot(USER, STRING)} if event.user else {}),
        ],
    )


def _payload(event: Event) -> Element:
    kind = event.kind
    names = kind.names + ("",) * (len(event.data) - len(kind.names))
    slots = [(name, Slot(DATA + place, STRING)) for place, (name, _) in enumerate(zip(names, event.data, strict=False))]
    if kind.userdata:
        leaves = nested(slots, lambda name, slot: Element(name, content=[slot]), _around)
        return Element("UserData", content=[Element(kind.userdata, content=leaves)])
    rows = [Element("Data", {"Name": name} if name else {}, [slot]) for name, slot in slots]
    if event.binary:
        rows.append(Element("Binary", content=[Slot(DATA + len(event.data), BINARY)]))
    return Element("EventData", {"Name": kind.eventdata} if kind.eventdata else {}, rows)


def _around(name: str, inside: list[Element]) -> Element:
    return Element(name, content=inside)
