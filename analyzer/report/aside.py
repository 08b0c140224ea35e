"""Files that are there whole or not at all: written beside their place and renamed when all is in them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


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
        descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:100]}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
            os.chmod(name, _mode(place))
            os.replace(name, place)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        error.filename, error.filename2 = str(target), None
        raise


def _mode(place: Path) -> int:
    """The rights of the file that is replaced, else those that the user gives to new files."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
