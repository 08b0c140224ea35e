"""One walk over a bundle: what was counted, refused and named so far, and the members it gives.

Limits count what was really unpacked, passed over or not. A limit of a member ends that member; a limit of the whole
ends the walk. Either way the report gets a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from analyzer.bundle.magic import HEAD
from analyzer.bundle.model import Limits, Refusal
from analyzer.bundle.streams import Damage, Stream

LONGEST_NAME = 4096
DECODER_AHEAD = 64 << 10  # packed bytes a decoder may have taken in before the member began
DRIVE = re.compile(r"^[A-Za-z]:(?=[/\\])")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class LimitReached(Exception):
    """A limit bites; the message is for the coverage table."""


def printable(raw: str) -> str:
    """A name as valid Unicode without control characters; undecodable bytes and lone surrogates as escapes."""
    try:
        name = raw.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        name = raw.encode("utf-8", "backslashreplace").decode("utf-8")
    return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", name)[: LONGEST_NAME + 1]


def clean_name(raw: str) -> str:
    """A member's name for display: relative, '/'-separated, printable.

    Raises ValueError with the reason where the name cannot be shown as a place inside the bundle."""
    name = printable(DRIVE.sub("", raw))
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise ValueError("its name points outside the bundle ('..')")
    if not parts:
        raise ValueError("it has no name")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"its name is longer than {LONGEST_NAME} characters")
    return "/".join(parts)


class Walk:
    """The state that all archives of one walk share."""

    def __init__(self, limits: Limits, refuse: Callable[[Refusal], None]) -> None:
        self.limits = limits
        self.stopped = False
        self.entries = 0
        self.total = 0
        self.size = 0  # bytes of the bundle as it lies on this machine, as far as they are known
        self._note = refuse
        self._names: dict[str, int] = {}

    def refuse(self, path: str, reason: str) -> None:
        self._note(Refusal(path, reason))

    def stop(self, path: str, reason: str) -> None:
        """Refuse the rest of the bundle, once."""
        if not self.stopped:
            self.stopped = True
            self.refuse(path, reason)

    def count(self, prefix: str, raw: str) -> bool:
        """Count one entry of an archive, folders and links too; False, and the walk ends, where it is one too many."""
        if self.entries >= self.limits.max_members:
            reason = f"more than {self.limits.max_members} members: this and all behind it were not read"
            self.stop(prefix + printable(raw), reason)
            return False
        self.entries += 1
        return True

    def name(self, prefix: str, raw: str) -> str | None:
        """Count and name one entry of an archive; None where it was refused."""
        if not self.count(prefix, raw):
            return None
        try:
            return self._unique(prefix + clean_name(raw))
        except ValueError as error:
            self.refuse(prefix + printable(raw), str(error))
            return None

    def _unique(self, path: str) -> str:
        while (count := self._names.get(path, 0) + 1) > 1:
            self._names[path] = count
            path = f"{path} ({count})"
        self._names[path] = 1
        return path


class Meter:
    """Counts what one stream gives against the limits of the whole bundle."""

    def __init__(self, walk: Walk, stream: Stream) -> None:
        self._walk = walk
        self._stream = stream
        self._start = stream.packed()
        self.given = 0

    def add(self, count: int) -> None:
        """Raises `LimitReached`. A bite of the total stops the walk."""
        walk, limits = self._walk, self._walk.limits
        self.given += count
        walk.total += count
        if walk.total > limits.max_total_bytes:
            walk.stopped = True
            raise LimitReached(f"the bundle unpacks to more than {limits.max_total_bytes} bytes: the rest was not read")
        if walk.total >= limits.total_ratio_floor and walk.total > limits.max_ratio * max(1, walk.size):
            walk.stopped = True
            raise LimitReached(
                f"the bundle unpacks to more than {limits.max_ratio} times its size: the rest was not read"
            )
        packed = max(0, self._stream.packed() - self._start) + DECODER_AHEAD
        if self.given >= limits.ratio_floor and self.given > limits.max_ratio * packed:
            raise LimitReached(f"it unpacks to more than {limits.max_ratio} times its size: the rest was not read")


@dataclass
class Entry:
    """One file of a container, before anyone looked into it."""

    path: str
    declared_size: int | None
    stream: Stream
    modified: float = 0.0  # seconds since 1970 UTC at which it was last written, as its container says; 0 for unknown


class StreamMember:
    """A member that is read straight from the archive; see `model.Member`."""

    def __init__(self, path: str, declared_size: int | None, stream: Stream, walk: Walk, modified: float = 0.0) -> None:
        self.path = path
        self.declared_size = declared_size
        self.modified = modified
        self._stream = stream
        self._walk = walk
        self._state = "fresh"

    def head(self) -> bytes:
        """The first 64 KiB (or all) without consuming them. Only before `blocks()`."""
        if self._state != "fresh":
            raise RuntimeError(f"{self.path}: head() after blocks(), or after the bundle went on")
        return self._stream.peek(HEAD)

    def blocks(self) -> Iterator[bytes]:
        if self._state != "fresh":
            raise RuntimeError(f"{self.path}: read twice, or after the bundle went on")
        self._state = "read"
        return self._blocks()

    def _blocks(self) -> Iterator[bytes]:
        limits = self._walk.limits
        meter = Meter(self._walk, self._stream)
        try:
            while self._state == "read" and (block := self._stream.read(limits.block_bytes)):
                allowed = limits.max_member_bytes - meter.given
                meter.add(len(block))
                if len(block) > allowed:
                    if allowed > 0:
                        yield block[:allowed]
                    raise LimitReached(f"longer than {limits.max_member_bytes} bytes: the rest was not read")
                yield block
        except (Damage, LimitReached) as error:
            self._walk.refuse(self.path, str(error))

    def packed(self) -> int:
        return self._stream.packed()

    def retire(self) -> None:
        """The bundle goes on; this member can be read no more."""
        self._state = "gone"
