"""The SQLite store of a batch: what became of each bundle, whole or not at all (schema.sql, docs/batch.md)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analyzer.batch.inbox import Ticket
from analyzer.batch.rows import Json, row_of, tables_of, verdict_of

NAME, LOCK = "triage.sqlite", ".triage.lock"
_VERSION = 1  # of schema.sql


class StoreError(Exception):
    """The store cannot be used; the message says why."""


class Store:
    """One connection; a bundle's rows are written in one transaction. Only one process at a time works on a folder."""

    def __init__(self, folder: Path) -> None:
        """StoreError when another process is at work there, or when what lies there is no store of this version."""
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(folder)
        try:
            self._base = _opened(folder / NAME)
        except BaseException:
            self._lock.close()
            raise

    def close(self) -> None:
        self._base.close()
        self._lock.close()

    def begin(self, knowledge: str) -> int:
        """A new run; its number."""
        cursor = self._base.execute("INSERT INTO runs (started, knowledge) VALUES (?, ?)", (_now(), knowledge))
        return int(cursor.lastrowid or 0)

    def end(self, run: int) -> None:
        self._base.execute("UPDATE runs SET ended = ? WHERE id = ?", (_now(), run))

    def known(self) -> dict[str, sqlite3.Row]:
        """The rows of `bundles` by key."""
        return {row["key"]: row for row in self._base.execute("SELECT * FROM bundles")}

    def rows(self, query: str, values: Iterable[Any] = ()) -> list[sqlite3.Row]:
        """What a reading statement gives."""
        return self._base.execute(query, tuple(values)).fetchall()

    def columns(self, table: str) -> dict[str, str]:
        """The columns of a table (of this module's names) and their types."""
        return {row["name"]: row["type"] for row in self.rows("SELECT name, type FROM pragma_table_info(?)", [table])}

    def chunks(self, table: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """All rows of a table, so many at a time."""
        cursor = self._base.execute(f"SELECT * FROM {table}")
        while rows := cursor.fetchmany(size):
            yield [tuple(row) for row in rows]

    def groups_seen(self, keys: Iterable[str], run: int) -> dict[str, int]:
        """The run that saw each group first; the ones that nobody saw are now seen in `run`."""
        self._base.executemany("INSERT OR IGNORE INTO groups (key, first_run) VALUES (?, ?)", [(k, run) for k in keys])
        return {row["key"]: row["first_run"] for row in self.rows("SELECT key, first_run FROM groups")}

    def last_run(self) -> int:
        """The number of the latest run, 0 for none."""
        return int(self.rows("SELECT coalesce(max(id), 0) AS n FROM runs")[0]["n"])

    def run_before(self, run: int) -> int:
        """The number of the last run before this one that came to its end, 0 for none."""
        ended = "SELECT coalesce(max(id), 0) AS n FROM runs WHERE id < ? AND ended IS NOT NULL"
        return int(self.rows(ended, [run])[0]["n"])

    def unchanged(self, ticket: Ticket) -> None:
        """The same bytes under a new stamp: nothing else is to be done."""
        self._base.execute("UPDATE bundles SET stamp = ? WHERE key = ?", (ticket.stamp, ticket.key))

    def forget(self, key: str) -> None:
        """A bundle that the inbox no longer holds."""
        self._base.execute("DELETE FROM bundles WHERE key = ?", (key,))

    def failed(self, ticket: Ticket, run: int, knowledge: str, reason: str, seconds: float) -> None:
        """The bundle could not be analysed."""
        self._put(ticket, run, knowledge, {"status": "failed", "reason": reason}, {}, {"read": seconds})

    def analysed(self, ticket: Ticket, run: int, knowledge: str, document: Json, report: str) -> None:
        """All that the document tells of a bundle. An empty source is not stored."""
        self._put(ticket, run, knowledge, row_of(document, report), document, document["timings"])

    def _put(
        self, ticket: Ticket, run: int, knowledge: str, row: dict[str, Any], document: Json, timings: Json
    ) -> None:
        base = self._base
        base.execute("BEGIN IMMEDIATE")
        try:
            before = base.execute("SELECT first_run FROM bundles WHERE key = ?", (ticket.key,)).fetchone()
            base.execute("DELETE FROM bundles WHERE key = ?", (ticket.key,))
            row |= {"key": ticket.key, "name": ticket.name, "source": ticket.source or None}
            row |= {"stamp": ticket.stamp, "size": ticket.size}
            row |= {"run": run, "first_run": before["first_run"] if before else run, "knowledge": knowledge}
            number = _insert(base, "bundles", [row])
            if document:
                _insert(base, "verdicts", [verdict_of(document) | {"bundle": number}])
                for table, rows in tables_of(document).items():
                    _insert(base, table, [each | {"bundle": number} for each in rows])
            _insert(base, "timings", [{"bundle": number, "stage": k, "seconds": v} for k, v in timings.items()])
            base.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.OperationalError):  # where the disk is full it has rolled back by itself
                base.execute("ROLLBACK")
            raise


def _locked(folder: Path) -> sqlite3.Connection:
    """Holds the folder until it is closed or its process ends, on any system that SQLite runs on."""
    lock = sqlite3.connect(folder / LOCK, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        if "locked" in str(error):
            raise StoreError(f"another vmtriage is at work in {folder}") from None
        raise
    return lock


def _opened(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        base.row_factory = sqlite3.Row
        version = base.execute("PRAGMA user_version").fetchone()[0]
        tables = base.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if version != _VERSION and tables:
            raise StoreError(f"{path} is of another version of vmtriage; take another folder, or remove it")
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")
        base.execute("PRAGMA foreign_keys = ON")
        base.executescript(f"BEGIN;{Path(__file__).with_name('schema.sql').read_text('utf-8')}COMMIT;")
    except sqlite3.DatabaseError as error:
        base.close()
        raise StoreError(f"{path}: {error}") from None
    except BaseException:
        base.close()
        raise
    return base


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _insert(base: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> int:
    """Rows of one table, all with the same columns (names of this module's, never of a bundle's)."""
    if not rows:
        return 0
    names = list(rows[0])
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    cursor = base.cursor()
    for row in rows:
        cursor.execute(statement, [_storable(row[name]) for name in names])
    return int(cursor.lastrowid or 0)


def _storable(value: Any) -> Any:
    """SQLite takes no lone surrogates, which names of files may hold."""
    if not isinstance(value, str) or value.isascii():
        return value
    return value.encode("utf-8", "backslashreplace").decode("utf-8")
