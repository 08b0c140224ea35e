"""One bundle gives one analysis, in whatever archive and under whatever root it comes."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from analyzer.analysis import analyze
from tests.shared import CORPUS, ROOT, needs

PREFIXES = ("", "./", "host-2026/")


def files_of(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        members = [m for m in tar if m.isfile()]
        return {m.name.removeprefix("./"): tar.extractfile(m).read() for m in members}  # type: ignore[union-attr]


def tar_bytes(files: dict[str, bytes], prefix: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in sorted(files, reverse=True):  # another order than the folder's
            info = tarfile.TarInfo(prefix + name)
            info.size = len(files[name])
            tar.addfile(info, io.BytesIO(files[name]))
    return buffer.getvalue()


def zip_bytes(files: dict[str, bytes], prefix: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(prefix + name, content)
    return buffer.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".tar": lambda data: data,
    ".tar.gz": gzip.compress,
    ".tgz": gzip.compress,
    ".tar.xz": lzma.compress,
    ".tar.bz2": bz2.compress,
    ".tar.zst": zstandard.compress,
}


def result(source: Any) -> str:
    """The document without what belongs to the file it came in."""
    document = analyze(source).to_json()
    del document["bundle"], document["timings"]
    return json.dumps(document, sort_keys=True)


@pytest.fixture(scope="module", params=["labelled", "sample"])
def files(request: pytest.FixtureRequest) -> dict[str, bytes]:
    if request.param == "labelled":
        return files_of(needs(CORPUS / "bundles" / "42-lib-dir-disk-full.tar.gz"))
    return files_of(ROOT / "sample_bundles" / "backup-freeze-busy.tar.gz")


@pytest.fixture(scope="module")
def expected(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("folder")
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return result(folder)


def test_the_verdict_is_not_empty(expected: str) -> None:
    assert json.loads(expected)["verdict"]["outcome"] == "named"


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("ending", [*PACKERS, ".zip", "folder"])
def test_same_result(files: dict[str, bytes], expected: str, tmp_path: Path, ending: str, prefix: str) -> None:
    if ending == "folder":
        for name, content in files.items():
            path = tmp_path / prefix / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        assert result(tmp_path) == expected
        return
    path = tmp_path / f"bundle{ending}"
    path.write_bytes(zip_bytes(files, prefix) if ending == ".zip" else PACKERS[ending](tar_bytes(files, prefix)))
    assert result(path) == expected


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("ending", PACKERS)
def test_same_from_a_stream(files: dict[str, bytes], expected: str, ending: str, prefix: str) -> None:
    assert result(io.BytesIO(PACKERS[ending](tar_bytes(files, prefix)))) == expected
