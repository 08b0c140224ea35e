"""Packs of signatures from strangers: regexes that never end, files of megabytes, circles, too many of anything."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from analyzer.cli import main
from analyzer.matching import matcher
from analyzer.signatures.lint import lint_folder
from tests.hostile import traps
from tests.hostile.archives import member, tar
from tests.hostile.check import BAIT, SECONDS, Outcome, survive

STAMP = b"2030-01-01T00:00:00.000000Z ERROR Daemon "
HEAD = """schema = 1
title = '''{title}'''
kind = "fault"
platforms = ["linux"]
operations = ["agent"]
[cause]
summary = '''{title} {{e0.count}}'''
why = '''{title}'''
explains = [{explains}]
[[remedy]]
step = '''{title}'''
command = '''{title}'''
"""
EVIDENCE = """
[[evidence]]
key = "e{number}"
role = "required"
weight = 5
label = '''{title}'''
source = ["waagent"]
{operator} = '''{regex}'''
"""
NEVER_ENDING = (
    "evil: (x+)+$", "evil: (?:x|xx)+!", "evil: (?:x|x?)*[yz]", "evil: .*x.*x.*x.*y", r"evil: (\w+\s?)*!",
    "evil: (?:(?:x{1,9}){1,9}){1,9}y", r"evil: (x*)*\1y",
)  # fmt: skip


def pack(folder: Path, *regexes: str, title: str = "said", operator: str = "match", explains: str = "") -> Path:
    """A pack with a signature for each regex."""
    for number, regex in enumerate(regexes):
        path = folder / "evil" / f"cause-{number}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = HEAD.format(title=title, explains=explains)
        path.write_text(text + EVIDENCE.format(number=0, title=title, operator=operator, regex=regex), "utf-8")
    return folder


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with less patience, where it is not the seconds that are looked at."""
    monkeypatch.setattr(matcher, "REGEX_SECONDS", 0.1)
    monkeypatch.setattr(matcher, "MOST_SECONDS", 0.4)


def made_for_it(lines: int) -> bytes:
    return member(b"var/log/azure/A.B/waagent.log", (STAMP + b"evil: " + b"x" * 3_000 + b" end\n") * lines)


def judged(trap: bytes, folder: Path, seconds: float = SECONDS) -> Outcome:
    return survive(io.BytesIO(traps.beside(trap)), signatures=[folder], seconds=seconds)


def found(trap: bytes, folder: Path) -> dict[str, dict[str, Any]]:
    """What the pack finds in a bundle of nothing else, by the cause's id."""
    document = survive(io.BytesIO(tar(trap)), signatures=[folder]).document
    return {cause["id"]: cause for cause in document["notes"] if cause["id"].startswith("evil/")}


def test_a_regex_that_never_ends_is_given_up_and_told(tmp_path: Path, hurried: None) -> None:
    """Of 1,000 records that are made for it the first ones are searched; the cause is still named."""
    outcome = judged(made_for_it(1_000), pack(tmp_path, NEVER_ENDING[0]))
    told = re.search(r"cause-0 e0 took too long and was given up: (\d+) records of the file from here", outcome.words)
    assert told is not None
    assert int(told[1]) > 900
    assert outcome.document["verdict"]["cause"] == traps.CAUSE


@pytest.mark.thorough
def test_many_of_them_take_no_longer_together(tmp_path: Path) -> None:
    """Each for itself they would take three minutes. The six seconds that they have together are the same on a slow
    machine, and what is done besides is not."""
    many = [f"{regex}{number}" for number in range(8) for regex in NEVER_ENDING]
    outcome = judged(made_for_it(100), pack(tmp_path, *many), seconds=30)
    assert outcome.analysis is not None
    assert len(outcome.analysis.reading.scanner.unsure) > 20
    assert re.search("took too long.*; and [0-9]+ more", outcome.words)
    assert outcome.document["verdict"]["cause"] == traps.CAUSE


def test_a_regex_that_one_bundle_made_slow_is_whole_in_the_next(tmp_path: Path, hurried: None) -> None:
    folder = pack(tmp_path, r"evil: (?:x|xx)+(?:!| ok)")
    assert "given up" in judged(made_for_it(50), folder).words
    assert "evil/cause-0" in found(member(b"waagent.log", STAMP + b"evil: xxx ok\n"), folder)


def test_what_was_not_searched_proves_no_absence(tmp_path: Path, hurried: None) -> None:
    folder = pack(tmp_path, "evil: (?:x|xx)+!", operator="absent")
    quiet = member(b"var/log/azure/A.B/waagent.log", (STAMP + b"fine\n") * 50)
    assert "evil/cause-0" in found(quiet, folder)
    assert "evil/cause-0" not in found(made_for_it(50), folder)


def test_an_ordinary_regex_on_the_same_records_loses_nothing(tmp_path: Path, hurried: None) -> None:
    folder = pack(tmp_path, NEVER_ENDING[0], "evil: x{2990,}(?P<rest>x* end)")
    cause = found(made_for_it(700), folder)["evil/cause-1"]
    assert cause["evidence"][0]["count"] == 700


def test_the_limits_together_stay_below_ten_seconds() -> None:
    assert matcher.REGEX_SECONDS <= matcher.MOST_SECONDS < matcher.MOST_OF_ALL < 10


def said(folder: Path, code: int) -> str:
    result = CliRunner().invoke(main, ["analyze", str(traps.SAMPLE), "--signatures", str(folder), "--json", "-"])
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("regex", "words"),
    [
        ("evil: (", "no regex"),
        ("(" * 5_000 + "evil: " + ")" * 5_000, "nested too deep"),
        ("evil: x{99999999999}", "no regex"),
        ("evil: (?P<a>x)(?P<a>y)", "no regex"),
        ("evil: [z-a]", "no regex"),
    ],
    ids=["cut", "deep", "count", "names", "range"],
)
def test_a_regex_that_is_none(tmp_path: Path, regex: str, words: str) -> None:
    """Before any bundle is read, with the file and the line."""
    told = said(pack(tmp_path, regex), 2)
    assert words in told
    assert "cause-0.toml:14" in told


def test_a_signature_file_of_megabytes_is_refused(tmp_path: Path) -> None:
    folder = pack(tmp_path, "evil: x")
    path = folder / "evil" / "cause-0.toml"
    path.write_text(path.read_text("utf-8") + "#" * (2 << 20), "utf-8")
    assert "larger than 1048576 bytes" in said(folder, 2)


def test_regexes_that_every_line_would_meet_are_few(tmp_path: Path) -> None:
    few, many = tmp_path / "few", tmp_path / "many"
    assert "Cause" in said(pack(few, *(f"e{number}" for number in range(30))), 0)
    told = said(pack(many, *(f"e{number}" for number in range(40))), 2)
    assert "evil/cause-" in told
    assert "more than 32 regexes have no literal of 5 characters or more" in told


def test_one_literal_of_thousands_of_evidences(tmp_path: Path) -> None:
    """A file that asks for the same word in 2,000 ways, and a log that is nothing but that word."""
    path = tmp_path / "pack" / "evil" / "many.toml"
    path.parent.mkdir(parents=True)
    several = "".join(
        EVIDENCE.format(number=number, title="said", operator="match", regex=f"evil: {number}x")
        for number in range(2_000)
    )
    path.write_text(HEAD.format(title="said", explains="") + several, "utf-8")
    outcome = judged(member(b"var/log/azure/A.B/waagent.log", STAMP + b"evil: " * 200_000), tmp_path / "pack")
    assert outcome.document["verdict"]["cause"] == traps.CAUSE


def test_causes_that_explain_all_others(tmp_path: Path) -> None:
    """Each of 60 explains those behind it: ways between them are without number. Then the last one the first, too."""
    folder = tmp_path / "pack" / "evil"
    folder.mkdir(parents=True)
    for last in ("", '"evil/cause-00"'):
        for number in range(60):
            explains = ", ".join(f'"evil/cause-{other:02}"' for other in range(number + 1, 60)) or last
            evidence = EVIDENCE.format(number=number, title="said", operator="match", regex=f"evil: {number}x")
            text = HEAD.format(title="said", explains=explains) + evidence
            (folder / f"cause-{number:02}.toml").write_text(text, "utf-8")
        circles = [problem for problem in lint_folder(folder.parent) if "in a circle" in problem]
        assert len(circles) == bool(last)


def test_causes_that_explain_each_other(tmp_path: Path) -> None:
    """Lint names the circle; an analysis comes to its end, and both are found."""
    folder = pack(tmp_path, "evil: x", "evil: x+", explains='"evil/cause-0", "evil/cause-1"')
    assert any("explains goes in a circle" in problem for problem in lint_folder(folder))
    document = survive(traps.SAMPLE).document
    during = next(each["end"] for each in document["incidents"] if each["id"] == document["verdict"]["incident"])
    line = f"{during[:19]}.000000Z ERROR Daemon evil: xx\n".encode()
    causes = judged(member(b"var/log/azure/A.B/waagent.log", line), folder).document["causes"]
    assert {"evil/cause-0", "evil/cause-1"} <= {cause["id"] for cause in causes}


def test_what_a_signature_says_is_text(tmp_path: Path) -> None:
    """Titles, summaries and commands of a pack run nowhere."""
    words = BAIT.translate(dict.fromkeys((*range(32), 127, 0x9B))).replace("'''", "")
    assert "evil/cause-0" in found(made_for_it(1), pack(tmp_path, "evil: x", title=words))
