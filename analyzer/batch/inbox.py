"""The tickets of an inbox: a folder's entries, files, globs, or the same on remote storage; one bundle a ticket."""

from __future__ import annotations

import glob
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_UNFINISHED = (".part", ".crdownload", ".tmp")
_CHANGES = ("etag", "ETag", "mtime", "last_modified", "LastModified")  # what tells that a file changed, by storage


@dataclass(frozen=True)
class Ticket:
    """One bundle. `stamp` changes whenever its content does, as far as that can be told without reading it."""

    name: str
    source: str
    size: int
    stamp: str


def tickets(places: Iterable[str]) -> list[Ticket]:
    """All bundles of the inbox, by name. A folder that is named is an inbox whose entries are the tickets (files, or
    folders that are bundles themselves). FileNotFoundError for what is not there, ImportError for a missing extra."""
    found: dict[str, Ticket] = {}
    for place in places:
        for ticket in _remote(place) if "://" in place else _local(place):
            found.setdefault(ticket.source, ticket)
    return _named_apart(sorted(found.values(), key=lambda ticket: (ticket.name, ticket.source)))


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
    sizes, newest = 0, 0
    for each in _files(path):
        try:
            info = each.lstat()
        except OSError:
            continue  # gone, or not to be read: the analysis tells
        sizes += info.st_size
        newest = max(newest, info.st_mtime_ns)
    return Ticket(name, str(path.resolve()), sizes, f"{sizes}.{newest}")


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
        yield Ticket(name, str(system.unstrip_protocol(entry["name"])), size, f"{size}.{hash_of(told)}")


def hash_of(parts: Iterable[str]) -> str:
    """A short name for these texts together."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _named_apart(found: list[Ticket]) -> list[Ticket]:
    """Two tickets of one name get their folder's name in front."""
    names = Counter(ticket.name for ticket in found)
    return [
        ticket
        if names[ticket.name] == 1
        else Ticket("/".join(ticket.source.rstrip("/").rsplit("/", 2)[-2:]), ticket.source, ticket.size, ticket.stamp)
        for ticket in found
    ]
