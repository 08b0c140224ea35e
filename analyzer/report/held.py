"""The text of all events at hand in any order, after one walk over the bundle.

Logs are walked as they lie in the bundle and shown in order of time, which mixes them. Walking again for each piece of
the timeline costs more the longer it is, and nothing of a bundle goes to disk; so the text is held packed, which takes
about a fifteenth of a log's size. What is beyond MOST_PACKED is read again from the bundle, piece by piece.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import zstandard

from analyzer.language import _
from analyzer.lines.stamp import Ints
from analyzer.matching.text import plain_text
from analyzer.reading.pipeline import Reading, again, content
from analyzer.timeline import MOST_TEXT, texts

PIECE = 1 << 20
MOST_PACKED = 512 << 20
OPEN_PIECES = 64  # unpacked at a time: those that the moment in question reads from, and some more

Place = tuple[int, int]
"""(member, row)."""


@dataclass
class _Member:
    """A member's text in packed pieces of PIECE bytes, and where its records lie in it."""

    pieces: list[bytes] = field(default_factory=list)
    begin: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    end: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


class HeldText:
    """Made by one walk; `study`, where it is given, sees the decoded text of every member once, in blocks."""

    def __init__(self, reading: Reading, study: Callable[[Iterator[bytes]], None] | None = None) -> None:
        self._reading = reading
        self._members: dict[int, _Member] = {}
        self._open: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._packer = zstandard.ZstdCompressor(level=1)
        self._unpacker = zstandard.ZstdDecompressor()
        self._packed = 0
        before = list(reading.bundle.refused)
        for number, member in again(reading, _("Reading the text")):
            info = reading.store.members[number]
            if not info.events or number in reading.cache or (number, 0) in reading.store.texts:
                continue
            blocks = self._kept(number, content(info, member))
            if study is None:
                for _block in blocks:
                    pass
            else:
                study(blocks)
        reading.bundle.refused[:] = before
        if study is not None:
            study(iter(reading.cache.values()))
            study(text.encode("utf-8", "replace") + b"\n" for text in reading.store.texts.values())

    def _kept(self, number: int, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The blocks of a member, packed in passing while there is room."""
        kept, rest = _Member(), b""
        for block in blocks:
            yield block
            rest += block
            while len(rest) >= PIECE and self._packed <= MOST_PACKED:
                self._keep(kept, rest[:PIECE])
                rest = rest[PIECE:]
            if self._packed > MOST_PACKED:
                rest = b""
        if self._packed <= MOST_PACKED:
            self._keep(kept, rest)
            offset, length = self._reading.store.places(number)
            header = self._reading.store.columns(number)["header"].astype(np.int64)
            kept.begin = offset + header
            kept.end = np.minimum(offset + length, kept.begin + MOST_TEXT)
            self._members[number] = kept
        else:
            self._packed -= sum(map(len, kept.pieces))

    def _keep(self, member: _Member, piece: bytes) -> None:
        member.pieces.append(self._packer.compress(piece))
        self._packed += len(member.pieces[-1])

    def texts(self, places: Sequence[Place]) -> list[str]:
        """The records at these places, without the header where its stamp became the time."""
        result = [""] * len(places)
        elsewhere = [at for at, place in enumerate(places) if place[0] not in self._members]
        for at, text in zip(elsewhere, texts(self._reading, [places[at] for at in elsewhere]), strict=True):
            result[at] = text
        mine: dict[int, list[int]] = {}
        for at, place in enumerate(places):
            if place[0] in self._members:
                mine.setdefault(place[0], []).append(at)
        for number, wanted in mine.items():
            member, rows = self._members[number], [places[at][1] for at in wanted]
            spans = zip(wanted, member.begin[rows].tolist(), member.end[rows].tolist(), strict=True)
            for at, begin, end in spans:
                result[at] = plain_text(self._bytes(number, begin, end))
        return result

    def _bytes(self, number: int, begin: int, end: int) -> bytes:
        first, last = begin // PIECE, (end - 1) // PIECE
        if first >= last:
            piece = self._piece(number, first)
            return piece[begin - first * PIECE : end - first * PIECE] if begin < end else b""
        whole = b"".join(self._piece(number, piece) for piece in range(first, last + 1))
        return whole[begin - first * PIECE : end - first * PIECE]

    def _piece(self, number: int, place: int) -> bytes:
        known = self._open.get((number, place))
        if known is None:
            pieces = self._members[number].pieces
            known = self._unpacker.decompress(pieces[place]) if place < len(pieces) else b""
            self._open[number, place] = known
            if len(self._open) > OPEN_PIECES:
                self._open.popitem(last=False)
        else:
            self._open.move_to_end((number, place))
        return known
