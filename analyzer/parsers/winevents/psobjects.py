"""The objects of a CLIXML document while they are read: their named properties, their items, and their bytes."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field

from analyzer.parsers.winevents.markup import newlines
from analyzer.parsers.winevents.xmlevent import MOST_VALUES, value

LONGEST = 4 << 20  # characters of one value, and of all values of an object

_CODE_UNIT = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(slots=True)
class Bytes:
    """A value of bytes, as hex."""

    hexadecimal: str


Value = str | Bytes | list["Value"]


@dataclass(slots=True)
class Object:
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


def plain(text: str) -> str:
    """A string as it was before PowerShell wrote it: '_x000A_' is a line end."""
    if "_x" not in text:
        return text
    text = _CODE_UNIT.sub(lambda unit: chr(int(unit[1], 16)), text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def bytes_of(text: str) -> Bytes:
    """The bytes of a <BA>; none where it is damaged."""
    try:
        return Bytes(base64.b64decode(text).hex().upper())
    except ValueError:
        return Bytes("")


def data_of(found: Value, binary: Value) -> tuple[list[tuple[str, str]], str]:
    """The values as XML would have them, and the bytes that a classic event has behind them."""
    items = list(found) if isinstance(found, list) else []
    last = items.pop() if items and isinstance(items[-1], Bytes) else binary
    texts = [_text(item) for item in items]
    return [("", value(newlines(text))) for text in texts], last.hexadecimal if isinstance(last, Bytes) else ""


def _text(item: Value) -> str:
    if isinstance(item, list):
        return ", ".join(_text(inner) for inner in item)
    return item.hexadecimal if isinstance(item, Bytes) else item
