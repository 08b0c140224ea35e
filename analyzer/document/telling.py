"""The telling words of a record of many lines: what its evidence looks for often stands far from its beginning.

A terminal and a ticket show one line of a record. That is its first one as far as it goes, and behind it the lines in
which the evidence found what it names, cut around it. They are looked for in what redaction left of the record, so that
nothing else can be shown.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from time import thread_time
from typing import Any

import regex

from analyzer.signatures.model import Signature

READ = 280  # characters of a first line that every report shows
BEGINNING = 150  # of them where more follows
AROUND = 90  # characters on both sides of what was found
MOST_LINES = 2  # behind the first
_SECONDS, _MOST_SECONDS = 0.05, 1.0  # for one search, and for all of them
_GAP = " … "


def add(causes: Sequence[dict[str, Any]], signatures: Sequence[Signature]) -> None:
    """Put `told` to the evidence of causes, one for each signature, whose first line alone does not tell it."""
    begun = thread_time()
    for cause, signature in zip(causes, signatures, strict=True):
        for item in cause["evidence"]:
            if thread_time() - begun > _MOST_SECONDS or not ("\n" in item["text"] or len(item["text"]) > READ):
                continue
            words = told(item["text"], _regexes(signature, item["key"], item["source"]))
            if words:
                item["told"] = words


def told(text: str, regexes: Sequence[str]) -> str:
    """The telling words, '' where the first line holds them at its beginning."""
    lines = text.split("\n")
    places = _places(lines, text, regexes)
    first = lines[0].rstrip()
    far = max((column for row, column in places if row == 0), default=0)
    rows = list(dict.fromkeys(row for row, _ in places if row))
    if first.endswith(":"):
        follows = next((row for row in range(1, len(lines)) if lines[row].strip()), 0)
        rows = [row for row in dict.fromkeys([follows, *rows]) if row]
    if not rows and far <= READ:
        return ""
    pieces = [first if len(first) <= BEGINNING else _cut(first, 0, BEGINNING)]
    if far > BEGINNING:
        pieces.append(_cut(first, max(far - AROUND, BEGINNING), far + AROUND))
    at = dict(reversed(places))
    pieces += [_around(lines[row], at.get(row, 0)) for row in rows[:MOST_LINES]]
    joined = [piece for n, piece in enumerate(pieces) if piece and not any(piece in known for known in pieces[:n])]
    return _GAP.join(joined) if len(joined) > 1 else ""


def _places(lines: Sequence[str], text: str, regexes: Sequence[str]) -> list[tuple[int, int]]:
    """(line, column) of what the regexes name, else of where they end, in order."""
    ends: list[int] = []
    for words in regexes:
        try:
            match = regex.search(words, text, regex.MULTILINE, timeout=_SECONDS)
        except TimeoutError:
            continue
        if match is not None:
            named = [match.start(name) for name in match.groupdict() if match[name]]
            ends += named or ([match.end() - 1] if match.end() > match.start() else [])
    places = []
    for end in sorted(set(ends)):
        row = text.count("\n", 0, end)
        places.append((min(row, len(lines) - 1), end - (text.rfind("\n", 0, end) + 1)))
    return places


def _around(line: str, column: int) -> str:
    stripped = line.strip()
    column -= len(line) - len(line.lstrip())
    return stripped if len(stripped) <= 2 * AROUND else _cut(stripped, column - AROUND, column + AROUND)


def _cut(line: str, begin: int, end: int) -> str:
    """The part of the line, without half words at its ends."""
    begin, end = max(begin, 0), min(end, len(line))
    part = line[begin:end]
    if end < len(line):
        part = part[: part.rfind(" ")] if " " in part[len(part) // 2 :] else part
    if begin:
        part = part[part.find(" ") + 1 :] if " " in part[: len(part) // 2] else part
    return part.strip()


def _regexes(signature: Signature, key: str, source: str) -> list[str]:
    """Those of the evidence, and of all that it is put together from, that look at the source."""
    by_key = {evidence.key: evidence for evidence in signature.evidence}

    def leaves(name: str, above: tuple[str, ...]) -> Iterator[str]:
        evidence = by_key.get(name)
        if evidence is None or name in above:
            return
        if evidence.match and any(fnmatch.fnmatchcase(source, glob) for glob in evidence.source or ("*",)):
            yield evidence.match
        for part in evidence.parts:
            yield from leaves(part, (*above, name))

    return list(dict.fromkeys(leaves(key, ())))
