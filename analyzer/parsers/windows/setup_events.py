"""`WaSetup.xml` and `VmAgentInstaller.xml` in \\Windows\\Panther: what provisioning and the agent's installer did.

Streams of `<Event time="…Z" category="INFO" source="GuestAgent"><Step attribute="…"/></Event>` without a root, often
cut. Each event is told as `<source>: <Step> <attribute>=<value> …`; the parts of an `UnhandledError` are elements.
"""

from __future__ import annotations

import re
from itertools import pairwise
from posixpath import basename, splitext

from analyzer.parsers.base import StateEvent, StateResult, first
from analyzer.parsers.content import UnreadableError, filled, unreadable
from analyzer.parsers.scrub import scrub
from analyzer.parsers.values import utc_iso
from analyzer.parsers.xmlload import Element, attribute, parse_xml

SOURCE = "setup"
MAX_EVENTS = 5_000
MAX_STEPS = 50
_BEGIN, _END = re.compile(r"<Event(?=\s)"), "</Event>"
_LEVELS = {"error": "error", "fatal": "critical", "critical": "critical", "warn": "warning", "warning": "warning"}


def parse(path: str, data: bytes) -> StateResult:
    component = splitext(basename(path))[0]
    try:
        text = filled(data)
        if "<Event" not in text:
            raise UnreadableError("no event in it")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error, component)
    result = StateResult()
    line, at, broken = 1, 0, 0
    starts = [found.start() for found in _BEGIN.finditer(text)]
    for start, following in pairwise([*starts, len(text)]):
        line, at = line + text.count("\n", at, start), start
        if len(result.events) >= MAX_EVENTS:
            result.problems.append(f"events behind the first {MAX_EVENTS} were left out")
            break
        piece = _whole(text[start:following])
        try:
            result.events += _told(parse_xml(piece), component, line, result.problems) if piece else []
        except UnreadableError:
            broken += 1
    if broken:
        result.problems.append(f"{broken} events are not XML")
    return result


def _whole(piece: str) -> str:
    """The event at the start of a piece of the stream that ends where the next one begins; '' where it was cut."""
    end = piece.find(_END)
    if end >= 0:
        return piece[: end + len(_END)]
    empty = piece.find("/>")
    return piece[: empty + 2] if 0 <= empty < piece.find(">") else ""


def _told(event: Element, component: str, line: int, problems: list[str]) -> list[StateEvent]:
    level = _LEVELS.get(attribute(event, "category").lower(), "info")
    source, time = attribute(event, "source") or component, utc_iso(attribute(event, "time"))
    steps = first(list(event), MAX_STEPS, f"steps of the event at line {line}", problems)
    texts = [_step(step) for step in steps] or [(event.text or "").strip()]
    return [
        StateEvent(SOURCE, scrub(f"{source}: {text}"), time, level, scrub(component, 100), line)
        for text in texts
        if text
    ]


def _step(step: Element) -> str:
    values = [f"{str(name).rpartition('}')[2]}={value!s}" for name, value in step.attrib.items()]
    parts = [f"{child.tag}={' '.join((child.text or '').split())}" for child in step if isinstance(child.tag, str)]
    text = " ".join((step.text or "").split())
    return " ".join(part for part in (str(step.tag), *values, "; ".join(parts), text) if part)
