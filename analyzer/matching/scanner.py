"""Look for all patterns in a block of records: literals first, then the regex on the records that hold one."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from analyzer.lines.index import Block
from analyzer.matching.patterns import Hit, PatternSet
from analyzer.parsers import waagent

MOST_TEXT = 64 << 10  # of a longer record, only so much around the literal is looked at
_KEEP = 1_000  # hits of a pattern that a member keeps from its begin, and as many from its end


@dataclass
class Hits:
    """The hits of one pattern in one member: the first and last ones whole, all of them counted."""

    first: list[Hit] = field(default_factory=list)
    last: deque[Hit] = field(default_factory=lambda: deque(maxlen=_KEEP))
    count: int = 0

    def add(self, hit: Hit) -> None:
        self.count += 1
        (self.first if len(self.first) < _KEEP else self.last).append(hit)

    @property
    def kept(self) -> list[Hit]:
        return [*self.first, *self.last]


@dataclass
class Scanner:
    """Collects hits over all members. `searches` counts the regexes that ran."""

    patterns: PatternSet
    hits: dict[tuple[int, int], Hits] = field(default_factory=dict)  # (pattern, member)
    problems: list[tuple[int, int, str]] = field(default_factory=list)  # (member, line, words)
    searches: int = 0

    def scan(self, block: Block, member: int, first_row: int, sources: list[str]) -> None:
        """Find every pattern in a block whose first record is the member's record number `first_row`."""
        packed = self._packed(block, member, first_row, sources)
        shown: tuple[int, int] | None = None
        text = ""
        for record, pattern, at in self._candidates(block, sources):
            if record in packed:
                continue
            begin, end = _bounds(block, record, at)
            if shown != (begin, end):
                shown, text = (begin, end), plain_text(block.buffer[begin:end])
            self._confirm(block, member, first_row, record, pattern, text)

    def scan_ids(
        self, block: Block, member: int, first_row: int, sources: list[str], ids: dict[int, tuple[int, str]]
    ) -> None:
        """Find the patterns that ask for event ids. `ids` are (event id, provider) by record of the block."""
        for record, (event_id, provider) in ids.items():
            allowed = self.patterns.allowed(sources[block.source[record]])
            for number in self.patterns.by_event_id.get(event_id, []):
                if allowed[number] and provider in self.patterns.patterns[number].providers:
                    begin, end = _bounds(block, record, int(block.start[record]))
                    self._confirm(block, member, first_row, record, number, plain_text(block.buffer[begin:end]))

    def _candidates(self, block: Block, sources: list[str]) -> list[tuple[int, int, int]]:
        """(record, pattern, place of the literal), by record."""
        found: dict[tuple[int, int], int] = {}
        matches = (
            self.patterns.automaton.find_matches_as_indexes(block.buffer, overlapping=True)
            if self.patterns.literals
            else []
        )
        if matches:
            table = np.array(matches, dtype=np.int64)
            records = np.searchsorted(block.start, table[:, 1], side="right") - 1
            for literal, at, record in zip(table[:, 0].tolist(), table[:, 1].tolist(), records.tolist(), strict=True):
                if record < 0 or at >= block.end[record]:
                    continue
                allowed = self.patterns.allowed(sources[block.source[record]])
                for number in self.patterns.numbers[literal]:
                    if allowed[number]:
                        found.setdefault((record, int(number)), at)
        for number in self.patterns.unfiltered:
            for code in np.unique(block.source):
                if self.patterns.allowed(sources[code])[number]:
                    for record in np.flatnonzero(block.source == code).tolist():
                        found.setdefault((record, number), int(block.start[record]))
        return sorted((record, number, at) for (record, number), at in found.items())

    def _packed(self, block: Block, member: int, first_row: int, sources: list[str]) -> set[int]:
        """Event texts that old agents packed hide their literals: such records are unpacked and searched whole."""
        records: set[int] = set()
        at = block.buffer.find(waagent.PACKED)
        while 0 <= at < block.end[-1]:
            record = int(np.searchsorted(block.start, at, side="right")) - 1
            begin, end = _bounds(block, record, at)
            text = waagent.unpack_events(plain_text(block.buffer[begin:end]))
            allowed = self.patterns.allowed(sources[block.source[record]])
            for number in self._in_text(text):
                if allowed[number]:
                    self._confirm(block, member, first_row, record, number, text)
            records.add(record)
            at = block.buffer.find(waagent.PACKED, int(block.end[record]))
        return records

    def _in_text(self, text: str) -> list[int]:
        """The patterns whose literal is in the text, and those that have none."""
        numbers = set(self.patterns.unfiltered)
        if self.patterns.literals:
            found = self.patterns.automaton.find_matches_as_indexes(text.encode(), overlapping=True)
            numbers.update(int(n) for i in {i for i, _, _ in found} for n in self.patterns.numbers[i])
        return sorted(numbers)

    def _confirm(self, block: Block, member: int, first_row: int, record: int, pattern: int, text: str) -> None:
        line = int(block.line[record])
        self.searches += 1
        try:
            found = self.patterns.search(pattern, text)
        except TimeoutError:
            self.problems.append(
                (member, line, f"the pattern of {self.patterns.patterns[pattern].owner} took too long on this record")
            )
            return
        for captures in found:
            self.hits.setdefault((pattern, member), Hits()).add(
                Hit(pattern, member, first_row + record, line, text, captures)
            )


def _bounds(block: Block, record: int, at: int) -> tuple[int, int]:
    """Where in the buffer the record's text lies, behind its header; of a long one, the part around the literal."""
    begin, end = int(block.start[record] + block.message[record]), int(block.end[record])
    if end - begin > MOST_TEXT:
        begin = max(begin, min(at - MOST_TEXT // 2, end - MOST_TEXT))
        end = begin + MOST_TEXT
    return begin, end


_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def plain_text(raw: bytes) -> str:
    """Decode log bytes; terminal escapes, carriage returns at line ends and a trailing newline go."""
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\r\n")
    return _COLOURS.sub("", text) if "\x1b" in text else text
