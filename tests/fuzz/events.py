"""Every reader of an exported Windows event log: the same events from blocks of any size, and texts that can be kept.

`binxml` takes the bytes of a chunk's records alone and puts a sound chunk around them; for `evtx` a first line `sum`
means that checksums are made right. Other inputs are the export itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import astuple

from analyzer.parsers.winevents.event import Notes
from analyzer.parsers.winevents.readers import READERS
from analyzer.reading import records
from analyzer.reading.store import Store
from tests.fuzz import repair
from tests.fuzz.bundles import own_kinds
from tests.fuzz.exports import EVENTS
from tests.fuzz.finding import Broken
from tests.fuzz.target import Target, headed, pieces

WHOLE = 1 << 30


def of(kind: str) -> Callable[[bytes], None]:
    """The target for the reader of that kind of export."""

    def run(data: bytes) -> None:
        whole = _read(kind, data, WHOLE)
        for size in (1 + len(data) // 3, 61) if kind != "events-evtx" else (5000,):
            if _read(kind, data, size) != whole:
                raise Broken(f"{kind.replace('-', '_')}: the size of the blocks matters ({size})")
        notes = Notes()
        count = 0
        for block in records.of_windows(Store(), "winevt/System.evtx", READERS[kind](pieces(data, WHOLE), notes)):
            count += len(block.start)
            block.buffer.decode("utf-8")
        if count != len(whole[0]):
            raise Broken("records and events are not as many")
        if notes.unread < 0:
            raise Broken("unread bytes are fewer than none")

    return run


def _read(kind: str, data: bytes, size: int) -> tuple[list[tuple[object, ...]], list[str], int]:
    notes = Notes()
    events = [astuple(event) for event in READERS[kind](pieces(data, size), notes)]
    return events, notes.words, notes.unread


def evtx(data: bytes) -> None:
    word, rest = headed(data)
    of("events-evtx")(repair.evtx(rest) if word == "sum" else data)


def binxml(data: bytes) -> None:
    of("events-evtx")(repair.chunk(data))


def evtx_seeds() -> Iterator[bytes]:
    for _, content in own_kinds()["events-evtx"][:6]:
        yield content[:9000]
        yield b"sum\n" + content[: 4096 + 6000]


def binxml_seeds() -> Iterator[bytes]:
    for _, content in own_kinds()["events-evtx"][:8]:
        at = 4096 + repair.CHUNK_HEADER
        yield content[at : at + 1500]
        yield content[at : at + 6000]


def export_seeds(kind: str) -> Callable[[], Iterator[bytes]]:
    def seeds() -> Iterator[bytes]:
        yield from (text.encode() for text in EVENTS[kind])
        for _, content in own_kinds().get(kind, [])[:12]:
            yield content[:1800]
            yield content[:600]

    return seeds


TARGETS = (
    Target("evtx", evtx, evtx_seeds, 12 << 10, ("parsers/winevents/evtx*.py",)),
    Target("binxml", binxml, binxml_seeds, 6 << 10, ("parsers/winevents/binxml*.py",)),
    *(
        Target(kind, of(kind), export_seeds(kind), 3072, (f"parsers/winevents/{reads}*.py",))
        for kind, reads in (
            ("events-xml", "xml"),
            ("events-clixml", "clixml"),
            ("events-viewer", "viewer"),
            ("events-csv", "powershell"),
            ("events-json", "json"),
            ("events-text", "wevtutil"),
        )
    ),
)
