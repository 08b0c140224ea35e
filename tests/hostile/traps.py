"""A sample whose cause is known, with something beside it that wants to cost the analysis its result."""

from __future__ import annotations

import gzip
from pathlib import Path

from tests.hostile.archives import END_OF_TAR
from tests.shared import ROOT

SAMPLE = ROOT / "sample_bundles" / "agent-wireserver-blocked.tar.gz"
CAUSE = "network/wireserver-blocked"
LOG, EVENTS = "var/log/waagent.log", 194
_PLAIN = gzip.decompress(SAMPLE.read_bytes())


def members() -> bytes:
    """The sample's members as they stand in a tar, without its end."""
    return _PLAIN.rstrip(b"\0").ljust(-(-len(_PLAIN.rstrip(b"\0")) // 512) * 512, b"\0")


def beside(trap: bytes) -> bytes:
    """The sample's members, then these, as a tar."""
    return members() + trap + END_OF_TAR


def bundle(folder: Path, trap: bytes) -> Path:
    """The same as a file, compressed quickly."""
    path = folder / "bundle.tar.gz"
    path.write_bytes(gzip.compress(beside(trap), 1))
    return path


def streamed(folder: Path, packed: bytes) -> Path:
    """The sample behind a member that is compressed already (a gzip stream without the end of the tar)."""
    path = folder / "bundle.tar.gz"
    path.write_bytes(packed + gzip.compress(members() + END_OF_TAR, 1))
    return path
