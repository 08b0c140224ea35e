"""A tar.gz whose bytes depend on nothing but its content, and which is there whole or not at all."""

from __future__ import annotations

import gzip
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from analyzer.aside import whole

MODE = 0o644


class Archive:
    """An archive that is being written."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._names: set[str] = set()

    def add(self, name: str, file: IO[bytes]) -> str:
        """Add a file's content from its beginning; the name under which it stands."""
        unique, number = name, 2
        while unique in self._names:
            unique, number = f"{name} ({number})", number + 1
        self._names.add(unique)
        info = tarfile.TarInfo(unique)
        info.size, info.mode = file.seek(0, os.SEEK_END), MODE
        file.seek(0)
        self._tar.addfile(info, file)
        return unique


@contextmanager
def archive(target: Path) -> Iterator[Archive]:
    """Write beside the target and rename, so that a full disk or a signal leaves no half bundle."""
    with (
        whole(target) as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        yield Archive(tar)
