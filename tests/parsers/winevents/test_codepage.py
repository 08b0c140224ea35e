"""The text of exports whose code page nobody names."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.parsers.winevents.codepage import PIECE, text_of
from analyzer.parsers.winevents.event import Notes, WinEvent
from tests.parsers.winevents.regions import REGIONS, Region
from tests.parsers.winevents.textwriter import blocks_of, viewer

PAIRS = [(region, codepage) for region in REGIONS if region.name != "en-US" for codepage in region.codepages]


def decoded(data: bytes, size: int = 1 << 16) -> tuple[str, Notes]:
    notes = Notes()
    return "".join(text_of(blocks_of(data, size), notes)), notes


def export(region: Region, count: int) -> str:
    pick = random.Random(count)
    return viewer(
        [WinEvent("VSS", n, n, level="error", message=pick.choice(region.phrases)) for n in range(count)], region
    )


@pytest.mark.parametrize(("region", "codepage"), PAIRS, ids=lambda value: getattr(value, "name", value))
@pytest.mark.parametrize("count", [1, 3, 200])
def test_code_pages_are_guessed_by_their_letters(region: Region, codepage: str, count: int) -> None:
    text = export(region, count)
    got, notes = decoded(text.encode(codepage, "replace"))
    assert got == text.encode(codepage, "replace").decode(codepage)
    assert notes.words == [f"code page guessed: {codepage}"]


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_no_guess(region: Region, encoding: str) -> None:
    text = export(region, 30)
    assert decoded(text.encode(encoding)) == (text, Notes())


@settings(max_examples=60)
@given(st.data())
def test_any_size_of_blocks_gives_the_same_pieces(data: st.DataObject) -> None:
    region, codepage = data.draw(st.sampled_from([*PAIRS, (REGIONS[3], "utf-8"), (REGIONS[5], "utf-16")]))
    raw = export(region, data.draw(st.integers(1, 40))).encode(codepage, "replace")
    whole = decoded(raw, len(raw))
    assert decoded(raw, data.draw(st.integers(1, 300))) == whole


def test_letters_that_come_late_are_still_looked_at() -> None:
    text = "ascii\n" * PIECE + "ausgeführt\n" + "ascii\n" * PIECE + "für\n"
    for encoding, words in (("cp850", ["code page guessed: cp850"]), ("utf-8", [])):
        got, notes = decoded(text.encode(encoding))
        assert (got == text, notes.words) == (True, words)


def test_letters_that_two_pieces_share_are_whole() -> None:
    for encoding in ("utf-8", "cp932", "utf-16-le"):
        text = "ab" + "サービスは実行中状態に入りました。\n" * (PIECE // 10)
        assert decoded(text.encode(encoding))[0] == text


def test_damaged_utf8_stays_utf8() -> None:
    data = ("ausgeführt\n" * 100).encode() + b"\xfc\n" + "ausgeführt\n".encode()
    got, notes = decoded(data)
    assert got.count("ausgeführt") == 101
    assert notes.words == ["1 characters could not be read as UTF-8"]


def test_bytes_of_no_language_are_read_somehow() -> None:
    got, notes = decoded(b"\xb9 \xb2 \xbe \xa9\n" * 10)
    assert got == "¹ ² ¾ ©\n" * 10
    assert notes.words[0] == "code page unknown: read as cp1252"


def test_a_long_line_costs_no_more_than_many_short_ones() -> None:
    began = time.process_time()
    decoded(b"x" * 900_000 + b"\n\xc4rger \xfcber \xd6l\n")
    assert time.process_time() - began < 5


@settings(max_examples=200)
@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\0\0"]))
def test_nothing_makes_it_raise(data: bytes, mark: bytes) -> None:
    text, _ = decoded(mark + data, 7)
    assert len(text) <= len(data)
