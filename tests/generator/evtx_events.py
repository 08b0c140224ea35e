"""Events as records of an .evtx file, in plain elements or in templates as the log service writes them."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import md5

from analyzer.parsers.winevents.event import LEVEL_CODES, WinEvent

from .evtx_model import Element, Instance, Record, Slot, Template, Value
from .evtx_writer import MICROS_1601_TO_1970, log

NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
STRING, UINT8, UINT16, UINT64, BINARY, FILETIME, NESTED = 0x01, 0x04, 0x06, 0x0A, 0x0E, 0x11, 0x21

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEVELS = {name: code for code, name in sorted(LEVEL_CODES.items(), reverse=True) if code}


def event_log(events: Iterable[WinEvent], flags: int = 0, templates: bool = False) -> bytes:
    return log(map(templated if templates else plain, events), flags)


def plain(event: WinEvent, user_data: str = "") -> Record:
    """The record of an event; with `user_data`, its data become elements below <UserData><that name>."""
    stamp = (_EPOCH + timedelta(microseconds=event.micros)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    system = _system(
        event,
        event_id=str(event.event_id),
        level=str(_LEVELS[event.level]),
        time=stamp,
        record_id=str(event.record_id),
    )
    if user_data:
        leaves = [Element(name, content=[value]) for name, value in event.data]
        payload = Element("UserData", content=[Element(user_data, content=leaves)])
    else:
        payload = _event_data(event, [value for _, value in event.data], event.binary)
    return Record(event.record_id, event.micros, Element("Event", {"xmlns": NAMESPACE}, [system, payload]))


def templated(event: WinEvent) -> Record:
    """The record as the log service writes it: a template for the provider, and one for the data inside."""
    names = [name for name, _ in event.data]
    slots = [Slot(index, STRING) for index in range(len(names))]
    data = _event_data(event, slots, Slot(len(names), BINARY) if event.binary else "")
    values = [Value(STRING, value.encode("utf-16-le")) for _, value in event.data]
    if event.binary:
        values.append(Value(BINARY, bytes.fromhex(event.binary)))
    system = _system(
        event,
        event_id=Slot(1, UINT16),
        level=Slot(0, UINT8),
        time=Slot(2, FILETIME),
        record_id=Slot(3, UINT64),
    )
    root = Element("Event", {"xmlns": NAMESPACE}, [system, Slot(4, NESTED)])
    filetime = (event.micros + MICROS_1601_TO_1970) * 10
    return Record(
        event.record_id,
        event.micros,
        Instance(
            Template(
                _guid("system", event.provider, event.guid, event.event_source, event.channel, event.computer), root
            ),
            [
                Value(UINT8, struct.pack("<B", _LEVELS[event.level])),
                Value(UINT16, struct.pack("<H", event.event_id)),
                Value(FILETIME, struct.pack("<Q", filetime)),
                Value(UINT64, struct.pack("<Q", event.record_id)),
                Instance(Template(_guid("data", bool(event.binary), *names), data), values),
            ],
        ),
    )


def _system(
    event: WinEvent, event_id: str | Slot, level: str | Slot, time: str | Slot, record_id: str | Slot
) -> Element:
    provider = {"Name": event.provider, "Guid": event.guid, "EventSourceName": event.event_source}
    return Element(
        "System",
        content=[
            Element("Provider", {name: value for name, value in provider.items() if value}),
            Element("EventID", content=[event_id]),
            Element("Level", content=[level]),
            Element("TimeCreated", {"SystemTime": time}),
            Element("EventRecordID", content=[record_id]),
            Element("Channel", content=[event.channel]),
            Element("Computer", content=[event.computer]),
        ],
    )


def _event_data(event: WinEvent, values: Iterable[str | Slot], binary: str | Slot) -> Element:
    rows = [
        Element("Data", {"Name": name} if name else {}, [value])
        for (name, _), value in zip(event.data, values, strict=True)
    ]
    return Element("EventData", content=[*rows, Element("Binary", content=[binary])] if binary else rows)


def _guid(*of: object) -> bytes:
    return md5(repr(of).encode(), usedforsecurity=False).digest()
