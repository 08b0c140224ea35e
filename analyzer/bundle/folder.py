"""A folder as a bundle: sorted, links not followed, nothing but regular files opened."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from analyzer.bundle.streams import FileStream
from analyzer.bundle.walk import Entry, Walk, clean_name

NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)


def files(folder: str, refuse: Callable[[str, str], None], relative: str = "") -> Iterator[tuple[str, str, int]]:
    """(path inside the folder, path on this machine, size) of each regular file, sorted by the first."""
    try:
        with os.scandir(folder) as listing:
            found = [(entry.name, entry.path, entry.stat(follow_symlinks=False)) for entry in listing]
    except OSError as error:
        refuse(relative or ".", f"cannot be read: {error.strerror or error}")
        return
    found.sort(key=lambda item: item[0] + "/" * stat.S_ISDIR(item[2].st_mode))
    for name, path, state in found:
        if stat.S_ISDIR(state.st_mode):
            yield from files(path, refuse, f"{relative}{name}/")
        elif stat.S_ISREG(state.st_mode):
            yield f"{relative}{name}", path, state.st_size
        else:
            refuse(f"{relative}{name}", next((words for is_kind, words in KINDS if is_kind(state.st_mode)), "no file"))


def open_regular(path: str) -> int:
    """A descriptor of a regular file that is no link, also when it was swapped a moment ago. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | NO_FOLLOW)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    return descriptor


def folder_entries(folder: Path, walk: Walk) -> Iterator[Entry]:
    """The files of a folder."""

    def refuse(path: str, reason: str) -> None:
        name = walk.name("", path)
        if name is not None:
            walk.refuse(name, reason)

    for relative, path, size in files(str(folder), refuse):
        name = walk.name("", relative)
        if walk.stopped:
            return
        if name is None:
            continue
        try:
            handle = os.fdopen(open_regular(path), "rb", buffering=0)
        except OSError as error:
            walk.refuse(name, f"cannot be read: {error.strerror or error}")
            continue
        walk.size += size
        with handle:
            yield Entry(name, size, FileStream(handle), os.fstat(handle.fileno()).st_mtime)
        if walk.stopped:
            return


def folder_sha256(folder: Path) -> str:
    """Over the sorted lines '<path> <size> <sha256>' of the regular files that can be read."""
    lines: list[str] = []
    for relative, path, _ in files(str(folder), lambda path, reason: None):
        try:
            with os.fdopen(open_regular(path), "rb") as handle:
                digest = hashlib.file_digest(handle, "sha256").hexdigest()
                lines.append(f"{clean_name(relative)} {handle.tell()} {digest}\n")
        except (OSError, ValueError):
            continue  # members() has refused it
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()
