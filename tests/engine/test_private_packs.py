"""Signatures from strangers: whatever a file holds, it is loaded or refused with its file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyzer.signatures import sound
from analyzer.signatures.lint import lint_folder
from analyzer.signatures.load import duration, load_file, load_folder
from analyzer.signatures.model import SignatureError

GOOD = """schema = 1
title = "t"
kind = "fault"
platforms = ["linux"]
operations = ["agent"]
[cause]
summary = "s"
why = "w"
explains = []
[[evidence]]
key = "k"
role = "required"
weight = 5
source = "waagent"
match = 'something happened'
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "area" / "cause.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('title = "t"', "title = 5", 2, "'title' is text"),
        ('["linux"]', '[["linux"]]', 4, "'platforms' is a list of texts"),
        ('["agent"]', '"agent"', 5, "'operations' is a list of texts"),
        ('why = "w"', "why = []", 8, "'why' is text"),
        ("explains = []", "explains = [1]", 9, "'explains' is a list of texts"),
        ("weight = 5", "weight = nan", 13, "'weight' is a number"),
        ("weight = 5", "weight = true", 13, "'weight' is a number"),
        ('source = "waagent"', "source = 1", 14, "'source' is text or a list of texts"),
        ("match = 'something happened'", "match = 1979-05-27", 15, "'match' is text"),
        ("match = 'something happened'", "fact = 'a'\nin = 'text'", 16, "'in' is a list"),
        ("match = 'something happened'", "any = ['x']\nat_least = 3", 16, "'at_least' is a table"),
        ("match = 'something happened'", "any = ['x']\nat_least = {count = '3'}", 10, "'count' is a whole number"),
        ("match = 'something happened'", "any = ['x']\nnear = {evidence = [1]}", 10, "'evidence' is text"),
        ("match = 'something happened'", "sequence = ['x']\nwithin = '1'", 10, "'1' is no duration"),
        ("[[evidence]]", "[evidence]", 1, "'evidence' is a list of tables"),
        ("title", "title = " + "[" * 5000 + "\nx", 2, ""),
        ("weight = 5", "weight = " + "9" * 5000, 1, ""),
    ],
)
def test_values_of_the_wrong_type_are_refused_with_their_place(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(SignatureError, match=rf"^{re.escape(str(path))}:\d+: .*{re.escape(words)}") as refused:
        load_file(path, tmp_path)
    assert str(refused.value).startswith(f"{path}:{line}: ") or not words
    assert len(lint_folder(tmp_path)) == 1


@pytest.mark.parametrize(
    ("match", "words"),
    [
        ("", "needs exactly one operator, has none"),
        ("match = '('", "is no regex"),
        ("match = '" + "(" * 3000 + ")" * 3000 + "'", "is no regex: its groups are nested too deep"),
        ("match = 'a{99999999999}'", "is no regex"),
        ("fact = 'f'\nmatches = '['", "is no regex"),
        ("any = ['k']", "refers to itself"),
        ("any = ['other']\n[[evidence]]\nkey = 'other'\nrole = 'part'\nevery = ['k']", "refers to itself"),
    ],
)
def test_what_the_engine_would_stumble_over_is_refused(tmp_path: Path, match: str, words: str) -> None:
    path = written(tmp_path, GOOD.replace("match = 'something happened'", match))
    with pytest.raises(SignatureError, match=rf"^{re.escape(str(path))}:10: 'k' {words}"):
        load_folder(tmp_path)
    assert any(words in problem for problem in lint_folder(tmp_path))


def test_the_shipped_ones_are_sound() -> None:
    assert {s.id: list(sound.problems(s)) for s in load_folder() if any(sound.problems(s))} == {}


def test_a_duration_has_a_bounded_number() -> None:
    assert duration("1d 12h") == 36 * 3_600_000_000
    for text in ("9" * 400 + "d", "1.5", "٣h", ""):
        with pytest.raises(ValueError, match="is no duration"):
            duration(text)
