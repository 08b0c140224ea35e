"""How much XML a record would become, before any is made.

A template repeats a value wherever it names it, and a value may be a document with a template of its own: a record of
a kilobyte can stand for more text than a machine holds. Records of the log service grow a few times at most. The
bound is computed from the bytes that the library will read, in a few microseconds; where they do not have the shape
that the service writes, there is none, and the patient reader (`binxml`) takes the record.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from analyzer.parsers.winevents.binxml import FRAGMENT, MOST_NESTING, TEMPLATE_HEADER
from analyzer.parsers.winevents.binxml_templates import MOST_OF_TEMPLATES
from analyzer.parsers.winevents.binxml_values import ANSI, ARRAY, BINARY, BINXML, NULL, POINTER, SID, SIZES, STRING

Accept = Callable[[int, bytes, bool], bool]
"""Whether the template at this offset may be used for the one with these first bytes of a GUID; with True, only if it
was read to its end, and its names are short."""

_HEAD = struct.Struct("<BB4sI")  # token of an instance, version, template's id and offset
_HEAD_TOKEN = 0x0C
_NUMBER = struct.Struct("<I")
_MOST_VALUES = 128
_DESCRIPTORS = [struct.Struct(f"<{count}I") for count in range(_MOST_VALUES)]  # of values: size, type << 16
_FIXED = frozenset((*(size | kind << 16 for kind, size in SIZES.items()), 4 | POINTER << 16, 8 | POINTER << 16))
_ANY_SIZE = frozenset((NULL, ANSI, BINARY))
_INSTANCE = re.compile(rb"\x0c.{7}\0\0", re.DOTALL)  # no offset in a chunk is larger
_SLOT = re.compile(rb"[\x0d\x0e](?=([\x00-\x7f])\x00[\x00-\x15\x20\x21\x23\x81-\x95])")
# Where a name's offset follows: attributes and references; elements, which are longer by two bytes in templates.
_NAMED = re.compile(rb"[\x06\x46\x09\x49\x0a](?=(..)\0\0)", re.DOTALL)
_ELEMENT = re.compile(rb"[\x01\x41](?=.{4}(..)\0\0)", re.DOTALL)
_ELEMENT_OF_TEMPLATE = re.compile(rb"[\x01\x41](?=.{6}(..)\0\0)", re.DOTALL)
_USUAL_NAMES = 8192  # letters
_LITERAL_DOCUMENT = re.compile(rb"[\x05\x45]\x21")


@dataclass(slots=True)
class _Template:
    template_id: bytes
    weight: int
    uses: int  # how often it names one value at most


class Weights:
    """The bounds for the records of one chunk."""

    def __init__(self, data: bytes, accept: Accept) -> None:
        self._data, self._accept = data, accept
        self._templates: dict[int, _Template | None] = {}
        self._left = MOST_OF_TEMPLATES

    def document(self, start: int, end: int, nesting: int = 0) -> int | None:
        """At most how many characters `data[start:end]` becomes, escapes left out; None for cannot tell."""
        data = self._data
        begin = start + len(FRAGMENT) if data.startswith(FRAGMENT, start) else start
        if end - begin < _HEAD.size + 4 or data[begin] != _HEAD_TOKEN:
            body = data[start:end]
            weight, doubtful = self._plain(body, _ELEMENT)
            return None if doubtful or _INSTANCE.search(body) else weight
        _, _, template_id, offset = _HEAD.unpack_from(data, begin)
        at = begin + _HEAD.size
        if offset == at:
            at += TEMPLATE_HEADER + _NUMBER.unpack_from(data, at + 20)[0] if at + TEMPLATE_HEADER <= end else end
        template = self._template(offset, template_id)
        if template is None or at + 4 > end or nesting > MOST_NESTING:
            return None
        (count,) = _NUMBER.unpack_from(data, at)
        if count >= _MOST_VALUES or at + 4 * (1 + count) > end:
            return None
        return self._values(template, _DESCRIPTORS[count].unpack_from(data, at + 4), at + 4 * (1 + count), end, nesting)

    def _values(self, template: _Template, descriptors: tuple[int, ...], at: int, end: int, nesting: int) -> int | None:
        """The template filled with values of these descriptions, the first of them at `at`."""
        start, documents, repeats = at, 0, 1
        for descriptor in descriptors:
            size = descriptor & 0xFFFF
            if descriptor not in _FIXED:
                kind = descriptor >> 16
                if kind == STRING:
                    if size & 1:
                        return None
                elif kind == BINXML:
                    document = self.document(at, min(at + size, end), nesting + 1)
                    if document is None:
                        return None
                    documents += document
                elif kind == SID:
                    if not 8 <= size <= end - at or size != 8 + 4 * self._data[at + 1]:
                        return None
                elif kind == ARRAY | STRING:
                    if size & 1 or self._data[at + size - 2 : at + size] != b"\0\0":
                        return None
                    repeats *= max(1, self._data.count(b"\0\0", at, at + size))  # its element comes for each item
                elif kind not in _ANY_SIZE:
                    return None
            at += size
        if at > end or (at < end and self._data[at] != 0):
            return None
        text = 4 * (at - start) + 32 * len(descriptors) + documents
        return (template.weight + template.uses * text) * repeats

    def _template(self, offset: int, template_id: bytes) -> _Template | None:
        if offset not in self._templates:
            self._templates[offset] = self._weighed(offset, template_id)
        template = self._templates[offset]
        return template if template and template.template_id == template_id else None

    def _weighed(self, offset: int, template_id: bytes) -> _Template | None:
        start = offset + TEMPLATE_HEADER
        if start > len(self._data) or self._data[offset + 4 : offset + 8] != template_id:
            return None
        (size,) = _NUMBER.unpack_from(self._data, offset + 20)
        body = self._data[start : start + size]
        self._left -= len(body)
        if self._left < 0 or len(body) < size or _LITERAL_DOCUMENT.search(body):
            return None
        weight, doubtful = self._plain(body, _ELEMENT_OF_TEMPLATE)
        if not self._accept(offset, template_id, doubtful):
            return None
        return _Template(template_id, weight, max(Counter(_SLOT.findall(body)).values(), default=0))

    def _plain(self, body: bytes, element: re.Pattern[bytes]) -> tuple[int, bool]:
        """What stands there is written once, and names as often as they are named; whether they seem endless.

        What looks like a name's offset need not be one, so that some long names are no sign yet."""
        named = Counter(_NAMED.findall(body))
        named.update(element.findall(body))
        names = sum(count * self._name_length(int.from_bytes(offset, "little")) for offset, count in named.items())
        usual = 4 * len(body) + _USUAL_NAMES
        return 2 * (len(body) + min(names, usual)), names > usual

    def _name_length(self, offset: int) -> int:
        """How many letters the name at the offset has; none where it does not end in the chunk."""
        length = int.from_bytes(self._data[offset + 6 : offset + 8], "little")
        return length if offset + 8 + 2 * length <= len(self._data) else 0
