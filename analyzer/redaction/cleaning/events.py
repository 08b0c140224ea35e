"""Events of a binary log as the XML that Windows exports, which every tool reads and which can be cleaned as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from xml.sax.saxutils import escape, quoteattr

from analyzer.lines.stamp import NOT_A_TIME
from analyzer.parsers.winevents.event import LEVEL_CODES, WinEvent

BATCH = 1_000  # events that are written at a time
_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
_NUMBERS = {name: number for number, name in reversed(LEVEL_CODES.items())} | {"info": 4}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def as_xml(events: Iterable[WinEvent]) -> Iterator[str]:
    """The export in pieces, one event a line."""
    yield "<?xml version='1.0' encoding='utf-8'?>\n<Events>\n"
    rest = iter(events)
    while batch := list(islice(rest, BATCH)):
        yield "".join(_event(event) for event in batch)
    yield "</Events>\n"


def _event(event: WinEvent) -> str:
    attributes = {"Name": event.provider, "Guid": event.guid, "EventSourceName": event.event_source}
    provider = "".join(f" {name}={_attribute(value)}" for name, value in attributes.items() if value)
    time = "" if event.micros == NOT_A_TIME else f" SystemTime='{_stamp(event.micros)}'"
    record = f"<EventRecordID>{event.record_id}</EventRecordID>" if event.record_id else ""
    data = "".join(
        f"<Data Name={_attribute(name)}>{_text(value)}</Data>" if name else f"<Data>{_text(value)}</Data>"
        for name, value in event.data
    )
    binary = f"<Binary>{_text(event.binary)}</Binary>" if event.binary else ""
    message = f"<RenderingInfo><Message>{_text(event.message)}</Message></RenderingInfo>" if event.message else ""
    return (
        f"<Event xmlns='{_NAMESPACE}'><System><Provider{provider}/><EventID>{event.event_id}</EventID>"
        f"<Level>{_NUMBERS.get(event.level, 4)}</Level><TimeCreated{time}/>{record}"
        f"<Channel>{_text(event.channel)}</Channel><Computer>{_text(event.computer)}</Computer></System>"
        f"<EventData>{data}{binary}</EventData>{message}</Event>\n"
    )


def _stamp(micros: int) -> str:
    return (_EPOCH + timedelta(microseconds=micros)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _text(value: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", value))


def _attribute(value: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", value))
