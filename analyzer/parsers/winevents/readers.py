"""Which reader reads which export: the kinds that `detect.kind_of` gives, and a module for each.

A module is imported when its first file is read, so that a Linux bundle pays for none of them. Every one has a
function `read` that is a `Reader`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from analyzer.parsers.winevents.event import Notes, Reader, WinEvent

MODULES: Mapping[str, str] = {
    "events-evtx": "evtx",
    "events-xml": "xml",
    "events-clixml": "clixml",
    "events-viewer": "viewer",
    "events-csv": "powershell",
    "events-json": "jsonevents",
    "events-text": "wevtutil_text",
}
"""Kind -> module of this package."""


def _reader(module: str) -> Reader:
    def read(blocks: Iterator[bytes], notes: Notes) -> Iterator[WinEvent]:
        reader: Reader = import_module(f"{__package__}.{module}").read
        return reader(blocks, notes)

    return read


READERS: Mapping[str, Reader] = {kind: _reader(module) for kind, module in MODULES.items()}
