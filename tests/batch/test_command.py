"""`vmtriage batch` as somebody types it: what it says and where, how it ends, and what is no ticket."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analyzer.batch.store import Store
from analyzer.batch.watch import rounds
from analyzer.cli import main
from analyzer.stopping import Stopped
from tests.batch.bundles import SAMPLES, inbox, tar_of
from tests.batch.running import PATIENCE, batch, command, names, rows, whole

FREEZE = next(path for path in SAMPLES if path.name == "backup-freeze-busy.tar.gz")
HEALTHY = next(path for path in SAMPLES if path.name == "healthy-agent.tar.gz")
VM = "erp-db-01"  # of FREEZE


def ran(*words: object) -> Result:
    """The command in this process, where nothing is a terminal."""
    return CliRunner().invoke(main, ["batch", *map(str, words)])


def put(folder: Path, **bundles: Path | bytes) -> Path:
    """An inbox of these."""
    folder.mkdir(exist_ok=True)
    for name, bundle in bundles.items():
        (folder / f"{name}.tar.gz").write_bytes(bundle if isinstance(bundle, bytes) else bundle.read_bytes())
    return folder


def test_it_is_quiet_where_nobody_watches_and_says_lines_where_asked(tmp_path: Path) -> None:
    place = put(tmp_path / "in", good=FREEZE, bad=b"")
    quiet = ran(place, "-o", tmp_path / "quiet")
    assert (quiet.exit_code, quiet.stdout) == (0, "")
    assert [line.partition(":")[0] for line in quiet.stderr.splitlines()] == ["bad.tar.gz"]
    told = ran(place, "-o", tmp_path / "out", "--jsonl")
    bad, good = sorted(map(json.loads, told.stdout.splitlines()), key=lambda line: str(line["name"]))
    assert (bad["name"], bad["state"], bool(bad["reason"])) == ("bad.tar.gz", "failed", True)
    assert (good["name"], good["source"]) == ("good.tar.gz", str(place / "good.tar.gz"))
    assert (good["state"], good["outcome"], good["cause"]) == ("done", "named", "backup/freeze-already-frozen")
    assert ran(place, "-o", tmp_path / "out", "--jsonl").stdout == "", "nothing is new"


def test_how_it_ends(tmp_path: Path) -> None:
    out = tmp_path / "out"
    healthy, named, bad = put(tmp_path / "h", a=HEALTHY), put(tmp_path / "n", b=FREEZE), put(tmp_path / "b", c=b"")

    def code(*words: object) -> int:
        return ran("-o", out, *words).exit_code

    assert code(healthy, "--fail-on", "named") == 0
    assert code(named) == 0
    assert code(named, "--fail-on", "named") == 1, "it is known from the run before"
    assert code(healthy, named, "--fail-on", "failed") == 0
    assert code(bad) == 0
    assert code(bad, "--fail-on", "failed") == 3
    assert code(bad, "--fail-on", "named") == 0
    assert code(tmp_path / "nowhere") == 2
    (tmp_path / "empty").mkdir()
    assert code(tmp_path / "empty") == 2
    assert code(named, "--symptom", "no code of this world") == 2
    assert code(named, "--at", "some day") == 2


def test_wrong_packs_are_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "pack" / "area").mkdir(parents=True)
    (tmp_path / "pack" / "area" / "mine.toml").write_text("id = 'x'\n")
    done = ran(put(tmp_path / "in", a=HEALTHY), "-o", tmp_path / "out", "--signatures", tmp_path / "pack")
    assert done.exit_code == 2
    assert "mine.toml" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_private_pack_names_its_cause(tmp_path: Path) -> None:
    shipped = (Path(__file__).parents[2] / "signatures" / "backup" / "freeze-already-frozen.toml").read_text("utf-8")
    pack = tmp_path / "pack" / "backup"
    pack.mkdir(parents=True)
    (pack / "ours.toml").write_text(shipped.replace("backup/freeze-already-frozen", "backup/ours"), "utf-8")
    done = ran(put(tmp_path / "in", a=FREEZE), "-o", tmp_path / "out", "--signatures", pack.parent)
    assert done.exit_code == 0, done.stderr
    assert ("backup/ours",) in rows(tmp_path / "out", "SELECT id FROM causes")


def test_the_language_of_reports_and_page(tmp_path: Path) -> None:
    place, out = put(tmp_path / "in", a=FREEZE), tmp_path / "out"
    assert ran(place, "-o", out, "--lang", "de").exit_code == 0
    ((report, headline),) = rows(out, "SELECT report, headline FROM bundles")
    for page in (out / "index.html", out / report):
        assert '<html lang="de"' in page.read_text("utf-8")
    assert headline in (out / "index.html").read_text("utf-8")
    assert ran(place, "-o", out).exit_code == 0
    assert rows(out, "SELECT headline FROM bundles") != [(headline,)]


def test_identities_are_hidden_in_all_that_is_written(tmp_path: Path) -> None:
    place, out = put(tmp_path / f"of {VM}", **{f"{VM} case 4711": FREEZE, "other": HEALTHY}), tmp_path / "out"
    (place / "mail from 10.11.12.13.tar.gz").write_bytes(b"")
    seen = ran(place, "-o", out, "--csv", tmp_path / "csv")
    assert VM in (out / "index.html").read_text("utf-8")
    assert "10.11.12.13" in seen.stderr
    done = ran(place, "-o", out, "--csv", tmp_path / "csv", "--redact-identity", "--jsonl")
    assert done.exit_code == 0
    assert names(out)[-1] == "other.tar.gz"
    assert len(names(out)) == 3
    assert "4711" in names(out)[0]
    with closing(sqlite3.connect(out / "triage.sqlite")) as base:
        texts = ["\n".join(base.iterdump()), done.stdout, done.stderr]
    for page in [out / "index.html", *(out / "reports").iterdir(), *(tmp_path / "csv").iterdir()]:
        texts += [page.name, page.read_text("utf-8")]
    for text in texts:
        assert VM not in text
        assert "10.11.12.13" not in text
    assert ran(place, "-o", out, "--redact-identity", "--jsonl").stdout == "", "known, though its name is hidden"
    assert rows(out, "SELECT vm, source FROM bundles WHERE cause IS NOT NULL") == [("<host:1>", None)]


def test_tickets_are_the_same_by_any_way_to_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    (tmp_path / "link").symlink_to(place)
    ran(place, "-o", out)
    monkeypatch.chdir(tmp_path)
    for way in ("in", "./in/../in", "link", "in/*.gz"):
        assert ran(way, "-o", "out", "--jsonl").stdout == ""
    assert len(names(out)) == 2


def test_a_link_stands_for_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    real = put(tmp_path, real=HEALTHY) / "real.tar.gz"
    (tmp_path / "in" / "link.tar.gz").symlink_to(real)
    out = tmp_path / "out"
    ran(tmp_path / "in", "-o", out)
    real.write_bytes(FREEZE.read_bytes())
    ran(tmp_path / "in", "-o", out)
    assert rows(out, "SELECT name, outcome FROM bundles") == [("link.tar.gz", "named")]


@pytest.mark.parametrize("where", [".", "out", "case/out"])
def test_its_own_output_is_no_ticket(tmp_path: Path, where: str) -> None:
    place = put(tmp_path / "in", a=FREEZE)
    out = place / where
    out.mkdir(parents=True, exist_ok=True)
    for _ in range(2):
        assert ran(place, "-o", out, "--csv", place, "--parquet", place / "tables").exit_code == 0
    assert names(out) == ["a.tar.gz"]


def test_names_that_are_no_text(tmp_path: Path) -> None:
    place = put(tmp_path / "in", a=HEALTHY)
    (Path(os.fsdecode(os.fsencode(place) + b"/\xff\xfe.tar.gz"))).write_bytes(FREEZE.read_bytes())
    done = batch(place, "-o", tmp_path / "out", "--jsonl")
    assert done.returncode == 0, done.stderr
    assert sorted(json.loads(line)["name"] for line in done.stdout.splitlines()) == ["\\xff\\xfe.tar.gz", "a.tar.gz"]
    assert batch(place, "-o", tmp_path / "out", "--jsonl").stdout == ""
    whole(tmp_path / "out")


def test_only_one_at_a_time_works_in_a_folder(tmp_path: Path) -> None:
    place, out = inbox(tmp_path / "in", 1), tmp_path / "out"
    with closing(Store(out)):
        done = ran(place, "-o", out)
        assert (done.exit_code, done.stderr) == (4, f"Error: another vmtriage is at work in {out}\n")
    assert ran(place, "-o", out).exit_code == 0


@pytest.mark.parametrize("kind", ["text", "foreign"])
def test_what_is_no_store_is_left_alone(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "out" / "triage.sqlite"
    path.parent.mkdir()
    if kind == "text":
        path.write_text("somebody's notes, by chance of this name\n" * 100)
    else:
        with closing(sqlite3.connect(path)) as base:
            base.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    done = ran(inbox(tmp_path / "in", 1), "-o", path.parent)
    assert done.exit_code == 4
    assert str(path) in done.stderr
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = ran(inbox(tmp_path / "in", 1), "-o", tmp_path / "file" / "out")
    assert done.exit_code == 4
    assert done.stderr.startswith("Error: ")
    assert "file/out" in done.stderr


@pytest.mark.parametrize(("most", "words"), [(40, "triage.sqlite: disk I/O error"), (100, "File too large")])
def test_a_disk_that_is_full(tmp_path: Path, most: int, words: str) -> None:
    """No file may grow beyond so many KiB, first the store's and then the reports: what is kept stays whole."""
    place, out = inbox(tmp_path / "in", 3), tmp_path / "out"
    limited = ["bash", "-c", f'ulimit -f {most}; exec "$@"', "-", *command(place, "-o", out)]
    full = subprocess.run(limited, capture_output=True, text=True, timeout=PATIENCE)
    assert full.returncode == 4
    assert full.stderr.count("\n") == 1
    assert words in full.stderr
    assert batch(place, "-o", out).returncode == 0
    assert len(names(out)) == 3
    whole(out)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    place, out = inbox(tmp_path / "in", 30), tmp_path / "out"
    words = command(place, "-o", out, "--jobs", 2, "--jsonl")
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process:
        for _ in range(3):
            assert process.stdout.readline()
        tasks = Path(f"/proc/{process.pid}/task").iterdir()
        children = [child for task in tasks for child in (task / "children").read_text().split()]
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said.count("\n")) == (128 + number, 1)
    assert "goes on from here" in said
    assert len(children) == 2
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    assert 3 <= len(names(out)) < 30
    whole(out)


def test_whoever_reads_the_lines_may_stop(tmp_path: Path) -> None:
    place = inbox(tmp_path / "in", 4)
    line = f"{' '.join(map(str, command(place, '-o', tmp_path / 'out', '--jsonl')))} | head -1"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=PATIENCE)
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


def test_watching_takes_up_what_is_all_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One bundle is copied over a slow line while another one arrives. Something happens between two looks each."""
    place, out = put(tmp_path / "in", first=FREEZE), tmp_path / "out"
    data, slow = HEALTHY.read_bytes(), place / "slow.tar.gz"

    def arrive() -> None:
        slow.write_bytes(data[:2000])
        put(place, quick=SAMPLES[0])

    def grow() -> None:
        slow.write_bytes(data[: slow.stat().st_size + len(data) // 3])

    def empty() -> None:
        (place / "first.tar.gz").write_bytes(b"")

    def stop() -> None:
        raise Stopped(signal.SIGINT)

    happens = iter([None, arrive, grow, grow, grow, None, empty, None, None, stop])
    every = []

    def meanwhile(seconds: float) -> None:
        every.append(seconds)
        if act := next(happens):
            act()

    monkeypatch.setattr("analyzer.batch.watch.rounds", partial(rounds, sleep=meanwhile))
    done = ran(place, "-o", out, "--watch", "--every", 0.5, "--jsonl")
    assert done.exit_code == 130
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["name"].partition(".")[0] for line in told] == ["first", "quick", "slow", "first"]
    assert [line["state"] for line in told] == ["done", "done", "done", "failed"]
    slow_one = rows(out, "SELECT size, outcome FROM bundles WHERE name = 'slow.tar.gz'")
    assert slow_one == [(len(data), "no-fault")]
    assert rows(out, "SELECT count(*) FROM runs") == [(1,)], "it is all one run"
    assert set(every) == {0.5}
    whole(out)


def test_watching_goes_on_until_it_is_stopped(tmp_path: Path) -> None:
    place, out = put(tmp_path / "in", first=FREEZE), tmp_path / "out"
    words = command(place, "-o", out, "--watch", "--every", 0.2, "--jsonl")
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process:
        for name, bundle in {"first": None, "second": HEALTHY}.items():
            if bundle is not None:
                (tmp_path / "second").write_bytes(bundle.read_bytes())
                (tmp_path / "second").rename(place / "second.tar.gz")
            assert json.loads(process.stdout.readline())["name"] == f"{name}.tar.gz"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    whole(out)


def test_groups_and_what_is_new_in_them(tmp_path: Path) -> None:
    def alike(number: int) -> bytes:
        line = "2025-09-21T10:00:00.000000Z ERROR ExtHandler ExtHandler Failed to align widget {} of {}\n"
        return tar_of({"var/log/waagent.log": "".join(line.format(n, number) for n in range(3)).encode()})

    place, out = put(tmp_path / "in", f1=FREEZE, a1=alike(1), a2=alike(2)), tmp_path / "out"
    ran(place, "-o", out)
    page = (out / "index.html").read_text("utf-8")
    assert "3 tickets, 2 groups" in page
    assert "align widget &lt;n&gt; of &lt;n&gt;" in page
    assert "new group" not in page
    put(place, a3=alike(3), h1=HEALTHY)
    ran(place, "-o", out)
    page = (out / "index.html").read_text("utf-8")
    assert "5 tickets, 3 groups" in page
    assert "2 new tickets, 1 new groups" in page
    assert page.count(">new group<") == 1
    assert page.count(">1 new<") == 1
    ran(place, "-o", out)
    page = (out / "index.html").read_text("utf-8")
    assert "0 new tickets, 0 new groups" in page


def test_a_run_that_was_killed_is_not_the_run_before(tmp_path: Path) -> None:
    place, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    ran(place, "-o", out)
    with closing(Store(out)) as store:
        store.begin("killed")
    put(place, late=FREEZE)
    ran(place, "-o", out)
    assert "1 new tickets" in (out / "index.html").read_text("utf-8")
    assert rows(out, "SELECT count(*) FROM runs WHERE ended IS NULL") == [(1,)]


def test_reports_go_with_their_tickets(tmp_path: Path) -> None:
    place, out = put(tmp_path / "in", a=FREEZE, b=HEALTHY), tmp_path / "out"
    ran(place, "-o", out)
    (out / "reports" / ".a.html.abc").write_text("half of what a killed run wrote")
    (place / "a.tar.gz").write_bytes(b"")
    (place / "b.tar.gz").unlink()
    ran(place, "-o", out, "--forget")
    assert names(out) == ["a.tar.gz"]
    assert list((out / "reports").iterdir()) == []


def test_on_a_terminal_it_shows_how_far_it_is(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    place = put(tmp_path / "in", a=FREEZE, bad=b"")
    screen, end = pty.openpty()
    process = subprocess.Popen(command(place, "-o", tmp_path / "out"), stdout=end, stderr=end)
    os.close(end)
    said = b""
    try:
        while part := os.read(screen, 65536):
            said += part
    except OSError:  # the other end is closed
        pass
    os.close(screen)
    assert process.wait() == 0
    text = said.decode()
    assert "2/2" in text
    assert "bad.tar.gz: " in text
    assert "2 bundles: 1 analysed (1 with a named cause), 0 unchanged, 1 failed." in text
