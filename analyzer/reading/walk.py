"""The text of many records in one more walk over the bundle, a member at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from analyzer.language import _
from analyzer.lines.stamp import Ints
from analyzer.reading.clipped import beginning, clipped
from analyzer.reading.pipeline import Reading, again, content


def every_text(reading: Reading, wanted: Mapping[int, Ints], most: int) -> dict[int, list[str]]:
    """By member the texts of these of its records (numbers in order), without their headers, the first `most` bytes."""
    store = reading.store
    result: dict[int, list[str]] = {}
    left = {}
    for member, rows in wanted.items():
        if (member, 0) in store.texts or not len(rows):  # of state, whose file has other words than its events
            result[member] = [clipped(store.texts[member, row], most) for row in rows.tolist()]
        elif member in reading.cache:
            result[member] = _records(reading, member, rows, [reading.cache[member]], most)
        else:
            left[member] = rows
    before = list(reading.bundle.refused)
    for member, opened in again(reading, _("Reading it again")) if left else ():
        if member in left:
            blocks = content(store.members[member], opened)
            result[member] = _records(reading, member, left.pop(member), blocks, most)
    reading.bundle.refused[:] = before
    return result | {member: [""] * len(rows) for member, rows in left.items()}  # of files that went away


def _records(reading: Reading, member: int, rows: Ints, blocks: Iterable[bytes], most: int) -> list[str]:
    offset, length = reading.store.places(member)
    header = reading.store.columns(member)["header"][rows]
    begin, end = offset[rows] + header, offset[rows] + length[rows]
    found = list(_cut(zip(begin.tolist(), end.tolist(), strict=True), blocks, most))
    return [beginning(raw, most) for raw in found] + [""] * (len(rows) - len(found))


def _cut(spans: Iterable[tuple[int, int]], blocks: Iterable[bytes], most: int) -> Iterator[bytes]:
    """The first `most` bytes of each span; spans are in order and do not overlap."""
    rest = iter(blocks)
    buffer, base = b"", 0
    for begin, end in spans:
        end = min(end, begin + most)
        while end > base + len(buffer):
            block = next(rest, None)
            if block is None:
                break
            keep = max(begin - base, 0)
            buffer, base = buffer[keep:] + block, base + min(keep, len(buffer))
        yield buffer[max(begin - base, 0) : max(end - base, 0)]
