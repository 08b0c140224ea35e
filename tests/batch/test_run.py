"""A run over an inbox: every bundle once, nothing twice, and a bad one costs only itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path

import pytest

from analyzer.batch import executor, exports
from analyzer.batch.inbox import tickets
from analyzer.batch.job import FAILED, Job, Reply
from analyzer.batch.keep import knowledge_of
from analyzer.batch.run import run
from analyzer.batch.store import Store
from analyzer.batch.work import work
from analyzer.bundle.walk import printable
from tests.batch.bundles import SAMPLES, hostile, inbox
from tests.batch.running import QUESTION, names, triage


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with executor.local(2) as (threads, _):
        yield threads


def test_every_bundle_once_and_the_verdicts_of_single_analyses(tmp_path: Path, pool: Executor) -> None:
    place = inbox(tmp_path / "inbox", len(SAMPLES))
    summary = triage([place], tmp_path / "out", pool)
    assert (summary.tickets, summary.analysed, summary.failed) == (len(SAMPLES), len(SAMPLES), [])
    store = Store(tmp_path / "out")
    for row in store.rows("SELECT * FROM bundles"):
        alone = work(Job(row["name"], row["source"])).document
        assert alone is not None
        verdict = alone["verdict"]
        assert (row["outcome"], row["cause"], row["confidence"]) == (
            verdict["outcome"],
            verdict["cause"],
            verdict["confidence"],
        )
        assert row["sha256"] == alone["bundle"]["sha256"]
        assert (tmp_path / "out" / row["report"]).read_text("utf-8").startswith("<!DOCTYPE html>")
        counts = {
            table: store.rows(f"SELECT count(*) AS n FROM {table} WHERE bundle = ?", [row["id"]])[0]["n"]
            for table in ("verdicts", "causes", "facts", "evidence", "unknown")
        }
        causes = [*alone["causes"], *alone["notes"]]
        assert counts == {
            "verdicts": 1,
            "causes": len(causes),
            "facts": len(alone["facts"]),
            "evidence": sum(len(cause["evidence"]) for cause in causes),
            "unknown": len(alone["unknown"]),
        }
    store.close()


def test_a_second_run_does_only_what_is_new(tmp_path: Path, pool: Executor) -> None:
    place, out = inbox(tmp_path / "inbox", 3), tmp_path / "out"
    triage([place], out, pool)
    first = place / "ticket-0000.tar.gz"
    os.utime(first, ns=(1, 1))  # touched, and the same
    (place / "ticket-0001.tar.gz").write_bytes(SAMPLES[5].read_bytes())
    (place / "ticket-0002.tar.gz").rename(tmp_path / "gone.tar.gz")
    (place / "new.tar.gz").write_bytes(SAMPLES[4].read_bytes())
    summary = triage([place], out, pool)
    assert (summary.tickets, summary.analysed, summary.unchanged, summary.gone) == (3, 2, 1, 0)
    assert len(names(out)) == 4
    assert triage([place], out, pool, forget=True).gone == 1
    assert names(out) == ["new.tar.gz", "ticket-0000.tar.gz", "ticket-0001.tar.gz"]


def test_new_knowledge_and_other_questions_analyse_again(tmp_path: Path, pool: Executor) -> None:
    place, out = inbox(tmp_path / "inbox", 2), tmp_path / "out"
    triage([place], out, pool)
    assert triage([place], out, pool).analysed == 0
    assert triage([place], out, pool, Job("", "", language="de")).analysed == 2
    pack = tmp_path / "pack" / "area"
    pack.mkdir(parents=True)
    shipped = (Path(__file__).parents[2] / "signatures" / "network" / "no-route.toml").read_text("utf-8")
    (pack / "mine.toml").write_text(shipped)
    job = Job("", "", packs=(str(pack.parent),))
    before = knowledge_of(job)
    (pack / "mine.toml").write_text(shipped + "\n# another thought\n")
    assert len({before, knowledge_of(job), knowledge_of(QUESTION)}) == 3


def test_a_lost_report_is_made_again(tmp_path: Path, pool: Executor) -> None:
    place, out = inbox(tmp_path / "inbox", 2), tmp_path / "out"
    triage([place], out, pool)
    next((out / "reports").iterdir()).unlink()
    assert triage([place], out, pool).analysed == 1


def test_the_bad_cost_only_themselves(tmp_path: Path, pool: Executor) -> None:
    place, out = inbox(tmp_path / "inbox", 4), tmp_path / "out"
    bad = hostile(place)
    (place / "unreadable.tar.gz").symlink_to("/nowhere")
    summary = triage([place], out, pool)
    assert summary.tickets == 4 + len(bad) + 1
    assert sorted(names(out)) == sorted(printable(entry.name) for entry in place.iterdir())
    assert not Path("/tmp/vmtriage-owned").exists()
    told = dict(summary.failed)
    assert {"empty.tar.gz", "unreadable.tar.gz"} <= told.keys()
    assert all(reason for reason in told.values())
    assert not any(name.startswith("ticket") for name in told)
    assert triage([place], out, pool).unchanged == summary.tickets  # a failure is not tried again by itself
    assert len(triage([place], out, pool, retry=True).failed) == len(told)


def test_what_hangs_is_ended(tmp_path: Path, pool: Executor) -> None:
    """A pipe that nobody writes into is the simplest bundle that never ends. What a child loads at its start is loaded
    before, so that the others need but a moment of the time that they have."""
    triage([inbox(tmp_path / "before", 4)], tmp_path / "elsewhere", pool)
    place, out = inbox(tmp_path / "inbox", 2), tmp_path / "out"
    os.mkfifo(place / "hangs.tar.gz")
    summary = triage([place], out, pool, Job("", "", seconds=6.0))
    assert summary.failed == [("hangs.tar.gz", "took longer than 6 s")]
    assert summary.analysed == 2


def test_what_needs_too_much_memory_is_refused(tmp_path: Path, pool: Executor) -> None:
    place, out = inbox(tmp_path / "inbox", 1), tmp_path / "out"
    line = b"2025-01-01T00:00:00.%06dZ INFO ExtHandler ExtHandler something was done here\n"
    (place / "large.log").write_bytes(b"".join(line % (n % 10**6) for n in range(1_500_000)))
    summary = triage([place], out, pool, Job("", "", memory=190 << 20))
    assert dict(summary.failed) == {"large.log": "needs more than 190 MiB of memory"}
    assert summary.analysed == 1


def test_a_worker_that_dies_is_told(tmp_path: Path) -> None:
    class Broken(Executor):
        def submit(self, *arguments: object) -> object:  # type: ignore[override]
            from concurrent.futures import Future

            future: Future[Reply] = Future()
            future.set_exception(RuntimeError("the machine is gone"))
            return future

    summary = triage([inbox(tmp_path / "inbox", 1)], tmp_path / "out", Broken())
    assert summary.failed == [("ticket-0000.tar.gz", "the worker failed: the machine is gone")]


def test_the_inbox(tmp_path: Path) -> None:
    place = inbox(tmp_path / "a", 2)
    (place / ".hidden").write_bytes(b"x")
    (place / "coming.tar.gz.part").write_bytes(b"x")
    (place / "folder").mkdir()
    (place / "folder" / "waagent.log").write_bytes(b"x")
    other = inbox(tmp_path / "b", 1)
    found = tickets([str(place), f"{other}/*.gz", str(place / "ticket-0000.tar.gz")])
    assert sorted(ticket.name for ticket in found) == [
        "a/ticket-0000.tar.gz",
        "b/ticket-0000.tar.gz",
        "folder",
        "ticket-0001.tar.gz",
    ]
    with pytest.raises(FileNotFoundError):
        tickets([str(tmp_path / "nothing-*")])


def test_remote_places(tmp_path: Path, pool: Executor) -> None:
    """fsspec's own memory and file systems stand for blob storage; a folder there is one bundle."""
    fsspec = pytest.importorskip("fsspec")
    place = inbox(tmp_path / "inbox", 2)
    (place / "case" / "var" / "log").mkdir(parents=True)
    (place / "case" / "var" / "log" / "waagent.log").write_bytes(b"2025-01-01T00:00:00.000000Z INFO Daemon Agent\n")
    found = tickets([f"file://{place}"])
    assert [ticket.name for ticket in found] == ["case", "ticket-0000.tar.gz", "ticket-0001.tar.gz"]
    assert all(ticket.source.startswith("file://") for ticket in found)
    store = Store(tmp_path / "out")
    summary = run(found, store, tmp_path / "out", QUESTION, pool, 2)
    assert (summary.analysed, summary.failed) == (3, [])
    store.close()
    memory = fsspec.filesystem("memory")
    memory.pipe("/box/one.tar.gz", SAMPLES[0].read_bytes())
    assert [ticket.name for ticket in tickets(["memory://box"])] == ["one.tar.gz"]
    (only,) = tickets(["memory://box/*.gz"])
    reply = work(Job(only.name, only.source))
    assert reply.document is not None
    assert reply.document["bundle"]["name"] == "one.tar.gz"


def test_a_source_that_is_gone() -> None:
    reply = work(Job("x", "/nowhere/x.tar.gz"))
    assert reply.state == FAILED
    assert reply.reason == "there is no such file or folder"


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_exports_hold_every_row(tmp_path: Path, pool: Executor, form: str) -> None:
    import pandas as pd

    place, out = inbox(tmp_path / "inbox", 3), tmp_path / "out"
    triage([place], out, pool)
    store = Store(out)
    for path in exports.export(store, tmp_path / form, form):
        frame = pd.read_csv(path) if form == "csv" else pd.read_parquet(path)
        assert len(frame) == store.rows(f"SELECT count(*) AS n FROM {path.stem}")[0]["n"]
        assert list(frame.columns) == list(store.columns(path.stem))
    store.close()


def test_tickets_and_replies_survive_the_way_to_the_child() -> None:
    job = Job("näme\n", "/x/\udcff", "121", None, ("a", "b"), "de", True, "00", 1.5, 1 << 30)
    assert Job.from_json(job.to_json()) == job
    reply = Reply(FAILED, 0.5, "wörds\n", {"a": ["\u2028"]}, "<p>")
    assert Reply.from_json(reply.to_json()) == reply
    assert "\n" not in reply.to_json()
