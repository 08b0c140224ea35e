"""Any names and contents survive any archive form."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.bundle import canonical, identify, open_bundle, recognise
from analyzer.bundle.walk import clean_name

from .archives import COMPRESS, content, tar_bytes, write_folder, zip_bytes

PART = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/\\:"), min_size=1, max_size=40
).filter(lambda part: part not in (".", ".."))
NAME = st.lists(PART, min_size=1, max_size=4).map("/".join)
FILES = st.dictionaries(NAME, st.binary(max_size=300).map(lambda data: b"log " + data), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(files=FILES, kind=st.sampled_from(sorted(COMPRESS)))
def test_names_and_content_round_trip(files: dict[str, bytes], kind: str) -> None:
    expected = {clean_name(name): data for name, data in files.items()}
    assert content(open_bundle(io.BytesIO(COMPRESS[kind](tar_bytes(files))))) == expected
    assert content(open_bundle(io.BytesIO(zip_bytes(files)))) == expected


@settings(max_examples=30, deadline=None)
@given(files=st.dictionaries(PART.filter(lambda part: len(part.encode()) < 200), st.binary(max_size=50), min_size=1))
def test_folders_round_trip(files: dict[str, bytes]) -> None:
    files = {name: b"log " + data for name, data in files.items()}
    with tempfile.TemporaryDirectory() as folder:
        assert content(open_bundle(write_folder(Path(folder), files))) == {
            clean_name(name): data for name, data in files.items()
        }


@settings(max_examples=300, deadline=None)
@given(raw=st.text(max_size=60))
def test_names_are_safe_to_show(raw: str) -> None:
    try:
        name = clean_name(raw)
    except ValueError:
        return
    name.encode()
    assert name.isprintable() or not any(ord(char) < 32 for char in name)
    assert not name.startswith("/")
    assert ".." not in name.split("/")


@settings(max_examples=300, deadline=None)
@given(path=st.text(max_size=60), head=st.binary(max_size=200))
def test_identification_takes_anything(path: str, head: bytes) -> None:
    root = recognise([path]).root
    assert path.startswith(root)
    canonical(path, root)
    assert identify(path, head, root).kind
