"""Remedies fit what was found, and take nothing into a command that could run as more than a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.document.whole import make_document
from analyzer.signatures.lint import lint_folder

from .support import analyse, failure, line, log, required, signature

REMEDIES = """
[[remedy]]
step = "look"
command = "show {seen.volume|VOLUME:} --all"
[[remedy]]
step = "when it is slow"
when = ["slow"]
[[remedy]]
step = "when it is full"
when = ["nothing", "seen"]
[[evidence]]
key = "slow"
role = "supports"
weight = 1
source = ["waagent"]
match = 'the disk is slow'
"""


@pytest.mark.parametrize(
    ("volume", "command"),
    [
        ("E:", "show E: --all"),
        ("E: & format C:", "show VOLUME: --all"),
        ("$(reboot)", "show VOLUME: --all"),
        ("--force", "show VOLUME: --all"),
        ("'E:'", "show VOLUME: --all"),
    ],
)
@pytest.mark.parametrize("slow", [True, False])
def test_steps_fit_what_was_found(tmp_path: Path, volume: str, command: str, slow: bool) -> None:
    cause = signature(tmp_path, "x/cause", required(r"no room on \[(?P<volume>[^\]\n]*)\]", 6) + REMEDIES)
    files = log(line("09:58", f"no room on [{volume}]"), line("09:59", "the disk is slow" * slow), failure("10:00"))
    remedy = make_document(analyse(files, cause))["causes"][0]["remedy"]
    assert remedy[0]["command"] == command
    assert [step["step"] for step in remedy] == ["look", *(["when it is slow"] if slow else []), "when it is full"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ('when = ["slow"]', ""),
        ('when = ["never"]', "a remedy waits for 'never', which is no evidence"),
        ('command = "x {gone.volume|C:}"', "a command uses {gone.volume}, and there is no evidence 'gone'"),
        ('command = "x {slow.volume|C:}"', "a command uses {slow.volume}, and no regex of 'slow' captures it"),
    ],
)
def test_lint_follows_what_steps_name(tmp_path: Path, changed: str, words: str) -> None:
    more = REMEDIES.replace('when = ["slow"]', changed).replace('["nothing", "seen"]', '["seen"]')
    signature(tmp_path, "x/cause", required(r"no room on \[(?P<volume>[^\]\n]*)\]", 6) + more)
    problems = [problem for problem in lint_folder(tmp_path) if " uses " in problem or " waits " in problem]
    assert [problem.split(": ", 1)[1] for problem in problems] == [words] * bool(words)
