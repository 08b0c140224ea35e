"""Turns a path, a folder or a stream into a `Bundle`."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import weakref
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO

from analyzer.bundle import magic
from analyzer.bundle.eventlog import kind_of
from analyzer.bundle.folder import folder_entries, folder_sha256
from analyzer.bundle.model import Bundle, BundleError, Limits, Refusal
from analyzer.bundle.nested import TOP, expand, open_entry, uncompressed
from analyzer.bundle.spool import Spooled, spool
from analyzer.bundle.streams import Damage, FileStream
from analyzer.bundle.walk import Entry, StreamMember, Walk, printable

EVENT_HEAD = 128 << 10  # a damaged event log shows itself by its first whole chunk

Source = str | os.PathLike[str] | BinaryIO


def open_bundle(source: Source, limits: Limits | None = None) -> Bundle:
    """Open a folder, an archive (tar, zip, compressed or not), a lone log, or a stream of any of them ('-' is
    standard input). What it is, its bytes say. Raises BundleError with a message for the user."""
    limits = limits or Limits()
    if isinstance(source, str) and source == "-":
        source = sys.stdin.buffer
    bundle: _Opened
    if not isinstance(source, (str, os.PathLike)):
        bundle = _File(None, spool(source, limits), limits)
    elif _is(Path.is_dir, Path(source)):
        bundle = _Folder(Path(source), limits)
    elif _is(Path.is_fifo, Path(source)):
        with open(source, "rb") as pipe:  # a shell's <(…)
            bundle = _File(None, spool(pipe, limits), limits)
    else:
        bundle = _File(Path(source), None, limits)
    try:
        bundle.check()
    except BaseException:
        bundle.close()
        raise
    return bundle


def _is(kind: Callable[[Path], bool], path: Path) -> bool:
    try:
        return kind(path)
    except (OSError, ValueError) as error:
        raise BundleError(f"{printable(str(path))}: cannot be read: {error}") from error


class _Opened(Bundle):
    """What folders and files share: refusals are noted once, however often the bundle is walked."""

    def __init__(self, name: str, kind: str, limits: Limits, path: Path | None) -> None:
        super().__init__(name=name, kind=kind, limits=limits, path=path)
        self._noted: set[Refusal] = set()
        self._sha256: str | None = None
        self._hashing: threading.Thread | None = None

    def _note(self, refusal: Refusal) -> None:
        if refusal not in self._noted:
            self._noted.add(refusal)
            self.refused.append(refusal)

    def members(self) -> Generator[StreamMember, None, None]:
        return self._members(Walk(self.limits, self._note))

    def _members(self, walk: Walk) -> Generator[StreamMember, None, None]:
        raise NotImplementedError

    def hash_meanwhile(self) -> None:
        if self._sha256 is None and self._hashing is None:
            self._hashing = threading.Thread(target=self._hash_quietly, name="vmtriage-sha256", daemon=True)
            self._hashing.start()

    def _hash_quietly(self) -> None:
        with suppress(BundleError, OSError):  # `sha256` tries again, and raises
            self._sha256 = self._digest()

    def sha256(self) -> str:
        if self._hashing is not None:
            self._hashing.join()
        if self._sha256 is None:
            self._sha256 = self._digest()
        return self._sha256

    def _digest(self) -> str:
        raise NotImplementedError

    def check(self) -> None:
        """Raises BundleError where not one member can be read."""
        with closing(self._members(Walk(self.limits, self._note))) as members:
            for member in members:
                before = len(self.refused)
                # An empty head is an empty file, or damage that only reading shows.
                if member.head() or (not any(member.blocks()) and len(self.refused) == before):
                    return
        if self.refused:
            first = self.refused[0]
            raise BundleError(f"{self.name}: nothing in it can be read ({first.path}: {first.reason})")
        raise BundleError(f"{self.name}: {self._nothing()}")

    def _nothing(self) -> str:
        return f"an empty {self.kind} archive" if self.kind != "folder" else "a folder without files"


class _Folder(_Opened):
    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__(printable(path.name or path.resolve().name), "folder", limits, path)
        self._folder = path

    def _members(self, walk: Walk) -> Generator[StreamMember, None, None]:
        return expand(folder_entries(self._folder, walk), walk, 0)

    def _digest(self) -> str:
        return folder_sha256(self._folder)


class _File(_Opened):
    """A file by its path, or a stream that was spooled."""

    def __init__(self, path: Path | None, spooled: Spooled | None, limits: Limits) -> None:
        self._path = path
        self._spooled = spooled
        super().__init__(printable(path.name) if path else "stdin", "", limits, path)
        self._sha256 = spooled.sha256 if spooled else None
        if spooled is not None:
            weakref.finalize(self, spooled.handle.close)  # also where the caller forgets
        try:
            self.kind = self._sniff()
        except BundleError:
            self.close()
            raise

    def _handle(self) -> AbstractContextManager[BinaryIO]:
        if self._spooled is not None:
            if self._spooled.handle.closed:
                raise BundleError("the bundle was closed, and standard input cannot be read again")
            return nullcontext(self._spooled.handle)
        assert self._path is not None
        try:
            return open(self._path, "rb", buffering=0)
        except FileNotFoundError as error:
            raise BundleError(f"{self.name}: there is no such file or folder") from error
        except (OSError, ValueError) as error:
            raise BundleError(f"{self.name}: cannot be read: {getattr(error, 'strerror', None) or error}") from error

    def _sniff(self) -> str:
        with self._handle() as handle:
            stream = FileStream(handle)
            if not stream.peek(1):
                try:
                    stream.read(1)
                except Damage as damage:
                    raise BundleError(f"{self.name}: {damage}") from damage
                raise BundleError(f"{self.name}: the file is empty")
            kinds, container, inner = uncompressed(stream, self.limits.max_depth + 2)
            head = inner.peek(EVENT_HEAD)
            words = "" if container or kind_of(head) else magic.foreign(head[: magic.HEAD])
        if words and not (kinds and not inner.peek(1)):
            raise BundleError(f"{self.name}: no bundle and no log, but {words}")
        return ".".join([container or "file", *reversed(kinds)])

    def _members(self, walk: Walk) -> Generator[StreamMember, None, None]:
        with self._handle() as handle:
            size = walk.size = handle.seek(0, 2)
            written = 0.0 if self._spooled is not None else os.fstat(handle.fileno()).st_mtime
            yield from open_entry(Entry(self.name, size, FileStream(handle), written), walk, TOP)

    def _digest(self) -> str:
        with self._handle() as handle:
            try:
                handle.seek(0)
                digest = hashlib.sha256()
                while block := handle.read(1 << 20):
                    digest.update(block)
            except OSError as error:
                raise BundleError(f"{self.name}: cannot be read: {error.strerror or error}") from error
            return digest.hexdigest()

    def close(self) -> None:
        if self._spooled is not None:
            self._spooled.handle.close()
