"""What an analysis is doing at the moment, for whoever wants to show it: nothing is measured while nobody does.

    with watched_by(watcher):             # the command line, where stderr is a terminal (report/progressline.py)
        analysis = analyze(source)

Reading asks `following(bundle)` for the members instead of the bundle; it costs nothing without a watcher, and one call
for each block of a few megabytes with one. The watcher belongs to the running context, as the language does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from analyzer.bundle.model import Bundle, Member

MOST_FILES = 100_000  # of a folder whose size is added up


class Watcher(Protocol):
    """Is told what goes on. Calls may come from another thread, one at a time."""

    def stage(self, words: str, total: int | None = None) -> None:
        """Another piece of work begins; `total` is the packed bytes it will read, where that is known."""

    def read(self, name: str, packed: int) -> None:
        """So many of the packed bytes were read so far, now those of this member."""


_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Tell `watcher` what goes on inside the block."""
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def stage(words: str) -> None:
    """Say that another piece of work begins."""
    watcher = _watcher.get()
    if watcher is not None:
        watcher.stage(words)


def following(bundle: Bundle, words: str) -> Iterable[Member]:
    """The members of a bundle, told as they are read."""
    watcher = _watcher.get()
    return bundle.members() if watcher is None else _told(bundle, words, watcher)


def _told(bundle: Bundle, words: str, watcher: Watcher) -> Iterator[Member]:
    watcher.stage(words, size_of(bundle.path))
    before = last = 0  # of a folder, each file counts from nothing
    for member in bundle.members():
        if member.packed() < last:
            before += last
        told = _Told(member, watcher, before)
        watcher.read(member.path, told.packed())
        yield told
        last = member.packed()


class _Told:
    """A member that tells how far it was read."""

    def __init__(self, member: Member, watcher: Watcher, before: int) -> None:
        self.path, self.declared_size, self.modified = member.path, member.declared_size, member.modified
        self._member, self._watcher, self._before = member, watcher, before

    def packed(self) -> int:
        return self._before + self._member.packed()

    def head(self) -> bytes:
        return self._member.head()

    def blocks(self) -> Iterator[bytes]:
        for block in self._member.blocks():
            self._watcher.read(self.path, self.packed())
            yield block


def size_of(path: Path | None) -> int | None:
    """The bytes of a file, or of a folder's files; None where nobody knows, as with a stream."""
    try:
        if path is None or path.is_fifo():
            return None
        if path.is_file():
            return path.stat().st_size
        total = 0
        files = (os.path.join(folder, name) for folder, _folders, names in os.walk(path) for name in names)
        for number, file in enumerate(files):
            if number == MOST_FILES:
                return None
            total += os.lstat(file).st_size
    except OSError:
        return None
    return total


class Poured:
    """A stream that tells how much was read from it, such as standard input while it is put aside."""

    def __init__(self, stream: BinaryIO, words: str, watcher: Watcher) -> None:
        self._stream, self._watcher, self._read = stream, watcher, 0
        watcher.stage(words)

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self._read += len(block)
        self._watcher.read("", self._read)
        return block
