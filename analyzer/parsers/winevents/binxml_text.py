"""Documents that were read from BinXML, written as the XML that the library gives for the same bytes.

A value may fill many slots and be a document itself, so that little can stand for very much: what is written of one
record is counted, and more than an honest record comes to is `Unreadable`.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from analyzer.parsers.winevents.binxml import record_parts
from analyzer.parsers.winevents.binxml_parts import Element, Find, Instance, Part, Slot, Unreadable, Value

MOST_WORK = 1 << 19  # characters and elements of one record, which has 64 KiB of bytes at most
_QUOTES = {'"': "&quot;", "'": "&apos;"}


def record_xml(data: bytes, start: int, end: int, find: Find, most: int = MOST_WORK) -> str:
    """The XML of the record whose BinXML is `data[start:end]`; `data` is its whole chunk."""
    return _Output(min(most, MOST_WORK)).document(record_parts(data, start, end, find))


class _Output:
    """Writes documents as XML, as long as they stay within what an honest record needs."""

    def __init__(self, most: int) -> None:
        self._pieces: list[str] = []
        self._left = most

    def document(self, parts: list[Part]) -> str:
        self._parts(parts, [])
        return "".join(self._pieces)

    def _write(self, text: str) -> None:
        self._left -= 1 + len(text)
        if self._left < 0:
            raise Unreadable("more text than an event has")
        self._pieces.append(text)

    def _parts(self, parts: list[Part], values: list[Value]) -> None:
        for part in parts:
            if isinstance(part, Element):
                self._element(part, values)
            elif isinstance(part, Instance):
                self._element(part.template, part.values)
            else:
                value = _filled(part, values)
                if isinstance(value, list):
                    self._parts(value, [])
                else:
                    self._write(escape(_joined(value)))

    def _element(self, element: Element, values: list[Value]) -> None:
        """The element; one for each item where it holds an array."""
        repeated = _array_slot(element, values)
        if repeated is not None:
            for item in values[repeated]:
                self._element(element, [*values[:repeated], str(item), *values[repeated + 1 :]])
            return
        self._write(f"<{element.name}")
        for name, parts in element.attributes:
            text = "".join(_joined(_filled(part, values)) for part in parts)
            if text:
                self._write(f' {name}="{escape(text, _QUOTES)}"')
        self._write(">")
        self._parts(element.content, values)
        self._write(f"</{element.name}>")


def _filled(part: Part, values: list[Value]) -> Value:
    """The text of a part, or the value that its slot takes."""
    if isinstance(part, Slot):
        return values[part.index] if part.index < len(values) else ""
    return part if isinstance(part, str) else [part]


def _joined(value: Value) -> str:
    if isinstance(value, list):
        raise Unreadable("a document in an attribute")
    return value if isinstance(value, str) else ",".join(value)


def _array_slot(element: Element, values: list[Value]) -> int | None:
    """The first slot directly in the element that takes an array of several items."""
    own = [*element.content, *(part for _, parts in element.attributes for part in parts)]
    for part in own:
        if isinstance(part, Slot) and part.index < len(values):
            value = values[part.index]
            if isinstance(value, tuple) and len(value) > 1:
                return part.index
    return None
