"""Files that are there whole or not at all: written beside their place and renamed when all is in them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from analyzer.stopping import check


@contextmanager
def whole(target: Path) -> Iterator[BinaryIO]:
    """A file to write into; it stands at `target` once the block ends well, and a full disk or a signal leaves what
    was there. OSError names `target`. A link is followed; a device or a pipe is written to as it is."""
    place = Path(os.path.realpath(target))
    try:
        if place.exists() and not place.is_file() and not place.is_dir():
            with place.open("wb") as stream:
                yield stream
            return
        # Named before it is there, so that a signal at any moment finds it.
        aside = place.parent / f".{place.name[:50]}.{secrets.token_hex(8)}"
        try:
            with open(aside, "xb", opener=_private) as file:
                yield file
            os.chmod(aside, _mode(place))
            check()
            os.replace(aside, place)
        except BaseException:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
            raise
    except OSError as error:
        error.filename, error.filename2 = str(target), None
        raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _mode(place: Path) -> int:
    """The rights of the file that is replaced, else those that the user gives to new files."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
