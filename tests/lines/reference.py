"""A second, naive reading of log files, one line at a time with `re` and `datetime`: what the line index is held
against. It shares no code with `analyzer.lines`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from analyzer.lines.component import Components
from analyzer.lines.index import LineIndex
from analyzer.lines.stamp import NOT_A_TIME
from analyzer.parsers.families import FAMILIES

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NONE, EXACT, LOCAL = 0, 1, 2
WORDS = {"critical": 1, "error": 2, "warning": 3, "warn": 3, "info": 4, "verbose": 5, "debug": 5}


@dataclass(frozen=True)
class Record:
    """One record as a test sees it: where it lies, what its stamp says, and its text behind the header."""

    line: int
    offset: int
    micros: int | None
    clock: int
    level: int
    text: bytes


@dataclass(frozen=True)
class Rule:
    """A line shape as a regex: groups stamp (for `form`), fraction, zone, level and what belongs to the header."""

    pattern: re.Pattern[bytes]
    form: str
    clock: int
    old: bool = False


_LEVEL = rb"(?P<level>INFO|WARNING|ERROR|VERBOSE)"
_TAIL = rb"(?:[.,](?P<fraction>[0-9]{1,9}))?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
_DATE = rb"[0-9]{4}%s[0-9]{2}%s[0-9]{2}%s[0-9]{2}:[0-9]{2}:[0-9]{2}"
_ISO = rb"(?P<stamp>" + _DATE % (b"-", b"-", b"T") + rb")"
_SLASH = rb"(?P<stamp>" + _DATE % (b"/", b"/", b" ") + rb")"
_SPACED = rb"(?P<stamp>" + _DATE % (b"-", b"-", b" ") + rb")"
_BACKUP = rb"  (?P<level>Info|Warning|Error|Verbose|Critical)  "

RULES = {
    "waagent": (
        Rule(re.compile(_ISO + _TAIL + b" " + _LEVEL + b" "), "%Y-%m-%dT%H:%M:%S", EXACT),
        Rule(re.compile(_SLASH + rb"\.(?P<fraction>[0-9]{6}) " + _LEVEL + b" "), "%Y/%m/%d %H:%M:%S", LOCAL),
        Rule(re.compile(_SLASH + rb" (?=(?P<level>ERROR|WARNING):)?"), "%Y/%m/%d %H:%M:%S", LOCAL, old=True),
    ),
    "vmsnapshot": (
        Rule(re.compile(_SPACED + _TAIL + rb" (?=\[)"), "%Y-%m-%d %H:%M:%S", EXACT),
        Rule(re.compile(_SLASH + rb"\.(?P<fraction>[0-9]{6})" + _BACKUP), "%Y/%m/%d %H:%M:%S", EXACT),
        Rule(
            re.compile(
                rb"[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} "
                + _SPACED
                + rb"\.(?P<fraction>[0-9]{6})"
                + _BACKUP
            ),
            "%Y-%m-%d %H:%M:%S",
            EXACT,
        ),
        Rule(re.compile(_SLASH + rb" (?:(?P<level>ERROR|WARNING):)?"), "%Y/%m/%d %H:%M:%S", LOCAL),
    ),
}
"""The grammars of two kinds of file that mix most, in order of preference."""


def read(kind: str, data: bytes) -> list[Record]:
    """The records of a log, line by line."""
    records: list[Record] = []
    offset, new, stamped = 0, False, False
    for number, line in enumerate(_lines(data), start=1):
        found = next(
            ((rule, m) for rule in RULES[kind] if not (rule.old and new) and (m := rule.pattern.match(line))), None
        )
        if found is not None:
            rule, match = found
            new |= not rule.old
            stamped = True
            micros, clock = _moment(rule, match)
            header = match.end() if micros is not None else 0
            word = match.groupdict().get("level")
            level = WORDS[word.decode().lower()] if word else 0
            records.append(Record(number, offset, micros, clock, level, line[header:]))
        elif not stamped:
            records.append(Record(number, offset, None, NONE, 0, line))
        else:
            last = records[-1]
            records[-1] = Record(last.line, last.offset, last.micros, last.clock, last.level, last.text + line)
        offset += len(line)
    return records


def _lines(data: bytes) -> list[bytes]:
    parts = data.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _moment(rule: Rule, match: re.Match[bytes]) -> tuple[int | None, int]:
    """(microseconds, clock); (None, NONE) where the digits name no date between 1700 and 2261."""
    groups = match.groupdict()
    try:
        moment = datetime.strptime(groups["stamp"].decode(), rule.form).replace(tzinfo=UTC)
    except ValueError:
        return None, NONE
    if not 1700 <= moment.year <= 2261:
        return None, NONE
    micros = (moment - EPOCH) // timedelta(microseconds=1)
    micros += int((groups.get("fraction") or b"").decode()[:6].ljust(6, "0"))
    zone = groups.get("zone")
    if not zone:
        return micros, rule.clock
    if zone != b"Z":
        minutes = int(zone[1:3]) * 60 + int(zone[-2:])
        micros -= (1 if zone[:1] == b"+" else -1) * minutes * 60_000_000
    return micros, EXACT


def index(kind: str, data: bytes, sizes: Sequence[int] = ()) -> list[Record]:
    """The same records from the program's line index, fed with chunks of these sizes (the last one repeats)."""
    chunks: list[bytes] = []
    at = 0
    while at < len(data):
        size = sizes[min(len(chunks), len(sizes) - 1)] if sizes else len(data)
        chunks.append(data[at : at + size])
        at += size
    records = []
    for block in LineIndex(FAMILIES[kind], {}).blocks(chunks):
        for i, start in enumerate(block.start.tolist()):
            text = block.buffer[start + int(block.message[i]) : int(block.end[i])]
            micros = int(block.raw[i])
            records.append(
                Record(
                    int(block.line[i]),
                    block.base + start,
                    None if micros == NOT_A_TIME else micros,
                    int(block.clock[i]),
                    int(block.level[i]),
                    text,
                )
            )
    return records


@dataclass(frozen=True)
class Row:
    """A record's columns by name, for tests of single lines."""

    time: str | None
    clock: int
    level: str
    source: str
    component: str
    text: str


def rows(kind: str, text: str, source: str = "own") -> list[Row]:
    """What the index makes of a small log of this kind; times as ISO text without a zone."""
    from analyzer.lines.grammar import LEVELS

    sources: dict[str, int] = {}
    components = Components()
    result = []
    for block in LineIndex(FAMILIES[kind], sources, source, components).blocks([text.encode()]):
        names = list(sources)
        codes = [] if block.component is None else block.component.tolist()
        for i in range(len(block.start)):
            micros = int(block.raw[i])
            moment = None if micros == NOT_A_TIME else (EPOCH + timedelta(microseconds=micros)).replace(tzinfo=None)
            body = block.buffer[int(block.start[i]) + int(block.message[i]) : int(block.end[i])]
            result.append(
                Row(
                    moment.isoformat() if moment else None,
                    int(block.clock[i]),
                    LEVELS[block.level[i]],
                    names[block.source[i]],
                    components.names[codes[i]],
                    body.decode().rstrip("\n"),
                )
            )
    return result
