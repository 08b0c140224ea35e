"""The templates that a chunk defines, for our own reader of BinXML."""

from __future__ import annotations

import struct

from analyzer.parsers.winevents.binxml import TEMPLATE_HEADER, Stream
from analyzer.parsers.winevents.binxml_parts import Element, Unreadable

MOST_OF_TEMPLATES = 4 << 16  # bytes of all of a chunk's, which can be told to lie in one another


class Definitions:
    """The templates that one chunk defines, each read once."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._read: dict[int, Element | None] = {}
        self._left = MOST_OF_TEMPLATES

    def at(self, offset: int, template_id: bytes) -> Element | None:
        """The template at this offset, if it is whole and its GUID begins so."""
        if self.data[offset + 4 : offset + 8] != template_id:
            return None
        if offset not in self._read:
            try:
                self._read[offset] = self._template(offset)
            except (Unreadable, struct.error, IndexError, ValueError):
                self._read[offset] = None
        return self._read[offset]

    def _template(self, offset: int) -> Element | None:
        (size,) = struct.unpack_from("<I", self.data, offset + 20)
        self._left -= size
        if self._left < 0:
            return None
        start = offset + TEMPLATE_HEADER
        parts = Stream(self.data, None, 0).parts(start, start + size)
        elements = [part for part in parts if isinstance(part, Element)]
        return elements[0] if len(elements) == 1 else None
