"""Error codes however they are spelt; numbers that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers.winevents import codes

VETO = 0x80042306
SPELLINGS = ("0x80042306", "0X80042306", "80042306", "-2147212538", "2147754758", "%%2147754758", "%%-2147212538")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_found_in_a_text(spelling: str) -> None:
    assert codes.scan(f"the call failed [hr = {spelling}, again]. {spelling}.") == [VETO]
    assert codes.number(spelling) == VETO


@given(st.sampled_from(SPELLINGS), st.text(" (),.:;[]=\n", min_size=1, max_size=5), st.text(max_size=30))
def test_what_stands_around_a_code_does_not_hide_it(spelling: str, gap: str, other: str) -> None:
    assert VETO in codes.scan(f"x{gap}{spelling}{gap} {other}")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("%%1058", 0x80070422),
        ("1058", 0x80070422),
        ("0x422", 0x80070422),
        ("0x79", 0x80070079),
        ("0x80070001, Incorrect function.\r\n", 0x80070001),
        ("c0000005", 0xC0000005),
        ("Access is denied.", 0x80070005),
        ("Zugriff verweigert", 0x80070005),
        ("0", 0),
        ("%%0", 0),
        ("", 0),
        ("no code", 0),
        ("12345 and more", 0x80073039),
    ],
)
def test_the_code_in_a_value(value: str, code: int) -> None:
    assert codes.number(value) == code


@pytest.mark.parametrize(
    "text",
    [
        "0x00000000 0x80000080 0x12345678",
        "{80042306-0000-0000-0000-800423068004}",
        "0xfffff80042306123 0x8004230612",
        "2147483999 4294967295 3000000000 1.2147754758 -1",
        "deadbeef 8badf00d cafebabe file80042306 80042306x",
        "%% %%0 100%",
    ],
)
def test_numbers_that_are_no_codes(text: str) -> None:
    assert codes.scan(text) == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("Status", "3221226341", 0xC0000365),
        ("Status", "3221226342", 0xC0000366),
        ("Status", "259", 0),
        ("ErrorCode", "1355", 0x8007054B),
        ("RevocationStatus.error", "80092013", 0x80092013),
        ("HResult", "-2147467259", 0x80004005),
        ("errorCode", "0x80240017", 0x80240017),
        ("ProcessId", "1355", 0),
        ("Status", "-", 0),
    ],
)
def test_a_name_that_says_code(name: str, value: str, code: int) -> None:
    assert codes.named(name, value) == code


def test_a_code_is_shown_with_its_meaning() -> None:
    assert codes.spelt(0x800423F4).startswith("0x800423f4 VSS_E_WRITERERROR_NONRETRYABLE: ")
    assert codes.spelt(0x80041234) == "0x80041234"


def test_no_more_codes_than_are_worth_reading() -> None:
    text = " ".join(f"0x8007{number:04x}" for number in range(1, 60))
    assert len(codes.scan(text)) == codes.MOST_CODES


@given(st.text(st.sampled_from("0123456789abcdefx%-{} .,"), max_size=200))
def test_any_text_gives_codes_of_32_bits(text: str) -> None:
    found = codes.scan(text)
    assert len(set(found)) == len(found)
    assert all(0 < code < 1 << 32 for code in found)
    assert 0 <= codes.number(text) < 1 << 32
