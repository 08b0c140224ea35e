"""The records of a log as XML: by the library where it can, by our own reader where it refuses or must not be asked.

The library stops at a chunk whose table of names is damaged, for ever at one whose table runs in a circle, and fills
the memory with a record that stands for gigabytes. So it gets each chunk with a new header and without the records that
may not be passed on. What it refuses for want of a template waits until another chunk brings one.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from evtx import PyEvtxParser

from analyzer.parsers.winevents.binxml_parts import Element, UnknownTemplate, Unreadable
from analyzer.parsers.winevents.binxml_templates import Definitions
from analyzer.parsers.winevents.binxml_text import record_xml
from analyzer.parsers.winevents.evtx_records import (
    CHUNK_HEADER,
    CHUNK_MAGIC,
    RECORD_HEADER,
    RECORD_MAGIC,
    SMALLEST,
    Found,
    Record,
)
from analyzer.parsers.winevents.evtx_weight import Weights

MOST_CHARACTERS = 1 << 20  # of one record, by their bound
MOST_FOR_LIBRARY = 8 << 20  # of one chunk, by their bound
MOST_OF_CHUNK = 1 << 20  # that our own reader writes; chunks of the log service hold a fifth of that
MOST_TEMPLATES = 8192  # that are remembered
MOST_WAITING = 1024  # records

_FILE = struct.pack("<8sQQQIHHHH", b"ElfFile\0", 0, 0, 1, 128, 1, 3, 4096, 1).ljust(4096, b"\0")
_LIBRARY_PANIC = "pyo3_runtime"  # where the exception comes from that Rust code ends in when it finds itself wrong
_FILLER = 1 << 32  # the number of what is no record
_HEAD = struct.Struct("<4sIQQ")


class Texts:
    """Remembers what chunks of one file tell about each other."""

    def __init__(self) -> None:
        self._templates: dict[bytes, Element] = {}  # by the first bytes of their GUID
        self._waiting: dict[bytes, list[tuple[Definitions, Record]]] = {}
        self._waiters = 0
        self._left = 0  # characters that our own reader may still write of this chunk
        self.lost = 0  # bytes of records that could not be read
        self.refused = 0  # records

    def of(self, data: bytes, found: Found) -> Iterator[tuple[Record, str]]:
        """The XML of the chunk's records, in their order; behind them those that waited for its templates."""
        definitions = Definitions(data)
        new: list[bytes] = []

        def accept(offset: int, template_id: bytes, doubtful: bool) -> bool:
            """A template of a damaged chunk has to be whole; one of each kind is remembered."""
            if found.intact and not doubtful and template_id in self._templates:
                return True
            template = definitions.at(offset, template_id)
            if template and template_id not in self._templates and len(self._templates) < MOST_TEMPLATES:
                self._templates[template_id] = template
                new.append(template_id)
            return template is not None or (found.intact and not doubtful)

        texts = _library_texts(data, found.records, Weights(data, accept))
        self._left = MOST_OF_CHUNK
        for record in found.records:
            text = texts.get(record.offset) or self._own(definitions, record)
            if text:
                yield record, text
        for template_id in new:
            for waiting, record in self._waiting.pop(template_id, ()):
                self._waiters -= 1
                text = self._own(waiting, record)
                if text:
                    yield record, text

    def _own(self, definitions: Definitions, record: Record) -> str:
        """The record's XML by our own reader; '' where it has to wait or cannot be read."""

        def find(offset: int, template_id: bytes) -> Element:
            template = definitions.at(offset, template_id) or self._templates.get(template_id)
            if template is None:
                raise UnknownTemplate(template_id)
            return template

        start, end = record.offset + RECORD_HEADER, record.offset + record.size - 4
        try:
            text = record_xml(definitions.data, start, end, find, self._left)
            self._left -= len(text)
            return text
        except UnknownTemplate as error:
            if self._waiters < MOST_WAITING:
                self._waiting.setdefault(error.template_id, []).append((definitions, record))
                self._waiters += 1
                return ""
        except Unreadable:
            self._left -= record.size
        self.refuse(record)
        return ""

    def finish(self) -> None:
        """No more chunks come."""
        for waiting in self._waiting.values():
            for _, record in waiting:
                self.refuse(record)
        self._waiting.clear()

    def refuse(self, record: Record) -> None:
        """Counts a record as unreadable; what is left of an older one need not be readable."""
        if not record.stale:
            self.lost += record.size
            self.refused += 1


def _library_texts(data: bytes, records: list[Record], weights: Weights) -> dict[int, str]:
    """Offset of a record -> its XML, for those that the library can be asked for and reads."""
    asked: list[Record] = []
    left, at = MOST_FOR_LIBRARY, CHUNK_HEADER
    for record in records:
        end = record.offset + record.size
        weight = weights.document(record.offset + RECORD_HEADER, end - 4)
        room = record.offset - at
        if weight is not None and weight <= min(left, MOST_CHARACTERS) and (room == 0 or room >= SMALLEST):
            asked.append(record)
            left -= weight
            at = end
    if not asked:
        return {}
    parser = PyEvtxParser(io.BytesIO(_FILE + _repaired(data, asked)), number_of_threads=1, indent=False)
    entries = parser.records()
    texts: dict[int, str] = {}
    for _ in range(2 * len(asked) + 2):  # each record may follow a filler
        try:
            entry = next(entries, None)
        except Exception:  # noqa: S112 - this record is refused
            continue
        except BaseException as error:
            if type(error).__module__ != _LIBRARY_PANIC:
                raise
            break
        if entry is None:
            break
        if entry["event_record_id"] < len(asked):
            texts[asked[entry["event_record_id"]].offset] = entry["data"]
    return texts


def _repaired(data: bytes, records: list[Record]) -> bytearray:
    """The chunk with a header that fits, its records numbered from 0, and fillers for what is not passed on."""
    repaired = bytearray(data)
    last, end = records[-1].offset, records[-1].offset + records[-1].size
    header = struct.pack("<8sQQQQIII", CHUNK_MAGIC, 1, len(records), 0, len(records) - 1, 128, last, end)
    repaired[:CHUNK_HEADER] = header.ljust(CHUNK_HEADER, b"\0")
    at = CHUNK_HEADER
    for number, record in enumerate(records):
        if record.offset > at:
            _HEAD.pack_into(repaired, at, RECORD_MAGIC, record.offset - at, _FILLER, 0)
            repaired[at + RECORD_HEADER] = 0  # an empty document
        _HEAD.pack_into(repaired, record.offset, RECORD_MAGIC, record.size, number, 0)
        at = record.offset + record.size
    return repaired
