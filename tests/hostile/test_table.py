"""docs/hostile.md says what is so: every row names tests that are there, every limit is in it with its default."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields

import pytest

from analyzer.bundle.model import Limits
from tests.hostile.test_limits import CASES
from tests.hostile.test_parser_limits import CASES as OF_PARSERS
from tests.shared import ROOT

TEXT = (ROOT / "docs" / "hostile.md").read_text("utf-8")
ATTACKS = TEXT.partition("## Attacks")[2].partition("\n## ")[0]
LIMITS = TEXT.partition("## Limits of a bundle")[2].partition("\n## ")[0]
READERS = TEXT.partition("## Limits of readers")[2]
UNITS = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "Mi": 1 << 20}
_BOUND = re.compile(r"(?:MAX|MOST|LONGEST)(?:_[A-Z_]+)?|[A-Z]+(?:_[A-Z]+)*_LIMIT|REGEX_SECONDS")


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def bounds() -> Iterator[str]:
    """The constants that bound what a reader takes, as 'folder.module.NAME'."""
    for folder in ("bundle", "lines", "matching", "parsers"):
        for path in sorted((ROOT / "analyzer" / folder).rglob("*.py")):
            place = ".".join(path.relative_to(ROOT / "analyzer").with_suffix("").parts).removeprefix("parsers.")
            for node in ast.parse(path.read_text("utf-8")).body:
                names = [each.id for each in getattr(node, "targets", ()) if isinstance(each, ast.Name)]
                yield from (f"{place}.{name}" for name in names if _BOUND.fullmatch(name))


@pytest.mark.parametrize("row", [row for row in rows(ATTACKS) if row[1]], ids=lambda row: row[0])
def test_every_attack_has_a_test(row: list[str]) -> None:
    assert len(row) == 4
    assert row[2]
    assert re.findall(r"`(tests/[^`]+)`", row[3])


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(tests/[^`]+::\w+)`", TEXT))))
def test_the_test_is_there(name: str) -> None:
    path, _, function = name.partition("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_no_test_of_an_attack_is_missing_there() -> None:
    """What the tests of this folder try stands in the table."""
    named = set(re.findall(r"::(test_\w+)`", TEXT))
    tried = set()
    for module in ("archives", "bounded", "content", "signatures"):
        tree = ast.parse((ROOT / "tests" / "hostile" / f"test_{module}.py").read_text("utf-8"))
        tried |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[:5] == "test_"}
    assert tried - named <= {
        "test_members_beyond_the_limit_are_not_read",
        "test_records_beyond_the_limit_are_not_read",
        "test_a_state_file_has_a_size",
        "test_a_seven_zip_says_what_to_do",
        "test_an_ordinary_regex_on_the_same_records_loses_nothing",
        "test_the_limits_together_stay_below_ten_seconds",
    }


def test_every_limit_is_there_with_its_default() -> None:
    told = {row[0].strip("`"): row for row in rows(LIMITS)}
    assert told.keys() == {each.name for each in fields(Limits)}
    for name, row in told.items():
        number, _, unit = row[1].partition(" ")
        assert int(number.replace(",", "")) * UNITS[unit] == getattr(Limits(), name), name


@pytest.mark.parametrize("name", CASES)
def test_the_words_of_coverage_are_those_that_are_said(name: str) -> None:
    row = next(row for row in rows(LIMITS) if row[0] == f"`{name}`")
    said = row[3] if name != "ratio_floor" else next(r for r in rows(LIMITS) if r[0] == "`max_ratio`")[3]
    assert re.search(re.escape(said).replace("N", r"\d+"), CASES[name].words)


def test_every_bound_of_a_reader_is_there() -> None:
    told = set(re.findall(r"`([a-z_.]+\.[A-Z_]+)`", READERS))
    assert told == set(bounds())


def test_every_bound_of_a_parser_of_state_is_tried() -> None:
    cut_in_place = {"scrub.MAX_TEXT", "windows.registry_export.MAX_VALUE", "windows.registry_value.MAX_PARTS"}
    elsewhere = {"windows.registry_export.MAX_VALUES", "journal_entries.MOST"}
    of_state = {name for name in bounds() if name.split(".")[0] not in ("bundle", "lines", "matching", "winevents")}
    assert of_state == {name.partition(" ")[0] for name in OF_PARSERS} | cut_in_place | elsewhere
