"""Events that PowerShell wrote with Export-Clixml: objects of Get-WinEvent or Get-EventLog, whole or selected.

An object's properties are the elements in it that have a name, wherever they stand: Get-WinEvent's own are in <Props>,
the message and whatever was selected in <MS>. Objects that are no events (a log's configuration) are passed by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from analyzer.parsers.winevents.codepage import text_of
from analyzer.parsers.winevents.dates import timed
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.markup import attributes, content, local, newlines, tokens
from analyzer.parsers.winevents.properties import channel_of_type, event_in, layout
from analyzer.parsers.winevents.psobjects import LONGEST, Object, Value, bytes_of, data_of, plain
from analyzer.parsers.winevents.words import Levels

MOST_DEPTH = 64
MOST_TYPES = 10_000

_EVENT_TYPE = re.compile(r"(?:^|\.)System\.Diagnostics\.(?:Eventing\.Reader\.EventLogRecord|EventLogEntry)(?:$|#)")
_PARTS = frozenset({"Props", "MS", "LST", "IE", "QUE", "STK", "DCT", "En", "TN"})  # of an object; no values


def read(blocks: Iterator[bytes], notes: Notes) -> Iterator[WinEvent]:
    """The events of a CLIXML document, or of several after one another."""
    document = _Document(notes)
    return timed(document.events(text_of(blocks, notes)), document.levels.order, notes)


class _Document:
    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._open: list[Object] = []
        self._element, self._name = "", ""  # the value that is being read
        self._parts: list[str] = []
        self._size = 0
        self._types: dict[str, str] = {}  # RefId of a <TN> that names an event -> the type
        self._type_id = ""
        self.levels = Levels()
        self._cut = self._others = 0

    def events(self, texts: Iterator[str]) -> Iterator[tuple[str, WinEvent]]:
        line = 1
        for token in tokens(texts, LONGEST):
            kind, at = token.lastgroup, line
            line += token[0].count("\n")
            event = None
            if kind in ("text", "cdata"):
                if self._element or not self._open:  # else it is the space between elements
                    self._text(content(token[0]) if kind == "text" else newlines(token["cdata"]))
            elif kind == "empty":
                name = local(token["open"])
                if name == "Objs":
                    yield from self._break_off()
                self._start(name, *_name_and_id(token["attributes"]), at)
                if token["empty"]:
                    event = self._end(name)
            elif kind == "close":
                event = self._end(local(token["close"]))
            if event is not None:
                yield event
        yield from self._break_off()
        self._tell()

    def _text(self, text: str) -> None:
        if self._element:
            self._size += len(text)
            if self._size <= LONGEST:
                self._parts.append(text)
        else:
            self._notes.unread += sum(len(word.encode("utf-8", "replace")) for word in text.split())

    def _start(self, name: str, label: str, number: str, line: int) -> None:
        if name == "Obj":
            if len(self._open) < MOST_DEPTH:
                self._open.append(Object(label, line))
        elif name == "TN":
            self._type_id = number
        elif not self._open:
            return
        elif name == "TNRef":
            self._open[-1].type_name = self._types.get(number, "")
        elif name in _PARTS:
            self._open[-1].is_list |= name in ("LST", "IE", "QUE", "STK")
        else:
            self._element, self._name = name, label
        self._parts.clear()
        self._size = 0

    def _end(self, name: str) -> tuple[str, WinEvent] | None:
        element, self._element = self._element, ""
        if self._open:
            if name == "Obj":
                return self._end_of_object(self._open.pop())
            if name == element:
                self._end_of_value(self._open[-1], name, "".join(self._parts))
        return None

    def _end_of_value(self, inside: Object, element: str, text: str) -> None:
        if element == "T":
            if not inside.type_name and _EVENT_TYPE.search(plain(text)):
                inside.type_name = plain(text)
                if len(self._types) < MOST_TYPES:
                    self._types[self._type_id] = inside.type_name
        elif element == "ToString":
            inside.words = plain(text)
        else:
            found: Value = bytes_of(text) if element == "BA" else plain(text)
            inside.take(self._name, found, len(text))

    def _end_of_object(self, ended: Object) -> tuple[str, WinEvent] | None:
        event = self._event(ended) if ended.type_name else None
        outer = self._open[-1] if self._open else None
        if outer is None:
            self._others += event is None and not ended.holds_events
        elif event is not None or ended.holds_events:
            outer.holds_events = True
        else:
            outer.take(ended.name, ended.value(), ended.size + len(ended.words))
        return event

    def _break_off(self) -> Iterator[tuple[str, WinEvent]]:
        """At the end of a file, or where another document begins before the end of the one before."""
        while self._open:
            ended = self._open.pop()
            event = self._event(ended) if ended.type_name else None
            self._cut += bool(ended.type_name)
            if event is not None:
                yield event
        self._element = ""
        self._types.clear()

    def _event(self, found: Object) -> tuple[str, WinEvent] | None:
        values = list(found.properties.values())
        at = layout(tuple(found.properties))
        event = event_in(values, at, self.levels)
        if event is None:
            return None
        event.channel = event.channel or channel_of_type(found.type_name)
        event.position = found.line
        event.data, event.binary = data_of(*(values[at[name]] if name in at else "" for name in ("data", "binary")))
        time = values[at["time"]] if "time" in at else ""
        return time if isinstance(time, str) else "", event

    def _tell(self) -> None:
        self._notes.words.extend(self.levels.doubts())
        if self._cut:
            self._notes.words.append(f"events without an end; what was whole of them is shown: {self._cut}")
        if self._others:
            self._notes.words.append(f"objects that are no events: {self._others}")


@lru_cache(maxsize=1024)
def _name_and_id(written: str) -> tuple[str, str]:
    found = attributes(written)
    return plain(found.get("N", "")), found.get("RefId", "")
