"""Decompress the next blocks while the last one is analysed: isal lets go of the interpreter while it works.

Only long members get a thread; a bundle of small files would wait for it more than it gains.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

LONG = 16 << 20  # bytes of a member that are read without a thread
HELD = 3  # blocks that wait at most


def read_ahead(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same blocks. What the source raises is raised here, in its place."""
    done = 0
    for block in blocks:
        yield block
        done += len(block)
        if done > LONG:
            yield from _from_thread(blocks)
            return


def _from_thread(blocks: Iterator[bytes]) -> Iterator[bytes]:
    ready: queue.Queue[bytes | BaseException | None] = queue.Queue(HELD)
    left = threading.Event()

    def hand_over(item: bytes | BaseException | None) -> bool:
        """Whether somebody still waits for it."""
        while not left.is_set():
            try:
                ready.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def read() -> None:
        try:
            for block in blocks:
                if not hand_over(block):
                    return
            hand_over(None)
        except BaseException as error:  # raised again where the blocks are used
            hand_over(error)

    reader = threading.Thread(target=read, name="vmtriage-reader", daemon=True)
    reader.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        left.set()
        reader.join()
