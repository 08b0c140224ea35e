"""Bundles of a batch by the hundred: good ones, no two alike, and some that hang, crash or bomb."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tests.shared import CORPUS, ROOT

SAMPLES = sorted((ROOT / "sample_bundles").glob("*.tar.gz"))
LABELLED = sorted((CORPUS / "bundles").glob("*.tar.gz")) or SAMPLES
"""The labelled bundles where the checkout has them beside it."""


def tar_of(files: dict[str, bytes]) -> bytes:
    """A .tar.gz, the same for the same files."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return gzip.compress(plain.getvalue(), mtime=0)


def inbox(folder: Path, count: int, of: Sequence[Path] = SAMPLES) -> Path:
    """So many tickets, each a copy of one of `of`; no two are alike."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        bundle = of[number % len(of)]
        # what follows the end of a tar is nobody's; as gzip member of its own it makes other bytes of the same bundle
        (folder / f"ticket-{number:04}.tar.gz").write_bytes(
            bundle.read_bytes() + gzip.compress(b"\0" * (512 * (number + 1)), mtime=0)
        )
    return folder


def hostile(folder: Path) -> list[str]:
    """Bundles that harm who is not careful; their names."""
    folder.mkdir(parents=True, exist_ok=True)
    bombs = {
        "empty.tar.gz": b"",
        "no-archive.tar.gz": b"\x1f\x8b" + b"x" * 100,
        "cut.tar.gz": SAMPLES[0].read_bytes()[:2000],
        "bomb.tar.gz": gzip.compress(gzip.compress(b"\0" * (64 << 20), mtime=0), mtime=0),
        "traversal.tar.gz": tar_of({"../../../../tmp/vmtriage-owned": b"x", "/etc/vmtriage-owned": b"x"}),
        "name\nwith\x1b[31m signs.tar.gz": tar_of({"a.log": b"x"}),
        "<script>alert(1)</script>.tar.gz": tar_of({"<img src=x onerror=alert(1)>.log": b"<script>alert(2)</script>"}),
        "nested.tar.gz": tar_of({"a.tar.gz": tar_of({"b.tar.gz": tar_of({"c.tar.gz": tar_of({"d.tar.gz": b""})})})}),
    }
    kept = []
    for name, data in bombs.items():
        path = folder / name.replace("/", "_")
        path.write_bytes(data)
        kept.append(path.name)
    return kept


def bombs(folder: Path, members: int = 200_000) -> list[str]:
    """Ten that cost much to read, or have no end; their names."""
    folder.mkdir(parents=True, exist_ok=True)
    zeros, headers = _zipped({"zeros.log": b"\0" * (64 << 20)}), _header("var/log/a.log") * members
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l11;</x>'.encode()
    files = {
        "zip-bomb.zip": _zipped({f"{n}.zip": zeros for n in range(16)}),
        "gzip-in-gzip.gz": _wrapped(b"\0" * (1 << 20), 60),
        "members.tar.gz": gzip.compress(headers, 1, mtime=0),
        "cut.tar.gz": LABELLED[0].read_bytes()[:3000],
        "entities.tar.gz": tar_of({"var/lib/waagent/GoalState.1.xml": xml, "Packages/GoalState.xml": xml}),
        "line.tar.gz": tar_of({"var/log/waagent.log": b"2025-01-01T00:00:00.000000Z INFO " + b"a" * (200 << 20)}),
        "\x1b[2J<script>alert(1)</script>\n.tar.gz": tar_of(
            {"\x1b]0;x\x07<b>.log": b"\x1b[31m<script>alert(2)</script>"}
        ),
    }
    for name, data in files.items():
        (folder / name.replace("/", "_")).write_bytes(data)
    os.mkfifo(folder / "pipe.tar.gz")
    (folder / "device.log").symlink_to("/dev/zero")
    (folder / "loop.tar.gz").symlink_to("loop.tar.gz")
    return [name.replace("/", "_") for name in files] + ["pipe.tar.gz", "device.log", "loop.tar.gz"]


def _zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _wrapped(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = gzip.compress(data, mtime=0)
    return data


def _header(name: str) -> bytes:
    return tarfile.TarInfo(name).tobuf()
