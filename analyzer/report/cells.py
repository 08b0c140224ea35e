"""Text as a terminal lays it out: how many columns it takes, cut or wrapped to a width.

A character of Chinese or Japanese takes two columns, a combining one none, and such scripts break between any two
characters. What a bundle says is made visible first, so that no control character of it reaches the terminal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from analyzer.report import formatting

_WITHOUT_WIDTH = frozenset({"Mn", "Me", "Cf"})


def cells(text: str) -> int:
    """Columns that `text` takes."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def _cell(char: str) -> int:
    if unicodedata.category(char) in _WITHOUT_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _head(text: str, width: int) -> str:
    """The beginning of `text` that takes at most `width` columns, a character with its combining ones."""
    used = 0
    for at, char in enumerate(text):
        used += _cell(char)
        if used > width:
            return text[:at]
    return text


def _tail(text: str, width: int) -> str:
    """The end of `text` that takes at most `width` columns; it begins with no character that combines."""
    used, at = 0, len(text)
    while at and used + _cell(text[at - 1]) <= width:
        at -= 1
        used += _cell(text[at])
    while at < len(text) and not _cell(text[at]):
        at += 1
    return text[at:]


def fit(value: object, width: int) -> str:
    """One visible line of at most `width` columns; a mark shows where the rest was cut off."""
    text = formatting.one_line(value, 4 * max(width, 1))
    return text if cells(text) <= width else _head(text, width - 1).rstrip() + "…"


def fit_end(value: object, width: int) -> str:
    """Like `fit`, but the end is kept: of a path, the file's name and the line tell more than the folders."""
    text = formatting.one_line(value)
    return text if cells(text) <= width else "…" + _tail(text, width - 1)


def wrap(value: object, width: int, lines: int) -> list[str]:
    """At most `lines` visible lines of at most `width` columns; what does not fit ends in a mark."""
    rows = [""]
    for piece in _pieces(formatting.one_line(value, 4 * width * lines), width):
        if cells(rows[-1] + piece.rstrip()) > width:
            if len(rows) == lines:
                return [*rows[:-1], _head(rows[-1] + piece, width - 2).rstrip() + " …"]
            rows = [*rows[:-1], rows[-1].rstrip(), ""]
            piece = piece.lstrip()
        rows[-1] += piece
    return [*rows[:-1], rows[-1].rstrip()]


def _pieces(text: str, width: int) -> Iterator[str]:
    """What a line is put together from: words with the space behind them, single wide characters, and of a word that
    is longer than a line, lines of it."""
    word = ""
    for char in text:
        wide = _cell(char) == 2
        if word and (wide or (word[-1] == " " and char != " ") or (_cell(char) and _cell(word[-1]) == 2)):
            yield from _lines_of(word, width)
            word = ""
        word += char
    yield from _lines_of(word, width)


def _lines_of(word: str, width: int) -> Iterator[str]:
    while cells(word.rstrip()) > width:
        line = _head(word, width)
        yield line
        word = word[len(line) :]
    if word:
        yield word
