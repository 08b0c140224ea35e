"""One walk over the bundle: every byte is read once, and index, matches and state come out of it together.

    members -> what is it? -> log: line index + scan
                              export of Windows events: its reader -> events in the same store, scanned as lines are
                              state file: its parser -> likewise

Text is not kept; `read_text` walks the bundle again for the few places that a report shows. Small members stay in a
bounded cache, so that an ordinary bundle is not read twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from analyzer.bundle.ahead import read_ahead
from analyzer.bundle.encoding import decode_blocks
from analyzer.bundle.identify import Identity, command_of, identify
from analyzer.bundle.model import Bundle, Member, Refusal
from analyzer.language import _
from analyzer.lines.grammar import Family
from analyzer.lines.index import MOST_SOURCES, OTHER, Block, LineIndex
from analyzer.matching.patterns import PatternSet
from analyzer.matching.scanner import Scanner
from analyzer.parsers import registry
from analyzer.parsers.base import StateResult
from analyzer.parsers.families import CONVERTERS, FAMILIES
from analyzer.parsers.windows import agent_logs
from analyzer.parsers.winevents.event import Notes
from analyzer.parsers.winevents.readers import READERS
from analyzer.progress import following
from analyzer.reading import records
from analyzer.reading.loud import Loud
from analyzer.reading.store import MemberInfo, Store

CACHE_MEMBER_BYTES = 4 << 20
CACHE_BYTES = 48 << 20
MOST_DOCUMENT_BYTES = 4 << 20
MOST_DOCUMENTS = 50  # of one log, the newest
MARKS = {"windows-agent": agent_logs.HEALTH_REPORT}  # what a document inside a log of that kind begins with


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
    records: int = 0
    full: bool = False  # there were more records
    told: int = 0  # characters that state files told
    walked: int = 0  # members that are files of the bundle; state that a log tells comes behind them
    documents: list[tuple[MemberInfo, deque[tuple[int, bytes]]]] = field(default_factory=list)  # state inside logs
    loud: Loud = field(default_factory=Loud)


def read(bundle: Bundle, patterns: PatternSet) -> Reading:
    """Walk the bundle once. A member that fails costs itself and is noted, never the analysis."""
    reading = Reading(bundle, Store(), Scanner(patterns))
    for member in following(bundle, _("Reading the bundle")):
        _member(reading, member)
        reading.scanner.finish()
    reading.walked = len(reading.store.members)
    for info, reports in reading.documents:
        _reports(reading, info, reports)
        reading.scanner.finish()
    reading.refused = list(bundle.refused)
    return reading


def _member(reading: Reading, member: Member) -> None:
    info = MemberInfo(member.path, member.path, "unknown", "", modified=member.modified)
    number = reading.store.add_member(info)
    try:
        identity = identify(member.path, member.head())
        info.canonical, info.kind, info.source = identity.canonical, identity.kind, identity.source
        if identity.kind == "skip":
            info.notes.append(identity.reason or "not read")
        elif identity.kind in FAMILIES:
            _log(reading, number, info, FAMILIES[identity.kind], _lines(info, member))
        elif identity.kind in READERS:
            _events(reading, number, info, member.blocks())
        elif identity.kind == "command-output" or identity.kind in registry.STATE_PARSERS:
            _state(reading, number, info, identity, decode_blocks(member.blocks()))
        else:
            info.notes.append("not recognised, not read")
    except Exception as error:  # a parser's bug must not cost the bundle
        info.notes.append(f"reading it failed: {type(error).__name__}: {error}")


def _log(reading: Reading, number: int, info: MemberInfo, family: Family, blocks: Iterator[bytes]) -> None:
    index = LineIndex(family, reading.store.sources, info.source)
    reports: deque[tuple[int, bytes]] = deque(maxlen=MOST_DOCUMENTS)
    for block in read_ahead(index.blocks(_kept(reading, number, info, blocks)), lambda b: int(b.end[-1])):
        if _is_full(reading, info):
            break
        _take(reading, number, block)
        if info.kind in MARKS:
            reports += records.lines_with(block, MARKS[info.kind], MOST_DOCUMENT_BYTES)
    if reports:
        reading.documents.append((info, reports))
    if info.source and info.source not in reading.store.sources:
        info.notes.append(f"of more than {MOST_SOURCES} sources; its records count as source '{OTHER}'")
    info.unparsed = index.unstamped_bytes
    if index.long_records:
        info.notes.append(f"{index.long_records} records were cut because they are longer than 16 MiB or 100,000 lines")


def _is_full(reading: Reading, info: MemberInfo) -> bool:
    """Whether the bundle has given all records that it may; that is noted for each member that has more."""
    most = reading.bundle.limits.max_records
    if reading.records < most:
        return False
    words = f"more than {most} records in the bundle: the rest was not read"
    info.notes.append(words)
    if not reading.full:
        reading.full = True
        reading.bundle.refused.append(Refusal(info.path, words))
    return True


def _reports(reading: Reading, log: MemberInfo, reports: Sequence[tuple[int, bytes]]) -> None:
    """State that a log tells, as a member of its own behind all others, since a log's rows are its lines."""
    from analyzer.parsers.windows import health_report

    info = MemberInfo(log.path, log.canonical, "health-report", "services")
    _told(reading, reading.store.add_member(info), info, health_report.parse_reports(log.canonical, list(reports)))


def _take(reading: Reading, number: int, block: Block) -> int:
    """Keep a block's columns and its warnings, and scan its text; the row number of its first record."""
    reading.records += len(block.start)
    first = reading.store.add_block(number, block)
    reading.loud.take(block, number, first)
    reading.scanner.scan(block, number, first, reading.store.source_names())
    return first


def _events(reading: Reading, number: int, info: MemberInfo, blocks: Iterator[bytes]) -> None:
    """An export of Windows events. What is matched and cached is their text, not the export's bytes."""
    notes, kept = Notes(), _Cached()
    events = READERS[info.kind](_counted(reading, info, blocks), notes)
    for block in records.of_windows(reading.store, info.canonical, events):
        if _is_full(reading, info):
            break
        _take(reading, number, block)
        kept.add(reading, block.buffer[: int(block.end[-1])])
    kept.settle(reading, number)
    info.unparsed = notes.unread
    info.notes += notes.words


def _counted(reading: Reading, info: MemberInfo, blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        info.size += len(block)
        reading.bytes_read += len(block)
        yield block


def _kept(reading: Reading, number: int, info: MemberInfo, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks, counted, and put into the cache while they are small."""
    kept = _Cached()
    for block in _counted(reading, info, blocks):
        kept.add(reading, block)
        yield block
    kept.settle(reading, number)


class _Cached:
    """A member's text on its way into the cache, while it is small."""

    def __init__(self) -> None:
        self._blocks: list[bytes] | None = []
        self._size = 0

    def add(self, reading: Reading, block: bytes) -> None:
        self._size += len(block)
        if self._size > CACHE_MEMBER_BYTES or reading.cached_bytes + self._size > CACHE_BYTES:
            self._blocks = None
        if self._blocks is not None:
            self._blocks.append(block)

    def settle(self, reading: Reading, number: int) -> None:
        """Behind the last block."""
        if self._blocks is not None:
            reading.cache[number] = b"".join(self._blocks)
            reading.cached_bytes += self._size


def _state(reading: Reading, number: int, info: MemberInfo, identity: Identity, blocks: Iterator[bytes]) -> None:
    parts: list[bytes] = []
    for block in _kept(reading, number, info, blocks):
        parts.append(block)
        if info.size > reading.bundle.limits.max_state_bytes:
            info.notes.append(f"larger than {reading.bundle.limits.max_state_bytes} bytes, not read")
            return
    data = b"".join(parts)
    if identity.kind == "command-output":
        result = registry.parse_command(command_of(info.path), info.canonical, data)
    else:
        result = registry.STATE_PARSERS[identity.kind](info.canonical, data)
    _told(reading, number, info, result)


def _told(reading: Reading, number: int, info: MemberInfo, result: StateResult) -> None:
    info.notes += result.problems
    most = reading.bundle.limits.max_state_text
    said = sum(len(event.text) for event in result.events)
    said += sum(len(name) + len(str(value)) for name, value in result.facts.items())
    if reading.told + said > most:
        info.notes.append(f"the state files tell more than {most} characters: this one was left out")
        return
    reading.told += said
    info.as_of = result.as_of
    reading.states.append((info.canonical, result))
    if result.events:
        first = _take(reading, number, records.of_states(reading.store, result.events))
        for row, event in enumerate(result.events):
            reading.store.texts[number, first + row] = event.text


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
        for number, member in again(reading, _("Reading it again")):
            if number in wanted:
                _cut(content(reading.store.members[number], member), wanted.pop(number), result)
            if not wanted:
                break
        reading.bundle.refused[:] = before
        result.update((span, b"") for spans in wanted.values() for span in spans)  # of files that went away
    return result


def again(reading: Reading, words: str) -> Iterator[tuple[int, Member]]:
    """(number, member) of another walk. A file of a folder that came or went since the first walk moves no other."""
    numbers = {info.path: number for number, info in enumerate(reading.store.members[: reading.walked])}
    for member in following(reading.bundle, words):
        if member.path in numbers:
            yield numbers[member.path], member


def content(info: MemberInfo, member: Member) -> Iterator[bytes]:
    """The bytes that the rows of a member point into."""
    if info.kind in READERS:
        return records.windows_text(READERS[info.kind](member.blocks(), Notes()))
    return _lines(info, member)


def _lines(info: MemberInfo, member: Member) -> Iterator[bytes]:
    """A log's text."""
    blocks = decode_blocks(member.blocks())
    return CONVERTERS[info.kind](blocks) if info.kind in CONVERTERS else blocks


def components(reading: Reading) -> None:
    """Name the component of every record, which costs another walk: only the timeline shows them."""
    before = list(reading.bundle.refused)
    for number, member in again(reading, _("Reading it again")):
        info = reading.store.members[number]
        if info.kind not in FAMILIES or reading.store.has(number, "component"):
            continue
        data = [reading.cache[number]] if number in reading.cache else _lines(info, member)
        index = LineIndex(FAMILIES[info.kind], reading.store.sources, info.source, reading.store.components)
        for block in index.blocks(data):
            reading.store.add_components(number, block)
    reading.bundle.refused[:] = before


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
