"""The monsters at their real size, with the limits as they are: each in a process of its own, whose time and memory are
measured, beside a sample whose cause must still be named."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.hostile import traps
from tests.hostile.archives import (
    END_OF_TAR,
    ZipMember,
    header,
    member,
    overlapping,
    pax,
    record,
    repeated_in_a_zip,
    sparse,
)
from tests.hostile.child import Ran, analyzed
from tests.hostile.files import HANDLER
from tests.hostile.streams import PACK, repeated, tar_of

pytestmark = pytest.mark.thorough

STAMP = b"2030-01-01T00:00:00.000000Z "
LINE = STAMP + b"INFO Daemon Daemon fine\n"
BOMBS = {"xz": 4, "bz2": 4, "zst": 16}  # GiB


def still_named(ran: Ran) -> None:
    """The sample's cause, out of the sample's own log."""
    assert ran.code == 0, ran.said
    assert ran.cause == traps.CAUSE, ran.words
    assert ran.events[traps.LOG] == traps.EVENTS


def test_a_line_of_gigabytes(tmp_path: Path) -> None:
    """1.2 GiB without an end of line; 256 MiB of zero bytes, and as many of UTF-16."""
    packed = b""
    for name, first, unit, times in (
        (b"x", STAMP, b"x", 1_229),
        (b"zeros", LINE, b"\0", 256),
        (b"wide", "\ufeff".encode("utf-16-le"), "xy".encode("utf-16-le"), 256),
    ):
        size = len(first) + times * (1 << 20)
        packed += gzip.compress(header(b"var/log/azure/A.B/%s.log" % name, size) + first)
        packed += repeated(unit * ((1 << 20) // len(unit)), times) + gzip.compress(bytes(-size % 512))
    ran = analyzed(traps.streamed(tmp_path, packed))
    still_named(ran)
    assert ran.words.count("records were cut because they are longer than 16 MiB") == 3


def test_a_million_members(tmp_path: Path) -> None:
    """The first ones are read, and what stands among them; each takes a fifth of a millisecond, so that the default of
    100,000 is not waited for here."""
    path = tmp_path / "bundle.tar.gz"
    some = b"".join(member(b"%d.log" % number, b"x\n" if number % 100 == 0 else b"") for number in range(10_000))
    path.write_bytes(gzip.compress(traps.members(), 1) + repeated(some, 100) + gzip.compress(END_OF_TAR))
    ran = analyzed(path, "--limit", "max_members=10000")
    still_named(ran)
    assert ran.document["bundle"]["members"] == 10_000
    assert "more than 10000 members: this and all behind it were not read" in ran.words
    assert "8,000 more files are not listed" in ran.words


def test_a_zip_of_a_million_members(tmp_path: Path) -> None:
    """Its directory would take a gigabyte of memory; the members are there without it."""
    path = tmp_path / "bundle.zip"
    path.write_bytes(repeated_in_a_zip(ZipMember(b"waagent.log", LINE), ZipMember(b"x.log"), 1_000_000))
    ran = analyzed(path, "--limit", "max_members=10000")
    assert "bytes is too long for 10000 members: read without it" in ran.words
    assert "more than 10000 members: this and all behind it were not read" in ran.words
    assert ran.events["waagent.log"] == 1


def test_bombs_of_gigabytes(tmp_path: Path) -> None:
    """4 GiB in an xz and a bzip2, 16 GiB in a zstandard: of each some hundred MiB are read."""
    bombs = {kind: tar_of(b"zeros.log", bytes(1 << 20), size << 10, pack=PACK[kind]) for kind, size in BOMBS.items()}
    path = tmp_path / "bundle.tar"
    path.write_bytes(traps.beside(b"".join(member(f"b.tar.{kind}".encode(), bomb) for kind, bomb in bombs.items())))
    ran = analyzed(path)
    still_named(ran)
    for kind in BOMBS:
        told = f"b.tar.{kind}/zeros.log: it unpacks to more than 2000 times its size: the rest was not read"
        assert told in ran.words


def test_holes_of_gigabytes(tmp_path: Path) -> None:
    ran = analyzed(traps.bundle(tmp_path, sparse(1 << 32, [(0, 3)], b"abc")))
    still_named(ran)
    assert "sparse.log: it unpacks to more than 2000 times its size: the rest was not read" in ran.words


def test_overlapping_members_of_a_zip(tmp_path: Path) -> None:
    """A stretch that is a member 5,000 times, 20 GiB at each of which the ratio looks harmless."""
    ran = analyzed(traps.bundle(tmp_path, member(b"overlap.zip", overlapping(5_000, 4 << 20))))
    still_named(ran)
    assert "the bundle unpacks to more than 2000 times its size: the rest was not read" in ran.words


def test_headers_without_end(tmp_path: Path) -> None:
    """Extended headers of a megabyte for each member, ones that hold for all members behind them, and long names."""
    records = b"".join(record(b"k%d" % number, b"") for number in range(60_000))
    units = {
        "records": pax(b"p.log", b"", records),
        "global": member(b"g", records, kind=b"g"),
        "names": member(b"././@LongLink", b"y" * 1_000_000, kind=b"L") + member(b"y", b""),
    }
    trap = b"".join(member(f"{name}.tar.gz".encode(), repeated(unit, 500)) for name, unit in units.items())
    ran = analyzed(traps.bundle(tmp_path, trap))
    still_named(ran)
    for name in units:
        assert f"{name}.tar.gz: its headers are longer than those of any honest archive" in ran.words


def test_streams_of_nothing(tmp_path: Path) -> None:
    """100,000 empty streams between two that hold a line."""
    trap = b"".join(
        member(f"{kind}.log.{kind}".encode(), pack(LINE) + pack(b"") * 100_000 + pack(LINE))
        for kind, pack in PACK.items()
    )
    path = tmp_path / "bundle.tar"
    path.write_bytes(traps.beside(trap))
    ran = analyzed(path)
    still_named(ran)
    for kind in PACK:
        assert ran.events[f"{kind}.log.{kind}"] == 2


def test_json_of_60_megabytes(tmp_path: Path) -> None:
    names = ["config/HandlerStatus", "status/1.status", "heartbeat.log", "HandlerManifest.json"]
    contents = [
        b"[" + b"[]," * (20 << 20) + b"[]]",
        b'{"a":{}' + b',"a":{}' * (8 << 20) + b"}",
        b"[" * (60 << 20),
        b'[{"version":' + b"9" * (60 << 20) + b"}]",
    ]
    trap = b"".join(
        member(f"{HANDLER}/{name}".encode(), content) for name, content in zip(names, contents, strict=True)
    )
    ran = analyzed(traps.bundle(tmp_path, trap))
    still_named(ran)
    assert ran.words.count("malformed: ") == 4


def test_xml_of_60_megabytes(tmp_path: Path) -> None:
    contents = [
        b"<GoalState>" + b"<a/>" * (15 << 20) + b"</GoalState>",
        b"<GoalState " + b" ".join(b'a%d=""' % number for number in range(5 << 20)) + b"/>",
        b"<GoalState>" + b"&#65;" * (12 << 20) + b"</GoalState>",
    ]
    trap = b"".join(
        member(b"var/lib/waagent/GoalState.%d.xml" % number, content) for number, content in enumerate(contents)
    )
    ran = analyzed(traps.bundle(tmp_path, trap))
    still_named(ran)


def test_handlers_without_number(tmp_path: Path) -> None:
    """State and logs of 100 extensions that nobody has: facts, sources and events of each."""
    status = b'[{"version":1.0,"timestampUTC":"2030-01-01T00:00:00Z","status":{"status":"success","code":0}}]'
    trap = b"".join(
        member(b"var/lib/waagent/Evil.Corp.H%d-1.0.0/status/0.status" % number, status)
        + member(b"var/log/azure/Evil.Corp.H%d/extension.log" % number, LINE)
        for number in range(100)
    )
    ran = analyzed(traps.bundle(tmp_path, trap))
    still_named(ran)


def test_names_of_kilobytes(tmp_path: Path) -> None:
    """200 names of 4,000 characters each."""
    trap = b"".join(
        member(b"././@LongLink", b"%d/" % number + b"d/" * 1_990 + b"x.log\0", kind=b"L") + member(b"y", b"x\n")
        for number in range(200)
    )
    ran = analyzed(traps.bundle(tmp_path, trap))
    still_named(ran)


def test_a_small_file_cannot_ask_for_much_memory(tmp_path: Path) -> None:
    """64 MiB behind one stamp in some 100 kB, of each of these."""
    contents = (b"\n", b"x", b"\x1b[0m", b"error: failed <\n", LINE)
    packed = [
        gzip.compress(LINE) + repeated(content * ((1 << 20) // len(content)), 64, PACK["gz"]) for content in contents
    ]
    path = tmp_path / "bundle.tar"
    names = [b"var/log/azure/A.B/%d.log.gz" % number for number in range(len(contents))]
    path.write_bytes(traps.beside(b"".join(map(member, names, packed))))
    ran = analyzed(path)
    still_named(ran)
    assert "longer than 16 MiB or 100,000 lines" in ran.words


def test_an_honest_log_that_compresses_well_is_read_whole(tmp_path: Path) -> None:
    """1.05 GiB of two lines in turn, some 3 MB packed: beyond every floor, and below every limit."""
    unit = (LINE + LINE.replace(b"fine", b"well")) * 4_000
    times = 1_080 * (1 << 20) // len(unit)
    path = tmp_path / "bundle.tar.gz"
    path.write_bytes(gzip.compress(traps.members(), 1) + tar_of(b"var/log/azure/A.B/x.log", unit, times))
    assert len(unit) * times > 200 * path.stat().st_size
    ran = analyzed(path)
    still_named(ran)
    assert ran.document["bundle"]["refused"] == []
    assert ran.events["var/log/azure/A.B/x.log"] == 8_000 * times
