"""What is kept of earlier searches: the corpus that a search begins with, and the finds that may not come back.

`corpus/<target>.tar.xz` holds small inputs that together reach what the searches reached; they grew out of our own
samples alone. `finds/<target>/<what it was>` is an input that once broke a promise, made small.
"""

from __future__ import annotations

import io
import lzma
import tarfile
from collections.abc import Iterable
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
FINDS = Path(__file__).parent / "finds"
MOST = 48 << 10  # bytes of a target's corpus, unpacked
LONGEST = 3_000  # bytes of an input of it


def corpus(name: str) -> list[bytes]:
    """The kept inputs of a target, the smallest first."""
    place = CORPUS / f"{name}.tar.xz"
    if not place.exists():
        return []
    with tarfile.open(place) as tar:
        return [tar.extractfile(m).read() for m in tar]  # type: ignore[union-attr]


def finds(name: str) -> dict[str, bytes]:
    """The mended findings of a target, by what they were."""
    folder = FINDS / name
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} if folder.is_dir() else {}


def keep(name: str, inputs: Iterable[bytes]) -> int:
    """Make these inputs the corpus of a target, as many of the smallest as there is room for; how many these are."""
    used, chosen = 0, []
    for data in sorted(set(inputs), key=lambda data: (len(data), data)):
        used += len(data)
        if used > MOST:
            break
        chosen.append(data)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for number, data in enumerate(chosen):
            info = tarfile.TarInfo(f"{number:04}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    CORPUS.mkdir(exist_ok=True)
    (CORPUS / f"{name}.tar.xz").write_bytes(lzma.compress(buffer.getvalue(), preset=9))
    return len(chosen)
