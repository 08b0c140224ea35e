"""Logs of the system that were written or exported in other forms, as the lines that a syslog file has.

Sources: RFC 5424 (`<30>1 2026-11-21T03:44:40.123456Z host proc 123 ID - text`; some writers leave out the priority, or
the version too) and RFC 5425; RFC 3164 with its priority, as relays store it; the journal's exports. Each record keeps
its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from analyzer.bundle.syslog_sniff import ISO_ZONE
from analyzer.parsers import journal_export, journal_json
from analyzer.parsers.journal_entries import whole_lines

_HEAD = 64 << 10
_DATA = rb"(?:-|(?:\[[^\s\]=\"]+(?: [^\s\]=\"]+=\"(?:[^\"\\]|\\.)*\")*\])+)"
_TEXT = rb"(?: {0,2}(?:\xef\xbb\xbf)?(?P<text>.*))?"
_RFC5424 = re.compile(
    rb"(?:<\d{1,3}>)?1 (?P<time>" + ISO_ZONE + rb") (?P<host>\S+) (?P<name>\S+) (?P<pid>\S+) \S+ " + _DATA + _TEXT,
    re.DOTALL,
)
_UNVERSIONED = re.compile(
    rb"(?P<time>"
    + ISO_ZONE
    + rb") (?P<host>\S+) (?P<name>[^\s:\[\]]+) (?P<pid>-|\d+) [^\s:]+ "
    + _DATA
    + b"(?= )"
    + _TEXT,
    re.DOTALL,
)
_MARKED = re.compile(rb"<\d{1,3}>|1 \d{4}-")
_PRIORITY = re.compile(rb"<\d{1,3}>(?=\[ *\d+\.|[A-Z][a-z]{2} [ \d]\d \d\d:|\d{4}-\d\d-\d\d[T ])")


def as_text(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks as lines of syslog, where they are something else; what is none of it stays as it is."""
    rest = iter(blocks)
    head = b""
    for block in rest:
        head += block
        if len(head) >= _HEAD:
            break
    every = chain([head] if head else [], rest)
    begin = head[:_HEAD]
    if journal_json.is_pretty(begin):
        yield from journal_json.pretty(every)
    elif journal_export.is_export(begin):
        yield from journal_export.export(every)
    elif journal_export.is_verbose(begin):
        yield from journal_export.verbose(every)
    else:
        lines = begin.split(b"\n")
        marked = any(_MARKED.match(line) for line in lines)
        unversioned = any(_UNVERSIONED.match(line) for line in lines)
        for piece in whole_lines(every):
            yield _lines(piece, marked, unversioned)


def _lines(piece: bytes, marked: bool, unversioned: bool) -> bytes:
    """Most logs hold nothing to convert, and their lines are not looked at."""
    objects = journal_json.MARK in piece
    if not (objects or marked or unversioned):
        return piece
    return b"".join(_line(line, objects, marked, unversioned) for line in piece.splitlines(keepends=True))


def _line(line: bytes, objects: bool, marked: bool, unversioned: bool) -> bytes:
    end = line[len(line.rstrip(b"\r\n")) :]
    if objects and journal_json.MARK in line:
        return journal_json.convert(line.rstrip(b"\r\n")) + end
    found = (_RFC5424.match(line) if marked else None) or (_UNVERSIONED.match(line) if unversioned else None)
    if found is None:
        return _PRIORITY.sub(b"", line, count=1) if line.startswith(b"<") else line
    pid = b"" if found["pid"] == b"-" else b"[" + found["pid"] + b"]"
    text = (found["text"] or b"").rstrip(b"\r\n")
    return found["time"] + b" " + found["host"] + b" " + found["name"] + pid + b": " + text + end
