"""Archives of every kind under low limits, and what the members are by their names and first bytes.

The first line of an input for `archives` names what is put around the rest, outermost last: `sum` (checksums of tar
headers made right), `gz`, `xz`, `bz2`, `zst`, `tar`, `zip`, `cut` (the last tenth is missing).
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import zipfile
from collections.abc import Callable, Iterator

import zstandard

from analyzer.bundle import (
    Bundle,
    BundleError,
    Limits,
    canonical,
    command_of,
    decode_blocks,
    identify,
    open_bundle,
    recognise,
)
from analyzer.bundle.encoding import decode_head
from analyzer.bundle.eventlog import kind_of
from analyzer.bundle.magic import foreign
from tests.fuzz import repair
from tests.fuzz.bundles import own, own_kinds, packed
from tests.fuzz.finding import Broken
from tests.fuzz.target import Target, headed, pieces

LIMITS = Limits(
    max_members=200,
    max_total_bytes=4 << 20,
    max_member_bytes=1 << 20,
    max_ratio=200,
    ratio_floor=256 << 10,
    max_nested_bytes=1 << 20,
    max_spool_bytes=2 << 20,
    block_bytes=64 << 10,
)
WRAPPERS: dict[str, Callable[[bytes], bytes]] = {
    "sum": repair.tar,
    "gz": lambda data: gzip.compress(data, 1, mtime=0),
    "xz": lambda data: lzma.compress(data, preset=0),
    "bz2": lambda data: bz2.compress(data, 1),
    "zst": lambda data: zstandard.ZstdCompressor(level=1).compress(data),
    "tar": lambda data: packed({"inner/file": data}),
    "zip": lambda data: _zipped({"inner/file": data}),
    "cut": lambda data: data[: len(data) * 9 // 10],
}


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def archives(data: bytes) -> None:
    line, rest = headed(data)
    for word in line.split()[:6]:
        if word in WRAPPERS:
            rest = WRAPPERS[word](rest)
    try:
        bundle = open_bundle(io.BytesIO(rest), LIMITS)
    except BundleError as error:
        str(error).encode("utf-8")
        return
    with bundle:
        first = list(_walked(bundle))
        refused = list(bundle.refused)
        if list(_walked(bundle)) != first:
            raise Broken("walks of one bundle differ")
        if bundle.refused != refused:
            raise Broken("refusals of one bundle differ between walks")
        for refusal in refused:
            f"{refusal.path}{refusal.reason}".encode()
        if len({path for path, *_ in first}) != len(first):
            raise Broken("names occur twice")


def _walked(bundle: Bundle) -> Iterator[tuple[str, int, bytes]]:
    total = members = 0
    for member in bundle.members():
        members += 1
        parts = member.path.split("/")
        if ".." in parts or "" in parts or not member.path.encode().decode().isprintable():
            _names(member.path)
        head = member.head()
        digest, size, begin = hashlib.sha1(), 0, b""
        for block in member.blocks():
            if size < len(head):
                begin += block
            digest.update(block)
            size += len(block)
        if begin[: len(head)] != head[: len(begin)]:
            raise Broken("head is not how the blocks begin")
        if size > LIMITS.max_member_bytes:
            raise Broken("member limit does not hold")
        total += size
        yield member.path, size, digest.digest()
    if members > LIMITS.max_members or total > LIMITS.max_total_bytes + LIMITS.block_bytes:
        raise Broken("bundle limits do not hold")


def _names(path: str) -> None:
    parts = path.split("/")
    if ".." in parts or "" in parts:
        raise Broken(f"names lead out of the bundle: {path!r}")
    if any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in path):
        raise Broken(f"control characters stand in a name: {path!r}")


def archive_seeds() -> Iterator[bytes]:
    files = {f"var/log/{n}": content[:300] for n, content in enumerate(list(own()[0].values())[:3])}
    tar, archive = packed(files), _zipped(files)
    yield from (b"\n" + data for data in (tar, archive))
    for name, wrap in WRAPPERS.items():
        yield b"\n" + wrap(tar[:2048])
        yield name.encode() + b"\n" + tar
        yield b"zip " + name.encode() + b" gz\n" + archive


def identified(data: bytes) -> None:
    path, head = headed(data)
    found = identify(path, head)
    kind_of(head), command_of(path, head), foreign(head[: 64 << 10] or b"\0"), decode_head(head)
    for told in (found.kind, found.source, found.reason):
        told.encode("utf-8")
    if found.kind == "skip" and not found.reason:
        raise Broken("skipped without a reason")
    layout = recognise([path, "var/log/waagent.log", path + "/x", path.partition("/")[2]], {found.kind})
    canonical(path, layout.root)
    whole = b"".join(decode_blocks(iter([head])))
    for size in (1, 7, 4096):
        if b"".join(decode_blocks(pieces(head, size))) != whole:
            raise Broken(f"decoding depends on the blocks ({size})")


def identity_seeds() -> Iterator[bytes]:
    for members in own_kinds().values():
        for path, content in members[:3]:
            yield path.encode() + b"\n" + content[:400]
    yield b"x.txt\n" + "some text\nother".encode("utf-16")
    yield b"x.txt\n" + "some text\nother".encode("utf-16-be")


TARGETS = (
    Target("archives", archives, archive_seeds, 12 << 10, ("bundle/tars.py", "bundle/zips.py", "bundle/magic.py")),
    Target("identify", identified, identity_seeds, 2048, ("bundle/*.py",)),
)
