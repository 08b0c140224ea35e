"""An input that broke a promise: the name that the same mistake always gets, and the input made small."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from time import monotonic

from tests.fuzz.bounds import Hang, in_time

Run = Callable[[bytes], object]


class Broken(AssertionError):
    """A property that an input does not have; the first word of the message names it."""


def key_of(error: BaseException) -> str:
    """The kind of error and the last place of ours that it went through, such as 'KeyError-load-118'."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "/analyzer/" in f.filename] or frames[-1:]
    if isinstance(error, Hang):
        ours = ours[:1]  # where the alarm found it differs from run to run
    place = f"{ours[-1].filename.rpartition('/')[2].removesuffix('.py')}-{ours[-1].lineno}" if ours else "nowhere"
    if isinstance(error, Broken):
        place = re.split(r"\W", str(error), maxsplit=1)[0]
    return f"{type(error).__name__}-{place}"


def failure(run: Run, data: bytes) -> BaseException | None:
    """What `run` raises on an input, or None. A panic of a library in Rust is no `Exception`, yet one too."""
    try:
        with in_time():
            run(data)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return error
    return None


def smaller(run: Run, data: bytes, key: str, seconds: float = 30.0) -> bytes:
    """The input with as much taken out as goes while it breaks the same promise."""
    end = monotonic() + seconds
    size = len(data) // 2
    while size and monotonic() < end:
        at = 0
        while at < len(data) and monotonic() < end:
            shorter = data[:at] + data[at + size :]
            error = failure(run, shorter)
            if error is not None and key_of(error) == key:
                data = shorter
            else:
                at += size
        size //= 2
    return data
