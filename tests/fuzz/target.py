"""A fuzz target: what is done with an input, and what it may say about it.

Inputs of targets with several readers begin with a line that names the reader, so that a corpus can be read and stays
valid when readers are added.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from zlib import crc32

from tests.shared import ROOT

MODULES = {
    "archives": "archives",
    "identify": "archives",
    "lines": "logs",
    "members": "logs",
    "analysis": "logs",
    "cleaning": "logs",
    "json-state": "states",
    "xml-state": "states",
    "text-state": "states",
    "windows-state": "states",
    "commands": "states",
    "evtx": "events",
    "binxml": "events",
    "events-xml": "events",
    "events-clixml": "events",
    "events-viewer": "events",
    "events-csv": "events",
    "events-json": "events",
    "events-text": "events",
    "redaction": "redaction",
    "signatures": "knowledge",
    "moments": "knowledge",
    "symptoms": "knowledge",
    "symptom-table": "knowledge",
    "visible": "reports",
    "reports": "reports",
}
"""Target -> module of this package that holds it."""


@dataclass(frozen=True)
class Target:
    """`run` raises nothing on any input. `reads` are the modules whose words make the fuzzer's dictionary; with
    `arrays` numpy does most of the work."""

    name: str
    run: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]
    longest: int = 4096
    reads: tuple[str, ...] = ()
    arrays: bool = False


def load(name: str) -> Target:
    """The target of that name; only now is what it reads imported."""
    module = import_module(f"tests.fuzz.{MODULES[name]}")
    found: Target = next(target for target in module.TARGETS if target.name == name)
    return found


def headed(data: bytes) -> tuple[str, bytes]:
    """The first line of an input, and what stands below it."""
    line, _, rest = data.partition(b"\n")
    return line[:200].decode("latin-1"), rest


def chosen(word: str, options: Sequence[str]) -> str:
    """The option of that name; any other word stands for one of them too."""
    return word if word in options else options[crc32(word.encode("latin-1")) % len(options)]


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """The data in blocks of a size."""
    for at in range(0, len(data), max(size, 1)):
        yield data[at : at + max(size, 1)]


@cache
def words(patterns: tuple[str, ...]) -> tuple[bytes, ...]:
    """The short strings in modules of the analyzer: names of keys, elements and columns that a reader looks for."""
    found: set[bytes] = set()
    for pattern in patterns:
        for path in sorted((ROOT / "analyzer").glob(pattern)):
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
                    text = node.value.encode("utf-8", "surrogatepass") if isinstance(node.value, str) else node.value
                    if 2 <= len(text) <= 32:
                        found.add(text)
    return tuple(sorted(found))
