"""One line on a terminal that says what an analysis is doing, and that is gone when it is done.

    with shown(sys.stderr):
        analysis = analyze(source)

It needs nothing of the terminal but a carriage return, so that it is right without colours and on a narrow one. Where
stderr is no terminal (or a dumb one, such as an editor's) there is no line and nothing is measured.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from analyzer.language import _
from analyzer.progress import watched_by
from analyzer.report import formatting
from analyzer.report.cells import cells, fit, fit_end

EVERY = 0.1  # seconds between two updates
FIRST = 0.3  # a small bundle is done before a line would be read
_SPINNER = "|/-\\"


class Line:
    """The watcher that draws. Several threads may tell it something; what comes after `close` is not shown."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._lock = threading.Lock()
        self._words, self._total = "", 0
        self._next = clock() + FIRST
        self._turn = 0
        self._shown = 0  # columns on the screen
        self._closed = False

    def stage(self, words: str, total: int | None = None) -> None:
        """Another piece of work begins."""
        with self._lock:
            self._words, self._total = words, total or 0
            self._draw("", 0)

    def read(self, name: str, packed: int) -> None:
        """How far it has come."""
        if self._clock() >= self._next:
            with self._lock:
                self._draw(name, packed)

    def close(self) -> None:
        """Take the line away."""
        with self._lock:
            self._put("")
            self._closed = True

    def _draw(self, name: str, packed: int) -> None:
        now = self._clock()
        if now >= self._next:
            self._next = now + EVERY
            self._turn += 1
            self._put(self._text(name, packed))

    def _text(self, name: str, packed: int) -> str:
        """Words, how much, and in what room is left, the member."""
        width = shutil.get_terminal_size((80, 24)).columns - 1  # the last column would wrap on some terminals
        if self._total:
            share = min(99, 100 * packed // self._total)
            much = _("{percent} of {size}").format(
                percent=formatting.percent(share / 100) if share else "0 %", size=formatting.size(self._total)
            )
        else:
            much = _SPINNER[self._turn % len(_SPINNER)] + (f" {formatting.size(packed)}" if packed else "")
        head = f"{self._words}  {much}"
        room = width - cells(head) - 2
        return f"{head}  {fit_end(name, room)}" if name and room > 8 else fit(head, width)

    def _put(self, text: str) -> None:
        if self._closed or not (text or self._shown):
            return
        columns = cells(text)
        blank = " " * max(0, self._shown - columns)
        with suppress(OSError, ValueError):  # a terminal that went away costs no analysis
            self._stream.write(f"\r{text}{blank}" + ("" if text else "\r"))
            self._stream.flush()
        self._shown = columns


@contextmanager
def shown(stream: TextIO) -> Iterator[None]:
    """Show what goes on inside the block on `stream`, if that is a terminal."""
    if not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    line = Line(stream)
    try:
        with watched_by(line):
            yield
    finally:
        line.close()
