"""From the files of a container to members: compressed files are unpacked, archives inside are opened.

Everything is decided by the first bytes. Names only say which archives are programs (the agent's own package, an
extension's package, a Python egg) that nobody wants listed file by file.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable
from contextlib import closing

from analyzer.bundle import magic
from analyzer.bundle.compressed import unpacked
from analyzer.bundle.spool import hold
from analyzer.bundle.streams import Damage, FileStream, Stream
from analyzer.bundle.tars import tar_entries
from analyzer.bundle.walk import Entry, LimitReached, StreamMember, Walk
from analyzer.bundle.zips import zip_entries

PROGRAMS = re.compile(
    r"\.(egg|whl|jar|war|apk|nupkg|docx|xlsx|pptx|odt)$"
    r"|(^|/)WALinuxAgent-[\d.]+\.zip$"
    r"|__\d+(\.\d+)+\.zip$",
    re.IGNORECASE,
)
TOP = -1  # the depth of the place where the bundle itself lies


def uncompressed(stream: Stream, layers: int) -> tuple[list[str], str, Stream]:
    """Take off up to `layers` compressions: their kinds, the kind of container inside ('tar', 'zip', '' for a plain
    file, or a compression that is one too many), and the stream."""
    kinds: list[str] = []
    while True:
        kind = magic.container(stream.peek(magic.HEAD))
        if kind not in magic.COMPRESSED or len(kinds) >= layers:
            return kinds, kind, stream
        kinds.append(kind)
        stream = unpacked(stream, kind)


def expand(entries: Iterable[Entry], walk: Walk, depth: int) -> Generator[StreamMember, None, None]:
    """The members behind the files of a container at `depth`."""
    for entry in entries:
        yield from open_entry(entry, walk, depth)
        if walk.stopped:
            return


def open_entry(entry: Entry, walk: Walk, depth: int) -> Generator[StreamMember, None, None]:
    """The members behind one file: itself, or what the archive holds that it is."""
    limits = walk.limits
    kinds, kind, stream = uncompressed(entry.stream, limits.max_depth - depth + 1)
    inside = depth + max(1, len(kinds))
    program = kind == "zip" and depth > TOP and PROGRAMS.search(entry.path)
    if kind in magic.COMPRESSED or (kind and not program and inside > limits.max_depth):
        walk.refuse(entry.path, f"archives are nested deeper than {limits.max_depth}")
    elif kind and not program:
        prefix = f"{entry.path}/" if depth > TOP else ""
        yield from _open_archive(kind, Entry(entry.path, None, stream), walk, inside, prefix)
    else:
        member = StreamMember(entry.path, None if kinds else entry.declared_size, stream, walk, entry.modified)
        yield member
        member.retire()


def _open_archive(kind: str, entry: Entry, walk: Walk, depth: int, prefix: str) -> Generator[StreamMember, None, None]:
    if kind == "tar":
        yield from expand(tar_entries(entry.stream, walk, prefix, entry.path), walk, depth)
        return
    if isinstance(entry.stream, FileStream):
        handle, scale = entry.stream.handle, entry.stream.scale
        yield from expand(zip_entries(handle, scale, walk, prefix, entry.path), walk, depth)
        return
    try:
        handle, scale = hold(entry.stream, walk)
    except (Damage, LimitReached) as error:
        walk.refuse(entry.path, str(error))
        return
    with closing(handle):
        yield from expand(zip_entries(handle, scale, walk, prefix, entry.path), walk, depth)
