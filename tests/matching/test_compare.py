"""Facts are compared as what they are: versions, numbers, words, lists."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.matching.compare import compare, version
from analyzer.signatures.model import COMPARISONS

VERSIONS = st.lists(st.integers(0, 300), min_size=2, max_size=4)


@pytest.mark.parametrize(
    ("comparison", "fact", "wanted", "holds"),
    [
        ("lt", "2.2.9", "2.2.46", True),
        ("lt", "2.15.0.1", "2.9", False),
        ("ge", "2.15", "2.15.0.0", True),
        ("le", "v1.2.3", "1.2.3", True),
        ("eq", "2.15.0", "2.15", True),
        ("eq", "n", "N", True),
        ("ne", "n", "y", True),
        ("ne", "2.15.0", "2.15", False),
        ("eq", "90", 90, True),
        ("gt", "97%", 95, True),
        ("gt", 97, 95, True),
        ("lt", -2, 0, True),
        ("lt", 0.5, 0.25, False),
        ("gt", 1.5, 1, True),
        ("eq", True, True, True),
        ("eq", True, 1, False),
        ("eq", "true", True, False),
        ("lt", False, 1, False),
        ("ne", False, True, True),
        ("in", "ext4", ["xfs", "ext4"], True),
        ("in", 1007, [1007, 1009], True),
        ("in", "1007", [1007], True),
        ("in", "btrfs", ["xfs", "ext4"], False),
        ("contains", "rw,noexec,relatime", "noexec", True),
        ("contains", ["A1", "B2"], "B2", True),
        ("contains", ["A1", "B2"], "B", False),
        ("matches", "5.4.0-1109-azure", r"^5\.4\.", True),
        ("matches", "6.5.0", r"^5\.4\.", False),
        ("exists", "", True, True),
        ("exists", None, True, False),
        ("lt", "unknown", "2.0", False),
        ("gt", "unknown", "2.0", False),
        ("lt", ["1"], 2, False),
        ("gt", "1.2", "y", False),
    ],
)
def test_compare(comparison: str, fact: Any, wanted: Any, holds: bool) -> None:
    assert compare(comparison, fact, wanted) is holds


@settings(deadline=None)
@given(VERSIONS, VERSIONS)
def test_versions_are_ordered_like_their_numbers(left: list[int], right: list[int]) -> None:
    one, other = ".".join(map(str, left)), ".".join(map(str, right))
    width = max(len(left), len(right))
    a, b = left + [0] * (width - len(left)), right + [0] * (width - len(right))
    results = {c: compare(c, one, other) for c in ("lt", "le", "gt", "ge", "eq", "ne")}
    assert results == {"lt": a < b, "le": a <= b, "gt": a > b, "ge": a >= b, "eq": a == b, "ne": a != b}


HOSTILE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(("²", "٣", "--5", "-", "9" * 5_000, "1." + "9" * 5_000, "%", "v", "1.", ".1", "-1.2", "\0")),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.lists(st.text(max_size=5), max_size=3),
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from([c for c in COMPARISONS if c != "in"]), HOSTILE, st.sampled_from(("2.15", "n", 90, 1.5, True)))
def test_no_fact_breaks_it(comparison: str, fact: Any, wanted: Any) -> None:
    assert compare(comparison, fact, wanted) in (True, False)


@settings(deadline=None)
@given(HOSTILE)
def test_a_version_or_none(fact: Any) -> None:
    found = version(str(fact))
    assert found is None or all(isinstance(n, int) for n in found)


def test_a_hostile_fact_is_given_up() -> None:
    assert compare("matches", "a" * 40 + "!", r"^(a|aa)+$") is False
