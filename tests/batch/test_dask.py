"""The same batch on a Dask cluster: the verdicts of a local run, though a worker is killed while it works."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from analyzer.batch import executor
from analyzer.batch.inbox import Ticket, tickets
from analyzer.batch.job import Reply
from analyzer.batch.run import Summary, run
from analyzer.batch.store import Store
from tests.batch.bundles import LABELLED, inbox
from tests.batch.cluster import cluster, free_port
from tests.batch.running import QUESTION, batch, rows, triage, whole
from tests.shared import TICKETS

VERDICTS = "SELECT name, sha256, outcome, cause, headline, confidence, happened, vm, agent FROM bundles ORDER BY name"
EVIDENCE = """SELECT b.name, e.cause, e.key, e.file, e.line, e.text FROM evidence e JOIN bundles b ON b.id = e.bundle
    ORDER BY b.name, e.cause, e.key, e.file, e.line, e.text"""


@pytest.mark.thorough
def test_a_worker_is_killed_and_nothing_is_lost(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    place, out, work = inbox(tmp_path / "inbox", TICKETS, LABELLED), tmp_path / "out", tmp_path / "work"
    work.mkdir()
    with executor.local(2) as (pool, _):
        triage([place], tmp_path / "local", pool)
    told: list[str] = []
    with cluster(work, 2) as machines, closing(Store(out)) as store:

        def kill_one(ticket: Ticket, reply: Reply) -> None:
            told.append(ticket.name)
            if len(told) == TICKETS // 4:
                machines.kill(0)

        with executor.cluster(machines.address) as (pool, workers):
            summary: Summary = run(tickets([str(place)]), store, out, QUESTION, pool, max(workers, 2), kill_one)
    assert (summary.analysed, summary.failed) == (TICKETS, [])
    assert sorted(told) == sorted(entry.name for entry in place.iterdir())
    assert rows(out, VERDICTS) == rows(tmp_path / "local", VERDICTS)
    assert rows(out, EVIDENCE) == rows(tmp_path / "local", EVIDENCE)
    whole(out)


def test_a_cluster_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    place = inbox(tmp_path / "inbox", 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    done = batch(place, "-o", tmp_path / "out", "--scheduler", address)
    assert done.returncode == 4
    assert done.stderr.startswith(f"Error: {address}: ")
    assert len(done.stderr.splitlines()) == 1
