"""Records that parsers word themselves, as blocks: state files and Windows events are matched as log lines are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from analyzer.lines.grammar import LEVELS
from analyzer.lines.index import Block
from analyzer.lines.stamp import HEAD, NOT_A_TIME, Clock
from analyzer.parsers.base import StateEvent
from analyzer.parsers.stamps import parse_iso
from analyzer.parsers.winevents.channel import UNKNOWN, channel_of, channel_of_provider
from analyzer.parsers.winevents.event import WinEvent
from analyzer.reading.store import Store

BATCH = 2_000  # Windows events that are turned into a block at a time


def of_states(store: Store, events: Sequence[StateEvent]) -> Block:
    """The events of a state file."""
    stamps = [parse_iso(event.time) if event.time else None for event in events]
    return _block(
        0,
        [event.text for event in events],
        line=[event.line for event in events],
        raw=[NOT_A_TIME if stamp is None else stamp.micros for stamp in stamps],
        clock=[Clock.NONE if s is None else Clock.UTC if s.utc else Clock.LOCAL for s in stamps],
        level=[event.level for event in events],
        source=[store.source_code(event.source) for event in events],
        component=[store.components.code(event.component) for event in events],
    )


def of_windows(store: Store, path: str, events: Iterable[WinEvent]) -> Iterator[Block]:
    """Windows events in the order of their file; `path` tells the channel where the events do not."""
    from analyzer.parsers.winevents import normalise  # its tables are for Windows alone

    rest, base = iter(events), 0
    unnamed = channel_of(path)
    while batch := list(islice(rest, BATCH)):
        who = [normalise.provider(event) for event in batch]
        block = _block(
            base,
            [normalise.text(event) for event in batch],
            line=[event.position for event in batch],
            raw=[event.micros for event in batch],
            clock=[event.clock for event in batch],
            level=[event.level for event in batch],
            source=[store.source_code(f"event:{_channel(e, unnamed, p)}") for e, p in zip(batch, who, strict=True)],
            component=[store.components.code(provider) for provider in who],
        )
        block.event_id = np.array([event.event_id for event in batch], dtype=np.int32)
        base += int(block.end[-1])
        yield block


def _channel(event: WinEvent, unnamed: str, provider: str) -> str:
    return event.channel or (unnamed if unnamed != UNKNOWN else channel_of_provider(provider))


def windows_text(events: Iterable[WinEvent]) -> Iterator[bytes]:
    """The bytes that the blocks of `of_windows` point into, once more."""
    from analyzer.parsers.winevents import normalise

    rest = iter(events)
    while batch := list(islice(rest, BATCH)):
        yield b"".join(_encoded(normalise.text(event)) for event in batch)


def lines_with(block: Block, mark: bytes, most: int) -> Iterator[tuple[int, bytes]]:
    """(line of the record, text from the mark to the end of its line, at most so many bytes) wherever a block holds
    the mark."""
    at = block.buffer.find(mark)
    while 0 <= at < block.end[-1]:
        record = int(np.searchsorted(block.start, at, side="right")) - 1
        end = block.buffer.find(b"\n", at, at + most)
        yield int(block.line[record]), block.buffer[at : end if end >= 0 else min(int(block.end[record]), at + most)]
        at = block.buffer.find(mark, at + len(mark))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace") + b"\n"


def _block(
    base: int,
    texts: list[str],
    *,
    line: list[int],
    raw: list[int],
    clock: Sequence[int],
    level: list[str],
    source: list[int],
    component: list[int],
) -> Block:
    encoded = [_encoded(text) for text in texts]
    lengths = np.array([len(text) for text in encoded], dtype=np.int64)
    end = np.cumsum(lengths)
    clocks = np.array(clock, dtype=np.uint8)
    return Block(
        buffer=b"".join(encoded) + bytes(HEAD),
        base=base,
        start=end - lengths,
        end=end,
        line=np.array([min(max(number, 0), _LAST_LINE) for number in line], dtype=np.int32),
        raw=np.array(raw, dtype=np.int64),
        clock=clocks,
        level=np.array([_LEVEL_CODES.get(name, 0) for name in level], dtype=np.uint8),
        source=np.array(source, dtype=np.uint16),
        message=np.zeros(len(texts), dtype=np.int32),
        stamped=clocks != Clock.NONE,
        component=np.array(component, dtype=np.int32),
    )


_LAST_LINE = 2**31 - 1  # record ids of a log have 64 bits, damaged ones all of them
_LEVEL_CODES = {name: code for code, name in enumerate(LEVELS)}
