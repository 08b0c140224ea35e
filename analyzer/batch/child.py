"""`python -m analyzer.batch.child BYTES`: the process that analyses bundles for a batch, one after the other.

Jobs come in as lines on stdin, replies go out as lines on stdout. It may use BYTES of memory, and a job that takes
longer than it may ends the process by SIGALRM even if the parent is gone. What a library prints goes to stderr.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator

from analyzer.batch.job import FAILED, Job, Reply

_GRACE = 10.0  # seconds that the parent has to end the process itself, which it does with better words


_NO_THREAD = "can't start new thread"  # what Python says when there is no memory for its stack


def too_large(memory: int) -> str:
    """What is said of a bundle that goes over the limit."""
    return f"needs more than {memory >> 20} MiB of memory"


def main() -> None:
    _limit_memory(int(sys.argv[1]))
    replies = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    from analyzer.memory import settle

    settle()
    for line in sys.stdin:
        replies.write(_answer(Job.from_json(line)).to_json() + "\n")
        replies.flush()


def _answer(job: Job) -> Reply:
    started = time.perf_counter()
    try:
        with _alarm(job.seconds + _GRACE):
            from analyzer.batch.work import work

            return work(job)
    except MemoryError:
        reason = too_large(job.memory)
    except ImportError as error:
        reason = str(error)
    except Exception as error:  # a bug must cost its bundle, and be told
        no_room = _NO_THREAD in str(error)
        reason = too_large(job.memory) if no_room else f"internal error: {type(error).__name__}: {error}"
    return Reply(FAILED, time.perf_counter() - started, reason)


def _limit_memory(most: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # no such limit on this system
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    import signal

    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main()
