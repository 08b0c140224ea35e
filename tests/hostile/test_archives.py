"""Archives that lie: what is inside them is read where it can be, refused in words where not, and never unpacked."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import re
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard

from analyzer.bundle import open_bundle
from tests.hostile.archives import (
    ZipMember,
    gnu_long_name,
    header,
    many_members,
    member,
    nested,
    overlapping,
    padded,
    pax,
    record,
    sparse,
    tar,
    zipped,
)
from tests.hostile.check import BOUNDS, Outcome, survive
from tests.hostile.quine import quine

LOG = b"2030-01-01T00:00:00.000000Z ERROR Daemon something bad\n" * 3
OK = member(b"ok.log", LOG)
PACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gz": lambda data: gzip.compress(data, mtime=0),
    "xz": lzma.compress,
    "bz2": bz2.compress,
    "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}
NAMES = (
    b"../../escape.log", b"/abs/x.log", b"a/../../b.log", b"..\\..\\win.log", b"C:\\Windows\\x.log", b"~/x.log",
    b"x\x1b[2J\x1b]0;t\x07.log", b"a\nb.log", b"a\rb.log", b"\xff\xfe\x80.log", b"\x9b31m.log", b"\xed\xa0\x80.log",
    b"\xe2\x80\xaegol.exe.log", b"<img src=x onerror=run(1)>.log", b"{{1337*1337}}.log", b"=cmd.log", b"%s%n{0}.log",
    b"CON", b"a:b.log", b".", b"./", b"/", b"-rf", b"| x", b"$(id).log", b"a" * 99, b" .log", b"\xc3\x28.log",
)  # fmt: skip


def opened(data: bytes, **limits: int) -> Outcome:
    return survive(io.BytesIO(data), replace(BOUNDS, **limits))


def safe(outcome: Outcome) -> None:
    """Every member has a printable name inside the bundle."""
    for name in outcome.members:
        assert not name.startswith("/")
        assert ".." not in name.split("/")
        assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", name)


@pytest.mark.parametrize(
    "data",
    [
        tar(*(member(name, LOG) for name in NAMES)),
        tar(*(gnu_long_name(b"d/" + name, LOG) for name in NAMES)),
        tar(*(pax(b"short", LOG, record(b"path", name)) for name in NAMES)),
        zipped([ZipMember(name, LOG) for name in NAMES]),
        zipped([ZipMember(name, LOG, system=0) for name in NAMES]),
        zipped([ZipMember(name, LOG, flags=0x800) for name in NAMES]),
        zipped([ZipMember(name, LOG) for name in NAMES])[:-30],
    ],
    ids=["tar", "gnu", "pax", "zip", "dos", "utf-8", "no directory"],
)
def test_names_stay_inside_and_are_printable(data: bytes) -> None:
    outcome = opened(data)
    safe(outcome)
    assert any(name.endswith("abs/x.log") for name in outcome.members)
    assert "its name points outside the bundle" in outcome.words


@pytest.mark.parametrize(
    "data",
    [
        tar(gnu_long_name(b"y" * 500_000, LOG), OK),
        tar(gnu_long_name(b"d/" * 200_000 + b"x", LOG), OK),
        tar(gnu_long_name(b"y" * (2 << 20), LOG), OK),
        zipped([ZipMember(b"x" * 65_000, LOG), ZipMember(b"ok.log", LOG)]),
    ],
    ids=["long", "many folders", "longer than a header may be", "zip"],
)
def test_names_have_a_length(data: bytes) -> None:
    outcome = opened(data)
    assert "ok.log" in outcome.members
    assert max(map(len, outcome.members)) <= 4096
    assert "is longer than 4096 characters" in outcome.words or "a header is too long" in outcome.words


def test_links_devices_and_the_unknown_are_no_files() -> None:
    kinds = {b"1": "a hard link", b"2": "a symbolic link", b"3": "a device", b"4": "a device", b"6": "a pipe"}
    links = [header(b"link" + kind, kind=kind, link=b"/etc/shadow\x1b[2J") for kind in kinds]
    outcome = opened(tar(*links, header(b"folder", kind=b"5"), header(b"strange", kind=b"Z"), OK))
    assert set(outcome.members) == {"ok.log", "strange"}
    for kind, words in kinds.items():
        assert f"link{kind.decode()}: {words} to /etc/shadow\\x1b[2J" in outcome.words


def test_links_in_a_zip_are_refused() -> None:
    modes = {0o120777: "a symbolic link", 0o010644: "a pipe", 0o060644: "a device", 0o020644: "a device"}
    links = [ZipMember(f"{mode:o}".encode(), b"/etc/shadow", mode=mode) for mode in modes]
    outcome = opened(zipped([*links, ZipMember(b"ok.log", LOG)]))
    assert outcome.members == ["ok.log"]
    for mode, words in modes.items():
        assert f"{mode:o}: {words}" in outcome.words


@pytest.mark.parametrize(
    "records",
    [
        record(b"size", b"-1"),
        record(b"size", b"9" * 30),
        record(b"size", b"abc"),
        record(b"path", b"x", 0),
        record(b"path", b"x", 10**9),
        b"9" * 5000 + b" path=x\n",
        b"20 path=xxxxxxxxxxxx",
        b"7 a=\n\n",
        record(b"comment", b"v" * 300_000),
        b"".join(record(b"k%d" % number, b"v") for number in range(9_000)),
        record(b"mtime", b"nan") + record(b"uid", b"inf"),
        record(b"hdrcharset", b"BINARY") + record(b"path", b"\xff.log"),
        record(b"GNU.sparse.major", b"1") + record(b"GNU.sparse.minor", b"0") + record(b"GNU.sparse.realsize", b"1"),
        record(b"GNU.sparse.map", b"-5,10,0,3") + record(b"GNU.sparse.size", b"50"),
        record(b"GNU.sparse.map", b"9" * 6000 + b",1") + record(b"GNU.sparse.size", b"5"),
        record(b"GNU.sparse.offset", b"-1") + record(b"GNU.sparse.numbytes", b"5") + record(b"GNU.sparse.size", b"50"),
    ],
    ids=range(16),
)
def test_extended_headers_that_lie_cost_their_member(records: bytes) -> None:
    outcome = opened(tar(pax(b"p.log", LOG, records), OK))
    assert "ok.log" in outcome.members or "the archive ends in the middle" in outcome.words


@pytest.mark.parametrize(
    "size",
    [b"\xff" * 12, b"\x80" + b"\x7f" * 11, b"77777zzzzzz\0", b" " * 12],
    ids=["negative", "huge", "junk", "none"],
)
def test_sizes_in_a_tar_header(size: bytes) -> None:
    outcome = opened(tar(member(b"first.log", LOG), header(b"bad.log", size_field=size) + padded(LOG), OK))
    assert "first.log" in outcome.members
    assert "damaged header" in outcome.words or "the archive ends in the middle" in outcome.words


@pytest.mark.parametrize(
    ("size", "pieces", "words"),
    [
        (1 << 32, [(0, 3)], "it unpacks to more than 100 times its size"),
        (100, [(1 << 32, 1 << 32)], "it unpacks to more than 100 times its size"),
        (100, [(50, 10), (0, 60)], ""),
        (1, [(0, 1), (0, 1), (0, 1), (0, 1)], ""),
    ],
    ids=["gigabytes of holes", "data behind the end", "overlapping pieces", "the same piece"],
)
def test_sparse_members(size: int, pieces: list[tuple[int, int]], words: str) -> None:
    outcome = opened(tar(sparse(size, pieces, b"x" * 70), OK))
    assert "sparse.log" in outcome.members
    assert words in outcome.words


def test_members_of_one_name_are_all_read() -> None:
    outcome = opened(tar(*(member(b"same.log" + b" (2)" * (number % 7), LOG) for number in range(100))))
    assert len(set(outcome.members)) == 100
    chain = [gnu_long_name(b"a" + b" (2)" * number) for number in range(990)]  # each waits for the next one's name
    with open_bundle(io.BytesIO(tar(*chain, member(b"a", LOG)))) as bundle:
        assert len({each.path for each in bundle.members()}) == 991
    outcome = opened(zipped([ZipMember(b"same.log", LOG)] * 30))
    assert len(set(outcome.members)) == 30


def test_members_beyond_the_limit_are_not_read() -> None:
    outcome = opened(many_members(5_000), max_members=300)
    assert len(outcome.members) == 300
    assert "300.log: more than 300 members: this and all behind it were not read" in outcome.words
    outcome = opened(zipped([ZipMember(b"%d" % number) for number in range(2_000)]), max_members=300)
    assert "more than 300 members" in outcome.words


def test_overlapping_members_are_counted_as_often_as_they_are_read() -> None:
    outcome = opened(overlapping(500, 1 << 20))
    assert "the bundle unpacks to more than 100 times its size: the rest was not read" in outcome.words
    assert outcome.document["bundle"]["bytes"] <= BOUNDS.total_ratio_floor + (1 << 20)


@pytest.mark.parametrize("data", [quine(), tar(member(b"logs.gz", quine()), OK)], ids=["alone", "in a tar"])
def test_a_file_that_unpacks_to_itself(data: bytes) -> None:
    outcome = opened(data)
    assert "archives are nested deeper than 3" in outcome.words


def test_archives_in_archives_have_a_depth() -> None:
    outcome = opened(tar(member(b"deep.zip", nested(zipped([ZipMember(b"a.log", LOG)]), 60)), OK))
    assert outcome.members == ["ok.log"]
    assert "archives are nested deeper than 3" in outcome.words


def test_bombs_of_bombs_are_measured_at_their_outer_size() -> None:
    inner = zipped([ZipMember(b"%d.log" % number, b"\n" * (1 << 20)) for number in range(8)])
    middle = zipped([ZipMember(b"%d.zip" % number, inner) for number in range(8)])
    outcome = opened(zipped([ZipMember(b"%d.zip" % number, middle) for number in range(8)]))
    assert "times its size: the rest was not read" in outcome.words
    assert outcome.document["bundle"]["bytes"] <= 2 * BOUNDS.total_ratio_floor


@pytest.mark.parametrize("kind", ["gz", "xz", "bz2", "zst"])
def test_a_bomb_in_a_bomb(kind: str) -> None:
    bomb = PACK[kind](PACK["gz"](bytes(32 << 20)))
    outcome = opened(tar(member(b"bomb.log", bomb), OK))
    assert "times its size: the rest was not read" in outcome.words
    assert "ok.log" in outcome.members


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"size": 1}, ""),
        ({"size": 0xFFFFFFF0}, ""),
        ({"packed_size": 5}, "ends early"),
        ({"packed_size": 0x7FFFFFFF}, ""),
        ({"crc": 1}, "the checksum does not match"),
        ({"flags": 1}, "encrypted"),
        ({"flags": 0x41}, "encrypted"),
        ({"method": 99}, "cannot be"),
        ({"method": 14}, "cannot be"),
        ({"offset": 0xFFFFFF}, "cannot be read"),
        ({"offset": 3}, "its local header is damaged"),
        ({"descriptor": True}, ""),
        ({"descriptor": True, "size": 0xFFFFFFFF, "packed_size": 0xFFFFFFFF, "crc": 0}, ""),
        ({"extra": b"\1\0\xff\xff"}, ""),
        ({"directory_extra": b"\1\0\xff\xff"}, ""),
        ({"directory_extra": struct.pack("<HHQQ", 1, 16, 1 << 60, 1 << 60), "size": 0xFFFFFFFF}, ""),
        ({"directory_extra": b"up\x05\0\1\0\0\0\0"}, ""),
        ({"local_name": b"../../../other"}, ""),
    ],
    ids=range(18),
)
def test_zip_headers_that_lie_cost_their_member(changes: dict[str, object], words: str) -> None:
    lie = replace(ZipMember(b"lie.log", LOG), **changes)  # type: ignore[arg-type]
    outcome = opened(zipped([ZipMember(b"ok.log", LOG), lie, ZipMember(b"after.log", LOG)]))
    safe(outcome)
    assert {"ok.log", "after.log"} <= set(outcome.members)
    assert words in outcome.words


@pytest.mark.parametrize(
    "data",
    [
        zipped([ZipMember(b"ok.log", LOG)], before=b"#!/bin/sh\nexit 0\n" * 100),
        zipped([ZipMember(b"ok.log", LOG)], comment=b"c" * 65_535),
        zipped([ZipMember(b"ok.log", LOG)]) + b"trailing" * 1_000,
        zipped([ZipMember(b"ok.log", LOG)], count=65_535),
        zipped([ZipMember(b"ok.log", LOG)], count=0),
        zipped([ZipMember(b"ok.log", LOG)], comment=zipped([ZipMember(b"other.log", LOG)])),
        zipped([ZipMember(b"ok.log", LOG)]).replace(b"PK\x05\x06", b"PK\x05\x07"),
    ],
    ids=["before", "comment", "behind", "count", "no count", "another zip", "no end"],
)
def test_zips_with_more_than_a_zip(data: bytes) -> None:
    outcome = opened(tar(member(b"x.zip", data), OK))
    assert "ok.log" in outcome.members
    survive(io.BytesIO(data), BOUNDS)


@pytest.mark.parametrize("kind", ["gz", "xz", "bz2", "zst"])
def test_several_streams_behind_each_other_and_garbage(kind: str) -> None:
    half = len(tar(OK)) // 2
    archive = tar(OK)
    outcome = opened(PACK[kind](archive[:half]) + PACK[kind](archive[half:]) + b"garbage" * 100)
    assert outcome.members == ["ok.log"]
    assert "bytes behind the end of the compressed data were not read" in outcome.words


def test_tars_behind_each_other_and_garbage() -> None:
    outcome = opened(tar(OK) + tar(member(b"second.log", LOG)) + b"garbage" * 1_000)
    assert outcome.members == ["ok.log", "second.log"]
    assert "bytes behind the end of the archive were not read" in outcome.words


def test_a_seven_zip_says_what_to_do() -> None:
    assert "a 7-Zip archive: unpack it" in survive(io.BytesIO(b"7z\xbc\xaf\x27\x1c" + bytes(5_000))).error


@pytest.mark.parametrize("kind", [*PACK, "zip", "nested"])
def test_cut_and_flipped_at_many_places(kind: str) -> None:
    """Every tenth of the archive is an end once, and once holds a wrong byte."""
    chance = random.Random(kind)
    text = chance.randbytes(3_000).hex().encode() + b"\n" + LOG
    if kind == "zip":
        packed = zipped([ZipMember(b"ok.log", text), ZipMember(b"two.log", text)])
    elif kind == "nested":
        packed = tar(member(b"in.tar.gz", gzip.compress(tar(OK, member(b"two.log", text)))), member(b"z.log", text))
    else:
        packed = PACK[kind](tar(OK, member(b"two.log", text)))
    for tenth in range(10):
        place = len(packed) * tenth // 10 + chance.randrange(len(packed) // 10)
        survive(io.BytesIO(packed[:place]))
        survive(io.BytesIO(packed[:place] + bytes((packed[place] ^ 0xFF,)) + packed[place + 1 :]))


def test_a_folder_of_traps(tmp_path: Path) -> None:
    """Links out of it, in a circle and to itself; names that are orders to a terminal."""
    bundle = tmp_path / "bundle"
    (bundle / "deep").mkdir(parents=True)
    (bundle / "ok.log").write_bytes(LOG)
    (bundle / "self").symlink_to(bundle / "self")
    (bundle / "deep" / "up").symlink_to(bundle, target_is_directory=True)
    (bundle / "shadow").symlink_to("/etc/passwd")
    (bundle / "\x1b[2J\n.log").write_bytes(LOG)
    outcome = survive(bundle)
    assert set(outcome.members) == {"ok.log", "\\x1b[2J\\x0a.log"}
    assert outcome.words.count("a symbolic link") == 3
