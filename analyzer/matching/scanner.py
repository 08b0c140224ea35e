"""Look for all patterns in a block of records: literals first, then the regex on the records that hold one.

Of a pattern that matches record after record, the first and the last hits of a file are kept and all are counted.
The last ones are made only when they turn out to be the last: until the next block has been read, they are a note of
where they stand in this one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from sys import getsizeof

import numpy as np
import numpy.typing as npt

from analyzer.lines.index import Block
from analyzer.lines.stamp import HEAD
from analyzer.matching.matcher import Matcher
from analyzer.matching.patterns import Hit, PatternSet
from analyzer.matching.text import Group, Texts, bounds, plain_text, uncoloured
from analyzer.parsers import waagent

KEPT_TEXT = 8 << 10  # characters of a hit's text that are kept
KEEP = 300  # hits of a pattern that a member keeps from its begin, and as many from its end
FEW = 30  # and where the hits of a bundle take half of MOST_KEPT
MOST_KEPT = 256 << 20  # bytes of all hits that are kept; what is found beyond them is only counted
_HIT = 300  # bytes of a hit without its strings

Ints = npt.NDArray[np.int64]
Key = tuple[int, int]  # (pattern, member)


@dataclass
class Hits:
    """The hits of one pattern in one member: the first and last ones whole, all of them counted."""

    first: list[Hit] = field(default_factory=list)
    last: deque[Hit] = field(default_factory=deque)
    count: int = 0

    def add(self, hit: Hit, most: int) -> int:
        """Keep a hit, so many from the begin and from the end; the bytes that this takes."""
        taken = _size(hit)
        if len(self.first) < most:
            self.first.append(hit)
            return taken
        self.last.append(hit)
        while len(self.last) > most:
            taken -= _size(self.last.popleft())
        return taken

    @property
    def kept(self) -> list[Hit]:
        return [*self.first, *self.last]


def _size(hit: Hit) -> int:
    return _HIT + getsizeof(hit.text) + sum(map(getsizeof, hit.captures.values()))


@dataclass
class Scanner:
    """Collects hits over all members of a bundle; call `finish` behind the last block. `searches` counts the regexes
    that ran, `decoded` the records whose text was made, `held` the bytes that the hits take."""

    patterns: PatternSet
    hits: dict[Key, Hits] = field(default_factory=dict)
    searches: int = 0
    decoded: int = 0
    held: int = 0
    _pending: dict[Key, Callable[[], None]] = field(default_factory=dict)
    _room: int = field(init=False)  # how many hits of a pattern are kept from a member's begin, and from its end
    _slow: dict[Key, tuple[int, int]] = field(default_factory=dict)  # first line and number of the records
    _full: dict[int, tuple[int, int]] = field(default_factory=dict)  # since when no more than so many hits are kept

    def __post_init__(self) -> None:
        self.patterns.renew()
        self._room = KEEP

    @property
    def problems(self) -> list[tuple[int, int, str]]:
        """(member, line, words) of what was not looked for, or not kept."""
        found = []
        for most, (member, line) in self._full.items():
            kept = f"the first and last {most} of each kind in a file are kept" if most else "they are only counted"
            found.append((member, line, f"more was found than there is room for: from here on {kept}"))
        for (pattern, member), (line, count) in self._slow.items():
            owner, matcher = self.patterns.patterns[pattern].owner, self.patterns.matcher(pattern)
            words = f"the pattern of {owner} took too long"
            if matcher.is_given_up:
                words += f" and was given up: {count} records of the file from here on were not searched for it"
            else:
                words += " on this record" + (f" and {count - 1} more" if count > 1 else "")
            found.append((member, line, words))
        return found

    @property
    def unsure(self) -> set[int]:
        """The patterns that took too long on any record: that one was not found does not mean that it is not there."""
        return {pattern for pattern, _ in self._slow}

    def scan(self, block: Block, member: int, first_row: int, sources: list[str]) -> None:
        """Find every pattern in a block whose first record is the member's record number `first_row`."""
        before, self._pending = self._pending, {}
        literal, at = self._literals(block)
        packed, unpacked = self._packed(block, member, first_row, sources, at[literal == self.patterns.packed])
        pattern, record, at = self._candidates(block, sources, literal, at, packed)
        texts = Texts(block, len(record))
        begin, end = bounds(block, record, at)
        row, line = (first_row + record).tolist(), block.line[record].tolist()
        starts, ends = begin.tolist(), end.tolist()
        cuts = [*np.flatnonzero(np.diff(pattern, prepend=-1)).tolist(), len(pattern)]
        for first, last in pairwise(cuts):
            part = slice(first, last)
            number = int(pattern[first])
            group = Group(texts, member, number, row[part], line[part], starts[part], ends[part])
            earlier = before.pop((number, member), None)
            if number in unpacked:
                every = [*unpacked.pop(number), *self._made(self.patterns.matcher(number), group)]
                self._add((number, member), sorted(every, key=lambda hit: hit.row), earlier)
            else:
                self._group(group, earlier)
        for number, found in unpacked.items():
            self._add((number, member), found, before.pop((number, member), None))
        for make in before.values():
            make()

    def finish(self) -> None:
        """Make the hits that were put off."""
        for make in self._pending.values():
            make()
        self._pending = {}

    def _literals(self, block: Block) -> tuple[Ints, Ints]:
        """(literal, place) wherever one stands in the block's text as people read it."""
        clean = uncoloured(block)
        if clean is None:
            return self.patterns.finder.find(block.buffer, int(block.end[-1]))
        literal, at = self.patterns.finder.find(clean.buffer, clean.end)
        return literal, clean.places(at)

    def _candidates(
        self, block: Block, sources: list[str], literal: Ints, at: Ints, packed: Ints
    ) -> tuple[Ints, Ints, Ints]:
        """(pattern, record, first place of a literal in it) by pattern and record, without the packed records."""
        record = np.searchsorted(block.start, at, side="right") - 1
        inside = at >= (block.start + block.message)[record]
        literal, at, record = literal[inside], at[inside], record[inside]
        place, pattern = self.patterns.asking(literal)
        at, record = at[place], record[place]
        every = [(np.full(len(block.start), n), np.arange(len(block.start))) for n in self.patterns.unfiltered]
        pattern = np.concatenate([pattern, *(numbers for numbers, _ in every)])
        record = np.concatenate([record, *(rows for _, rows in every)])
        at = np.concatenate([at, *(block.start[rows] for _, rows in every)])
        allowed = np.array([self.patterns.allowed(source) for source in sources])
        wanted = allowed[block.source[record], pattern]
        if len(packed):
            wanted &= ~np.isin(record, packed)
        pattern, record, at = pattern[wanted], record[wanted], at[wanted]
        order = np.lexsort((at, record, pattern))
        pattern, record, at = pattern[order], record[order], at[order]
        new = np.ones(len(pattern), dtype=np.bool_)
        new[1:] = (pattern[1:] != pattern[:-1]) | (record[1:] != record[:-1])
        return pattern[new], record[new], at[new]

    def _group(self, group: Group, earlier: Callable[[], None] | None) -> None:
        """Take up one pattern's candidates; `earlier` makes those hits of the block before that were put off."""
        matcher = self.patterns.matcher(group.pattern)
        key = (group.pattern, group.member)
        hits = self.hits.get(key) or Hits()
        place = 0
        while place < len(group.row) and (matcher.repeat or len(hits.first) < self._room):
            for hit in self._made(matcher, group.part(place, place + KEEP)):
                hits.count += 1
                self._keep(hits, hit)
            place += KEEP
        if hits.count:
            self.hits[key] = hits
        rest = group.part(place, None)
        if not matcher.plain and rest.row:
            rest = self._holding(matcher, rest)
        hits.count += len(rest.row)
        last = rest.part(-KEEP, None)

        def make() -> None:
            for hit in self._made(matcher, last):
                self._keep(hits, hit)

        if len(last.row) == KEEP:
            self._pending[key] = make
            return
        if earlier is not None:
            earlier()
        make()

    def _add(self, key: Key, found: list[Hit], earlier: Callable[[], None] | None) -> None:
        """Hits of a block in the order of their records, behind those of the block before that were put off."""
        if earlier is not None:
            earlier()
        hits = self.hits.setdefault(key, Hits()) if found else Hits()
        for hit in found:
            hits.count += 1
            self._keep(hits, hit)

    def _keep(self, hits: Hits, hit: Hit) -> None:
        if self._room:
            self.held += hits.add(hit, self._room)
        if self.held >= MOST_KEPT // 2:
            self._room = FEW if self.held < MOST_KEPT else 0
            self._full.setdefault(self._room, (hit.member, hit.line))

    def _holding(self, matcher: Matcher, group: Group) -> Group:
        """The records of the group that match."""
        holding, slow = matcher.among(group.text())
        for i in slow:
            self._too_slow(group.member, group.line[i], group.pattern)
        self.searches += len(group.row)
        self.decoded += len(group.row)
        return group.those(holding)

    def _made(self, matcher: Matcher, group: Group) -> Iterator[Hit]:
        """The hits in the group's records, with their text and captures."""
        self.decoded += len(group.row)
        self.searches += 0 if matcher.plain else len(group.row)
        for text, line, row in zip(group.text(), group.line, group.row, strict=True):
            try:
                for captures in matcher.captures(text):
                    yield Hit(group.pattern, group.member, row, line, text[:KEPT_TEXT], captures)
            except TimeoutError:
                self._too_slow(group.member, line, group.pattern)

    def _too_slow(self, member: int, line: int, pattern: int) -> None:
        first, count = self._slow.get((pattern, member), (line, 0))
        self._slow[pattern, member] = first, count + 1

    def _packed(
        self, block: Block, member: int, first_row: int, sources: list[str], at: Ints
    ) -> tuple[Ints, dict[int, list[Hit]]]:
        """Event texts that old agents packed hide their literals: such records are unpacked and searched whole.
        `at` is where packed texts begin; the records that hold one, and the hits in them by pattern."""
        records, first = np.unique(np.searchsorted(block.start, np.sort(at), side="right") - 1, return_index=True)
        begins, ends = bounds(block, records, np.sort(at)[first])
        hits: dict[int, list[Hit]] = {}
        for record, begin, end in zip(records.tolist(), begins.tolist(), ends.tolist(), strict=True):
            text = waagent.unpack_events(plain_text(block.buffer[begin:end]))
            allowed = self.patterns.allowed(sources[block.source[record]])
            line = int(block.line[record])
            for number in self._in_text(text):
                if allowed[number] and (found := self._unpacked(Hit(number, member, first_row + record, line, text))):
                    hits.setdefault(number, []).extend(found)
        return records, hits

    def _unpacked(self, hit: Hit) -> list[Hit]:
        self.searches += 1
        try:
            found = self.patterns.matcher(hit.pattern).captures(hit.text)
        except TimeoutError:
            self._too_slow(hit.member, hit.line, hit.pattern)
            return []
        text = hit.text[:KEPT_TEXT]
        return [Hit(hit.pattern, hit.member, hit.row, hit.line, text, captures) for captures in found]

    def _in_text(self, text: str) -> list[int]:
        """The patterns whose literal is in the text, and those that have none."""
        raw = text.encode("utf-8", "replace")
        literal, _ = self.patterns.finder.find(raw + bytes(HEAD), len(raw))
        return sorted({*self.patterns.unfiltered, *self.patterns.asking(literal)[1].tolist()})
