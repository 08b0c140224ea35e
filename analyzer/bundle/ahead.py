"""Make the next items in a thread while the last one is worked on.

Decompressing and indexing spend their time in libraries that let go of the interpreter meanwhile, so a second core
takes over a third of a long run. Only long members get a thread: small files would wait for it more than they gain.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

LONG = 16 << 20  # bytes of a member that are read without a thread
HELD = 2  # items that wait at most


def read_ahead(items: Iterator[Item], size: Callable[[Item], int]) -> Iterator[Item]:
    """The same items. What the source raises is raised here, in its place. `size` is an item's share of LONG."""
    done = 0
    for item in items:
        yield item
        done += size(item)
        if done > LONG:
            yield from _from_thread(items)
            return


def _from_thread(items: Iterator[Item]) -> Iterator[Item]:
    ready: queue.Queue[tuple[Item] | BaseException | None] = queue.Queue(HELD)
    left = threading.Event()

    def hand_over(item: tuple[Item] | BaseException | None) -> bool:
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
            for item in items:
                if not hand_over((item,)):
                    return
            hand_over(None)
        except BaseException as error:  # raised again where the items are used
            hand_over(error)

    reader = threading.Thread(target=read, name="vmtriage-reader", daemon=True)
    reader.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item[0]
    finally:
        left.set()
        reader.join()
