"""From blocks of bytes to records: where each begins, when it was written, at what level and by whom.

A record is a stamped line with the unstamped lines below it. Blocks are cut at the start of their last record and the
rest is carried into the next block, so that the result does not depend on the size of the blocks. The text itself is
never kept: a record is its byte offset in the member.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.lines.component import Components
from analyzer.lines.grammar import Family, Grammar
from analyzer.lines.stamp import HEAD, NOT_A_TIME, Bools, Clock, Heads, Ints, word_at

MAX_RECORD = 16 << 20  # a longer record is cut here, so that memory stays bounded
MOST_LINES = 100_000  # and so is one of more lines; a block holds twice as many at most
SHORTEST_STAMP = 9  # bytes; in a log of next to nothing but line ends no grammar is tried on them
MOST_SOURCES = 1_500  # names of sources; Windows has some 1,200 event channels, an agent some dozen extensions
OTHER = "other"  # the source of what comes from more of them
MOST_FREE = 1_000_000  # lines before a member's first stamp that stand for themselves
_INNER_REACH = 2 * HEAD - 4  # a host name may have 64 characters and stands in front of the program


@dataclass
class Block:
    """Whole records of one member. Arrays run over the records, in file order.

    `buffer` holds their text from the first record's start on, padded with HEAD zero bytes; `start`/`end` are offsets
    in it, `base` is the member offset of its first byte. `raw` is microseconds on `clock`; `message` is where the
    record's text begins behind the header, counted from its start."""

    buffer: bytes
    base: int
    start: Ints
    end: Ints
    line: npt.NDArray[np.int32]
    raw: Ints
    clock: npt.NDArray[np.uint8]
    level: npt.NDArray[np.uint8]
    source: npt.NDArray[np.uint16]
    message: npt.NDArray[np.int32]
    stamped: Bools
    component: npt.NDArray[np.int32] | None = None  # where it was asked for
    event_id: npt.NDArray[np.int32] | None = None  # of Windows events

    def first(self, count: int) -> Block:
        """The block's first records alone."""
        columns: dict[str, Any] = {k: v[:count] for k, v in vars(self).items() if isinstance(v, np.ndarray)}
        return replace(self, **columns)


@dataclass
class LineIndex:
    """Indexes one member. `sources` gives the code of a source name and may be shared by all members; components are
    named only where `components` is given, since no verdict asks for them."""

    family: Family
    sources: dict[str, int]
    source: str = ""
    components: Components | None = None
    long_records: int = 0
    unstamped_bytes: int = 0
    _carry: bytes = b""
    _base: int = 0
    _line: int = 1
    _seen_stamp: bool = False
    _seen_new: bool = False
    _source_code: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._source_code = self._code(self.source or self.family.source)

    def _code(self, source: str) -> int:
        return source_code(self.sources, source)

    def blocks(self, chunks: Iterable[bytes]) -> Iterator[Block]:
        """Index a member's bytes. Chunks may have any size."""
        for chunk in chunks:
            if chunk:
                yield from self._feed(chunk, final=False)
        if self._carry:
            yield from self._feed(b"", final=True)

    def _feed(self, chunk: bytes, final: bool) -> Iterator[Block]:
        """The whole records of the carry and the chunk behind it; what is left becomes the next carry."""
        padded = b"".join((self._carry, chunk, bytes(HEAD)))
        size = len(padded) - HEAD
        newlines = np.flatnonzero(np.frombuffer(padded, dtype=np.uint8, count=size) == 0x0A)
        if len(newlines) > 2 * MOST_LINES and chunk:  # next to nothing but line ends: in smaller pieces
            ends = (newlines[MOST_LINES::MOST_LINES] + 1 - len(self._carry)).clip(0, len(chunk)).tolist()
            for begin, end in pairwise((0, *ends, len(chunk))):
                if begin < end:
                    yield from self._feed(chunk[begin:end], final)
            return
        block = self._block(padded, size, newlines, final)
        if block is not None:
            yield block

    def _block(self, padded: bytes, size: int, newlines: Ints, final: bool) -> Block | None:
        if not final and size - (int(newlines[-1]) + 1 if len(newlines) else 0) >= MAX_RECORD:
            final = True  # a line without an end is cut
        if not final and len(newlines) == 0:
            self._carry = padded[:size]
            return None
        starts = np.concatenate((np.zeros(1, dtype=np.int64), newlines + 1))
        # without its newline the last line may go on in the next chunk
        whole = size if final else int(newlines[-1]) + 1
        starts = starts[: int(np.searchsorted(starts, whole))]
        block = self._records(padded, starts, whole)
        cut, lines = whole, len(newlines)
        last = int(block.start[-1])
        if not final and whole - last < MAX_RECORD:
            # the last record's continuation may follow in the next block
            block = block.first(len(block.start) - 1)
            cut, lines = last, int(np.searchsorted(starts, last))
        self._carry = padded[cut:size]
        self._base += cut
        self._line += lines
        if len(block.start) == 0:
            return None
        length = block.end - block.start
        of_lines = np.diff(block.line, append=self._line)
        self.long_records += int(((length >= MAX_RECORD) | (of_lines >= MOST_LINES)).sum())
        self.unstamped_bytes += int(length[~block.stamped].sum())
        return block

    def _records(self, padded: bytes, starts: Ints, whole: int) -> Block:
        wide = np.flatnonzero(np.diff(starts, append=whole) >= SHORTEST_STAMP)
        columns = self._stamps(padded, starts, _gather(padded, starts), wide)
        stamped = columns["stamped"]
        record = stamped.copy()
        if self._seen_stamp:
            record[:1] = True
        else:
            # lines before a member's first stamp stand for themselves
            free = int(np.argmax(stamped)) if stamped.any() else len(stamped)
            record[: max(1, min(free, MOST_FREE + 1 - self._line))] = True
        self._seen_stamp |= bool(stamped.any())
        keep = _in_bounds(np.flatnonzero(record), len(record))
        begin = starts[keep]
        return Block(
            buffer=padded,
            base=self._base,
            start=begin,
            end=np.append(begin[1:], whole),
            line=np.minimum(self._line + keep, np.iinfo(np.int32).max).astype(np.int32),
            **{name: column[keep] for name, column in columns.items()},
        )

    def _stamps(self, padded: bytes, starts: Ints, heads: Heads, wide: Ints) -> dict[str, npt.NDArray[Any]]:
        """The columns of all lines, of which `wide` have room for a stamp."""
        lines = len(starts)
        columns: dict[str, npt.NDArray[Any]] = {
            "raw": np.full(lines, NOT_A_TIME, dtype=np.int64),
            "clock": np.zeros(lines, dtype=np.uint8),
            "level": np.zeros(lines, dtype=np.uint8),
            "source": np.full(lines, self._source_code, dtype=np.uint16),
            "message": np.zeros(lines, dtype=np.int32),
            "stamped": np.zeros(lines, dtype=np.bool_),
        }
        if self.components is not None:
            columns["component"] = np.zeros(lines, dtype=np.int32)
        self._apply(self.family, padded, starts, heads, wide, columns, own_source=True)
        for anchor, family in self.family.inner:
            self._inner(anchor, family, padded, starts, columns)
        return columns

    def _inner(
        self, anchor: bytes, family: Family, padded: bytes, starts: Ints, columns: dict[str, npt.NDArray[Any]]
    ) -> None:
        """Rows whose message holds a record of another family take its time, level and source."""
        rows = np.flatnonzero(columns["stamped"])
        if len(rows) == 0:
            return
        at = starts[rows] + columns["message"][rows]
        place = _first_in_line(padded, anchor, at, starts, rows)
        hit = place - at <= _INNER_REACH
        rows, at = rows[hit], place[hit] + len(anchor)
        if len(rows) == 0:
            return
        inner: dict[str, npt.NDArray[Any]] = {name: column[rows] for name, column in columns.items()}
        inner["stamped"][:] = False
        before = starts[rows]
        self._apply(family, padded, at, _gather(padded, at), np.arange(len(rows)), inner, own_source=False)
        taken = inner["stamped"]
        inner["message"] += (at - before).astype(np.int32)
        for name, column in columns.items():
            column[rows[taken]] = inner[name][taken]

    def _apply(
        self,
        family: Family,
        padded: bytes,
        starts: Ints,
        heads: Heads,
        open_rows: Ints,
        columns: dict[str, npt.NDArray[Any]],
        own_source: bool,
    ) -> None:
        new = False
        for grammar in family.grammars:
            if len(open_rows) == 0:
                break
            candidates = open_rows
            if grammar.old:
                if self._seen_new:
                    continue
                stamped = columns["stamped"]
                candidates = open_rows[open_rows < (int(np.argmax(stamped)) if stamped.any() else len(stamped))]
            taken = _match(grammar, padded, starts, heads, candidates, columns)
            if len(taken) == 0:
                continue
            new |= not grammar.old
            source = grammar.source or ("" if own_source else family.source)
            if source:
                columns["source"][taken] = self._code(source)
            columns["stamped"][taken] = True
            if self.components is not None:
                told = taken[columns["clock"][taken] != Clock.NONE]
                at = starts[told] + columns["message"][told]
                columns["component"][told] = self.components.codes(
                    grammar.component or family.component, _gather(padded, at)
                )
            open_rows = open_rows[~columns["stamped"][open_rows]]
        self._seen_new |= new and own_source


def source_code(sources: dict[str, int], name: str) -> int:
    """The number of a source, of all sources beyond MOST_SOURCES that of OTHER."""
    if name not in sources and len(sources) >= MOST_SOURCES:
        name = OTHER
    return sources.setdefault(name, len(sources))


def _in_bounds(keep: Ints, lines: int) -> Ints:
    """The lines at which records begin, and every MOST_LINES-th line of a longer record."""
    length = np.diff(keep, append=lines)
    if length.max() <= MOST_LINES:
        return keep
    parts = -(-length // MOST_LINES)
    within = np.arange(int(parts.sum())) - np.repeat(np.cumsum(parts) - parts, parts)
    return np.asarray(np.repeat(keep, parts) + within * MOST_LINES)


def _match(
    grammar: Grammar, padded: bytes, starts: Ints, heads: Heads, rows: Ints, columns: dict[str, npt.NDArray[Any]]
) -> Ints:
    """Fill the columns of the lines that fit the grammar; the rows it took."""
    offset = np.zeros(len(rows), dtype=np.int64)
    part = heads if len(rows) == len(heads) else heads.take(rows, axis=0)
    if grammar.anchor:
        found = _find(part, grammar.anchor)
        hit = found < HEAD
        rows, offset = rows[hit], found[hit] + len(grammar.anchor)
        part = _gather(padded, starts[rows] + offset)
    fits = np.flatnonzero(grammar.stamp.matches(part))
    if len(fits) < len(rows):
        rows, part, offset = rows[fits], part.take(fits, axis=0), offset[fits]
    if len(rows) == 0:
        return rows
    raw, end, clock = grammar.stamp.decode(part)
    level, width, led = _lead(grammar, part, end)
    # a stamp that names no date stays in the message, and so does one behind an anchor with what stands before it
    told = (clock != Clock.NONE) & (not grammar.anchor)
    message = np.where(told, offset + end + width, 0)
    if not led.all():
        rows, raw, clock = rows[led], raw[led], clock[led]
        level, message = level[led], message[led]
    columns["raw"][rows] = raw
    columns["clock"][rows] = clock
    columns["level"][rows] = level
    columns["message"][rows] = message
    return rows


def _lead(grammar: Grammar, heads: Heads, end: Ints) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], Bools]:
    """(level code, header bytes behind the stamp, whether any lead fits)."""
    level = np.zeros(len(heads), dtype=np.uint8)
    width = np.zeros(len(heads), dtype=np.uint8)
    led = np.zeros(len(heads), dtype=np.bool_)
    words = [word_at(heads, end + i) for i in range(0, max(len(lead.literal) for lead in grammar.leads), 8)]
    for lead in grammar.leads:
        fits = ~led
        for i, word in enumerate(words):
            part = lead.literal[8 * i : 8 * i + 8]
            mask = np.uint64(2 ** (8 * len(part)) - 1)
            fits &= (word & mask) == np.uint64(int.from_bytes(part, "little"))
        level += fits * np.uint8(lead.code)
        width += fits * np.uint8(lead.width)
        led |= fits
        if led.all():
            break
    return level, width, led


def _gather(padded: bytes, starts: Ints) -> Heads:
    """HEAD bytes from each start on, as a matrix. `padded` must reach HEAD bytes beyond the last start."""
    view: npt.NDArray[Any] = np.ndarray((len(padded) - HEAD + 1,), dtype=f"S{HEAD}", buffer=padded, strides=(1,))
    taken = view[np.minimum(starts, len(padded) - HEAD)]
    return taken.view(np.uint8).reshape(len(starts), HEAD)


def _first_in_line(padded: bytes, literal: bytes, at: Ints, starts: Ints, rows: Ints) -> Ints:
    """Where the literal first stands behind `at` in the line of each row; far behind the buffer where it does not.
    `starts` are the begins of all lines, of which `rows` are asked about."""
    text = np.frombuffer(padded, dtype=np.uint8)
    here = text[: len(text) - len(literal) + 1] == literal[0]
    for i, byte in enumerate(literal[1:], 1):
        here &= text[i : len(text) - len(literal) + 1 + i] == byte
    places = np.append(np.flatnonzero(here), 2 * len(padded))
    first = places[np.searchsorted(places, at)]
    line_end = np.append(starts[1:], len(padded))[rows]
    return np.where(first < line_end, first, 2 * len(padded))


def _find(heads: Heads, literal: bytes) -> Ints:
    """Column of the literal's first place in each line's head; HEAD where the line does not hold it."""
    reach = HEAD - len(literal) + 1
    here = np.ones((len(heads), reach), dtype=np.bool_)
    for i, byte in enumerate(literal):
        here &= heads[:, i : i + reach] == byte
    newline = heads == 0x0A
    line = np.where(newline.any(axis=1), newline.argmax(axis=1), HEAD)
    found = here.argmax(axis=1)
    return np.where(here.any(axis=1) & (found < line), found, HEAD).astype(np.int64)
