"""Windows event logs as the log service keeps them (.evtx), whole or damaged.

Every chunk is read for itself, so a file of gigabytes needs no more memory than one of megabytes but for the record
ids. An event comes once, although its bytes may be in the file twice; and no event comes whose values were cut off.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.lines.stamp import NOT_A_TIME, Clock
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.evtx_chunks import Layout, chunks
from analyzer.parsers.winevents.evtx_numbers import Numbers
from analyzer.parsers.winevents.evtx_records import Record
from analyzer.parsers.winevents.evtx_seen import Seen
from analyzer.parsers.winevents.evtx_texts import Texts
from analyzer.parsers.winevents.xmlevent import event_of
from analyzer.parsers.winevents.xmlordinary import ORDINARY, event_of_match

_YEAR_2262 = 9_214_646_400_000_000  # microseconds since 1970; later ones are damage
_SHOWN = 3  # gaps in the record numbers that are told apart


def read(blocks: Iterator[bytes], notes: Notes) -> Iterator[WinEvent]:
    """The events of a log, in the order of the file, which is not that of time."""
    layout, texts, seen, numbers = Layout(), Texts(), Seen(), Numbers()
    lost = whole = damaged = events = twice = 0
    sizes: list[int] = []
    for chunk in chunks(_measured(blocks, sizes), layout):
        found = chunk.search()
        numbers.add(found.records)
        lost += found.lost
        whole += found.intact
        damaged += not found.intact and bool(found.records)
        for record, text in texts.of(chunk.data, found):
            event = _event(text, record)
            if event is None:
                texts.refuse(record)
            # In a damaged chunk the record's own header may be wrong, and what it holds tells better which it is.
            elif seen.add(*((record.record_id, record.micros) if found.intact else (event.record_id, event.micros))):
                events += 1
                yield event
            else:
                twice += 1
    texts.finish()
    # what is lost inside a record that is damaged may be counted with the record too
    notes.unread += min(layout.skipped + lost + texts.lost, sum(sizes))
    notes.words += _words(layout, events, damaged, whole + damaged, twice, texts.refused, numbers.missing())


def _measured(blocks: Iterator[bytes], sizes: list[int]) -> Iterator[bytes]:
    for block in blocks:
        sizes.append(len(block))
        yield block


def _words(
    layout: Layout, events: int, damaged: int, of: int, twice: int, refused: int, missing: list[tuple[int, int]]
) -> list[str]:
    words = []
    if not events:
        whole = layout.headers and layout.found >= layout.counted and not (layout.skipped or damaged)
        words.append("the log holds no events" if whole else "no event could be found in this file")
    elif not layout.headers:
        words.append("the header of the log file is missing or damaged")
    if layout.in_use:
        words.append("the log was in use when it was copied")
    if layout.counted > layout.found:
        words.append(f"chunks missing: {layout.counted - layout.found} of {layout.counted}")
    if damaged:
        words.append(f"damaged chunks, of which the whole parts are shown: {damaged} of {of}")
    if refused:
        words.append(f"records that could not be read: {refused}")
    if twice:
        words.append(f"records that are in the file twice and shown once: {twice}")
    if missing:
        shown = [f"{first} to {last}" if last > first else str(first) for first, last in missing[:_SHOWN]]
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        count = sum(last - first + 1 for first, last in missing)
        words.append(f"records missing: {count} (numbers {', '.join(shown)}{more})")
    return words


def _event(text: str, record: Record) -> WinEvent | None:
    start = text.find("<Event")
    match = ORDINARY.match(text, start)
    event = event_of_match(match) if match else event_of(text, start)
    if event is None:
        return None
    event.record_id = event.record_id or record.record_id
    event.position = event.record_id
    if event.micros == NOT_A_TIME and 0 <= record.micros < _YEAR_2262:
        event.micros, event.clock = record.micros, Clock.UTC
    return event
