"""Writes the bundles that the tests open."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import zstandard

from analyzer.bundle import Bundle

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gz": lambda data: gzip.compress(data, mtime=0),
    "xz": lzma.compress,
    "bz2": lambda data: bz2.compress(data, 1),  # blocks of 100 kB, so that a cut one does not lose all
    "zst": zstandard.ZstdCompressor().compress,
}

FILES = {
    "var/log/waagent.log": b"2026-11-21T03:17:16.370753Z INFO Daemon Daemon Azure Linux Agent Version: 2.15.0.1\n"
    * 900,
    "var/log/syslog": b"Nov 21 03:17:16 vm01 systemd[1]: Started x.\n" * 40,
    "var/lib/waagent/empty": b"",
    "etc/waagent.conf": b"Provisioning.Agent=auto\n",
}


def tar_bytes(files: dict[str, bytes], form: int = tarfile.GNU_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zip_bytes(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def write_folder(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def content(bundle: Bundle) -> dict[str, bytes]:
    """Everything a bundle gives, in order."""
    return {member.path: b"".join(member.blocks()) for member in bundle.members()}


def reasons(bundle: Bundle) -> str:
    return "\n".join(f"{refusal.path}: {refusal.reason}" for refusal in bundle.refused)
