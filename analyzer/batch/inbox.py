"""The tickets of an inbox: a folder's entries, files, globs, or the same on remote storage; one bundle a ticket.

The batch's own output is never a ticket, wherever it lies.
"""

from __future__ import annotations

import glob
import hashlib
import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from analyzer.bundle.walk import printable

_UNFINISHED = (".part", ".crdownload", ".tmp")
_CHANGES = ("etag", "ETag", "mtime", "last_modified", "LastModified")  # what tells that a file changed, by storage


@dataclass(frozen=True)
class Ticket:
    """One bundle. `key` stands for its place; `stamp` changes whenever its content does, as far as that can be told
    without reading it. The name is fit to be shown, the source (a path or URL) is as the system has it."""

    name: str
    source: str
    size: int
    stamp: str
    key: str = ""


def tickets(places: Iterable[str], own: Collection[Path] = ()) -> list[Ticket]:
    """All bundles of the inbox, by name. A folder that is named is an inbox whose entries are the tickets (files, or
    folders that are bundles themselves). What lies at or below a path of `own`, or holds one, is none.

    FileNotFoundError for what is not there, ImportError for a missing extra."""
    found: dict[str, Ticket] = {}
    taken = [os.path.realpath(path) for path in own]
    for place in places:
        for ticket in _remote(place) if "://" in place else _local(place):
            if not any(_within(ticket.source, path) or _within(path, ticket.source) for path in taken):
                found.setdefault(ticket.key, ticket)
    return _named_apart(sorted(found.values(), key=lambda ticket: (ticket.name, ticket.source)))


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _local(place: str) -> Iterator[Ticket]:
    path = Path(place)
    if path.is_dir():
        yield from (_ticket(entry, entry.name) for entry in sorted(path.iterdir()) if _wanted(entry.name))
    elif path.exists():
        yield _ticket(path, path.name)
    else:
        matching = sorted(glob.glob(place, recursive=True))
        if not matching:
            raise FileNotFoundError(2, "no such file, folder or match", place)
        yield from (_ticket(Path(each), Path(each).name) for each in matching)


def _wanted(name: str) -> bool:
    return not name.startswith(".") and not name.endswith(_UNFINISHED)


def _ticket(path: Path, name: str) -> Ticket:
    sizes, newest, names = 0, 0, []
    for each in _files(path):
        try:
            info = each.stat()  # of a link what it leads to, since that is what is read
        except OSError:
            continue  # gone, or not to be read: the analysis tells
        sizes += info.st_size
        newest = max(newest, info.st_mtime_ns)
        names.append(str(each))
    return _made(name, os.path.realpath(path), sizes, f"{sizes}.{newest}.{hash_of(sorted(names))}")


def _made(name: str, source: str, size: int, stamp: str) -> Ticket:
    return Ticket(printable(name), source, size, stamp, hash_of([source]))


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, _, names in os.walk(path):
        yield from (Path(folder) / name for name in names)


def _remote(place: str) -> Iterator[Ticket]:
    from analyzer.batch.remote import filesystem

    system, path = filesystem(place)
    if "*" in path:
        entries = [system.info(each) for each in system.glob(path)]
    elif system.isdir(path):
        entries = system.ls(path, detail=True)
    elif system.exists(path):
        entries = [system.info(path)]
    else:
        raise FileNotFoundError(2, "no such file, folder or match", place)
    for entry in sorted(entries, key=lambda entry: str(entry["name"])):
        name = str(entry["name"]).rstrip("/").rsplit("/", 1)[-1]
        if not name or not _wanted(name) or (str(entry["name"]).rstrip("/") == path.rstrip("/") and len(entries) > 1):
            continue
        files = [entry] if entry["type"] != "directory" else list(system.find(entry["name"], detail=True).values())
        size = sum(int(file.get("size") or 0) for file in files)
        told = sorted(f"{file['name']} {file.get('size')} {[file.get(key) for key in _CHANGES]}" for file in files)
        yield _made(name, str(system.unstrip_protocol(entry["name"])), size, f"{size}.{hash_of(told)}")


def hash_of(parts: Iterable[str]) -> str:
    """A short name for these texts together."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _named_apart(found: list[Ticket]) -> list[Ticket]:
    """Two tickets of one name get their folder's name in front."""
    names = Counter(ticket.name for ticket in found)
    return [
        ticket
        if names[ticket.name] == 1
        else replace(ticket, name=printable("/".join(ticket.source.rstrip("/").rsplit("/", 2)[-2:])))
        for ticket in found
    ]
