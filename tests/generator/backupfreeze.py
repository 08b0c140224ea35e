"""The lines of freezing the file systems, from the command line of safefreeze to its result.

Sources: azure-linux-extensions VMBackup/main fsfreezer.py and safefreeze/src/safefreeze.c.
"""

from __future__ import annotations

from collections.abc import Iterator

from .backupoutcome import Job, Line

TRACES = (
    "============== Binary output traces start ================= ",
    "============== Binary output traces end ================= ",
)


def freeze(job: Job) -> Iterator[Line]:
    """Up to the moment when all mounts are frozen, or one of them could not be."""
    yield Line(0.0009, "T:S freeze, timeout value 60")
    yield Line(0.0001, "skipped mount :")
    for mount in job.mounts:
        yield Line(0.0001, f"fsfreeze mount :{mount}")
    yield Line(0.0001, "skip freeze is : False")
    yield Line(0.0001, f"arg : {[f'/{job.home}/main/safefreeze/bin/safefreeze', '60', *job.mounts]}")
    yield Line(0.0001, "proceeded for accepting signals")
    if job.outcome.freeze == "killed":
        return
    yield Line(0.0003, "Aquired Lock Successful", True)
    yield Line(3.0, "****** 1. Starting Freeze Binary ", True)
    yield Line(0.0005, "Binary subprocess Created", True)
    if job.outcome.freeze == "ok":
        yield Line(0.12, "freezed", True)
        yield Line(0.0001, "****** 4. Freeze Completed (Signal=1 received)", True)
        yield Line(0.9, "T:S freeze result , timedout :False", True)
        return
    if job.outcome.freeze == "timeout":
        yield Line(63.0, "Binary output for signal handled: 0", True)
        yield from trace(["****** 2. Binary Freeze Started", f"Freezing: {job.mounts[0]}"], True)
        yield Line(0.0001, "freeze timed-out", True, "Error")
        yield Line(0.0001, "T:S ###### Enable failed with error: freeze took longer than timeout", True)
        return
    yield Line(1.0, "some child process terminated", True)
    yield Line(0.0001, "****** 9. Binary Process completed (Signal=2 received)", True)
    mount = job.mounts[0]
    busy = f"Failed to FIFREEZE: {mount} with error message: Device or resource busy"
    undo = ["Thawing: /", "Failed to FITHAW: / with error message : Invalid argument", f"Thawing: {mount}"]
    yield from trace(["****** 2. Binary Freeze Started", f"Freezing: {mount}", busy, *undo], True)
    yield Line(0.0001, "freeze failed for some mount", True, "Error")
    text = "T:S Enable failed with error: freeze failed for some mount\n StatusCode.FailedRetryableFsFreezeFailed,"
    yield Line(0.0001, text, True, "Warning")


def trace(texts: list[str], frozen: bool) -> Iterator[Line]:
    """What safefreeze printed, copied with its own stamps."""
    yield Line(0.0001, TRACES[0], frozen)
    for text in texts:
        yield Line(0.0001, text, frozen, inner=True)
    yield Line(0.0001, TRACES[1], frozen)
