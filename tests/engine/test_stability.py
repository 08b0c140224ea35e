"""The same bundle gives the same document: whatever the order of its members, from the cache or by reading again."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from analyzer.analysis import run
from analyzer.bundle.model import Refusal
from analyzer.document import exhibits
from analyzer.plan import make_plan, shipped_plan
from analyzer.reading import pipeline
from analyzer.signatures.load import load_folder
from analyzer.signatures.selftest import MemoryBundle

from .support import (
    BACKUP_LOG,
    LOG,
    SYSLOG,
    OrderedBundle,
    SlicedBundle,
    analyse,
    backup,
    cause,
    failure,
    line,
    log,
    required,
    signature,
)

ROTATED = "var/log/waagent.log.1"
FILES = {
    LOG: line("10:00", "pump broke") + failure("10:01") + "  and below\n" + line("10:02", "later", "WARNING"),
    ROTATED: line("08:00", "older") + line("10:00", "pump broke") + failure("10:01") + "  and below\n",
    SYSLOG: f"Mar  1 10:00:00 host waagent[1]: {line('10:00', 'pump broke')}Mar  1 10:00:30 h s: failed\n",
    "var/log/dpkg.log": "2025-03-01 10:00:00 status installed x\n",
    "var/log/dmesg": "[    1.000000] Linux version 6.5\n",
    "etc/waagent.conf": "Extensions.Enabled=n\n",
    "etc/os-release": 'ID=ubuntu\nVERSION_ID="22.04"\n',
    BACKUP_LOG: backup("10:00", "sequence number from environment variable is 5")
    + backup("10:05", "Enable,error,2,failed"),
    "var/lib/waagent/Contoso.A-1.2.3/config/HandlerStatus": '{"name": "Contoso.A", "status": "NotReady", "code": 1}',
    "var/lib/waagent/Contoso.A-1.2.4/config/HandlerStatus": '{"name": "Contoso.A", "status": "Ready", "code": 0}',
    "copy/var/log/waagent.log": line("10:00", "pump broke") + failure("10:01") + "  another end\n",
    "broken.zip": "PK\x03\x04 not a zip",
}


def document(bundle: MemoryBundle, folder: Path | None = None) -> str:
    plan = shipped_plan() if folder is None else make_plan(load_folder(folder))
    result = run(bundle, plan).to_json()
    del result["timings"]
    return json.dumps(result, sort_keys=False)


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_members_does_not_matter(seed: int) -> None:
    order = sorted(FILES)
    expected = document(OrderedBundle(FILES, order))
    random.Random(seed).shuffle(order)
    assert document(OrderedBundle(FILES, order)) == expected


def test_members_of_one_place(tmp_path: Path) -> None:
    """Two copies of one file on the VM, at the same moments: their own paths decide."""
    signature(tmp_path, "x/one", required("pump broke"))
    files = {
        f"logs ({i}).zip/var/log/waagent.log": line("10:00", "pump broke")
        + line("10:00", f"context {i}")
        + failure("10:01")
        for i in range(4)
    }
    order = sorted(files)
    expected = document(OrderedBundle(files, order), tmp_path)
    assert document(OrderedBundle(files, order[::-1]), tmp_path) == expected


def test_twice_is_the_same() -> None:
    assert document(MemoryBundle(FILES)) == document(MemoryBundle(FILES))


def test_the_order_of_refusals_does_not_matter() -> None:
    documents = []
    for paths in (("a.bin", "b.bin"), ("b.bin", "a.bin")):
        bundle = MemoryBundle(FILES)
        bundle.refused = [Refusal(path, "too large") for path in paths]
        documents.append(document(bundle))
    assert documents[0] == documents[1]


def test_a_copy_counts_once(tmp_path: Path) -> None:
    """The same record in a rotated file, in a copy of the same place, or in syslog; a repeat in one file is two."""
    one = signature(tmp_path, "x/one", required("pump broke"))
    found = cause(analyse(FILES, one), "x/one")
    assert found is not None
    assert (found.judged.held["seen"].count, len(found.judged.held["seen"].found)) == (1, 1)
    twice = cause(analyse(log(line("10:00", "pump broke") * 2 + failure("10:01")), one), "x/one")
    assert twice is not None
    assert twice.judged.held["seen"].count == 2


CONTEXT = {
    LOG: "".join(line(f"10:{m:02d}", f"größe {m}\r") for m in range(30))
    + line("10:31", "pump broke")
    + "  below\n"
    + failure("10:32"),
    SYSLOG: "Mar  1 10:00:00 host a: x\n" * 500,
}


@pytest.mark.parametrize(("member", "total"), [(0, 48 << 20), (4 << 20, 0), (0, 0)])
def test_context_from_the_cache_and_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, member: int, total: int
) -> None:
    signature(tmp_path, "x/one", required("pump broke"))
    cached = json.loads(document(MemoryBundle(CONTEXT), tmp_path))
    monkeypatch.setattr(pipeline, "CACHE_MEMBER_BYTES", member)
    monkeypatch.setattr(pipeline, "CACHE_BYTES", total)
    again = run(MemoryBundle(CONTEXT), make_plan(load_folder(tmp_path)))
    assert again.reading.cache == {}
    assert json.loads(json.dumps(again.to_json()))["causes"] == cached["causes"]
    (exhibit,) = cached["causes"][0]["evidence"]
    shown = [(c["line"], c["hit"]) for c in exhibit["context"]]
    around = exhibits.CONTEXT_RECORDS
    assert shown == [(31 - i, False) for i in range(around, 0, -1)] + [(31, True), (32, True), (33, False)]
    assert exhibit["context"][around]["text"].endswith("pump broke")
    assert exhibit["context"][around + 1]["text"] == "  below"


def test_a_member_that_is_gone_has_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that ends earlier at the second reading costs the text, not the analysis."""
    monkeypatch.setattr(pipeline, "CACHE_BYTES", 0)
    reading = pipeline.read(MemoryBundle(log(line("10:00", "x"))), shipped_plan().patterns)
    reading.bundle = MemoryBundle({LOG: "short"})
    spans = [(0, 0, 30), (0, 1_000, 10), (7, 0, 10)]
    assert pipeline.read_spans(reading, spans) == {spans[0]: b"short", spans[1]: b"", spans[2]: b""}


def test_blocks_of_any_size_give_the_same_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "CACHE_BYTES", 0)
    sliced, plain = document(SlicedBundle(CONTEXT)), document(MemoryBundle(CONTEXT))
    assert sliced == plain
