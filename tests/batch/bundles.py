"""Small bundles of a batch: good ones, and some that hang, crash or bomb."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

from tests.shared import ROOT

SAMPLES = sorted((ROOT / "sample_bundles").glob("*.tar.gz"))


def tar_of(files: dict[str, bytes]) -> bytes:
    """A .tar.gz, the same for the same files."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return gzip.compress(plain.getvalue(), mtime=0)


def inbox(folder: Path, count: int) -> Path:
    """So many tickets, each a copy of a sample bundle; no two are alike."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        sample = SAMPLES[number % len(SAMPLES)]
        # what follows the end of a tar is nobody's; as gzip member of its own it makes other bytes of the same bundle
        (folder / f"ticket-{number:04}.tar.gz").write_bytes(
            sample.read_bytes() + gzip.compress(b"\0" * (512 * (number + 1)), mtime=0)
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
