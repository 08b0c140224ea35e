"""Events that PowerShell wrote with Export-Clixml: objects of Get-WinEvent or Get-EventLog, whole or selected.

An object's properties are the elements in it that have a name, wherever they stand: Get-WinEvent's own are in <Props>,
the message and whatever was selected in <MS>. Objects that are no events (a log's configuration) are passed by.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from analyzer.parsers.winevents.codepage import text_of
from analyzer.parsers.winevents.dates import timed
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.markup import attributes, content, local, newlines, tokens
from analyzer.parsers.winevents.properties import channel_of_type, layout, level_in, number_in
from analyzer.parsers.winevents.words import Levels
from analyzer.parsers.winevents.xmlevent import MOST_VALUES, value

LONGEST = 4 << 20  # characters of one value, and of all values of an object
MOST_DEPTH = 64
MOST_TYPES = 10_000

_EVENT_TYPE = re.compile(r"(?:^|\.)System\.Diagnostics\.(?:Eventing\.Reader\.EventLogRecord|EventLogEntry)(?:$|#)")
_CODE_UNIT = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PARTS = frozenset({"Props", "MS", "LST", "IE", "QUE", "STK", "DCT", "En", "TN"})  # of an object; no values


@dataclass(slots=True)
class _Bytes:
    """A value of bytes, as hex."""

    hexadecimal: str


Value = str | _Bytes | list["Value"]


@dataclass(slots=True)
class _Object:
    """An <Obj> whose end has not come yet."""

    name: str
    line: int
    type_name: str = ""  # of an event; '' for other objects
    words: str = ""  # what it looks like as a string
    properties: dict[str, Value] = field(default_factory=dict)
    items: list[Value] = field(default_factory=list)
    is_list: bool = False
    size: int = 0
    holds_events: bool = False

    def take(self, name: str, found: Value, size: int) -> None:
        self.size += size
        if self.size <= LONGEST and len(self.properties) + len(self.items) < MOST_VALUES:
            if name:
                self.properties.setdefault(name, found)
            else:
                self.items.append(found)

    def value(self) -> Value:
        if self.is_list:
            return list(self.items)
        return self.properties.get("Value", self.words)  # the first is what an EventProperty is about


def read(blocks: Iterator[bytes], notes: Notes) -> Iterator[WinEvent]:
    """The events of a CLIXML document, or of several after one another."""
    return timed(_Document(notes).events(text_of(blocks, notes)), "", notes)


class _Document:
    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._open: list[_Object] = []
        self._element, self._name = "", ""  # the value that is being read
        self._parts: list[str] = []
        self._size = 0
        self._types: dict[str, str] = {}  # RefId of a <TN> that names an event -> the type
        self._type_id = ""
        self._levels = Levels()
        self._cut = self._others = 0

    def events(self, texts: Iterator[str]) -> Iterator[tuple[str, WinEvent]]:
        line = 1
        for token in tokens(texts, LONGEST):
            kind, at = token.lastgroup, line
            line += token[0].count("\n")
            if kind in ("text", "cdata"):
                self._text(content(token[0]) if kind == "text" else newlines(token["cdata"]))
            elif kind == "empty":
                name = local(token["open"])
                if name == "Objs":
                    yield from self._break_off()
                self._start(name, attributes(token["attributes"]), at)
                if token["empty"]:
                    yield from self._end(name)
            elif kind == "close":
                yield from self._end(local(token["close"]))
        yield from self._break_off()
        self._tell()

    def _text(self, text: str) -> None:
        if self._element:
            self._size += len(text)
            if self._size <= LONGEST:
                self._parts.append(text)
        elif not self._open:
            self._notes.unread += sum(len(word.encode("utf-8", "replace")) for word in text.split())

    def _start(self, name: str, found: dict[str, str], line: int) -> None:
        if name == "Obj":
            if len(self._open) < MOST_DEPTH:
                self._open.append(_Object(plain(found.get("N", "")), line))
        elif name == "TN":
            self._type_id = found.get("RefId", "")
        elif not self._open:
            return
        elif name == "TNRef":
            self._open[-1].type_name = self._types.get(found.get("RefId", ""), "")
        elif name in _PARTS:
            self._open[-1].is_list |= name in ("LST", "IE", "QUE", "STK")
        else:
            self._element, self._name = name, plain(found.get("N", ""))
        self._parts.clear()
        self._size = 0

    def _end(self, name: str) -> Iterator[tuple[str, WinEvent]]:
        if name == "Obj" and self._open:
            yield from self._end_of_object(self._open.pop())
        elif name == self._element and self._open:
            self._end_of_value(self._open[-1], name, "".join(self._parts))
        self._element = ""

    def _end_of_value(self, inside: _Object, element: str, text: str) -> None:
        if element == "T":
            if not inside.type_name and _EVENT_TYPE.search(plain(text)):
                inside.type_name = plain(text)
                if len(self._types) < MOST_TYPES:
                    self._types[self._type_id] = inside.type_name
        elif element == "ToString":
            inside.words = plain(text)
        else:
            found: Value = _bytes(text) if element == "BA" else plain(text)
            inside.take(self._name, found, len(text))

    def _end_of_object(self, ended: _Object) -> Iterator[tuple[str, WinEvent]]:
        event = self._event(ended) if ended.type_name else None
        outer = self._open[-1] if self._open else None
        if event is not None:
            yield event
        if outer is None:
            self._others += event is None and not ended.holds_events
        elif event is not None or ended.holds_events:
            outer.holds_events = True
        else:
            outer.take(ended.name, ended.value(), ended.size + len(ended.words))

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

    def _event(self, found: _Object) -> tuple[str, WinEvent] | None:
        names = tuple(found.properties)
        values = list(found.properties.values())
        at = layout(names)

        def cell(name: str) -> str:
            text = values[at[name]] if name in at else ""
            return text if isinstance(text, str) else ""

        number = number_in(cell("id"))
        if number is None:
            return None
        data, binary = _data(values[at["data"]] if "data" in at else [], values[at["binary"]] if "binary" in at else "")
        event = WinEvent(
            provider=cell("provider"),
            event_id=number & 0xFFFF,
            level=level_in(cell("level"), cell("graded"), self._levels),
            channel=cell("log") or channel_of_type(found.type_name),
            position=found.line,
            record_id=number_in(cell("record")) or 0,
            guid=cell("guid"),
            computer=cell("computer"),
            data=data,
            binary=binary,
            message=cell("message"),
        )
        return cell("time"), event

    def _tell(self) -> None:
        self._notes.words.extend(self._levels.doubts())
        if self._cut:
            self._notes.words.append(f"events without an end; what was whole of them is shown: {self._cut}")
        if self._others:
            self._notes.words.append(f"objects that are no events: {self._others}")


def plain(text: str) -> str:
    """A string as it was before PowerShell wrote it: '_x000A_' is a line end."""
    if "_x" not in text:
        return text
    text = _CODE_UNIT.sub(lambda unit: chr(int(unit[1], 16)), text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _bytes(text: str) -> _Bytes:
    try:
        return _Bytes(base64.b64decode(text, validate=False).hex().upper())
    except ValueError:
        return _Bytes("")


def _data(found: Value, binary: Value) -> tuple[list[tuple[str, str]], str]:
    """The values, and the bytes that a classic event has behind them."""
    items = list(found) if isinstance(found, list) else []
    last = items.pop() if items and isinstance(items[-1], _Bytes) else binary
    texts = [_text(item) for item in items]
    return [("", value(text)) for text in texts], last.hexadecimal if isinstance(last, _Bytes) else ""


def _text(item: Value) -> str:
    if isinstance(item, list):
        return ", ".join(_text(inner) for inner in item)
    return item.hexadecimal if isinstance(item, _Bytes) else item
