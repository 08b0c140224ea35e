"""No regex without a literal to look for first comes into the plan, and none that one of the two searches refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analyzer.matching.literals import SHORTEST
from analyzer.matching.patterns import Pattern, PatternSet
from analyzer.plan import shipped_plan
from analyzer.signatures.lint import lint_folder

SIGNATURE = """schema = 1
title = "t"
kind = "note"
platforms = ["linux"]
operations = ["agent"]
[cause]
summary = "s"
why = "w"
[[remedy]]
step = "None."
risk = "none"
[[evidence]]
key = "it"
role = "required"
weight = 5
source = ["waagent"]
{asked}
"""
WITHOUT = "'it' has no literal of five characters or more to look for first"
TOGETHER = "'it' needs provider and event_id together"


def test_every_shipped_pattern_has_a_literal() -> None:
    """Evidence, markers, facts and what looks like an error: a pattern without one costs a regex on every record."""
    patterns = shipped_plan().patterns
    assert [patterns.patterns[n].owner for n in patterns.unfiltered] == []
    assert min(map(len, patterns.literals)) >= SHORTEST
    _, asked = patterns.asking(np.arange(len(patterns.literals)))
    assert set(asked.tolist()) == {patterns.same[n] for n in range(len(patterns.patterns))}


CASES: tuple[tuple[str, list[str]], ...] = (
    ("match = 'Connection refused'", []),
    ("match = 'abcde'", []),
    (r"match = '\d+'", [WITHOUT]),
    ("match = 'abcd'", [WITHOUT]),
    ("match = '(?i)connection refused'", [WITHOUT]),
    ("match = 'Connection refused|abc'", [WITHOUT]),
    ("absent = '(?:abcdef)?'", [WITHOUT]),
    ("provider = ['VSS']\nevent_id = [8193]", []),
    ("provider = ['VSS']\nevent_id = [8193]\nmatch = '\\d+'", []),
    ("event_id = [8193]\nmatch = 'Connection refused'", [TOGETHER]),
    ("provider = ['VSS']\nmatch = 'Connection refused'", [TOGETHER]),
    ("event_id = [8193]\nmatch = '\\d+'", [WITHOUT, TOGETHER]),
    (
        "provider = ['Hyper-V-Netvsc', 'netvsc']\nevent_id = [1]",
        ["'it' never meets provider 'netvsc': texts of events call it 'Hyper-V-Netvsc'"],
    ),
    ("match = '\\A(?![\\s\\S]{0,90}?CdRom)[\\s\\S]{0,90}?Harddisk'", []),
    (
        "match = '^(?![\\s\\S]{0,90}?CdRom)[\\s\\S]{0,90}?Harddisk'",
        ["'it' forbids words for one line only; for the whole record begin with \\A"],
    ),
    (
        "match = 'Connection refused'\n[[evidence]]\nkey = 'idle'\nrole = 'part'\nfact = 'os.name'\neq = 'x'",
        ["'idle' is a part of nothing"],
    ),
    ("match = '(?<=ab*)cdefgh'", ["'it' is no regex: look-behind requires fixed-width pattern"]),
    ("match = 'abcdefgh('", ["'it' is no regex: missing ), unterminated subpattern at position 8"]),
)


def test_lint(tmp_path: Path) -> None:
    """One file a case; that they have no tests is left out."""
    (tmp_path / "area").mkdir()
    for number, (asked, _) in enumerate(CASES):
        (tmp_path / "area" / f"{number:02d}.toml").write_text(SIGNATURE.format(asked=asked), "utf-8")
    said: dict[str, list[str]] = {asked: [] for asked, _ in CASES}
    for problem in lint_folder(tmp_path):
        place, words = problem.split(": ", 1)
        if "test (" not in words:
            said[CASES[int(Path(place.rsplit(":", 1)[0]).stem)][0]].append(words)
    assert said == dict(CASES)


def test_a_broken_regex_is_told_with_its_owner() -> None:
    with pytest.raises(ValueError, match=r"^area/odd it: 'abcdefgh\(' is no regex: missing \)"):
        PatternSet([Pattern("fine", (), "a"), Pattern("abcdefgh(", (), "area/odd it")])
