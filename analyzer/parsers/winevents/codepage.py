"""The text of an export: by its byte order mark, as UTF-16 by its zeros, as UTF-8 where it is, else by a guess.

Consoles and Windows' own tools write in code pages that the file does not name. The guess asks which language's
letters the bytes are in its code pages: wrong pages show letters that no word has there (`languages` in the shipped
table). A guess, and characters that could not be read, are notes.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from analyzer.bundle.encoding import UTF8_BOM, utf16_of
from analyzer.parsers.winevents.event import Notes
from analyzer.parsers.winevents.guess import guess

PIECE = 1 << 18  # bytes; all that follows sees the file in pieces of this size, whatever the blocks were
SAMPLE = 4  # pieces that are looked at from the first one on that is not ASCII
FEWEST_ZEROS = 16  # in half of the places; fewer may be damage

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (UTF8_BOM, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOST = "\ufffd"


def text_of(blocks: Iterator[bytes], notes: Notes) -> Iterator[str]:
    """The file's text, without a mark, in pieces that do not depend on the size of the blocks."""
    pieces = even(blocks)
    first = next(pieces, b"")
    mark, encoding = next(((m, e) for m, e in _MARKS if first.startswith(m)), (b"", ""))
    encoding = encoding or _by_zeros(first)
    held = [first.removeprefix(mark)]
    if not encoding:
        while held[0].isascii():
            if held[0]:
                yield held[0].decode("ascii")
            held = [next(pieces, b"")]
            if not held[0]:
                return
        for piece in pieces:
            held.append(piece)
            if len(held) == SAMPLE:
                break
        encoding = _of_eight_bits(b"".join(held), notes)
    yield from _decoded(held, pieces, encoding, notes)


def even(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of PIECE, the last one shorter."""
    held = bytearray()
    for block in blocks:
        held += block
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)


def _decoded(held: list[bytes], pieces: Iterator[bytes], encoding: str, notes: Notes) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    lost = 0
    for part in (held, pieces):
        for piece in part:
            text = decoder.decode(piece)
            if _LOST in text:
                lost += text.count(_LOST)
            if text:
                yield text
    text = decoder.decode(b"", final=True)
    lost += text.count(_LOST)
    if text:
        yield text
    if lost:
        notes.words.append(f"{lost} characters could not be read as {_shown(encoding)}")


def _by_zeros(head: bytes) -> str:
    """UTF-16 without a mark. Text of any script has blanks, digits and line ends, half of whose bytes are zero."""
    known = utf16_of(head)
    if known:
        return known
    sample = head[: len(head) & ~1]
    even_zeros, odd_zeros = sample[0::2].count(0), sample[1::2].count(0)
    fewer, more = sorted((even_zeros, odd_zeros))
    if more < max(FEWEST_ZEROS, len(sample) // 50) or fewer * 10 > more:
        return ""
    return "utf-16-le" if odd_zeros > even_zeros else "utf-16-be"


def _of_eight_bits(sample: bytes, notes: Notes) -> str:
    """UTF-8 where nearly all that is not ASCII is well-formed UTF-8, else the code page that fits best."""
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)
    lost = text.count(_LOST)
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    if lost * 10 <= beyond:
        return "utf-8"
    encoding = guess(sample)
    notes.words.append(f"code page guessed: {_shown(encoding)}" if encoding else "code page unknown: read as cp1252")
    return encoding or "cp1252"


def _shown(encoding: str) -> str:
    return "UTF" + encoding[3:] if encoding.startswith("utf") else encoding
