"""Writes small .evtx files, so that tests can say which events a log holds.

A record is BinXML: elements, attributes and strings as they are, or a template with values as the log service writes
it (`evtx_events`). Names and templates are written where a chunk uses them first; checksums are right; a chunk that
is full is followed by the next.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

from .evtx_model import Element as Element
from .evtx_model import Instance, Slot
from .evtx_model import Record as Record

FILE_HEADER, CHUNK, CHUNK_HEADER, RECORD_HEADER = 4096, 65536, 512, 24
DIRTY = 1

MICROS_1601_TO_1970 = 11_644_473_600_000_000
_FRAGMENT, _END = b"\x0f\x01\x01\x00", b"\x00"
_CLOSE_START, _CLOSE_EMPTY, _CLOSE_ELEMENT, _VALUE, _ATTRIBUTE = b"\x02", b"\x03", b"\x04", b"\x05\x01", 0x06
_OPEN, _MORE, _INSTANCE, _SLOT = 0x01, 0x40, b"\x0c\x01", 0x0E
_NESTED = 0x21


class _TooLong(Exception):
    """The record does not fit what is left of the chunk."""


def log(records: Iterable[Record], flags: int = 0) -> bytes:
    """The bytes of a log file. `flags` go into the file's header: DIRTY for a log that was in use."""
    written = list(records)
    chunks: list[_Chunk] = []
    for record in written:
        try:
            if not chunks:
                raise _TooLong
            chunks[-1].add(record)
        except _TooLong:
            chunks.append(_Chunk())
            chunks[-1].add(record)
    next_id = written[-1].record_id + 1 if written else 1
    head = struct.pack("<8sQQQIHHHH", b"ElfFile\0", 0, max(0, len(chunks) - 1), next_id, 128, 1, 3, 4096, len(chunks))
    head = head.ljust(120, b"\0")
    header = head + struct.pack("<II", flags, zlib.crc32(head))
    numbers = [sum(len(chunk.ids) for chunk in chunks[:i]) + 1 for i in range(len(chunks))]
    return header.ljust(FILE_HEADER, b"\0") + b"".join(c.finished(n) for c, n in zip(chunks, numbers, strict=True))


class _Chunk:
    def __init__(self) -> None:
        self.ids: list[int] = []
        self._data = bytearray(CHUNK_HEADER)
        self._names: dict[str, int] = {}  # name -> where this chunk holds it
        self._templates: dict[bytes, int] = {}  # by their GUID
        self._last = 0

    def add(self, record: Record) -> None:
        start, names, templates = len(self._data), dict(self._names), dict(self._templates)
        self._data += bytes(RECORD_HEADER)
        self._document(record.root)
        size = len(self._data) - start + 4
        if len(self._data) + 4 > CHUNK:
            del self._data[start:]
            self._names, self._templates = names, templates
            raise _TooLong if self.ids else ValueError("a record has to fit into a chunk")
        filetime = (record.micros + MICROS_1601_TO_1970) * 10
        self._data[start : start + RECORD_HEADER] = struct.pack("<4sIQQ", b"**\0\0", size, record.record_id, filetime)
        self._data += struct.pack("<I", size)
        self.ids.append(record.record_id)
        self._last = start

    def finished(self, number: int) -> bytes:
        """The chunk; `number` is that of its first record in the file."""
        end = len(self._data)
        head = struct.pack("<8sQQ", b"ElfChnk\0", number, number + len(self.ids) - 1)
        head += struct.pack("<QQII", self.ids[0], self.ids[-1], 128, self._last)
        head += struct.pack("<II", end, zlib.crc32(self._data[CHUNK_HEADER:]))
        head = head.ljust(120, b"\0")
        tables = bytes(CHUNK_HEADER - 128)  # of names and templates; readers find both without
        header = head + struct.pack("<II", 0, zlib.crc32(tables, zlib.crc32(head))) + tables
        return (header + self._data[CHUNK_HEADER:]).ljust(CHUNK, b"\0")

    def _document(self, root: Element | Instance) -> None:
        self._data += _FRAGMENT
        if isinstance(root, Element):
            self._element(root)
        else:
            self._instance(root)
        self._data += _END

    def _instance(self, instance: Instance) -> None:
        template = instance.template
        self._data += _INSTANCE + template.guid[:4]
        known = self._templates.get(template.guid)
        here = len(self._data) + 4
        self._data += struct.pack("<I", here if known is None else known)
        if known is None:
            self._templates[template.guid] = here
            self._data += bytes(4) + template.guid
            size_at = self._reserve()
            self._data += _FRAGMENT
            self._element(template.root, in_template=True)
            self._data += _END
            self._fill(size_at)
        self._data += struct.pack("<I", len(instance.values))
        described = len(self._data)
        self._data += bytes(4 * len(instance.values))
        for index, value in enumerate(instance.values):
            start = len(self._data)
            if isinstance(value, Instance):
                self._document(value)
                kind = _NESTED
            else:
                self._data += value.raw
                kind = value.kind
            struct.pack_into("<HBB", self._data, described + 4 * index, len(self._data) - start, kind, 0)

    def _element(self, element: Element, in_template: bool = False) -> None:
        self._data.append(_OPEN | (_MORE if element.attributes else 0))
        self._data += b"\xff\xff" if in_template else b""  # depends on no slot
        size_at = self._reserve()
        self._name(element.name)
        if element.attributes:
            attributes_at = self._reserve()
            left = len(element.attributes)
            for name, value in element.attributes.items():
                left -= 1
                self._data.append(_ATTRIBUTE | (_MORE if left else 0))
                self._name(name)
                self._text(value)
            self._fill(attributes_at)
        if not element.content:
            self._data += _CLOSE_EMPTY
        else:
            self._data += _CLOSE_START
            for part in element.content:
                if isinstance(part, Element):
                    self._element(part, in_template)
                else:
                    self._text(part)
            self._data += _CLOSE_ELEMENT
        self._fill(size_at)

    def _reserve(self) -> int:
        self._data += bytes(4)
        return len(self._data)

    def _fill(self, at: int) -> None:
        """The size of what was written since `_reserve`."""
        self._data[at - 4 : at] = struct.pack("<I", len(self._data) - at)

    def _name(self, name: str) -> None:
        known = self._names.get(name)
        here = len(self._data) + 4
        self._data += struct.pack("<I", here if known is None else known)
        if known is None:
            self._names[name] = here
            number = 0
            for (unit,) in struct.iter_unpack("<H", name.encode("utf-16-le")):
                number = (number * 65599 + unit) & 0xFFFFFFFF
            self._data += struct.pack("<IHH", 0, number & 0xFFFF, len(name)) + (name + "\0").encode("utf-16-le")

    def _text(self, text: str | Slot) -> None:
        if isinstance(text, Slot):
            self._data += struct.pack("<BHB", _SLOT, text.index, text.kind)
            return
        encoded = text.encode("utf-16-le")
        if len(encoded) // 2 > 0xFFFF:
            raise ValueError("a string of a record has at most 65,535 letters")
        self._data += _VALUE + struct.pack("<H", len(encoded) // 2) + encoded
