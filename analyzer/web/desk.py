"""What the drop page works with: bundles come in, wait, are analysed in children with limits, and stay in the store.

An uploaded file lives until its analysis ends; what is kept is the store and the reports. Methods may be called from
any thread.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analyzer.batch.guard import guarded
from analyzer.batch.inbox import Ticket
from analyzer.batch.job import FAILED, Job, Reply
from analyzer.batch.keep import Keeper, knowledge_of, prepare, shown
from analyzer.batch.store import Store

UPLOADS = "uploads"
_MOST_SHOWN = 200


@dataclass
class Arrival:
    """A bundle on its way to a verdict. `state`: queued · analysing · failed (for what is not the bundle's fault)."""

    id: str
    name: str
    path: Path
    size: int
    state: str = "queued"
    reason: str = ""


class Desk:
    """One store, one executor, and the bundles that are under way."""

    def __init__(self, folder: Path, executor: Executor, question: Job) -> None:
        """StoreError when another process works with the folder."""
        self.folder, self._executor = folder, executor
        self._question = replace(question, knowledge=knowledge_of(question))
        self._lock = threading.Lock()
        self._arrivals: dict[str, Arrival] = {}
        self._store = Store(folder)
        prepare(folder)
        (folder / UPLOADS).mkdir(exist_ok=True)
        for left in (folder / UPLOADS).iterdir():  # of a server that was killed
            left.unlink()
        self._keeper = Keeper(self._store, folder, self._store.begin(self._question.knowledge), self._question)
        self._closed = False

    def close(self) -> None:
        """End the run. Bundles that are under way are lost, and their files removed."""
        with self._lock:
            self._closed = True
            for arrival in self._arrivals.values():
                arrival.path.unlink(missing_ok=True)
            self._store.end(self._keeper.number)
            self._store.close()

    def place(self) -> tuple[str, Path]:
        """A new bundle's id, and where its bytes go; the name that the user gave is never part of a path."""
        identity = secrets.token_urlsafe(12)
        return identity, self.folder / UPLOADS / identity

    def take(self, identity: str, name: str, path: Path, symptom: str | None, at: str | None) -> Arrival:
        """Queue a bundle whose bytes are all there."""
        arrival = Arrival(identity, name, path, path.stat().st_size)
        job = replace(self._question, name=name, source=str(path), symptom=symptom, at=at)
        with self._lock:
            self._arrivals[identity] = arrival
        self._executor.submit(self._work, arrival, job).add_done_callback(_raise_bugs)
        return arrival

    def _work(self, arrival: Arrival, job: Job) -> None:
        arrival.state = "analysing"
        try:
            self._keep(arrival, guarded(job))
        except (OSError, sqlite3.Error) as error:  # a full disk, no more processes
            arrival.reason = f"this server could not do it: {getattr(error, 'strerror', None) or error}"
            arrival.state = FAILED
        finally:
            arrival.path.unlink(missing_ok=True)

    def _keep(self, arrival: Arrival, reply: Reply) -> None:
        ticket = Ticket(arrival.name, str(arrival.path), arrival.size, arrival.id, arrival.id)
        ticket, reply = shown(ticket, reply, self._question.identity)
        with self._lock:
            if not self._closed:
                self._keeper.keep(replace(ticket, source=""), reply)
                del self._arrivals[arrival.id]

    def told(self, identity: str) -> dict[str, Any] | None:
        """How a bundle stands; None for one that nobody knows."""
        with self._lock:
            arrival = self._arrivals.get(identity)
            if arrival is not None:
                waiting = [each.id for each in self._arrivals.values() if each.state == "queued"]
                ahead = waiting.index(identity) if identity in waiting else 0
                told = {"id": identity, "name": arrival.name, "state": arrival.state, "ahead": ahead}
                return told | ({"reason": arrival.reason} if arrival.state == FAILED else {})
            rows = self._store.rows("SELECT * FROM bundles WHERE key = ?", [identity])
        return _public(rows[0]) if rows else None

    def search(self, words: str) -> list[dict[str, Any]]:
        """Earlier bundles whose name, verdict, VM, versions or codes hold all the words, the newest first."""
        query = "SELECT b.* FROM bundles b LEFT JOIN verdicts v ON v.bundle = b.id"
        searched = "lower(" + " || ' ' || ".join(f"coalesce({name}, '')" for name in _SEARCHED) + ")"
        parts = words.lower().split()[:10]
        if parts:
            query += " WHERE " + " AND ".join([f"instr({searched}, ?) > 0"] * len(parts))
        with self._lock:
            rows = self._store.rows(f"{query} ORDER BY b.id DESC LIMIT {_MOST_SHOWN}", parts)
        return [_public(row) for row in rows]

    def report(self, identity: str) -> Path | None:
        """The report of a bundle, or None."""
        with self._lock:
            rows = self._store.rows("SELECT report FROM bundles WHERE key = ?", [identity])
        return self.folder / rows[0]["report"] if rows and rows[0]["report"] else None


_SEARCHED = (
    "b.name", "b.headline", "b.cause", "b.outcome", "b.vm", "b.system", "b.agent", "b.region", "b.sha256",
    "v.incident_code", "b.reason",
)  # fmt: skip
_SHOWN = ("name", "size", "outcome", "cause", "headline", "confidence", "happened", "vm", "system", "agent", "reason")


def _public(row: Any) -> dict[str, Any]:
    state = "done" if row["status"] == "analysed" else "failed"
    return {"id": row["key"], "state": state} | {key: row[key] for key in _SHOWN}


def _raise_bugs(future: Future[None]) -> None:
    """What went wrong outside the child must not vanish in the executor."""
    if not future.cancelled() and (error := future.exception()) is not None:
        threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, None)))
