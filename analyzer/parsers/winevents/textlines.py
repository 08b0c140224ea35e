"""The lines of an export's text, bounded: line ends of Unix, no line longer than any event is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO

from analyzer.parsers.winevents.event import Notes

LONGEST_LINE = 1 << 20  # characters; what a line has beyond them is left out

_LINE_END = re.compile("\r+\n")


def with_unix_ends(pieces: Iterator[str]) -> Iterator[str]:
    """The text with '\\n' at the end of its lines; a '\\r' inside a line becomes a blank, so that lines keep their
    numbers. Redirected output has '\\r\\r\\n' at times."""
    rest = ""
    for piece in pieces:
        text = rest + piece
        body = text.rstrip("\r")
        rest = text[len(body) :][-2:]  # more than two do not say more
        if "\r" in body:
            body = body.replace("\r\n", "\n")
            if "\r" in body:
                body = _LINE_END.sub("\n", body).replace("\r", " ")
        if body:
            yield body


def lines_of(pieces: Iterator[str], notes: Notes) -> Iterator[str]:
    """The lines, each with its '\\n'; the last one as it is."""
    rest, cut = "", False
    for piece in with_unix_ends(pieces):
        text = rest + piece
        end = text.rfind("\n") + 1
        rest = text[end:]
        if cut and end:
            end_of_cut = text.index("\n") + 1
            notes.unread += end_of_cut - 1
            text, end, cut = text[end_of_cut:], end - end_of_cut, False
        if end:
            yield from StringIO(text[:end], newline="\n")
        if cut:
            notes.unread += len(rest)
            rest = ""
        elif len(rest) > LONGEST_LINE:
            yield rest[:LONGEST_LINE] + "\n"
            notes.unread += len(rest) - LONGEST_LINE
            rest, cut = "", True
    if rest and not cut:
        yield rest
