"""Writes a bundle's files as a folder, a tar or a zip. Fixed times and owners: the same files give the same bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from pathlib import Path

import zstandard

Files = dict[str, bytes]
"""path in the bundle -> content"""

_MTIME = 1_735_689_600  # 2025-01-01, for every member


def tar_bytes(files: Files, prefix: str = "") -> bytes:
    """An uncompressed tar; members in order of their names, below `prefix`."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name in sorted(files):
            info = tarfile.TarInfo(prefix + name)
            info.size, info.mtime, info.mode = len(files[name]), _MTIME, 0o644
            info.uname = info.gname = "root"
            archive.addfile(info, io.BytesIO(files[name]))
    return out.getvalue()


def as_tar(files: Files, path: Path, compression: str = "gz", prefix: str = "") -> Path:
    """`compression` is '', gz, bz2, xz or zst."""
    data = tar_bytes(files, prefix)
    packed = {
        "": lambda: data,
        "gz": lambda: gzip.compress(data, 9, mtime=0),
        "bz2": lambda: bz2.compress(data),
        "xz": lambda: lzma.compress(data),
        "zst": lambda: zstandard.ZstdCompressor(level=10).compress(data),
    }[compression]()
    path.write_bytes(packed)
    return path


def as_zip(files: Files, path: Path, prefix: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(prefix + name, (2025, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name])
    return path


def as_folder(files: Files, path: Path) -> Path:
    for name, data in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        os.utime(target, (_MTIME, _MTIME))
    return path
