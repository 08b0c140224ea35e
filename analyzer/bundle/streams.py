"""Forward-only streams of bytes: what every container and every decompressor of a bundle is read through.

A stream gives bytes in order, can be looked into without consuming, and counts the packed bytes that were read for
it at the outermost level, which is what the ratio limit compares with. Whole pieces are handed on without a copy
where the caller asks for at least as much as a piece holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

SKIP_STEP = 1 << 22
FIRST_READ = 1 << 18


class Damage(Exception):
    """The bytes cannot be read any further; the message is for the coverage table."""


class Stream:
    """Bytes in order. Subclasses say where the next piece comes from."""

    def __init__(self) -> None:
        self.position = 0  # bytes handed out or skipped
        self._held = b""
        self._at = 0
        self._broken: Damage | None = None

    def pull(self, wanted: int) -> bytes:
        """The next piece, of any length; b'' at the end. `wanted` is a hint. May raise `Damage`."""
        raise NotImplementedError

    def packed(self) -> int:
        """Packed bytes read so far for this stream, at the outermost level."""
        raise NotImplementedError

    def _more(self, wanted: int) -> bytes:
        if self._broken is None:
            try:
                return self.pull(wanted)
            except Damage as damage:
                self._broken = damage  # what is held is given first
        return b""

    def peek(self, count: int) -> bytes:
        """Up to `count` bytes from here on, without consuming them; fewer at the end or at damage."""
        while len(self._held) - self._at < count:
            more = self._more(max(count, FIRST_READ))
            if not more:
                break
            self._held, self._at = self._held[self._at :] + more, 0
        return self._held[self._at : self._at + count]

    def read(self, count: int) -> bytes:
        """`count` bytes; fewer only at the end or before damage. Raises `Damage` once nothing is left before it."""
        parts: list[bytes] = []
        missing = count
        while missing:
            if self._at >= len(self._held):
                self._held, self._at = self._more(missing), 0
                if not self._held:
                    break
            part = self._held[self._at : self._at + missing]
            self._at += len(part)
            missing -= len(part)
            parts.append(part)
        self.position += count - missing
        if not parts and self._broken is not None and count:
            raise Damage(str(self._broken))
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def unread(self, data: bytes) -> None:
        """Put back what was read too far."""
        self._held, self._at = data + self._held[self._at :], 0
        self.position -= len(data)

    def skip(self, count: int) -> int:
        """Pass over up to `count` bytes (at most SKIP_STEP in one call); how many that were. 0 is the end."""
        return len(self.read(min(count, SKIP_STEP)))

    @property
    def skip_is_free(self) -> bool:
        """Whether passing over bytes costs nothing, so that limits need not count them."""
        return False


class FileStream(Stream):
    """A stretch of a seekable file. It seeks before each read, so several of them may share one handle."""

    def __init__(self, handle: BinaryIO, start: int = 0, length: int | None = None, scale: float = 1.0) -> None:
        super().__init__()
        self.handle = handle
        self.scale = scale  # outermost packed bytes per byte of this file; below 1 where it came out of a decompressor
        self._next = start
        self._end = None if length is None else start + length

    def pull(self, wanted: int) -> bytes:
        wanted = max(wanted, FIRST_READ)
        if self._end is not None:
            wanted = min(wanted, self._end - self._next)
        try:
            self.handle.seek(self._next)
            piece = self.handle.read(wanted) if wanted > 0 else b""
        except OSError as error:
            raise Damage(f"cannot be read: {error.strerror or error}") from error
        self._next += len(piece)
        if not piece and self._end is not None and self._next < self._end:
            raise Damage("the file ends early")
        return piece

    def packed(self) -> int:
        return int(self._next * self.scale)

    def skip(self, count: int) -> int:
        held = len(self._held) - self._at
        if count <= held:
            self._at += count
        else:
            size = self.handle.seek(0, 2)
            end = size if self._end is None else min(self._end, size)
            count = min(count, held + max(0, end - self._next))
            self._next += count - held
            self._held, self._at = b"", 0
        self.position += count
        return count

    @property
    def skip_is_free(self) -> bool:
        return True


class Pieces(Stream):
    """A stream over a generator of pieces, such as a decompressor's; `below` is what the generator reads from."""

    def __init__(self, pieces: Iterator[bytes], below: Stream) -> None:
        super().__init__()
        self._pieces = pieces
        self._below = below

    def pull(self, wanted: int) -> bytes:
        return next(self._pieces, b"")

    def packed(self) -> int:
        return self._below.packed()


class Window(Stream):
    """The next `length` bytes of another stream: one member of a tar archive."""

    def __init__(self, below: Stream, length: int) -> None:
        super().__init__()
        self._below = below
        self._left = length

    def pull(self, wanted: int) -> bytes:
        if self._left == 0:
            return b""
        piece = self._below.read(min(self._left, max(wanted, FIRST_READ)))
        if not piece:
            raise Damage("the archive ends in the middle of this file")
        self._left -= len(piece)
        return piece

    def packed(self) -> int:
        return self._below.packed()
