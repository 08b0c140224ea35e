"""`journalctl -o export` and `-o verbose`, whose entries take many lines: each as one line where it begins.

Sources: systemd, docs/JOURNAL_EXPORT_FORMATS.md (NAME=value; a value that is no plain text stands behind its name, a
line end and its length in eight bytes; an empty line ends an entry) and src/shared/logs-show.c (output_verbose: a line
with time and cursor, then the fields, indented; the cursor's t is the time in hexadecimal microseconds). The lines that
an entry takes stay, empty, so that places hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from analyzer.parsers.journal_entries import MOST, WANTED, line_of, whole_lines

_NAME = re.compile(rb"[A-Z0-9_]{1,64}")
_LENGTH = 8
_EXPORT = re.compile(rb"^__CURSOR=.*\n(?:.+\n){0,5}?__REALTIME_TIMESTAMP=\d", re.MULTILINE)
_HEADER = rb"(?:[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\(no timestamp\))[^\[\n]{0,40}\[s=[0-9a-f]+;[^\]\n]*?"
_VERBOSE = re.compile(_HEADER + rb"\bt=(?P<time>[0-9a-f]{1,16})(?:;[^\]\n]*)?\]\s*$")
_BEGINS_VERBOSE = re.compile(rb"^" + _HEADER + rb"\bt=[0-9a-f]{1,16}.*\]\s*\n {4}[A-Z0-9_]+=", re.MULTILINE)
_FIELD = re.compile(rb" {4}(?P<name>[A-Z0-9_]+)=(?P<value>.*)", re.DOTALL)


def is_export(head: bytes) -> bool:
    """Whether a file that begins so is in the export format."""
    return _EXPORT.search(head) is not None


def is_verbose(head: bytes) -> bool:
    """Whether a file that begins so has all fields of every entry."""
    return _BEGINS_VERBOSE.search(head) is not None


def export(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The export format as lines."""
    data, more = b"", True
    rest = iter(blocks)
    while more:
        block = next(rest, None)
        more = block is not None
        data += block or b""
        out: list[bytes] = []
        at = 0
        while at < len(data):
            end, fields = _entry(data, at)
            if end < 0:  # it goes on in the next block
                if more and len(data) - at <= MOST:
                    break
                end = len(data)
            out.append(_written(fields, data[at:end]))
            at = end
        data = data[at:]
        if out:
            yield b"".join(out)


def _entry(data: bytes, at: int) -> tuple[int, dict[str, str]]:
    """(end, fields) of the entry that begins at `at`; the end is -1 where the data ends before it."""
    fields: dict[str, str] = {}
    while True:
        line_end = data.find(b"\n", at)
        if line_end < 0:
            return -1, _with(fields, data[at:])
        line = data[at:line_end]
        at = line_end + 1
        if not line.strip(b"\r"):
            return at, fields
        if b"=" in line or not _NAME.fullmatch(line):
            _with(fields, line)
            continue
        length = int.from_bytes(data[at : at + _LENGTH], "little")
        if length > MOST:
            continue  # no length
        begin, at = at + _LENGTH, at + _LENGTH + length
        if at >= len(data):
            return -1, fields
        _keep(fields, line, data[begin:at])
        at += data[at : at + 1] == b"\n"


def _with(fields: dict[str, str], line: bytes) -> dict[str, str]:
    name, sign, value = line.partition(b"=")
    if sign:
        _keep(fields, name, value.removesuffix(b"\r"))
    return fields


def _keep(fields: dict[str, str], name: bytes, value: bytes) -> None:
    word = name.decode("ascii", "replace")
    if word in WANTED:  # of a repeated one the first
        fields.setdefault(word, value.decode("utf-8", "replace"))


def verbose(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The verbose form as lines. What stands between entries ('-- Boot …') stays."""
    fields: dict[str, str] = {}
    raw: list[bytes] = []
    last = b""
    for piece in whole_lines(blocks):
        out: list[bytes] = []
        for line in piece.splitlines(keepends=True):
            header = _VERBOSE.match(line)
            field = _FIELD.match(line) if header is None and raw else None
            if header is not None or not (field or (raw and line.startswith(b" "))) or len(raw) > MOST:
                out.append(_written(fields, b"".join(raw)))
                fields, raw, last = {}, [], b""
            if header is not None:
                fields["__REALTIME_TIMESTAMP"] = str(int(header["time"], 16))
            elif not raw:
                out.append(line)
                continue
            if field is not None:
                last = field["name"]
                _keep(fields, last, field["value"].rstrip(b"\r\n"))
            elif last == b"MESSAGE":
                fields["MESSAGE"] = f"{fields['MESSAGE']}\n{line.strip().decode('utf-8', 'replace')}"
            raw.append(line)
        yield b"".join(out)
    yield _written(fields, b"".join(raw))


def _written(fields: dict[str, str], raw: bytes) -> bytes:
    """The entry's line and as many line ends as it took; what has no time stays as it is."""
    text = line_of(fields) if fields else None
    return raw if text is None else text + b"\n" * raw.count(b"\n")
