"""Input that is cut, empty, foreign or monstrous: a clear message or a partial report, never a crash."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from analyzer.analysis import analyze
from analyzer.bundle.model import BundleError
from tests.shared import ROOT

SAMPLE = ROOT / "sample_bundles" / "agent-wireserver-blocked.tar.gz"


@pytest.fixture(scope="module")
def log() -> bytes:
    with tarfile.open(SAMPLE) as tar:
        name = next(n for n in tar.getnames() if n.endswith("var/log/waagent.log"))
        file = tar.extractfile(name)
        assert file is not None
        return file.read()


def test_a_truncated_archive_says_what_is_missing(tmp_path: Path) -> None:
    data = SAMPLE.read_bytes()
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(data[: len(data) * 2 // 3])
    document = analyze(cut).to_json()
    assert document["bundle"]["refused"]
    assert any("not read" in reason for reason in document["verdict"]["reasons"])


def test_an_empty_one_is_an_error(tmp_path: Path) -> None:
    empty = tmp_path / "empty.tar"
    with tarfile.open(empty, "w"):
        pass
    with pytest.raises(BundleError, match=r"empty\.tar"):
        analyze(empty)


def test_a_poem_is_no_bundle(tmp_path: Path) -> None:
    poem = tmp_path / "poem.txt"
    poem.write_text("Whose woods these are\nI think I know\n")
    document = analyze(poem).to_json()
    assert document["verdict"]["outcome"] == "not-enough"
    assert any("no" in r and "vmtriage knows" in r for r in document["verdict"]["reasons"])
    assert document["coverage"]["files"][0]["note"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_other_encodings_give_the_same_cause(tmp_path: Path, log: bytes, encoding: str) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "waagent.log").write_bytes(log)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "waagent.log").write_bytes(log.decode().encode(encoding))
    plain, other = analyze(tmp_path / "plain").to_json(), analyze(tmp_path / "other").to_json()
    assert other["verdict"] == plain["verdict"]
    assert [c["id"] for c in other["causes"]] == [c["id"] for c in plain["causes"]]


def test_nul_bytes_in_the_middle(tmp_path: Path, log: bytes) -> None:
    path = tmp_path / "waagent.log"
    middle = log.index(b"\n", len(log) // 2) + 1
    path.write_bytes(log[:middle] + bytes(10_000) + b"\n" + log[middle:])
    plain = tmp_path / "plain.log"
    plain.write_bytes(log)
    assert analyze(path).verdict["cause"] == analyze(plain).verdict["cause"] is not None


def test_a_line_of_fifty_megabytes(tmp_path: Path, log: bytes) -> None:
    path = tmp_path / "waagent.log"
    path.write_bytes(log + b"2030-01-01T00:00:00.000000Z INFO Daemon " + b"x" * 50_000_000 + b"\n")
    document = analyze(path).to_json()
    assert document["verdict"]["outcome"] in ("named", "undetermined")
    assert any("16 MiB" in f["note"] for f in document["coverage"]["files"])


def test_crlf_changes_nothing(tmp_path: Path, log: bytes) -> None:
    unix, dos = tmp_path / "a" / "waagent.log", tmp_path / "b" / "waagent.log"
    for path, content in ((unix, log), (dos, log.replace(b"\n", b"\r\n"))):
        path.parent.mkdir()
        path.write_bytes(content)
    one, two = analyze(unix.parent).to_json(), analyze(dos.parent).to_json()
    assert one["verdict"] == two["verdict"]
    assert one["causes"] == two["causes"]
