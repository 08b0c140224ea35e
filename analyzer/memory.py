"""Settings of the process for a long run: they change no result, save a tenth of the time, and bound the memory.

glibc gives the memory of a block's arrays back to the system and asks for it again, page by page, at every block: it
is told to keep it. Python's collector looks through everything that was loaded at the start again and again: it is
told that this stays.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress

KEPT = 64 << 20
SMALL = 16 << 20  # larger arrays are the system's: it moves them without copying, and takes them back at once
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # malloc.h


def give_back() -> None:
    """What reading left free goes back to the system, before the verdict takes its share."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def settle() -> None:
    """To be called by a program, once, when its modules and its knowledge are loaded."""
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library
            adjust = ctypes.CDLL(None).mallopt
            adjust(_TRIM_THRESHOLD, KEPT)
            adjust(_MMAP_THRESHOLD, SMALL)
            adjust(_ARENA_MAX, 1)  # the reader thread would keep memory of its own
