"""Errors that are new: their wording, without numbers and names, is in the newer bundle only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from analyzer.compare.model import Json, NewError
from analyzer.judging.unknown import LIKE_ERRORS, template
from analyzer.report.formatting import parse_time

MOST_ERRORS = 100
_LOUD = ("critical", "error", "warning")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ERROR = re.compile(LIKE_ERRORS.regex)


@dataclass(frozen=True)
class _Line:
    source: str
    level: str
    time: str | None
    file: str
    line: int
    text: str
    causes: tuple[str, ...]
    count: int


def is_complete(before: Json) -> bool:
    """Whether the older document shows all its errors, so that one that it lacks is new."""
    return "events" in before and not before["events"]["left_out"]


def new_errors(before: Json, after: Json) -> tuple[NewError, ...]:
    """The kinds of error that only `after` has: errors before warnings, the earliest first, at most MOST_ERRORS."""
    known = {(line.source, template(line.text)) for line in _lines(before)}
    kinds: dict[tuple[str, str], list[_Line]] = {}
    for line in _lines(after):
        key = line.source, template(line.text)
        if key not in known and key[1]:
            kinds.setdefault(key, []).append(line)
    end = parse_time(before["timeline"].get("end"))
    errors = [_error(words, lines, end) for (_source, words), lines in kinds.items()]
    errors.sort(key=lambda e: (e.level == "warning", not e.since, e.first is None, e.first or "", e.source, e.template))
    return tuple(errors[:MOST_ERRORS])


def _error(words: str, lines: list[_Line], end: datetime | None) -> NewError:
    first = min(lines, key=lambda line: (line.time is None, line.time or ""))
    when = parse_time(first.time)
    return NewError(
        template=words,
        source=first.source,
        level=min((line.level for line in lines), key=_LOUD.index),
        count=sum(line.count for line in lines),
        first=first.time,
        since=when is None or end is None or when > end,
        file=first.file,
        line=first.line,
        text=first.text,
        causes=tuple(sorted({cause for line in lines for cause in line.causes})),
    )


def _lines(document: Json) -> Iterator[_Line]:
    """The errors and warnings of a document: those of its table of events, else what no signature explained and what
    its causes rest on."""
    if "events" in document:
        yield from _events(document["events"])
        return
    for item in document["unknown"]:
        level = item["level"] if item["level"] in _LOUD else "error"
        place = item["first"], item["file"], item["line"] or 0
        yield _Line(item["source"], level, *place, item["sample"], (), item["count"])
    for cause in document["causes"]:
        for item in cause["evidence"]:
            if item["role"] != "against" and item["file"] and _ERROR.search(item["text"]):
                place = item["time"], item["file"], item["line"] or 0
                yield _Line(item["source"], "error", *place, item["text"], (cause["id"],), 1)


def _events(events: Json) -> Iterator[_Line]:
    """The loud rows of the table, and those without a level that read like an error."""
    problem = 1 << events["roles"].index("problem")
    of_causes = {row: tuple(events["causes"][n] for n in numbers) for row, *numbers in events["evidence"]}
    for row, text in enumerate(events["text"]):
        level = events["levels"][events["level"][row]]
        if level not in _LOUD:
            if not (events["role"][row] & problem or row in of_causes) or not _ERROR.search(text):
                continue
            level = "error"
        yield _Line(
            events["sources"][events["source"][row]],
            level,
            _iso(events["time"][row]),
            events["files"][events["file"][row]],
            events["line"][row],
            text,
            of_causes.get(row, ()),
            1,
        )


def _iso(micros: int | None) -> str | None:
    """As the document writes times, with the fraction always, so that they sort as text."""
    if micros is None:
        return None
    return (_EPOCH + timedelta(microseconds=micros)).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
