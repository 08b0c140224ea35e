"""Events as text: `wevtutil qe /f:text`, the Event Viewer's "Copy details as text", and PowerShell's Format-List.

`wevtutil` has English names in every language and translates the values alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.parsers.winevents import details, formatlist
from analyzer.parsers.winevents.codepage import PIECE, text_of
from analyzer.parsers.winevents.dates import timed
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.properties import number_in
from analyzer.parsers.winevents.textlines import with_unix_ends
from analyzer.parsers.winevents.textrecords import TextRecords
from analyzer.parsers.winevents.words import Levels

_BEGINS = re.compile(r"^(?=Event ?\[\d+\]:?[ \t]*\n[ \t]+Log Name:)", re.MULTILINE)
_FIELD = re.compile(r"^[ \t]+([A-Z][A-Za-z ]*):[ \t]*(.*)$", re.MULTILINE)
_DESCRIPTION = re.compile(r"^[ \t]+Description:[ \t]*\n?", re.MULTILINE)
_NO_MESSAGE = "N/A"


def read(blocks: Iterator[bytes], notes: Notes) -> Iterator[WinEvent]:
    """The events, in the order of the file. Its beginning tells which of the three shapes it has."""
    pieces = with_unix_ends(text_of(blocks, notes))
    head = ""
    for piece in pieces:
        head += piece
        if len(head) >= PIECE:
            break
    levels = Levels()
    shape = _BEGINS, event_of
    if not _BEGINS.search(head):
        labels = details.labels_in(head)
        shape = (details.begins(labels), details.event_of) if labels else (formatlist.BEGINS, formatlist.event_of)
    begins, reads = shape

    def events() -> Iterator[tuple[str, WinEvent]]:
        damaged = 0
        for line, record in TextRecords(head, pieces, begins, notes):
            found = reads(record, levels)
            if found is None:
                damaged += 1
                notes.unread += len(record.encode("utf-8", "replace"))
                continue
            found[1].position = line
            yield found
        notes.words.extend(levels.doubts())
        if damaged:
            notes.words.append(f"{damaged} records are damaged")

    return timed(events(), levels.order, notes)


def event_of(record: str, levels: Levels) -> tuple[str, WinEvent] | None:
    """The event of a record of wevtutil, and its date; None where it has no number."""
    description = _DESCRIPTION.search(record)
    head = record[: description.start()] if description else record
    fields = dict(_FIELD.findall(head))
    number = number_in(fields.get("Event ID"))
    if number is None:
        return None
    message = record[description.end() :].rstrip("\n") if description else ""
    event = WinEvent(
        provider=fields.get("Source", "").strip(),
        event_id=number & 0xFFFF,
        level=levels.of(fields.get("Level", "").strip()),
        channel=fields.get("Log Name", "").strip(),
        computer=fields.get("Computer", "").strip(),
        message="" if message.strip() == _NO_MESSAGE else message,
    )
    return fields.get("Date", ""), event
