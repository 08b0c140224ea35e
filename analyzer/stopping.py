"""How the program ends before its time: Ctrl+C, SIGTERM, a full disk, a reader of its output that went away.

A signal becomes the exception `Stopped` in the main thread, so that whatever holds something half done tidies up on its
way out; the program then says one line and ends with 128 and the signal's number, as shells do. While a module is being
imported the signal waits, since compiled modules turn what is raised inside them into errors of their own.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
_AGAIN = 0.02  # seconds until a signal that came during an import is looked at again
_IMPORT = "<frozen importlib._bootstrap>"


class Stopped(BaseException):
    """The program was told to stop, by the signal of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


_came: list[int] = []  # signals


def run(command: Callable[[], object]) -> None:
    """Run a program, its imports included. From its end on signals change nothing: its work is done."""
    sys.unraisablehook = _unraisable
    try:
        try:
            _listen()
            command()
        finally:
            _deaf()
    except Stopped as stop:
        _say(f"stopped by {signal.Signals(stop.number).name}; nothing half-written is left behind")
        sys.exit(exit_code(stop))
    except Exception as error:
        if _came:  # what a library made of it
            sys.exit(exit_code(Stopped(_came[-1])))
        if not isinstance(error, OSError):
            raise
        _say(f"{error.strerror or error}" + (f": {error.filename}" if error.filename else ""))
        let_go_of_stdout()
        sys.exit(1)


def exit_code(stop: BaseException) -> int:
    """That of a program which was stopped by a signal."""
    return 128 + (stop.number if isinstance(stop, Stopped) else signal.SIGINT)


def check() -> None:
    """Raises `Stopped` where a signal came whose exception was lost, as one in a destructor is."""
    if _came:
        raise Stopped(_came[-1])


def let_go_of_stdout() -> None:
    """Nobody reads stdout any more: what is still to be written goes nowhere, and nothing complains at the end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _say(words: str) -> None:
    with suppress(OSError, ValueError):
        print(f"vmtriage: {words}", file=sys.stderr, flush=True)


def _stop(number: int, frame: FrameType | None) -> None:
    _came.append(number)
    _later(number, frame)


def _later(_number: int, frame: FrameType | None) -> None:
    if _importing(frame) and hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)
    else:
        raise Stopped(_came[-1])


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == _IMPORT:
            return True
        frame = frame.f_back
    return False


def _listen() -> None:
    for number in SIGNALS:
        signal.signal(number, _stop)
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, _later)


def _deaf() -> None:
    for number in (*SIGNALS, *([signal.SIGALRM] if hasattr(signal, "SIGALRM") else [])):
        signal.signal(number, signal.SIG_IGN)


def _unraisable(found: sys.UnraisableHookArgs) -> None:
    """A stop that came in a destructor is no news; `check` finds it again."""
    if not issubclass(found.exc_type, Stopped):
        sys.__unraisablehook__(found)
