"""Every bound of `Limits`: what the command line makes of it, and what happens when it bites."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analyzer.batch.store import Store
from analyzer.bundle.model import Limits
from analyzer.cli import main
from tests.hostile import traps
from tests.hostile.archives import ZipMember, member, nested, zipped
from tests.hostile.files import HANDLER

LINE = b"2030-01-01T00:00:00.000000Z INFO Daemon Daemon fine\n"
STATUS = [{"status": {"status": "success", "formattedMessage": {"message": "x" * 30_000}}}]


@dataclass
class Case:
    """Options under which a trap behind the sample meets the bound, and what coverage says then."""

    options: tuple[str, ...]
    words: str
    trap: Callable[[], bytes]


def _statuses(count: int, content: bytes) -> bytes:
    return b"".join(member(f"{HANDLER}/status/{number}.status".encode(), content) for number in range(count))


CASES = {
    "max_members": Case(
        ("max_members=30",),
        "more than 30 members: this and all behind it were not read",
        lambda: b"".join(member(b"%d.log" % number, LINE) for number in range(50)),
    ),
    "max_total_bytes": Case(
        ("max_total_bytes=1M",),
        "the bundle unpacks to more than 1048576 bytes: the rest was not read",
        lambda: member(b"a.log", LINE * 40_000),
    ),
    "max_member_bytes": Case(
        ("max_member_bytes=200K",),
        "a.log: longer than 204800 bytes: the rest was not read",
        lambda: member(b"a.log", LINE * 40_000) + member(b"b.log", LINE),
    ),
    "max_ratio": Case(
        ("max_ratio=20", "ratio_floor=2M"),
        "bomb.log.gz: it unpacks to more than 20 times its size: the rest was not read",
        lambda: member(b"bomb.log.gz", gzip.compress(b"\n" * (16 << 20))) + member(b"b.log", LINE),
    ),
    "ratio_floor": Case(
        ("max_ratio=20", "ratio_floor=8M"),
        "bomb.log.gz: it unpacks to more than 20 times its size: the rest was not read",
        lambda: member(b"bomb.log.gz", gzip.compress(b"\n" * (16 << 20))) + member(b"b.log", LINE),
    ),
    "total_ratio_floor": Case(
        ("max_ratio=50", "total_ratio_floor=4M"),
        "the bundle unpacks to more than 50 times its size: the rest was not read",
        lambda: b"".join(member(b"%d.log" % number, b"\n" * (1 << 20)) for number in range(6)),
    ),
    "max_depth": Case(
        ("max_depth=1",),
        "in.zip: archives are nested deeper than 1",
        lambda: member(b"deep.zip", nested(zipped([ZipMember(b"a.log", LINE)]), 2)) + member(b"b.log", LINE),
    ),
    "max_nested_bytes": Case(
        ("max_nested_bytes=64K",),
        "big.zip: an archive of more than 65536 bytes inside the bundle",
        lambda: member(b"big.zip", zipped([ZipMember(b"a.log", bytes(200_000), method=0)])) + member(b"b.log", LINE),
    ),
    "max_records": Case(
        ("max_records=400",),
        "a.log: more than 400 records in the bundle: the rest was not read",
        lambda: member(b"a.log", LINE * 100_000) + member(b"b.log", LINE),
    ),
    "max_state_bytes": Case(
        ("max_state_bytes=100K",),
        "1.status: larger than 102400 bytes, not read",
        lambda: _statuses(1, b"[]") + _statuses(2, b"[" + b" " * 200_000 + b"]") + member(b"b.log", LINE),
    ),
    "max_state_text": Case(
        ("max_state_text=200K",),
        "9.status: the state files tell more than 204800 characters: this one was left out",
        lambda: _statuses(10, json.dumps(STATUS).encode()) + member(b"b.log", LINE),
    ),
}
ELSEWHERE = {"max_spool_bytes", "block_bytes"}


def ran(*words: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=stdin)


def test_every_bound_has_a_case() -> None:
    assert CASES.keys() | ELSEWHERE == {each.name for each in fields(Limits)}


@pytest.mark.parametrize("name", CASES)
def test_a_bound_bites_and_says_so(tmp_path: Path, name: str) -> None:
    """The exit code is 0, the cause of the files that were read is named, and coverage has the line."""
    case = CASES[name]
    options = [word for option in case.options for word in ("--limit", option)]
    bundle = traps.bundle(tmp_path, case.trap())
    result = ran("analyze", bundle, "-o", tmp_path / "report.html", "--json", tmp_path / "out.json", *options)
    assert result.exit_code == 0, result.output
    document = json.loads((tmp_path / "out.json").read_bytes())
    refused = [f"{each['path']}: {each['reason']}" for each in document["bundle"]["refused"]]
    notes = [f"{each['path']}: {each['note']}" for each in document["coverage"]["files"]]
    assert case.words in "\n".join(refused + notes)
    assert document["verdict"]["cause"] == traps.CAUSE
    if b"b.log" in case.trap():
        assert any(each["path"] == "b.log" for each in document["coverage"]["files"]), "what stands behind it is read"


@pytest.mark.parametrize("name", sorted(CASES.keys() - {"max_records", "max_state_text"}))
def test_without_the_option_the_same_bundle_is_read_whole(tmp_path: Path, name: str) -> None:
    """The defaults leave what a bound of a test refuses alone."""
    bundle = traps.bundle(tmp_path, CASES[name].trap())
    result = ran("analyze", bundle, "-o", tmp_path / "report.html", "--json", tmp_path / "out.json")
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "out.json").read_bytes())["bundle"]["refused"] == []


def test_standard_input_has_an_end(tmp_path: Path) -> None:
    """The one bound at which nothing can be read: what came could be half a header."""
    result = ran("analyze", "-", "--limit", "max_spool_bytes=1K", "--json", tmp_path / "o.json", stdin=bytes(2_000))
    assert result.exit_code == 3
    assert "standard input is longer than 1024 bytes" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("max_member=5", "there is no limit 'max_member': there are max_members, max_total_bytes,"),
        ("block_bytes=5", "there is no limit 'block_bytes'"),
        ("max_members", "max_members takes a number above 0 such as 500000, 200M or 64G, not ''"),
        ("max_members=0", "not '0'"),
        ("max_members=-1", "not '-1'"),
        ("max_members=1e6", "not '1e6'"),
        ("max_members=٥", "not '٥'"),
        ("max_members=" + "9" * 400, "not '9999"),
        ("=5", "there is no limit ''"),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        ("analyze", "x"),
        ("timeline", "x"),
        ("redact", "x", "-o", "y"),
        ("diff", "x", "y"),
        ("batch", "x", "-o", "y"),
        ("serve",),
    ],
    ids=lambda command: command[0],
)
def test_a_wrong_one_is_told_before_any_work(command: tuple[str, ...], word: str, said: str) -> None:
    result = ran(*command, "--limit", word)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_words_and_their_numbers() -> None:
    assert Limits.of([]) == Limits()
    limits = Limits.of(["max_members=500000", "max_total_bytes=200G", "max_ratio=5k", "max_depth=1", "max_depth=2"])
    assert limits.max_members == 500_000
    assert limits.max_total_bytes == 200 << 30
    assert limits.max_ratio == 5 << 10
    assert limits.max_depth == 2
    assert limits.max_records == Limits().max_records


def test_the_other_commands_keep_to_it(tmp_path: Path) -> None:
    few = ran("timeline", traps.SAMPLE, "--limit", "max_members=5")
    assert 0 < len(few.stdout.splitlines()) < len(ran("timeline", traps.SAMPLE).stdout.splitlines())
    assert "4 files" in ran("redact", traps.SAMPLE, "-o", tmp_path / "c.tar.gz", "--limit", "max_members=4").stdout
    same = ran("diff", traps.SAMPLE, traps.SAMPLE, "--json", "-", "--limit", "max_members=5")
    assert same.exit_code == 0, same.output


def test_a_batch_asks_again_under_other_limits(tmp_path: Path) -> None:
    """A verdict is kept for the limits that it was made under; the default said aloud is no other limit."""
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "ticket.tar.gz").write_bytes(traps.SAMPLE.read_bytes())

    def done(*options: str) -> list[str]:
        result = ran("batch", inbox, "-o", tmp_path / "out", "--jsonl", *options)
        assert result.exit_code == 0, result.output
        return [json.loads(line)["state"] for line in result.stdout.splitlines()]

    def cause() -> str | None:
        with closing(Store(tmp_path / "out")) as store:
            (row,) = store.rows("SELECT cause FROM bundles", [])
            named: str | None = row["cause"]
            return named

    assert done() == ["done"]
    assert done("--limit", "max_members=100000") == []
    assert cause() == traps.CAUSE
    assert done("--limit", "max_members=1") == ["done"]
    assert cause() is None
    assert done("--limit", "max_members=1") == []


def test_the_drop_page_hands_it_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    def served(host: str, port: int, folder: Path, question: object, *rest: object) -> None:
        asked.append(getattr(question, "limits"))  # noqa: B009 - a job of any kind

    monkeypatch.setattr("analyzer.web.serve.serve", served)
    result = ran("serve", "--data", tmp_path, "--limit", "max_members=7", "--limit", "max_depth=1")
    assert result.exit_code == 0, result.output
    assert asked == [("max_members=7", "max_depth=1")]
