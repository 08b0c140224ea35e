"""A run over an inbox: what has to be analysed goes to the executor, what comes back is kept (keep.py).

A run that was killed at any time goes on where it stopped, and a bundle whose bytes, questions and knowledge are the
same is not analysed again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path

from analyzer.batch.guard import guarded
from analyzer.batch.inbox import Ticket
from analyzer.batch.job import DONE, FAILED, UNCHANGED, Job, Reply
from analyzer.batch.keep import Keeper, knowledge_of, prepare, shown
from analyzer.batch.store import Store

_AHEAD = 4  # jobs that wait for each worker, so that a folder of a million tickets needs no memory

Told = Callable[[Ticket, Reply], None]


@dataclass
class Summary:
    """What a run did, and how its tickets stand after it."""

    tickets: int
    analysed: int = 0
    unchanged: int = 0
    gone: int = 0
    named: int = 0  # tickets with a named cause, those that were known before among them
    unread: int = 0  # tickets that could not be analysed, now or before
    failed: list[tuple[str, str]] = field(default_factory=list)  # name and reason of those that failed now


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
    number: int | None = None,
    steady: Collection[str] | None = None,
) -> Summary:
    """Analyse what is new or has changed. `question` is the job that all tickets share; `told` hears of every ticket.

    `retry` takes up the ones that failed last time, too. `forget` drops bundles that are not among the tickets.
    `number` is a run that goes on; only the tickets whose key is `steady` are taken then."""
    prepare(out)
    question = replace(question, knowledge=question.knowledge or knowledge_of(question))
    keeper = Keeper(store, out, store.begin(question.knowledge) if number is None else number, question)
    known = store.known()
    summary = Summary(len(found))
    if forget:
        for key in sorted(known.keys() - {ticket.key for ticket in found}):
            keeper.forget(known[key])
            summary.gone += 1
    ready = [ticket for ticket in found if steady is None or ticket.key in steady]
    for ticket, reply in _replies(_jobs(ready, known, question, out, retry), executor, workers):
        before = known.get(ticket.key)
        _count(summary, reply, before)
        ticket, reply = shown(ticket, reply, question.identity)
        if reply.state == UNCHANGED:
            store.unchanged(ticket)
        else:
            keeper.keep(ticket, reply, before)
        if reply.state == FAILED:
            summary.failed.append((ticket.name, reply.reason))
        told(ticket, reply)
    store.end(keeper.number)
    return summary


def _jobs(
    found: Iterable[Ticket], known: Mapping[str, sqlite3.Row], question: Job, out: Path, retry: bool
) -> Iterator[tuple[Ticket, Job | None]]:
    """What is to be done for each ticket; None for nothing."""
    for ticket in found:
        row = known.get(ticket.key)
        job = replace(question, name=ticket.name, source=ticket.source)
        renamed = row is not None and row["name"] != ticket.name and not question.identity
        if row is None or row["knowledge"] != question.knowledge or renamed:
            yield ticket, job
        elif row["status"] == "failed":
            yield ticket, job if retry or row["stamp"] != ticket.stamp else None
        elif not (out / row["report"]).exists():
            yield ticket, job
        else:
            yield ticket, None if row["stamp"] == ticket.stamp else replace(job, sha256=row["sha256"])


def _count(summary: Summary, reply: Reply, before: sqlite3.Row | None) -> None:
    if reply.state == UNCHANGED:
        summary.unchanged += 1
        outcome = before["outcome"] if before is not None else None
    else:
        summary.analysed += reply.state == DONE
        outcome = reply.document["verdict"]["outcome"] if reply.document else None
    summary.named += outcome in ("named", "platform")
    summary.unread += outcome is None


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
        if future.cancelled():
            raise ConnectionError("the cluster gave its work up")
        error = future.exception()
        yield ticket, Reply(FAILED, reason=f"the worker failed: {error}") if error is not None else future.result()
