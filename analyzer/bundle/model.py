"""What a bundle is to the rest of the program: a named stream of members that can be read again.

Nothing here touches a file format. `analyzer.bundle.open` turns a path or a stream into a `Bundle`;
the pipeline walks `Bundle.members()` once for everything, and later walks it again for the text of
the few places that a report shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Protocol, Self

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """The bounds that hold while a bundle is read. Sizes are bytes, counted as they are read (declared sizes lie).

    docs/hostile.md says what happens when one bites, and which bounds besides these a parser keeps to."""

    max_members: int = 100_000
    max_total_bytes: int = 64 << 30
    max_member_bytes: int = 32 << 30
    max_ratio: int = 2_000  # unpacked : packed, looked at once a member has given ratio_floor bytes
    ratio_floor: int = 256 * MIB
    total_ratio_floor: int = 1 << 30  # the same ratio holds for the whole bundle once it has given so many
    max_depth: int = 3  # archives inside archives
    max_nested_bytes: int = 512 * MIB  # a nested archive is held in memory or a nameless temporary file
    max_spool_bytes: int = 16 << 30  # what `-` may pour in
    block_bytes: int = 4 * MIB
    max_records: int = 100_000_000  # of all logs and events; one takes 35 bytes of memory
    max_state_bytes: int = 64 * MIB  # of one state file, which is read whole
    max_state_text: int = 256 * MIB  # characters that all state files tell together

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """The defaults but for what is said: 'max_members=500000', 'max_total_bytes=200G'. Raises ValueError."""
        names = [known.name for known in fields(cls) if known.name != "block_bytes"]  # which bounds nothing
        changed: dict[str, int] = {}
        for word in words:
            name, _, value = word.partition("=")
            if name not in names:
                raise ValueError(f"there is no limit '{name}': there are {', '.join(names)}")
            number = _NUMBER.fullmatch(value.strip())
            if number is None or not int(number[1]):
                raise ValueError(f"{name} takes a number above 0 such as 500000, 200M or 64G, not '{value}'")
            changed[name] = int(number[1]) << _SHIFTS[number[2].upper()]
        return cls(**changed)


_NUMBER = re.compile(r"([0-9]{1,15})([kKMGT]?)")
_SHIFTS = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}


@dataclass(frozen=True)
class Refusal:
    """Something that was not read, and why, in words for the report."""

    path: str
    reason: str


class Member(Protocol):
    """One file of the bundle, valid until the iteration that gave it goes on."""

    path: str  # '/'-separated, without a leading './' or '/'; inside a nested archive 'logs.zip/var/log/x'
    declared_size: int | None
    modified: float  # seconds since 1970 UTC at which it was last written, as its container says; 0 for unknown

    def head(self) -> bytes:
        """The first 64 KiB (or all there is) without consuming them; to be asked before `blocks()`."""
        ...

    def blocks(self) -> Iterator[bytes]:
        """The bytes in order, in blocks of any size. Ends early where the archive is damaged or a limit bites;
        the bundle then holds a `Refusal` for it. To be asked once."""
        ...

    def packed(self) -> int:
        """Bytes of the file that holds it which were read so far, this member and those before it included."""
        ...


class BundleError(Exception):
    """The bundle cannot be read at all; the message is for the user."""


@dataclass
class Bundle:
    """An opened bundle. `members()` may be walked any number of times and always gives the same order."""

    name: str
    kind: str  # folder · tar · tar.gz · tar.xz · tar.bz2 · tar.zst · zip · file · file.gz …
    limits: Limits = field(default_factory=Limits)
    refused: list[Refusal] = field(default_factory=list)
    path: Path | None = None

    def members(self) -> Iterator[Member]:
        raise NotImplementedError

    def sha256(self) -> str:
        """Of the archive's bytes as they are; of a folder, over its sorted '<path> <size> <sha256>' lines.
        Reads the bundle a second time, unless it was spooled."""
        raise NotImplementedError

    def hash_meanwhile(self) -> None:
        """Work out `sha256` beside what else is done; hashing lets go of the interpreter."""

    def close(self) -> None:
        """Give back what was opened; a spooled stream is gone after this."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
