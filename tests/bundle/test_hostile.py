"""Damaged, cut, endless and lying bundles: what can be read is given, and the rest is refused in words."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import random
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest
import zstandard

from analyzer.bundle import BundleError, Limits, open_bundle

from .archives import COMPRESS, content, reasons, tar_bytes, write_folder, zip_bytes


def noise(size: int, seed: int = 1) -> bytes:
    """Text that does not compress well, so that damage hits where it is aimed at."""
    return random.Random(seed).randbytes(size).hex().encode()


FIRST, SECOND = noise(100_000), noise(100_000, 2)
TWO = {"var/log/first.log": FIRST, "var/log/second.log": SECOND}


@pytest.mark.parametrize("kind", list(COMPRESS))
def test_a_cut_archive_gives_what_is_there(tmp_path: Path, kind: str) -> None:
    packed = COMPRESS[kind](tar_bytes(TWO))
    path = tmp_path / "b"
    path.write_bytes(packed[: len(packed) * 3 // 4])
    bundle = open_bundle(path)
    found = content(bundle)
    assert found["var/log/first.log"] == FIRST
    assert SECOND.startswith(found["var/log/second.log"])
    assert len(found["var/log/second.log"]) > 40_000
    assert bundle.refused
    assert content(bundle) == found
    assert len(bundle.refused) == len(set(bundle.refused))


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_flipped_bit_costs_what_lies_behind_it(tmp_path: Path, kind: str) -> None:
    # zstandard as a library writes no checksum, as the command line tool it does.
    compress = zstandard.ZstdCompressor(write_checksum=True).compress if kind == "zst" else COMPRESS[kind]
    packed = bytearray(compress(tar_bytes(TWO)))
    packed[len(packed) // 2 : len(packed) // 2 + 64] = bytes(64)
    path = tmp_path / "b"
    path.write_bytes(bytes(packed))
    bundle = open_bundle(path)
    found = content(bundle)
    assert found["var/log/first.log"][:90_000] == FIRST[:90_000]
    assert "damaged" in reasons(bundle)


def test_small_gzip_is_given_up_to_the_damage(tmp_path: Path) -> None:
    text = noise(20_000)
    packed = bytearray(gzip.compress(text))
    packed[-4000:-3900] = b"\xff" * 100
    path = tmp_path / "x.log.gz"
    path.write_bytes(bytes(packed))
    bundle = open_bundle(path)
    assert content(bundle)["x.log.gz"][:30_000] == text[:30_000]
    assert "damaged" in reasons(bundle)


def test_a_damaged_tar_header_is_passed_over(tmp_path: Path) -> None:
    data = bytearray(tar_bytes({"a": b"1" * 600, "b": b"2" * 600, "c": b"3" * 600}))
    second = data.index(b"b\0")
    data[second : second + 200] = random.Random(1).randbytes(200)
    path = tmp_path / "b.tar"
    path.write_bytes(bytes(data))
    bundle = open_bundle(path)
    assert content(bundle) == {"a": b"1" * 600, "c": b"3" * 600}
    assert "damaged header" in reasons(bundle)


def test_a_damaged_first_header(tmp_path: Path) -> None:
    data = bytearray(tar_bytes({"a": b"1" * 600, "b": b"2" * 600}))
    data[10:30] = b"\xff" * 20
    path = tmp_path / "b.tar"
    path.write_bytes(bytes(data))
    assert content(open_bundle(path)) == {"b": b"2" * 600}


@pytest.mark.parametrize("part", [0.6, 0.9, 0.999])
def test_a_cut_zip_is_read_without_its_directory(tmp_path: Path, part: float) -> None:
    packed = zip_bytes(TWO)
    path = tmp_path / "b.zip"
    path.write_bytes(packed[: int(len(packed) * part)])
    bundle = open_bundle(path)
    found = content(bundle)
    assert found["var/log/first.log"] == FIRST
    assert SECOND.startswith(found["var/log/second.log"])
    assert "directory" in reasons(bundle)


def test_a_cut_zip_whose_sizes_follow_the_data(tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.data += bytes(data)  # type: ignore[call-overload]
            return len(bytes(data))  # type: ignore[call-overload]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in TWO.items():
            archive.writestr(name, data)
    path = tmp_path / "b.zip"
    path.write_bytes(bytes(pipe.data[:-30]))
    assert content(open_bundle(path)) == TWO


def test_a_zip_member_with_a_wrong_checksum(tmp_path: Path) -> None:
    packed = bytearray(zip_bytes(TWO, zipfile.ZIP_STORED))
    packed[5000] ^= 1
    path = tmp_path / "b.zip"
    path.write_bytes(bytes(packed))
    bundle = open_bundle(path)
    assert content(bundle)["var/log/second.log"] == SECOND
    assert "checksum" in reasons(bundle)


@pytest.mark.parametrize("seed", range(60))
def test_no_damage_escapes_as_an_exception(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    files = {
        "var/log/a.log": noise(3000),
        "x/history.zip": zip_bytes({"in.log": noise(500)}),
        "b.gz": gzip.compress(b"z"),
    }
    packed = zip_bytes(files) if seed % 3 == 0 else tar_bytes(files, tarfile.PAX_FORMAT)
    if seed % 3 == 1:
        packed = chance.choice(list(COMPRESS.values()))(packed)
    broken = bytearray(packed)
    for _ in range(chance.randrange(1, 30)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    path = tmp_path / "b"
    path.write_bytes(bytes(broken[: chance.randrange(1, len(broken) + 1)]))
    with contextlib.suppress(BundleError):
        content(open_bundle(path))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (bytes(10240), "zero bytes"),
        (tar_bytes({}), "zero bytes"),
        (gzip.compress(tar_bytes({})), "zero bytes"),
        (zip_bytes({}), "an empty zip archive"),
        (gzip.compress(tar_bytes({"a": b"x"}))[:12], "nothing in it can be read"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), "7-Zip"),
        (b"\x7fELF" + bytes(100), "a program"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "an image"),
        (random.Random(3).randbytes(5000), "binary"),
    ],
    # Packed bytes hold the time and would name a test differently in each worker.
    ids=range(10),
)
def test_what_is_no_bundle_is_said_in_words(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "b"
    path.write_bytes(data)
    with pytest.raises(BundleError, match=words):
        open_bundle(path)
    with pytest.raises(BundleError, match=words):
        open_bundle(io.BytesIO(data))


def test_a_pipe_is_read_like_standard_input(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["sh", "-c", f"cat > {pipe}"], stdin=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(tar_bytes({"a.log": b"a\n"}))
        process.stdin.close()
        assert content(open_bundle(pipe)) == {"a.log": b"a\n"}


def test_missing_and_empty_places(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no such file"):
        open_bundle(tmp_path / "none")
    with pytest.raises(BundleError, match="without files"):
        open_bundle(tmp_path)
    (tmp_path / "sub").mkdir()
    with pytest.raises(BundleError, match="without files"):
        open_bundle(tmp_path)
    with pytest.raises(BundleError):
        open_bundle("a\0b")


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
            info = tarfile.TarInfo(f"member-{kind.decode()}")
            info.type, info.linkname = kind, "/etc/shadow"
            archive.addfile(info)
        archive.addfile(tarfile.TarInfo("../../etc/passwd"))
        archive.addfile(tarfile.TarInfo("/abs/file"))
    path = tmp_path / "b.tar"
    path.write_bytes(out.getvalue())
    bundle = open_bundle(path)
    assert list(content(bundle)) == ["abs/file"]
    assert [refusal.reason.split(" to ")[0] for refusal in bundle.refused] == [
        "a symbolic link",
        "a hard link",
        "a device",
        "a pipe",
        "its name points outside the bundle ('..')",
    ]


def test_a_folder_is_never_left(tmp_path: Path) -> None:
    outside = tmp_path / "secret.log"
    outside.write_text("secret")
    folder = write_folder(tmp_path / "b", {"a.log": b"a\n"})
    (folder / "link.log").symlink_to(outside)
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "pipe")
    bundle = open_bundle(folder)
    assert content(bundle) == {"a.log": b"a\n"}
    assert {refusal.path: refusal.reason for refusal in bundle.refused} == {
        "link.log": "a symbolic link",
        "pipe": "a pipe",
        "up": "a symbolic link",
    }


def test_encrypted_zip(tmp_path: Path) -> None:
    packed = bytearray(zip_bytes({"a": b"x"}))
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    packed[6] |= 1
    path = tmp_path / "b.zip"
    path.write_bytes(bytes(packed))
    with pytest.raises(BundleError, match="encrypted"):
        open_bundle(path)


def test_no_named_file_appears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = tmp_path / "tmp"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    packed = tar_bytes({"in.zip": zip_bytes({"a": noise(20 << 20 >> 1)}, zipfile.ZIP_STORED)})
    with_stream = open_bundle(io.BytesIO(packed))
    for member in with_stream.members():
        assert list(spool.iterdir()) == []
        assert member.path == "in.zip/a"
    with_stream.close()


@pytest.mark.parametrize("pack", [tar_bytes, zip_bytes, lambda files: gzip.compress(tar_bytes(files))])
def test_limits_bite_and_say_so(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    path = tmp_path / "b"
    path.write_bytes(pack({f"f{number}": b"x" * 1000 for number in range(10)}))

    bundle = open_bundle(path, Limits(max_members=3))
    assert len(content(bundle)) == 3
    assert reasons(bundle) == "f3: more than 3 members: this and all behind it were not read"

    bundle = open_bundle(path, Limits(max_member_bytes=400))
    assert [len(data) for data in content(bundle).values()] == [400] * 10
    assert reasons(bundle).count("longer than 400 bytes") == 10

    bundle = open_bundle(path, Limits(max_total_bytes=2500))
    assert sum(map(len, content(bundle).values())) <= 2500
    assert "more than 2500 bytes" in reasons(bundle)


def test_a_stream_may_not_pour_in_without_end() -> None:
    with pytest.raises(BundleError, match="longer than 5000 bytes"):
        open_bundle(io.BytesIO(bytes(6000)), Limits(max_spool_bytes=5000))


@pytest.mark.parametrize("kind", ["gz", "xz", "bz2", "zst"])
@pytest.mark.parametrize("read", [True, False])
def test_a_bomb_is_stopped_by_its_ratio(tmp_path: Path, kind: str, read: bool) -> None:
    packed = COMPRESS[kind](tar_bytes({"bomb": bytes(64 << 20), "after": b"x"}))
    path = tmp_path / "b"
    path.write_bytes(packed)
    bundle = open_bundle(path, Limits(max_ratio=50, ratio_floor=1 << 20, block_bytes=1 << 18))
    given = sum(sum(map(len, member.blocks())) for member in bundle.members() if read)
    assert given < 16 << 20
    assert "more than 50 times" in reasons(bundle)


def test_a_bomb_in_a_zip_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(zip_bytes({"bomb": bytes(64 << 20), "after": b"x"}))
    bundle = open_bundle(path, Limits(max_ratio=50, ratio_floor=1 << 20, block_bytes=1 << 18))
    found = content(bundle)
    assert len(found["bomb"]) < 16 << 20
    assert found["after"] == b"x"
    assert "more than 50 times" in reasons(bundle)


def test_folders_and_links_count_as_members(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("first"))
        for kind in (tarfile.DIRTYPE, tarfile.SYMTYPE):
            for number in range(50):
                info = tarfile.TarInfo(f"{kind!r}{number}")
                info.type = kind
                archive.addfile(info)
    path = tmp_path / "b.tar"
    path.write_bytes(out.getvalue())
    for limit in (20, 70):
        bundle = open_bundle(path, Limits(max_members=limit))
        assert list(content(bundle)) == ["first"]
        assert f"more than {limit} members" in reasons(bundle)


@pytest.mark.parametrize("kind", [b"L", b"x", b"K"])
def test_headers_are_bounded(tmp_path: Path, kind: bytes) -> None:
    good = tar_bytes({"ok.log": b"ok"})[:1024]
    header = tarfile.TarInfo("long")
    header.type, header.size = kind, 4 << 30
    chain = tarfile.TarInfo("chain")
    chain.type, chain.size = kind, 512
    for bad in (header.tobuf() + bytes(5000), (chain.tobuf() + b"12 path=abc\n".ljust(512, b"\0")) * 3000):
        path = tmp_path / "b.tar"
        path.write_bytes(good + bad + bytes(-len(bad) % 512) + bytes(1024))
        bundle = open_bundle(path)
        assert content(bundle)["ok.log"] == b"ok"
        assert bundle.refused


def test_a_sparse_map_cannot_conjure_terabytes(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("x")
        info.size = 3
        info.pax_headers = {"GNU.sparse.map": "0,3", "GNU.sparse.size": str(1 << 45), "GNU.sparse.name": "holes"}
        archive.addfile(info, io.BytesIO(b"abc"))
        archive.addfile(tarfile.TarInfo("after"))
    path = tmp_path / "b.tar"
    path.write_bytes(out.getvalue())
    bundle = open_bundle(path, Limits(ratio_floor=1 << 20))
    assert {name: len(data) < 1 << 30 for name, data in content(bundle).items()} == {"holes": True, "after": True}
    assert "times its size" in reasons(bundle)


def test_a_zip_directory_has_a_size(tmp_path: Path) -> None:
    """What it is too long for is found without it, up to the limit."""
    path = tmp_path / "b.zip"
    path.write_bytes(zip_bytes({f"{number}{'x' * 200}": b"x" for number in range(1000)}))
    bundle = open_bundle(path, Limits(max_members=10))
    assert len(content(bundle)) == 10
    assert "a zip directory of" in reasons(bundle)
    assert "more than 10 members" in reasons(bundle)
