"""Every form of a bundle gives the same files."""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from analyzer.bundle import BundleError, Limits, canonical, open_bundle, recognise

from .archives import COMPRESS, FILES, content, reasons, tar_bytes, write_folder, zip_bytes

PREFIXES = ["", "./", "host-2026/"]
FORMS = ["folder", "zip", "zip-stored", *(f"tar.{kind}".rstrip(".") for kind in COMPRESS)]


def pack(form: str, files: dict[str, bytes]) -> bytes:
    if form.startswith("zip"):
        return zip_bytes(files, zipfile.ZIP_STORED if form.endswith("stored") else zipfile.ZIP_DEFLATED)
    return COMPRESS[form.removeprefix("tar").removeprefix(".")](tar_bytes(files))


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("form", FORMS)
def test_same_content_whatever_the_form(tmp_path: Path, form: str, prefix: str) -> None:
    files = {prefix + name: data for name, data in FILES.items()}
    path = tmp_path / "bundle"
    if form == "folder":
        write_folder(path, files)
    else:
        path.write_bytes(pack(form, files))
    bundle = open_bundle(path)
    found = content(bundle)
    root = recognise(list(found)).root
    assert {canonical(name, root): data for name, data in found.items()} == FILES
    assert list(content(bundle)) == list(found), "a second walk gives the same order"
    assert bundle.refused == []
    assert bundle.kind == form.removesuffix("-stored")


@pytest.mark.parametrize("form", [form for form in FORMS if form != "folder"])
def test_a_stream_gives_what_the_file_gives(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pack(form, FILES)
    path = tmp_path / "bundle"
    path.write_bytes(packed)
    expected = content(open_bundle(str(path)))
    streamed = open_bundle(io.BytesIO(packed))
    assert content(streamed) == content(streamed) == expected
    assert streamed.sha256() == hashlib.sha256(packed).hexdigest() == open_bundle(path).sha256()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(packed)))
    with_dash = open_bundle("-")
    assert content(with_dash) == expected
    with_dash.close()
    with pytest.raises(BundleError, match="closed"):
        list(with_dash.members())
    streamed.close()


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_dialects_and_long_names(tmp_path: Path, form: int) -> None:
    long_name = "var/log/" + "/".join(["d" * 40] * (2 if form == tarfile.USTAR_FORMAT else 9)) + "/x.log"
    path = tmp_path / "b"
    path.write_bytes(tar_bytes({long_name: b"x\n", "b": b"y"}, form))
    assert content(open_bundle(path)) == {long_name: b"x\n", "b": b"y"}


def test_v7_tar_without_a_magic(tmp_path: Path) -> None:
    header = bytearray(tar_bytes({"a.log": b"hello\n"}, tarfile.USTAR_FORMAT))
    header[257:265] = bytes(8)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header[:512])
    path = tmp_path / "b"
    path.write_bytes(bytes(header))
    assert content(open_bundle(path)) == {"a.log": b"hello\n"}


@pytest.mark.parametrize("kind", list(COMPRESS))
def test_a_lone_log(tmp_path: Path, kind: str) -> None:
    text = FILES["var/log/waagent.log"]
    path = tmp_path / "my log.txt"
    path.write_bytes(COMPRESS[kind](text))
    bundle = open_bundle(path)
    assert bundle.kind == f"file.{kind}".rstrip(".")
    assert content(bundle) == {"my log.txt": text}


@pytest.mark.parametrize("kind", [kind for kind in COMPRESS if kind])
def test_several_compressed_streams_are_one(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(COMPRESS[kind](b"one\n") + COMPRESS[kind](b"two\n") + COMPRESS[kind](b"") + bytes(1024))
    bundle = open_bundle(path)
    assert content(bundle) == {"x": b"one\ntwo\n"}
    assert bundle.refused == []


def test_large_members_pass_through_in_bounded_blocks(tmp_path: Path) -> None:
    big = b"".join(b"%d 2026-11-21 some text of a log line\n" % number for number in range(200_000))
    path = tmp_path / "x.tgz"
    path.write_bytes(gzip.compress(tar_bytes({"a": big, "b": b"after"}), 1))
    limits = Limits(block_bytes=1 << 16)
    blocks = {member.path: list(member.blocks()) for member in open_bundle(path, limits).members()}
    assert b"".join(blocks["a"]) == big
    assert max(map(len, blocks["a"])) <= 1 << 16
    assert blocks["b"] == [b"after"]


def test_members_may_be_passed_over(tmp_path: Path) -> None:
    for form in FORMS[1:]:
        path = tmp_path / form
        path.write_bytes(pack(form, FILES))
        bundle = open_bundle(path)
        found = [(member.path, member.head()[:8]) for member in bundle.members()]
        assert found == [(name, data[:8]) for name, data in FILES.items()]
        assert bundle.refused == []


def test_a_member_is_read_once_and_in_its_turn(tmp_path: Path) -> None:
    path = tmp_path / "b.tar"
    path.write_bytes(tar_bytes(FILES))
    members = open_bundle(path).members()
    first = next(members)
    assert b"".join(first.blocks()) == FILES[first.path]
    with pytest.raises(RuntimeError):
        first.blocks()
    second = next(members)
    next(members)
    with pytest.raises(RuntimeError):
        second.blocks()


def test_duplicate_names_are_both_kept(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for data in (b"one", b"three"):
            info = tarfile.TarInfo("./var/log/x.log")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    path = tmp_path / "b.tar"
    path.write_bytes(out.getvalue())
    assert content(open_bundle(path)) == {"var/log/x.log": b"one", "var/log/x.log (2)": b"three"}


def test_the_digest_of_a_folder_does_not_depend_on_order_or_time(tmp_path: Path) -> None:
    one = open_bundle(write_folder(tmp_path / "one", FILES))
    other = open_bundle(write_folder(tmp_path / "other", dict(reversed(FILES.items()))))
    lines = "".join(f"{name} {len(data)} {hashlib.sha256(data).hexdigest()}\n" for name, data in sorted(FILES.items()))
    assert one.sha256() == other.sha256() == hashlib.sha256(lines.encode()).hexdigest()
    assert list(content(one)) == sorted(FILES)


def test_a_sparse_file_is_read_with_its_holes(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("GNUSparseFile.0/log")
        info.size = 6
        info.pax_headers = {"GNU.sparse.map": "0,3,1000,3", "GNU.sparse.size": "2000", "GNU.sparse.name": "log"}
        archive.addfile(info, io.BytesIO(b"abcdef"))
    path = tmp_path / "b.tar"
    path.write_bytes(out.getvalue())
    bundle = open_bundle(path)
    assert content(bundle) == {"log": b"abc" + bytes(997) + b"def" + bytes(997)}, reasons(bundle)
