"""A cause that several systems know gives each of them its own steps, and each is asked for what it has."""

from __future__ import annotations

from pathlib import Path

from analyzer.analysis import run
from analyzer.plan import make_plan
from analyzer.signatures.lint import lint_folder
from analyzer.signatures.load import load_folder
from analyzer.signatures.selftest import MemoryBundle

CAUSE = """schema = 1
title = "It broke"
kind = "fault"
platforms = ["linux", "windows"]
operations = ["agent"]
[cause]
summary = "Broken."
why = "Because."
[[remedy]]
step = "Look."
[[remedy]]
step = "Restart it with systemctl."
platforms = ["linux"]
{more}
[[evidence]]
key = "line"
role = "required"
weight = 5
source = ["*"]
match = 'zork broke'
[[test]]
name = "positive"
expect = "named"
[test.files]
"a" = "x"
[[test]]
name = "near miss"
expect = "absent"
[test.files]
"a" = "y"
"""


def folder(tmp_path: Path, more: str = "") -> Path:
    (tmp_path / "area").mkdir()
    (tmp_path / "area" / "broken.toml").write_text(CAUSE.format(more=more))
    return tmp_path


def test_steps_are_those_of_the_platform(tmp_path: Path) -> None:
    [signature] = load_folder(folder(tmp_path))
    assert [r.step for r in signature.steps("linux")] == ["Look.", "Restart it with systemctl."]
    assert [r.step for r in signature.steps("windows")] == ["Look."]


def test_lint_wants_a_step_for_each_platform(tmp_path: Path) -> None:
    root = folder(tmp_path)
    path = root / "area" / "broken.toml"
    assert lint_folder(root) == []
    path.write_text(path.read_text().replace('step = "Look."\n', 'step = "Look."\nplatforms = ["linux"]\n'))
    assert [words.split(": ", 1)[1] for words in lint_folder(root)] == ["no remedy for windows"]


def test_a_windows_bundle_is_asked_for_windows_logs() -> None:
    for name, wanted, foreign in (
        ("WindowsAzure/Logs/Other.log", "WindowsAzure", "/var/log"),
        ("var/log/other.log", "/var/log", "WindowsAzure"),
    ):
        document = run(MemoryBundle({name: "nothing\n"}), make_plan(load_folder())).to_json()
        commands = " ".join(ask["command"] for ask in document["verdict"]["ask"])
        assert wanted in commands
        assert foreign not in commands
