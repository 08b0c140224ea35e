"""One walk over the bundle: every byte is read once, and index, matches and state come out of it together.

    members -> what is it? -> log: line index + scan · state file: its parser -> events in the same store

Text is not kept; `read_text` walks the bundle again for the few places that a report shows. Small members stay in a
bounded cache, so that an ordinary bundle is not read twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from analyzer.bundle.encoding import decode_blocks
from analyzer.bundle.identify import Identity, command_of, identify
from analyzer.bundle.model import Bundle, Member, Refusal
from analyzer.lines.grammar import LEVELS, Family
from analyzer.lines.index import Block, LineIndex
from analyzer.lines.stamp import HEAD, NOT_A_TIME, Clock
from analyzer.matching.patterns import PatternSet
from analyzer.matching.scanner import Scanner
from analyzer.parsers import extension_log, registry, system_logs, vmsnapshot, waagent
from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.stamps import parse_iso
from analyzer.parsers.windows import agent_logs, plugin_logs, setup_logs
from analyzer.store import MemberInfo, Store

MOST_STATE_BYTES = 64 << 20  # a state file is read whole; a larger one is refused
CACHE_MEMBER_BYTES = 4 << 20
CACHE_BYTES = 48 << 20

FAMILIES: Mapping[str, Family] = {
    "waagent": waagent.FAMILY,
    "vmsnapshot": vmsnapshot.FAMILY,
    "vmsnapshot-shell": vmsnapshot.SHELL,
    "extension-log": extension_log.FAMILY,
    "syslog": system_logs.SYSLOG,
    "journal": system_logs.JOURNAL,
    "kernel": system_logs.KERNEL,
    "cloud-init": system_logs.CLOUD_INIT,
    "audit": system_logs.AUDIT,
    "serial-console": system_logs.SERIAL_CONSOLE,
    "log-collector": system_logs.LOG_COLLECTOR,
    "packages": system_logs.PACKAGES,
    "text-log": extension_log.FAMILY,
    "windows-agent": agent_logs.AGENT,
    "windows-backup": agent_logs.BACKUP,
    "command-execution": agent_logs.COMMAND_EXECUTION,
    "guest-proxy-agent": agent_logs.GUEST_PROXY_AGENT,
    "plugin-log": plugin_logs.PLUGIN,
    "trace-log": plugin_logs.TRACE,
    "windows-setup": setup_logs.SETUP,
}
"""Which grammars a log of each kind may hold."""


@dataclass
class Reading:
    """All that one walk over a bundle gave."""

    bundle: Bundle
    store: Store
    scanner: Scanner
    states: list[tuple[str, StateResult]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    cache: dict[int, bytes] = field(default_factory=dict)
    cached_bytes: int = 0
    bytes_read: int = 0


def read(bundle: Bundle, patterns: PatternSet) -> Reading:
    """Walk the bundle once. A member that fails costs itself and is noted, never the analysis."""
    reading = Reading(bundle, Store(), Scanner(patterns))
    for member in bundle.members():
        _member(reading, member)
    reading.refused = list(bundle.refused)
    return reading


def _member(reading: Reading, member: Member) -> None:
    identity = identify(member.path, member.head())
    blocks = decode_blocks(member.blocks())
    info = MemberInfo(member.path, identity.canonical, identity.kind, identity.source)
    number = reading.store.add_member(info)
    if identity.kind == "skip":
        info.notes.append(identity.reason or "not read")
        return
    try:
        if identity.kind in FAMILIES:
            _log(reading, number, info, FAMILIES[identity.kind], blocks)
        elif identity.kind == "command-output" or identity.kind in registry.STATE_PARSERS:
            _state(reading, number, info, identity, blocks)
        else:
            info.notes.append("not recognised, not read")
    except Exception as error:  # a parser's bug must not cost the bundle
        info.notes.append(f"reading it failed: {type(error).__name__}: {error}")


def _log(reading: Reading, number: int, info: MemberInfo, family: Family, blocks: Iterator[bytes]) -> None:
    index = LineIndex(family, reading.store.sources, reading.store.components, info.source)
    for block in index.blocks(_kept(reading, number, info, blocks)):
        first = reading.store.add_block(number, block)
        reading.scanner.scan(block, number, first, reading.store.source_names())
    info.unparsed = index.unstamped_bytes
    if index.long_records:
        info.notes.append(f"{index.long_records} records were cut because they are longer than 16 MiB")


def _kept(reading: Reading, number: int, info: MemberInfo, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks, counted, and put into the cache while they are small."""
    kept: list[bytes] | None = []
    for block in blocks:
        info.size += len(block)
        reading.bytes_read += len(block)
        if kept is not None:
            kept.append(block)
            if info.size > CACHE_MEMBER_BYTES or reading.cached_bytes + info.size > CACHE_BYTES:
                kept = None
        yield block
    if kept is not None:
        reading.cache[number] = b"".join(kept)
        reading.cached_bytes += info.size


def _state(reading: Reading, number: int, info: MemberInfo, identity: Identity, blocks: Iterator[bytes]) -> None:
    parts: list[bytes] = []
    for block in _kept(reading, number, info, blocks):
        parts.append(block)
        if info.size > MOST_STATE_BYTES:
            info.notes.append(f"larger than {MOST_STATE_BYTES >> 20} MiB, not read")
            return
    data = b"".join(parts)
    if identity.kind == "command-output":
        result = registry.parse_command(command_of(info.path), info.canonical, data)
    else:
        result = registry.STATE_PARSERS[identity.kind](info.canonical, data)
    info.notes += result.problems
    info.as_of = result.as_of
    reading.states.append((info.canonical, result))
    if result.events:
        block_of = _as_block(reading.store, result.events)
        first = reading.store.add_block(number, block_of)
        sources = reading.store.source_names()
        for row, event in enumerate(result.events):
            reading.store.texts[number, first + row] = event.text
            if event.event_id is not None:
                reading.store.event_ids[number, first + row] = event.event_id
        reading.scanner.scan(block_of, number, first, sources)
        ids = {row: (e.event_id, e.component) for row, e in enumerate(result.events) if e.event_id is not None}
        reading.scanner.scan_ids(block_of, number, first, sources, ids)


def _as_block(store: Store, events: list[StateEvent]) -> Block:
    """State events as a block of records, so that they are matched as lines are."""
    texts = [event.text.encode("utf-8", "replace") + b"\n" for event in events]
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    end = np.cumsum(lengths)
    raw = np.full(len(events), NOT_A_TIME, dtype=np.int64)
    clock = np.zeros(len(events), dtype=np.uint8)
    for i, event in enumerate(events):
        stamp = parse_iso(event.time) if event.time else None
        if stamp is not None:
            raw[i], clock[i] = stamp.micros, Clock.UTC if stamp.utc else Clock.LOCAL
    return Block(
        buffer=b"".join(texts) + bytes(HEAD),
        base=0,
        start=end - lengths,
        end=end,
        line=np.array([event.line for event in events], dtype=np.int32),
        raw=raw,
        clock=clock,
        level=np.array([LEVELS.index(event.level) if event.level in LEVELS else 0 for event in events], dtype=np.uint8),
        source=np.array(
            [store.sources.setdefault(event.source, len(store.sources)) for event in events], dtype=np.uint16
        ),
        component=np.array([store.components.code(event.component) for event in events], dtype=np.int32),
        message=np.zeros(len(events), dtype=np.int32),
        stamped=clock != Clock.NONE,
    )


Span = tuple[int, int, int]
"""(member number, offset, length) of text in a member's decoded bytes."""


def read_spans(reading: Reading, spans: Iterable[Span]) -> dict[Span, bytes]:
    """Text again, by place: from the cache, else by one more walk over the bundle."""
    wanted: dict[int, list[Span]] = {}
    for span in set(spans):
        wanted.setdefault(span[0], []).append(span)
    result: dict[Span, bytes] = {}
    for number in [n for n in wanted if n in reading.cache]:
        data = reading.cache[number]
        for span in wanted.pop(number):
            result[span] = data[span[1] : span[1] + span[2]]
    if wanted:
        before = list(reading.bundle.refused)
        for number, member in enumerate(reading.bundle.members()):
            if number in wanted:
                _cut(decode_blocks(member.blocks()), wanted.pop(number), result)
            if not wanted:
                break
        reading.bundle.refused[:] = before
    return result


def _cut(blocks: Iterable[bytes], spans: list[Span], result: dict[Span, bytes]) -> None:
    spans.sort(key=lambda span: span[1])
    parts: dict[Span, list[bytes]] = {span: [] for span in spans}
    at = 0
    for block in blocks:
        for span in spans:
            begin, end = max(span[1], at), min(span[1] + span[2], at + len(block))
            if begin < end:
                parts[span].append(block[begin - at : end - at])
        at += len(block)
        if at >= max(s[1] + s[2] for s in spans):
            break
    result.update({span: b"".join(pieces) for span, pieces in parts.items()})
