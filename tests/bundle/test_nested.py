"""Archives inside archives."""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

import pytest

from analyzer.bundle import BundleError, Limits, canonical, open_bundle

from .archives import COMPRESS, content, reasons, tar_bytes, write_folder, zip_bytes


def test_rotated_logs_and_archives_are_opened_wherever_they_lie(tmp_path: Path) -> None:
    history = zip_bytes({"GoalState.xml": b"<GoalState/>", "waagent_status.json": b"{}"})
    logs = zip_bytes({"var/log/waagent.log.1.gz": gzip.compress(b"old\n"), "var/lib/waagent/history/h__1.zip": history})
    files = {
        "var/log/syslog.2.xz": lzma.compress(b"syslog\n"),
        "var/lib/waagent/logcollector/logs.zip": logs,
        "tmp/sos.tar.xz": lzma.compress(tar_bytes({"sos-1/var/log/messages": b"m\n"})),
    }
    expected = {
        "var/log/syslog.2.xz": b"syslog\n",
        "var/lib/waagent/logcollector/logs.zip/var/log/waagent.log.1.gz": b"old\n",
        "var/lib/waagent/logcollector/logs.zip/var/lib/waagent/history/h__1.zip/GoalState.xml": b"<GoalState/>",
        "var/lib/waagent/logcollector/logs.zip/var/lib/waagent/history/h__1.zip/waagent_status.json": b"{}",
        "tmp/sos.tar.xz/sos-1/var/log/messages": b"m\n",
    }
    tar, folder = tmp_path / "b.tgz", write_folder(tmp_path / "f", files)
    tar.write_bytes(gzip.compress(tar_bytes(files)))
    assert content(open_bundle(tar)) == content(open_bundle(folder)) == expected
    assert sorted(map(canonical, expected)) == [
        "var/lib/waagent/history/h__1/GoalState.xml",
        "var/lib/waagent/history/h__1/waagent_status.json",
        "var/log/messages",
        "var/log/syslog.2.xz",
        "var/log/waagent.log.1.gz",
    ]


def test_programs_stay_closed(tmp_path: Path) -> None:
    egg = zip_bytes({"a.py": b"x"})
    files = {"bin/WALinuxAgent-2.15.0.1-py3.egg": egg, "WALinuxAgent-2.15.0.1.zip": egg, "A.B__1.0.0.zip": egg}
    bundle = open_bundle(write_folder(tmp_path, files))
    assert content(bundle) == files


def test_depth_is_bounded(tmp_path: Path) -> None:
    data = b"deep\n"
    for level in range(6):
        data = zip_bytes({f"{level}.zip" if level else "x.log": data})
    path = tmp_path / "b.zip"
    path.write_bytes(zip_bytes({"ok.log": b"ok\n", "deep.zip": data}))
    bundle = open_bundle(path)
    assert content(bundle) == {"ok.log": b"ok\n"}
    assert "nested deeper than 3" in reasons(bundle)
    path.write_bytes(data)
    with pytest.raises(BundleError, match="nested deeper"):
        open_bundle(path)


def test_endless_compression_is_bounded(tmp_path: Path) -> None:
    data = b"x\n"
    for _ in range(40):
        data = gzip.compress(data)
    bundle = open_bundle(write_folder(tmp_path, {"a.log": b"a\n", "quine.gz": data}))
    assert content(bundle) == {"a.log": b"a\n"}
    assert "nested deeper" in reasons(bundle)


def test_a_nested_archive_has_a_size(tmp_path: Path) -> None:
    path = tmp_path / "b.tar"
    path.write_bytes(tar_bytes({"a.log": b"a\n", "big.zip": zip_bytes({"x": bytes(99_000)}, 0), "z.log": b"z\n"}))
    bundle = open_bundle(path, Limits(max_nested_bytes=50_000))
    assert content(bundle) == {"a.log": b"a\n", "z.log": b"z\n"}
    assert "big.zip: an archive of more than 50000 bytes" in reasons(bundle)


def test_a_bomb_of_bombs_is_measured_at_its_outer_size(tmp_path: Path) -> None:
    inner = zip_bytes({"zeros": bytes(64 << 20)})
    path = tmp_path / "b.zip"
    path.write_bytes(zip_bytes({"inner.zip": inner}))
    bundle = open_bundle(path, Limits(max_ratio=200, ratio_floor=1 << 20))
    assert len(content(bundle)["inner.zip/zeros"]) < 32 << 20
    assert "more than 200 times" in reasons(bundle)


@pytest.mark.parametrize("kind", [kind for kind in COMPRESS if kind])
def test_a_cut_nested_archive_costs_only_itself(tmp_path: Path, kind: str) -> None:
    inner = COMPRESS[kind](tar_bytes({"in.log": b"in\n" * 5000, "lost.log": b"lost\n"}))
    path = tmp_path / "b.tar"
    path.write_bytes(tar_bytes({"a.log": b"a\n", "inner": inner[:-15], "z.log": b"z\n"}))
    bundle = open_bundle(path)
    found = content(bundle)
    assert found["a.log"] == b"a\n"
    assert found["z.log"] == b"z\n"
    assert "inner" in reasons(bundle)


def test_a_zip_of_a_tarball(tmp_path: Path) -> None:
    path = tmp_path / "case.zip"
    path.write_bytes(zip_bytes({"vm.tar.gz": gzip.compress(tar_bytes({"h/var/log/waagent.log": b"w\n"}))}))
    assert content(open_bundle(path)) == {"vm.tar.gz/h/var/log/waagent.log": b"w\n"}
