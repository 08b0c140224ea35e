"""What holds while one input is read: so many seconds of processor time, so much memory.

The time is the processor's: a busy machine stretches the clock on the wall and not this one.
"""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 10.0
MEMORY = 1 << 30  # a third of what a batch grants a bundle; an input is some kilobytes


class Hang(BaseException):
    """An input took too long. No `except Exception` on the way up may take it for a parser's mistake."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Hang("the time is used up")


@contextmanager
def in_time(seconds: float = SECONDS) -> Iterator[None]:
    """Raises `Hang` in the main thread once the block has used up its time."""
    before = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def in_memory(more: int = MEMORY) -> Iterator[None]:
    """What is allocated beyond so many bytes is a MemoryError."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (_used() + more, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def most_used() -> int:
    """Bytes of memory that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def _used() -> int:
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmData:"))
