"""Our own reader of BinXML gives what the library gives, and little text that stands for much costs little."""

from __future__ import annotations

import struct
import time
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from evtx import PyEvtxParser
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.parsers.winevents.binxml_parts import Element as Found
from analyzer.parsers.winevents.binxml_parts import UnknownTemplate, Unreadable
from analyzer.parsers.winevents.binxml_templates import Definitions
from analyzer.parsers.winevents.binxml_text import record_xml
from analyzer.parsers.winevents.binxml_values import ARRAY, SIZES, STRING, text_of
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.evtx import read
from analyzer.parsers.winevents.evtx_chunks import Layout, chunks
from analyzer.parsers.winevents.xmlevent import event_of
from tests.generator.evtx_events import event_log, plain, templated
from tests.generator.evtx_model import Element, Instance, Record, Slot, Template, Value
from tests.generator.evtx_writer import CHUNK, FILE_HEADER, log
from tests.parsers.winevents.evtx_cases import event
from tests.shared import SHARED, needs

SAMPLES = SHARED / "samples" / "windows"
NESTED = 0x21


def own_text(definitions: Definitions, start: int, end: int) -> str:
    def find(offset: int, template_id: bytes) -> Found:
        template = definitions.at(offset, template_id)
        if template is None:
            raise UnknownTemplate(template_id)
        return template

    return record_xml(definitions.data, start, end, find)


def own_events(content: bytes) -> list[WinEvent | None]:
    """Every record of whole chunks by our own reader."""
    found: list[WinEvent | None] = []
    for chunk in chunks(iter([content]), Layout()):
        definitions = Definitions(chunk.data)
        for record in chunk.search().records:
            text = own_text(definitions, record.offset + 24, record.offset + record.size - 4)
            found.append(event_of(text))
    return found


@pytest.mark.parametrize("name", ["py_system", "py_issue_39", "rs_2-vss_7-System", "rs_issue_201", "rs_E_"])
def test_our_reader_and_the_library_agree(name: str) -> None:
    (path,) = needs(SAMPLES).glob(f"{name}*.evtx")
    library = [entry["data"] for entry in PyEvtxParser(str(path), number_of_threads=1).records() if entry]
    ours = own_events(path.read_bytes())
    assert len(ours) == len(library) > 0
    assert ours == [event_of(text, text.index("<Event")) for text in library]


@pytest.mark.parametrize(
    ("kind", "raw", "text"),
    [
        (0x00, b"abc", ""),
        (0x01, "a\u20ac\0b".encode("utf-16-le"), "a\u20ac"),
        (0x01, b"\x00\xd8a\0", "a"),  # half of a pair
        (0x02, b"a\x80\0", "a\u20ac"),
        (0x03, b"\xff", "-1"),
        (0x06, b"\x01\x02", "513"),
        (0x07, b"\xfe\xff\xff\xff", "-2"),
        (0x0A, b"\xff" * 8, "18446744073709551615"),
        (0x0B, struct.pack("<f", 0.1), "0.1"),
        (0x0C, struct.pack("<d", 2.5), "2.5"),
        (0x0D, b"\0\0\0\0", "false"),
        (0x0D, b"\1\0\0\0", "true"),
        (0x0E, b"\x00\xab", "00AB"),
        (0x0F, bytes(range(16)), "03020100-0504-0706-0809-0A0B0C0D0E0F"),
        (0x10, b"\x2a\0\0\0", "0x2a"),
        (0x11, struct.pack("<Q", 131643110000000000), "2018-02-28T17:03:20.000000Z"),
        (0x12, struct.pack("<8H", 2024, 2, 4, 29, 23, 59, 58, 7), "2024-02-29T23:59:58.007000Z"),
        (0x12, bytes(16), "1601-01-01T00:00:00.000000Z"),
        (0x13, b"\1\2\0\0\0\0\0\5" + struct.pack("<II", 32, 544), "S-1-5-32-544"),
        (0x14, b"\x0f\x27\x04\x80", "0x8004270f"),
        (0x15, bytes(8), "0x0"),
        (0x81, "a\0\0bc\0".encode("utf-16-le"), ["a", "", "bc"]),
        (0x88, struct.pack("<II", 1, 2), ["1", "2"]),
        (0x93, (b"\1\1\0\0\0\0\0\5" + struct.pack("<I", 18)) * 2, ["S-1-5-18", "S-1-5-18"]),
    ],
)
def test_values(kind: int, raw: bytes, text: str | list[str]) -> None:
    assert text_of(kind, raw) == text


@pytest.mark.parametrize(
    ("kind", "raw"),
    [(0x06, b"1"), (0x0F, b""), (0x12, b"\xff" * 16), (0x11, b"\xff" * 8), (0x13, b"\1\7"), (0x20, b""), (0x99, b"")],
)
def test_what_is_no_value_of_its_type(kind: int, raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"value of type|out of range"):
        text_of(kind, raw)


@given(st.sampled_from([*SIZES, *(ARRAY | kind for kind in SIZES), STRING, 0x13, 0x93, 0x81]), st.binary(max_size=40))
def test_any_bytes_are_a_value_or_none(kind: int, raw: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(text_of(kind, raw), str | list)


def bomb(nesting: int, uses: int) -> Record:
    """Each document of the chain names the next one several times."""
    template = Template(b"\x11" * 16, Element("Event", content=[Slot(0, NESTED)] * uses))
    value: Value | Instance = Instance(Template(b"\x22" * 16, Element("Data", content=["x" * 50])), [])
    for _ in range(nesting):
        value = Instance(template, [value])
    assert isinstance(value, Instance)
    return Record(900, 0, value)


def arrays() -> Record:
    """An element with two arrays comes for each pair of their items."""
    items = Value(ARRAY | STRING, "a\0".encode("utf-16-le") * 4000)
    root = Element("Event", content=[Element("Data", {"Name": Slot(0, 0x81)}, [Slot(1, 0x81)])])
    return Record(900, 0, Instance(Template(b"\x33" * 16, root), [items, items]))


def names() -> Record:
    return Record(900, 0, Element("Event", content=[Element("n" * 10_000) for _ in range(2000)]))


def names_in_a_template() -> Record:
    root = Element("Event", content=[Element("n" * 10_000) for _ in range(2000)])
    return Record(900, 0, Instance(Template(b"\x44" * 16, root), []))


HOSTILE = {
    "deep": bomb(40, 8),
    "wide": bomb(3, 2000),
    "arrays": arrays(),
    "names": names(),
    "names in a template": names_in_a_template(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_record_that_stands_for_gigabytes(name: str) -> None:
    before, behind = [event(number) for number in range(1, 20)], [event(number) for number in range(1000, 1020)]
    content = log([*map(templated, before), HOSTILE[name], *map(plain, behind)])
    tracemalloc.start()
    started = time.process_time()
    notes = Notes()
    assert list(read(iter([content]), notes)) == before + behind
    assert time.process_time() - started < 10
    assert tracemalloc.get_traced_memory()[1] < 32 << 20
    tracemalloc.stop()
    assert "records that could not be read: 1" in notes.words


def test_a_table_of_names_that_runs_in_a_circle() -> None:
    """The library follows the table's links from name to name, and these never end."""
    events = [event(number) for number in range(1, 20)]
    content = bytearray(event_log(events))
    for here, there in ((CHUNK - 200, CHUNK - 100), (CHUNK - 100, CHUNK - 200)):
        struct.pack_into("<IHH", content, FILE_HEADER + here, there, 0, 1)
    struct.pack_into("<I", content, FILE_HEADER + 128, CHUNK - 200)
    head = content[FILE_HEADER : FILE_HEADER + 512]
    struct.pack_into("<I", content, FILE_HEADER + 124, zlib.crc32(head[128:], zlib.crc32(head[:120])))
    notes = Notes()
    assert list(read(iter([bytes(content)]), notes)) == events
    assert notes == Notes()


@given(st.binary(min_size=1, max_size=200), st.integers(0, 180))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_document_or_unreadable(noise: bytes, start: int) -> None:
    valid = log([templated(event(1))])[FILE_HEADER + 512 + 24 :][:600]
    data = (valid[:start] + noise + valid[start + len(noise) :]).ljust(1000, b"\0")
    with suppress(Unreadable):
        assert isinstance(own_text(Definitions(data), 0, 600), str)
