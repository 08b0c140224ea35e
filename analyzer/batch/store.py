"""The SQLite store of a batch: what became of each bundle, whole or not at all (schema.sql, docs/batch.md)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analyzer.batch.inbox import Ticket

Json = Mapping[str, Any]

NAME = "triage.sqlite"
_AGENT = ("agent.version", "agent.reported_version", "agent.daemon_version")  # the first one that is known


class Store:
    """One connection; a bundle's rows are written in one transaction."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._base = sqlite3.connect(folder / NAME, timeout=30, isolation_level=None, check_same_thread=False)
        self._base.row_factory = sqlite3.Row
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = NORMAL")
        self._base.execute("PRAGMA foreign_keys = ON")
        self._base.executescript(Path(__file__).with_name("schema.sql").read_text("utf-8"))

    def close(self) -> None:
        self._base.close()

    def begin(self, knowledge: str) -> int:
        """A new run; its number."""
        cursor = self._base.execute("INSERT INTO runs (started, knowledge) VALUES (?, ?)", (_now(), knowledge))
        return int(cursor.lastrowid or 0)

    def end(self, run: int) -> None:
        self._base.execute("UPDATE runs SET ended = ? WHERE id = ?", (_now(), run))

    def known(self) -> dict[str, sqlite3.Row]:
        """The rows of `bundles` by source."""
        return {row["source"]: row for row in self._base.execute("SELECT * FROM bundles")}

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

    def unchanged(self, ticket: Ticket) -> None:
        """The same bytes under a new stamp: nothing else is to be done."""
        self._base.execute("UPDATE bundles SET stamp = ? WHERE source = ?", (ticket.stamp, ticket.source))

    def forget(self, source: str) -> None:
        """A bundle that the inbox no longer holds."""
        self._base.execute("DELETE FROM bundles WHERE source = ?", (source,))

    def failed(self, ticket: Ticket, run: int, knowledge: str, reason: str, seconds: float) -> None:
        """The bundle could not be analysed."""
        self._put(ticket, run, knowledge, {"status": "failed", "reason": reason}, {}, {"read": seconds})

    def analysed(self, ticket: Ticket, run: int, knowledge: str, document: Json, report: str) -> None:
        """All that the document tells of a bundle."""
        self._put(ticket, run, knowledge, _row(document, report), document, document["timings"])

    def _put(
        self, ticket: Ticket, run: int, knowledge: str, row: dict[str, Any], document: Json, timings: Json
    ) -> None:
        base = self._base
        base.execute("BEGIN IMMEDIATE")
        try:
            before = base.execute("SELECT first_run FROM bundles WHERE source = ?", (ticket.source,)).fetchone()
            base.execute("DELETE FROM bundles WHERE source = ?", (ticket.source,))
            row |= {"name": ticket.name, "source": ticket.source, "stamp": ticket.stamp, "size": ticket.size}
            row |= {"run": run, "first_run": before["first_run"] if before else run, "knowledge": knowledge}
            number = _insert(base, "bundles", [row])
            if document:
                _insert(base, "verdicts", [_verdict(document) | {"bundle": number}])
                for table, rows in _tables(document).items():
                    _insert(base, table, [each | {"bundle": number} for each in rows])
            _insert(base, "timings", [{"bundle": number, "stage": k, "seconds": v} for k, v in timings.items()])
            base.execute("COMMIT")
        except BaseException:
            base.execute("ROLLBACK")
            raise


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
        cursor.execute(statement, [row[name] for name in names])
    return int(cursor.lastrowid or 0)


def _row(document: Json, report: str) -> dict[str, Any]:
    verdict, facts, bundle = document["verdict"], document["facts"], document["bundle"]
    incident = _incident(document)
    last = document["timeline"].get("end")
    return {
        "status": "analysed",
        "sha256": bundle["sha256"],
        "bytes": bundle["bytes"],
        "os": bundle["os"],
        "layout": bundle["layout"],
        "agent": next((str(facts[key]) for key in _AGENT if facts.get(key)), None),
        "system": facts.get("os.pretty"),
        "region": facts.get("vm.location"),
        "vm": facts.get("vm.name") or facts.get("os.hostname"),
        "first_event": document["timeline"].get("start"),
        "last_event": last,
        "outcome": verdict["outcome"],
        "cause": verdict["cause"],
        "headline": verdict["headline"],
        "confidence": verdict["confidence"],
        "happened": (incident.get("end") or incident.get("start") or last) if incident else last,
        "report": report,
    }


def _incident(document: Json) -> Json:
    number = document["verdict"]["incident"]
    return next((item for item in document["incidents"] if item["id"] == number), {}) if number else {}


def _verdict(document: Json) -> dict[str, Any]:
    verdict, incident = document["verdict"], _incident(document)
    return {
        **{key: verdict[key] for key in ("outcome", "cause", "confidence", "headline", "incident")},
        **{f"incident_{key}": incident.get(key) for key in ("kind", "code", "start", "end")},
    }


def _tables(document: Json) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table that hangs on a bundle."""
    causes = [*document["causes"], *document["notes"]]
    plain = ("id", "title", "kind", "state", "score", "confidence", "explained_by")
    return {
        "causes": [
            {"rank": rank} | {key: cause.get(key) for key in plain} for rank, cause in enumerate(causes, start=1)
        ],
        "evidence": [
            {"cause": cause["id"]}
            | {key: item[key] for key in ("key", "role", "weight", "time", "source", "file", "line", "text")}
            for cause in causes
            for item in cause["evidence"]
        ],
        "facts": [{"name": name, "value": _plain(value)} for name, value in document["facts"].items()],
        "unknown": [{key: item.get(key) for key in ("template", "count", "source")} for item in document["unknown"]],
    }


def _plain(value: Any) -> str | None:
    return value if isinstance(value, str) or value is None else json.dumps(value, ensure_ascii=False)
