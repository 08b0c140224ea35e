"""`error.json` and `update_attempt.json` of an agent version: how often it failed, how often it was tried.

A version is blacklisted when a failure was fatal, or after three; it is tried three times (ga/guestagent.py).
error.json is written with zero failures too, when the version is downloaded.
"""

from __future__ import annotations

from posixpath import basename

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, unreadable
from analyzer.parsers.jsonload import load_json
from analyzer.parsers.paths import AGENT, handler_path
from analyzer.parsers.values import as_bool, as_int, as_text, epoch_iso, word

SOURCE = "marker"


def parse(path: str, data: bytes) -> StateResult:
    place = handler_path(path)
    try:
        content = load_json(data)
        if not isinstance(content, dict):
            raise UnreadableError("not an object")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error, place.name)
    who = f"agent {word(place.version)}" if place.handler in ("", AGENT) else f"handler {place.name} {place.version}"
    if basename(path) == "update_attempt.json":
        text = f"{who} update attempts {word(content.get('count'))}"
        return StateResult(events=[StateEvent(SOURCE, text, component=place.name)])
    failures = as_int(content.get("failure_count")) or 0
    fatal = as_bool(content.get("was_fatal")) or False
    text = f"{who} error.json failures {failures} fatal {str(fatal).lower()} reason: {word(content.get('reason'))}"
    last = content.get("last_failure")
    time = epoch_iso(last) if isinstance(last, int | float) and last > 0 else None
    level = "error" if fatal else "warning" if failures else "info"
    return StateResult(events=[StateEvent(SOURCE, text, time, level, as_text(place.name))])
