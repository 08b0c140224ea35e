"""A member's bytes as pieces of text that can be redacted one by one, and back to bytes.

Files of a few MiB are one piece. Longer ones are cut where a new record begins, never within a key. Whatever bytes a
log holds come out as they were; UTF-16 stays UTF-16.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from analyzer.bundle.encoding import utf16_of

WINDOW = 4 << 20  # characters of a piece
NEAR = 256 << 10  # how far before the end a place to cut is looked for
KEY = 32 << 10  # characters of the longest key

_RECORD = re.compile(r"\n(?=[\[<(\"]?\d{2,4}[-/:.]\d|(?:<\d+>)?[A-Z][a-z]{2} [ \d]\d \d\d:|<Event[ >]|\{)")
_BEGIN = re.compile(r"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY")


def encoding_of(head: bytes) -> tuple[str, str]:
    """(encoding, how errors are handled) of a text that begins with these bytes."""
    wide = utf16_of(head)
    return (wide, "replace") if wide else ("utf-8", "surrogateescape")


def pieces(blocks: Iterable[bytes], encoding: tuple[str, str], window: int = WINDOW) -> Iterator[str]:
    """The text in pieces of at most two windows."""
    decoder = codecs.getincrementaldecoder(encoding[0])(encoding[1])
    held = ""
    for block in blocks:
        held += decoder.decode(block)
        while len(held) > window:
            at = _cut(held, window)
            yield held[:at]
            held = held[at:]
    held += decoder.decode(b"", final=True)
    if held:
        yield held


def _cut(text: str, window: int) -> int:
    """Where the first piece of a text ends."""
    low = max(1, window - NEAR)
    at = max((found.end() for found in _RECORD.finditer(text, low, window)), default=0)
    if not at:
        at = next(
            (
                place + len(mark)
                for mark in ("\n", "</Event>", ">", ",", " ")
                if (place := text.rfind(mark, low, window)) > 0
            ),
            window,
        )
    begins = [found.start() for found in _BEGIN.finditer(text, max(0, at - KEY), at)]
    if begins:
        line = max(text.rfind("\n", 0, begins[-1]) + 1, at - KEY)
        if line > 0 and text.find("-END ", line, at) < 0:
            return line
    return at


def is_markup(head: bytes) -> bool:
    """Whether the text is XML, in which stand-ins need to be escaped."""
    text = (
        head[:400].decode(*encoding_of(head))
        if not utf16_of(head)
        else head[:400].decode(utf16_of(head) or "", "replace")
    )
    return re.match(r"[\ufeff\s]*<(?:[A-Za-z?]|!--|!DOCTYPE)", text) is not None
