"""What came back of a bundle goes into a folder: its report, then its rows in the store.

So what is stored is whole, whenever the process is killed: a row's report is there, and a report without a row is
written again.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from analyzer import resources
from analyzer.aside import whole
from analyzer.batch.inbox import Ticket
from analyzer.batch.job import DONE, Job, Reply
from analyzer.batch.store import LOCK, NAME, Store
from analyzer.bundle.model import Limits
from analyzer.redaction.redactor import Redactor
from analyzer.version import __version__

REPORTS, INDEX = "reports", "index.html"


def knowledge_of(job: Job) -> str:
    """What a verdict depends on besides the bundle: the program, the signatures, the limits, and what is asked."""
    asked = (__version__, job.symptom, job.at, job.language, job.identity, Limits.of(job.limits))
    digest = hashlib.sha256("\n".join(map(str, asked)).encode())
    for folder in [resources.folder("signatures"), *map(Path, job.packs)]:
        for path in sorted(folder.rglob("*.toml")):
            digest.update(path.read_bytes())
    return f"{__version__}-{digest.hexdigest()[:16]}"


@dataclass(frozen=True)
class Keeper:
    """Keeps what comes back to `question` in `folder` as work of the run `number`."""

    store: Store
    folder: Path
    number: int
    question: Job

    def keep(self, ticket: Ticket, reply: Reply, before: Mapping[str, str] | sqlite3.Row | None = None) -> None:
        """Store a reply that is done or failed. `before` is the bundle's earlier row."""
        knowledge, report = self.question.knowledge, f"{REPORTS}/{report_name(ticket)}"
        stale = {before["report"]} if before is not None else set()
        if reply.state == DONE and reply.document is not None:
            with whole(self.folder / report) as file:
                file.write(reply.html.encode("utf-8", "replace"))
            self.store.analysed(ticket, self.number, knowledge, reply.document, report)
            stale.discard(report)
        else:
            self.store.failed(ticket, self.number, knowledge, reply.reason, reply.seconds)
            stale.add(report)  # which a killed run may have left
        for name in stale - {None}:
            (self.folder / name).unlink(missing_ok=True)

    def forget(self, row: sqlite3.Row) -> None:
        """A bundle that the inbox no longer holds: its rows and its report go."""
        self.store.forget(row["key"])
        if row["report"] is not None:
            (self.folder / row["report"]).unlink(missing_ok=True)


def prepare(folder: Path) -> None:
    """The folder of the reports, without what a killed run was writing."""
    (folder / REPORTS).mkdir(parents=True, exist_ok=True)
    for left in (*(folder / REPORTS).glob(".*.html.*"), *folder.glob(f".{INDEX}.*")):
        left.unlink(missing_ok=True)


def written(folder: Path) -> list[Path]:
    """All that a batch writes into its folder."""
    return [folder / name for name in (REPORTS, INDEX, LOCK, NAME, f"{NAME}-wal", f"{NAME}-shm")]


def report_name(ticket: Ticket) -> str:
    """The report's file: readable, safe on any file system, and no two alike."""
    safe = "".join(char if char.isalnum() or char in "._-" else "_" for char in ticket.name)[:80].strip(".")
    return f"{safe or 'bundle'}-{ticket.key[:8]}.html"


def shown(ticket: Ticket, reply: Reply, identity: bool) -> tuple[Ticket, Reply]:
    """Both as they may be shown: where identities are hidden, without the path, and with the names in the file's name
    that its analysis learnt hidden too. Of a bundle that failed nothing was learnt but what has the form of an id."""
    if not identity:
        return ticket, reply
    if reply.document is not None:
        return replace(ticket, name=reply.document["bundle"]["name"], source=""), reply
    redactor = Redactor(identity=True)
    reason = reply.reason.replace(ticket.source, ticket.name)
    return replace(ticket, name=redactor.text(ticket.name), source=""), replace(reply, reason=redactor.text(reason))
