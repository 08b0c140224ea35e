"""A run over an inbox: what has to be analysed goes to the executor, what comes back goes into the store.

What is stored is whole: a report is written before its bundle's row, and the row in one transaction. So a run that was
killed at any time goes on where it stopped, and a bundle whose bytes, questions and knowledge are the same is not
analysed again.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path

from analyzer import resources
from analyzer.batch.guard import guarded
from analyzer.batch.inbox import Ticket
from analyzer.batch.job import DONE, FAILED, UNCHANGED, Job, Reply
from analyzer.batch.store import Store
from analyzer.report.aside import whole
from analyzer.version import __version__

REPORTS = "reports"
_AHEAD = 4  # jobs that wait for each worker, so that a folder of a million tickets needs no memory

Told = Callable[[Ticket, Reply], None]


@dataclass
class Summary:
    """What a run did."""

    tickets: int
    analysed: int = 0
    unchanged: int = 0
    gone: int = 0
    named: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def knowledge_of(job: Job) -> str:
    """What a verdict depends on besides the bundle: the program, the signatures, and what is asked."""
    digest = hashlib.sha256(f"{__version__}\n{job.symptom}\n{job.at}\n{job.language}\n{job.identity}".encode())
    for folder in [resources.folder("signatures"), *map(Path, job.packs)]:
        for path in sorted(folder.rglob("*.toml")):
            digest.update(path.read_bytes())
    return f"{__version__}-{digest.hexdigest()[:16]}"


def run(
    found: Sequence[Ticket],
    store: Store,
    out: Path,
    question: Job,
    executor: Executor,
    workers: int,
    told: Told = lambda ticket, reply: None,
    *,
    retry: bool = False,
    forget: bool = False,
) -> Summary:
    """Analyse what is new or has changed. `question` is the job that all tickets share; `told` hears of every ticket.

    `retry` takes up the ones that failed last time, too. `forget` drops bundles that are not among the tickets."""
    (out / REPORTS).mkdir(parents=True, exist_ok=True)
    knowledge = knowledge_of(question)
    number, known = store.begin(knowledge), store.known()
    summary = Summary(len(found))
    if forget:
        for source in sorted(known.keys() - {ticket.source for ticket in found}):
            store.forget(source)
            summary.gone += 1
    for ticket, reply in _replies(_jobs(found, known, knowledge, question, out, retry), executor, workers):
        _take(ticket, reply, store, out, number, knowledge, summary)
        told(ticket, reply)
    store.end(number)
    return summary


def _jobs(
    found: Iterable[Ticket], known: Mapping[str, sqlite3.Row], knowledge: str, question: Job, out: Path, retry: bool
) -> Iterator[tuple[Ticket, Job | None]]:
    """What is to be done for each ticket; None for nothing."""
    for ticket in found:
        row = known.get(ticket.source)
        job = replace(question, name=ticket.name, source=ticket.source)
        if row is None or row["knowledge"] != knowledge or row["name"] != ticket.name:
            yield ticket, job
        elif row["status"] == "failed":
            yield ticket, job if retry or row["stamp"] != ticket.stamp else None
        elif not (out / row["report"]).exists():
            yield ticket, job
        else:
            yield ticket, None if row["stamp"] == ticket.stamp else replace(job, sha256=row["sha256"])


def _replies(
    jobs: Iterable[tuple[Ticket, Job | None]], executor: Executor, workers: int
) -> Iterator[tuple[Ticket, Reply]]:
    """Replies as they come, a few jobs ahead of the workers."""
    running: dict[Future[Reply], Ticket] = {}
    for ticket, job in jobs:
        if job is None:
            yield ticket, Reply(UNCHANGED)
            continue
        running[executor.submit(guarded, job)] = ticket
        if len(running) >= workers * _AHEAD:
            yield from _ended(running)
    while running:
        yield from _ended(running)


def _ended(running: dict[Future[Reply], Ticket]) -> Iterator[tuple[Ticket, Reply]]:
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        ticket = running.pop(future)
        error = future.exception()
        yield ticket, Reply(FAILED, reason=f"the worker failed: {error}") if error is not None else future.result()


def _take(ticket: Ticket, reply: Reply, store: Store, out: Path, number: int, knowledge: str, summary: Summary) -> None:
    if reply.state == UNCHANGED:
        store.unchanged(ticket)
        summary.unchanged += 1
    elif reply.state == DONE and reply.document is not None:
        report = f"{REPORTS}/{report_name(ticket)}"
        with whole(out / report) as file:
            file.write(reply.html.encode("utf-8", "replace"))
        store.analysed(ticket, number, knowledge, reply.document, report)
        summary.analysed += 1
        summary.named += reply.document["verdict"]["outcome"] in ("named", "platform")
    else:
        store.failed(ticket, number, knowledge, reply.reason, reply.seconds)
        summary.failed.append((ticket.name, reply.reason))


def report_name(ticket: Ticket) -> str:
    """The report's file: readable, safe on any file system, and no two alike."""
    safe = "".join(char if char.isalnum() or char in "._-" else "_" for char in ticket.name)[:80].strip(".")
    return f"{safe or 'bundle'}-{hashlib.sha256(ticket.source.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}.html"
