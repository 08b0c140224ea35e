"""A clean bundle is recognised and judged as the original is, holds nothing that cannot be cleaned, and is stable."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.analysis import analyze
from analyzer.bundle.model import BundleError
from analyzer.parsers.winevents import normalise
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.readers import READERS
from analyzer.redaction.cleaning import write_clean
from analyzer.redaction.cleaning.events import as_xml
from analyzer.redaction.cleaning.windows import encoding_of, pieces
from tests.redaction.filetypes import evtx
from tests.redaction.outputs import contents, verdict, write_bundle
from tests.shared import CORPUS, ROOT, THOROUGH, corpus_names, needs

SAMPLES = sorted((ROOT / "sample_bundles").glob("*.tar.gz"))
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nAbCd12==\n-----END RSA PRIVATE KEY-----\n"


@pytest.mark.parametrize("identity", [False, True])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_clean_sample_gets_the_same_verdict(path: Path, identity: bool, tmp_path: Path) -> None:
    cleaned = write_clean(path, tmp_path / "clean.tar.gz", identity=identity)
    assert verdict(cleaned.path) == verdict(path)
    again = write_clean(cleaned.path, tmp_path / "again.tar.gz", identity=identity)
    assert again.path.read_bytes() == cleaned.path.read_bytes(), "cleaning twice is cleaning once"
    assert not again.counts


def test_cleaning_twice_changes_nothing(bundle: Path, tmp_path: Path) -> None:
    once = write_clean(bundle, tmp_path / "1.tar.gz", identity=True)
    twice = write_clean(once.path, tmp_path / "2.tar.gz", identity=True)
    assert twice.path.read_bytes() == once.path.read_bytes()


def _differs(work: tuple[Path, dict[str, str | None], Path]) -> str:
    """The name of a labelled bundle whose verdict cleaning changes, or ''."""
    path, label, folder = work
    before = verdict(path, label.get("at"), label.get("symptom"))
    for identity in (False, True):
        cleaned = write_clean(path, folder / f"{path.stem}-{identity}.tar.gz", identity=identity)
        after = verdict(cleaned.path, label.get("at"), label.get("symptom"))
        if after != before:
            return f"{path.name}, identity {identity}: {before} became {after}"
        cleaned.path.unlink()
    return ""


def test_no_labelled_bundle_gets_another_verdict(tmp_path: Path) -> None:
    labels = json.loads(needs(CORPUS / "expected.json").read_text("utf-8"))
    folder = needs(CORPUS / "bundles")
    names = corpus_names()[:: 1 if THOROUGH else 4]
    work = [(folder / f"{name}.tar.gz", labels.get(name, {}), tmp_path) for name in names]
    with ProcessPoolExecutor(2) as pool:
        assert [words for words in pool.map(_differs, work, chunksize=8) if words] == []


def files() -> dict[str, bytes]:
    """A little of everything that is told apart."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("var/log/azure/A.B/handler.log", "2026-11-21T03:12:09Z password=Abcd1234 x\n")
    return {
        "var/log/waagent.log": b"2026-11-21T03:12:09.301922Z INFO Daemon caf\xe9 password=Abcd1234\r\n\0\0done",
        "var/log/waagent.log.1.gz": gzip.compress(b"2026-11-20T03:12:09.301922Z INFO Daemon sig=Abcd12345\n"),
        "var/log/wide.log": "\ufeff2026-11-21T03:12:09Z é password=Abcd1234\n".encode("utf-16-le"),
        "var/lib/waagent/ovf-env.xml": b"<a><UserPassword>Abcd1234</UserPassword></a>",
        "var/lib/waagent/x.prv": KEY.encode(),
        "var/lib/waagent/blob.dat": bytes(range(1, 32)) * 50,
        "var/log/empty.log": b"",
        "home/jdoe/notes.txt": b"nothing",
        "more.zip": inner.getvalue(),
        "System.evtx": evtx(["net user bob Abcd1234! /add", "fine"]),
    }


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_bundle(tmp_path / "mixed.tar.gz", files())


def test_members_keep_their_place_and_their_bytes(bundle: Path, tmp_path: Path) -> None:
    cleaned = write_clean(bundle, tmp_path / "clean.tar.gz")
    with tarfile.open(cleaned.path) as tar:
        infos = tar.getmembers()
        raw = {info.name: file.read() for info in infos if (file := tar.extractfile(info))}
    assert {(info.mtime, info.uid, info.gid, info.uname) for info in infos} == {(0, 0, 0, "")}
    assert raw["var/log/waagent.log"] == files()["var/log/waagent.log"].replace(b"Abcd1234", b"<password:1>")
    assert gzip.decompress(raw["var/log/waagent.log.1.gz"]).endswith(b"Daemon sig=<sig:1>\n")
    assert raw["var/log/wide.log"].decode("utf-16") == "2026-11-21T03:12:09Z é password=<password:1>\n"
    assert raw["var/lib/waagent/ovf-env.xml"] == b"<a><UserPassword>&lt;password:1&gt;</UserPassword></a>"
    assert raw["more.zip/var/log/azure/A.B/handler.log"] == b"2026-11-21T03:12:09Z password=<password:1> x\n"
    assert raw["var/log/empty.log"] == b""
    assert b"net user bob &lt;password:2&gt; /add" in raw["System.evtx.xml"]
    assert cleaned.left_out == [
        ("var/lib/waagent/x.prv", "a key or a certificate store"),
        ("var/lib/waagent/blob.dat", "a binary file of an unknown kind"),
    ]
    assert cleaned.members == len(raw) - 1
    assert cleaned.counts == {"password": 5, "sig": 1}


def test_what_was_done_is_said(bundle: Path, tmp_path: Path) -> None:
    text = contents(write_clean(bundle, tmp_path / "clean.tar.gz", identity=True).path)["REDACTED.txt"]
    for line in ("  password: 5", "  user: 1", "  var/lib/waagent/x.prv: a key or a certificate store"):
        assert line in text.splitlines()
    assert "System.evtx: the event log as XML" in text


def test_names_in_paths_go_too(bundle: Path, tmp_path: Path) -> None:
    assert "home/user-1/notes.txt" in contents(write_clean(bundle, tmp_path / "clean.tar.gz", identity=True).path)


def test_same_bundle_same_bytes_from_any_form(bundle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    with tarfile.open(bundle) as tar:
        tar.extractall(folder, filter="data")
    one = write_clean(bundle, tmp_path / "1.tar.gz").path.read_bytes()
    assert write_clean(bundle, tmp_path / "2.tar.gz").path.read_bytes() == one
    with open(bundle, "rb") as stream:
        assert write_clean(stream, tmp_path / "3.tar.gz").path.read_bytes() == one
    assert contents(write_clean(folder, tmp_path / "4.tar.gz").path).keys() == contents(tmp_path / "1.tar.gz").keys()


def test_a_lone_log_becomes_a_bundle_of_one(tmp_path: Path) -> None:
    log = tmp_path / "waagent.log"
    log.write_bytes(files()["var/log/waagent.log"])
    assert set(contents(write_clean(log, tmp_path / "clean.tar.gz").path)) == {"waagent.log", "REDACTED.txt", "names"}


def test_nothing_half_written_stays(bundle: Path, tmp_path: Path) -> None:
    target = tmp_path / "out" / "clean.tar.gz"
    target.parent.mkdir()

    def stop(path: str, number: int) -> None:
        if path.startswith("more.zip") and list(target.parent.iterdir()):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_clean(bundle, target, progress=stop)
    assert list(target.parent.iterdir()) == []
    with pytest.raises(BundleError):
        write_clean(tmp_path / "none.zip", target)


def test_a_key_that_spans_windows_goes_whole() -> None:
    line = "2026-11-21T03:12:09.301922Z INFO Daemon nothing at all\n"
    for before in range(0, 400, 7):
        text = "x" * before + "\n" + line * 20 + KEY + line * 20
        parts = list(pieces([text.encode()], ("utf-8", "surrogateescape"), 1500))
        assert "".join(parts) == text
        assert len(parts) > 1
        assert sum("BEGIN RSA" in part for part in parts) == sum(KEY in part for part in parts) == 1


@given(st.lists(st.binary(max_size=40), max_size=8))
@settings(max_examples=200, deadline=None)
def test_bytes_of_any_encoding_come_back(blocks: list[bytes]) -> None:
    data = b"".join(blocks)
    encoding = encoding_of(data)
    if encoding[0] == "utf-8":
        assert "".join(pieces(blocks, encoding, 16)).encode(*encoding) == data


texts = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20).map(
    str.strip
)


@given(
    st.builds(
        WinEvent,
        provider=texts.filter(bool),
        event_id=st.integers(0, 0xFFFF),
        level=st.sampled_from(["critical", "error", "warning", "info", "verbose"]),
        channel=texts,
        record_id=st.integers(1, 1 << 40),
        computer=texts,
        data=st.lists(st.tuples(texts, texts), max_size=4),
        message=texts,
    ),
    st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)),
)
@settings(max_examples=150, deadline=None)
def test_an_event_written_as_xml_is_read_as_it_was(event: WinEvent, at: datetime) -> None:
    event.micros = int(at.replace(tzinfo=UTC).timestamp()) * 1_000_000 + at.microsecond
    data = "".join(as_xml([event])).encode()
    (read,) = READERS["events-xml"](iter([data]), Notes())
    same = ("provider", "event_id", "micros", "level", "record_id")
    assert [getattr(read, name) for name in same] == [getattr(event, name) for name in same]
    assert normalise.text(read) == normalise.text(event)


def test_the_events_of_a_binary_log_stay() -> None:
    """Of the samples' own logs, every event and its text."""
    for path in (path for path in SAMPLES if path.stem.startswith("windows-healthy")):
        with tarfile.open(path) as tar:
            logs = [file.read() for info in tar if info.name.endswith(".evtx") and (file := tar.extractfile(info))]
        assert logs
        for log in logs:
            before = list(READERS["events-evtx"](iter([log]), Notes()))
            after = list(READERS["events-xml"](iter(["".join(as_xml(before)).encode()]), Notes()))
            assert [(e.micros, e.record_id, e.channel, normalise.text(e)) for e in after] == [
                (e.micros, e.record_id, e.channel, normalise.text(e)) for e in before
            ]


@pytest.mark.parametrize(("identity", "at"), list(product([False, True], [None, "2026-11-21T03:40Z"])))
def test_analysis_of_a_clean_bundle_shows_no_more_secrets(
    bundle: Path, tmp_path: Path, identity: bool, at: str | None
) -> None:
    clean = write_clean(bundle, tmp_path / "clean.tar.gz", identity=identity).path
    assert analyze(clean, at).to_json()["redactions"] == {"count": 0, "kinds": {}}
