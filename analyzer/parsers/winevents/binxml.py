"""BinXML, the binary XML of event records: an own, patient reader for the records that the library refuses.

A record names a template and gives values for it; the template lies in the same chunk, unless damage got there. Then
any chunk of the log that holds the same template will do, which is why templates are asked for and not looked up.
Damaged and hostile bytes end in `Unreadable`, after a bounded amount of work. `binxml_text` writes what is read here.
"""

from __future__ import annotations

import re
import struct

from analyzer.parsers.winevents.binxml_parts import Element, Find, Instance, Part, Slot, Unreadable, Value
from analyzer.parsers.winevents.binxml_values import BINXML, STRING, string, text_of

FRAGMENT = b"\x0f\x01\x01\x00"
TEMPLATE_HEADER = 24  # next template's offset, 16 bytes of its GUID, size of what follows
MOST_NESTING = 16
MOST_DEPTH = 128
MOST_NAME = 256  # letters; a name is written once and named many times

_END, _OPEN, _CLOSE_START, _CLOSE_EMPTY, _CLOSE, _VALUE, _ATTRIBUTE = range(7)
_CDATA, _CHARACTER, _ENTITY, _TARGET, _TARGET_DATA, _INSTANCE, _SLOT, _OPTIONAL_SLOT, _HEADER = range(7, 16)
_MORE = 0x40  # set on a token when more of its kind, or attributes, follow
_NAME = re.compile(r"[^\W\d][\w.:-]*")
_HASH = 65599
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_WIDTHS = {"B": 1, "H": 2, "I": 4}


def record_parts(data: bytes, start: int, end: int, find: Find) -> list[Part]:
    """The document of the record whose BinXML is `data[start:end]`; `data` is its whole chunk."""
    try:
        return Stream(data, find, 0).parts(start, end)
    except (struct.error, IndexError, ValueError) as error:
        raise Unreadable(str(error)) from error


class Stream:
    """A run of tokens in a chunk. Without `find` it is a template's: slots may occur, instances may not."""

    def __init__(self, data: bytes, find: Find | None, nesting: int) -> None:
        self._data, self._find, self._nesting = data, find, nesting
        self._at = 0
        if nesting > MOST_NESTING:
            raise Unreadable("documents in documents")

    def parts(self, start: int, end: int) -> list[Part]:
        """What stands at the top of the run."""
        if not 0 <= start <= end <= len(self._data):
            raise Unreadable("reaches beyond the chunk")
        top: list[Part] = []
        opened: list[Element] = []
        tag: Element | None = None  # whose start tag is being read
        self._at = start
        while self._at < end:
            token = self._number("B")
            kind = token & ~_MORE
            if token == _END:
                break
            if kind == _OPEN:
                if tag or len(opened) > MOST_DEPTH:
                    raise Unreadable("elements in tags, or too deep")
                tag = self._tag(bool(token & _MORE))
            elif kind == _ATTRIBUTE:
                if not tag:
                    raise Unreadable("an attribute outside a tag")
                tag.attributes.append((self._name(), []))
            elif token in (_CLOSE_START, _CLOSE_EMPTY):
                if not tag:
                    raise Unreadable("the end of no tag")
                (opened[-1].content if opened else top).append(tag)
                if token == _CLOSE_START:
                    opened.append(tag)
                tag = None
            elif token == _CLOSE:
                opened.pop()
            elif tag:
                tag.attributes[-1][1].extend(self._content(kind))
            else:
                (opened[-1].content if opened else top).extend(self._content(kind))
        if tag or opened:
            raise Unreadable("an element without an end")
        return top

    def _content(self, kind: int) -> list[Part]:
        if kind == _VALUE:
            return self._value()
        if kind in (_SLOT, _OPTIONAL_SLOT) and not self._find:
            index, _ = self._number("H"), self._number("B")
            return [Slot(index)]
        if kind == _INSTANCE and self._find:
            return [self._instance(self._find)]
        if kind == _CDATA:
            return [self._text()]
        if kind == _CHARACTER:
            return [chr(self._number("H"))]
        if kind == _ENTITY:
            return [_ENTITIES.get(self._name(), "")]
        if kind == _TARGET:
            self._name()
        elif kind == _TARGET_DATA:
            self._text()
        elif kind == _HEADER:
            self._at += 3
        else:
            raise Unreadable(f"no token {kind:#x}")
        return []

    def _number(self, kind: str) -> int:
        number: int = struct.unpack_from("<" + kind, self._data, self._at)[0]
        self._at += _WIDTHS[kind]
        return number

    def _bytes(self, size: int) -> bytes:
        self._at += size
        if self._at > len(self._data):
            raise Unreadable("reaches beyond the chunk")
        return self._data[self._at - size : self._at]

    def _text(self) -> str:
        return string(self._bytes(2 * self._number("H")))

    def _tag(self, has_attributes: bool) -> Element:
        if not self._find:
            self._number("H")  # which slot the element depends on
        self._number("I")  # size
        name = self._name()
        if has_attributes:
            self._number("I")  # size of the attributes
        return Element(name)

    def _name(self) -> str:
        """The name at the offset that is written here; where that is the next byte, it is stepped over."""
        offset, here = self._number("I"), self._at
        _, number, length = struct.unpack_from("<IHH", self._data, offset)
        if length > MOST_NAME:
            raise Unreadable("no name is that long")
        end = offset + 8 + 2 * length
        raw = self._data[offset + 8 : end]
        name = raw.decode("utf-16-le")
        if not _NAME.fullmatch(name) or (not self._find and number not in (0, _hash(raw))):
            raise Unreadable("no name")
        if offset == here:
            self._at = end + 2
        return name

    def _value(self) -> list[Part]:
        kind = self._number("B")
        if kind == STRING:
            return [self._text()]
        if kind == BINXML:
            size = self._number("H")
            start, self._at = self._at, self._at + size
            return self._nested(start, size)
        raise Unreadable(f"a literal of type {kind:#x}")

    def _nested(self, start: int, size: int) -> list[Part]:
        if not self._find:
            raise Unreadable("a document in a template")
        return Stream(self._data, self._find, self._nesting + 1).parts(start, start + size)

    def _instance(self, find: Find) -> Instance:
        self._number("B")
        template_id = self._bytes(4)
        offset = self._number("I")
        if offset == self._at:
            (size,) = struct.unpack_from("<I", self._data, offset + 20)
            self._at += TEMPLATE_HEADER + size
        count = self._number("I")
        if count > (len(self._data) - self._at) // 4:
            raise Unreadable("more values than bytes")
        described = [(self._number("H"), self._number("B"), self._number("B")) for _ in range(count)]
        template = find(offset, template_id)
        values: list[Value] = []
        for size, kind, _ in described:
            start, raw = self._at, self._bytes(size)
            if kind == BINXML:
                values.append(self._nested(start, size))
            else:
                text = text_of(kind, raw)
                values.append(text if isinstance(text, str) else tuple(text))
        return Instance(template, values)


def _hash(raw: bytes) -> int:
    number = 0
    for (unit,) in struct.iter_unpack("<H", raw):
        number = (number * _HASH + unit) & 0xFFFFFFFF
    return number & 0xFFFF
