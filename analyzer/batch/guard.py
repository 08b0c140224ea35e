"""Runs jobs in a child process of this thread's own: ended when a job takes too long, replaced when it dies.

That is the unit of work of a batch: `guarded` is handed to a thread pool here, or to the workers of a cluster.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from typing import IO

from analyzer.batch.child import too_large
from analyzer.batch.job import FAILED, Job, Reply

_MOST_JOBS = 200  # after so many a child is replaced, so that what it gathers stays small
_MOST_REPLY = 256 << 20
_TAIL = 4_000  # characters of what a dying child said

_mine = threading.local()
_alive: set[Child] = set()


class Child:
    """One child process and the jobs that it did."""

    def __init__(self, memory: int, knowledge: str) -> None:
        self.memory, self.knowledge, self.jobs = memory, knowledge, 0
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            # -P: no module is taken from the folder that somebody stands in, which may be the inbox itself
            [sys.executable, "-P", "-m", "analyzer.batch.child", str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            start_new_session=True,  # a Ctrl+C is the parent's to handle
        )
        _alive.add(self)

    def ask(self, job: Job) -> Reply:
        """The child's reply; where it dies or takes too long, a reply that says so."""
        started = time.monotonic()
        try:
            reply = self._exchange(job, started + job.seconds)
        except (OSError, ValueError) as error:
            reply = f"the analysis could not be asked: {error}"
        self.jobs += 1
        if isinstance(reply, Reply):
            return reply
        self.end()
        return Reply(FAILED, time.monotonic() - started, reply)

    def _exchange(self, job: Job, until: float) -> Reply | str:
        """The reply, or why there is none."""
        sender, receiver = self._process.stdin, self._process.stdout
        assert sender is not None
        assert receiver is not None
        sender.write(job.to_json().encode("ascii") + b"\n")
        sender.flush()
        parts: list[bytes] = []
        size = 0
        coming = select.poll()  # select() knows no file beyond the 1024th, which a server with many visitors has
        coming.register(receiver, select.POLLIN)
        while not (parts and parts[-1].endswith(b"\n")):
            if not coming.poll(max(until - time.monotonic(), 0) * 1000):
                return f"took longer than {job.seconds:g} s"
            part = os.read(receiver.fileno(), 1 << 20)
            if not part:
                return self._last_words()
            parts.append(part)
            size += len(part)
            if size > _MOST_REPLY:
                return "its report is too large"
        return Reply.from_json(b"".join(parts).decode("ascii"))

    def _last_words(self) -> str:
        code = self._process.wait()
        self._said.seek(max(0, self._said.seek(0, os.SEEK_END) - _TAIL))
        last = self._said.read().decode("utf-8", "replace").strip().splitlines()[-1:]
        if "MemoryError" in "".join(last):
            return too_large(self.memory)
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
        return f"the analysis {how}" + (f": {last[0]}" if last else "")

    def end(self) -> None:
        """Kill the process, and wait until it is gone."""
        _alive.discard(self)
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._said):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # what was still to be sent to the dead

    def fits(self, job: Job) -> bool:
        """Whether it may do this job, too."""
        same = (self.memory, self.knowledge) == (job.memory, job.knowledge)
        return same and self in _alive and self.jobs < _MOST_JOBS


def guarded(job: Job) -> Reply:
    """Do the job in this thread's child process."""
    child: Child | None = getattr(_mine, "child", None)
    if child is not None and not child.fits(job):
        child.end()
        child = None
    if child is None:
        child = _mine.child = Child(job.memory, job.knowledge)
    return child.ask(job)


def end_children() -> None:
    """Kill all children of this process."""
    for child in list(_alive):
        child.end()


atexit.register(end_children)
