"""Bundles as files in memory: our own, which seeds and the kept corpus come from, and the labelled ones.

Our own are the samples and the Windows VMs that the tests' generator writes. The labelled bundles beside the checkout
are only damaged and read; nothing of them is kept.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analyzer.bundle import identify
from analyzer.bundle.model import Bundle, Member
from tests.fuzz.handmade import FILES
from tests.generator.windows.scenarios import SCENARIOS
from tests.shared import CORPUS, ROOT

Files = dict[str, bytes]
SOME = 4  # each so manieth of the generated VMs: writing their event logs takes most of the time


@cache
def own() -> tuple[Files, ...]:
    """The files of the samples and of generated VMs, and those made by hand."""
    samples = sorted((ROOT / "sample_bundles").glob("*.tar.gz"))
    return (*map(_files, samples), *(dict(scenario.write()) for scenario in SCENARIOS[::SOME]), FILES)


@cache
def labelled() -> tuple[Files, ...]:
    """Our own, and the team's labelled bundles where they are beside the checkout."""
    return (*own(), *map(_files, sorted((CORPUS / "bundles").glob("*.tar.gz"))))


Kinds = dict[str, list[tuple[str, bytes]]]


@cache
def own_kinds() -> Kinds:
    """Every member of our own, by what it is."""
    return _by_kind(own())


@cache
def labelled_kinds() -> Kinds:
    """Every member of the labelled bundles, by what it is: state files are many and small, exports few and long."""
    return _by_kind(labelled())


def _by_kind(bundles: Sequence[Files]) -> Kinds:
    found: Kinds = {}
    for files in bundles:
        for path, content in files.items():
            found.setdefault(identify(path, content[: 64 << 10]).kind, []).append((path, content))
    return {kind: found[kind] for kind in sorted(found)}


def _files(path: Path) -> Files:
    with tarfile.open(path) as tar:
        return {m.name.removeprefix("./"): tar.extractfile(m).read() for m in tar if m.isfile()}  # type: ignore[union-attr]


def packed(files: Files) -> bytes:
    """A tar of these files; names as they come."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


@dataclass
class _Held:
    path: str
    content: bytes
    block: int
    declared_size: int | None = None
    modified: float = 0.0

    def head(self) -> bytes:
        return self.content[: 64 << 10]

    def blocks(self) -> Iterator[bytes]:
        for at in range(0, len(self.content), self.block):
            yield self.content[at : at + self.block]

    def packed(self) -> int:
        return 0


class Held(Bundle):
    """A bundle without an archive around it, since unpacking would take most of the time."""

    def __init__(self, files: Files, block: int = 4 << 20) -> None:
        super().__init__(name="held", kind="folder")
        self._files, self._block = files, block

    def members(self) -> Iterator[Member]:
        for path, content in self._files.items():
            yield _Held(path, content, self._block)

    def sha256(self) -> str:
        return "0" * 64
