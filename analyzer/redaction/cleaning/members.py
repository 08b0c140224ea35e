"""What becomes of each member of a bundle: cleaned text, events written anew, or nothing, and why."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, cast

import zstandard

from analyzer.bundle import identify, magic
from analyzer.bundle.encoding import utf16_of

SECRET_REASONS = frozenset({"a key or a certificate store", "a key or password file", "holds secrets", "a private key"})
PACKERS: dict[str, Callable[[IO[bytes]], IO[bytes]]] = {
    ".gz": lambda file: cast(IO[bytes], gzip.GzipFile("", "wb", 6, file, mtime=0)),
    ".xz": lambda file: cast(IO[bytes], lzma.LZMAFile(file, "wb", preset=3)),  # noqa: SIM115 - its user closes it
    ".bz2": lambda file: cast(IO[bytes], bz2.BZ2File(file, "wb")),
    ".zst": lambda file: zstandard.ZstdCompressor().stream_writer(file, closefd=False),
}
_PACKED = re.compile(r"\.(?:gz|xz|bz2|zst)$", re.IGNORECASE)


@dataclass(frozen=True)
class Treatment:
    """How a member is cleaned."""

    how: str  # text · events · out
    kind: str  # as `identify` names it
    reason: str = ""  # why a member is left out


def treatment(path: str, head: bytes) -> Treatment:
    """What becomes of the member at `path` that begins with `head`."""
    identity = identify(path, head)
    if identity.kind == "events-evtx":
        return Treatment("events", identity.kind)
    if identity.reason in SECRET_REASONS:
        return Treatment("out", identity.kind, identity.reason)
    if _is_binary(head):
        return Treatment("out", identity.kind, identity.reason or "not text")
    return Treatment("text", identity.kind)


def _is_binary(head: bytes) -> bool:
    """A log of a VM that was switched off may begin with zero bytes, and is none."""
    return bool(head.strip(b"\0")) and utf16_of(head) is None and bool(magic.foreign(head) or magic.container(head))


def packer(path: str) -> Callable[[IO[bytes]], IO[bytes]] | None:
    """How a member of this name is compressed; what was read is the unpacked content."""
    found = _PACKED.search(path)
    return PACKERS[found[0].lower()] if found else None


def write_packed(path: str, blocks: Iterator[bytes], file: IO[bytes]) -> None:
    """Write the content under the compression that the name promises."""
    pack = packer(path)
    if pack is None:
        for block in blocks:
            file.write(block)
        return
    with pack(file) as packed:
        for block in blocks:
            packed.write(block)
