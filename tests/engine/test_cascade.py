"""Causes that explain others: the root is shown on top, what it brought down below it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .support import analyse, failure, line, log, required, signature, states

ROOT, EFFECT = "the pump broke", "Non-zero exit code: "


@pytest.mark.parametrize("weights", [(6, 4), (4, 9), (3, 9)])
def test_an_effect_never_outranks_its_cause(tmp_path: Path, weights: tuple[int, int]) -> None:
    first = signature(tmp_path, "x/root", required(ROOT, weights[0]), explains=["x/effect"])
    second = signature(tmp_path, "x/effect", required(EFFECT, weights[1]))
    analysis = analyse(log(line("09:59", ROOT), failure("10:00")), second, first)
    assert [c.signature.id for c in analysis.diagnosis.causes] == ["x/root", "x/effect"]
    assert states(analysis)["x/effect"] == "effect"
    top, below = analysis.diagnosis.causes
    assert (top.explains, below.explained_by) == (["x/effect"], "x/root")
    assert states(analysis)["x/root"] == ("named" if weights[0] >= 4 else "candidate")


def test_through_a_cause_that_was_not_found(tmp_path: Path) -> None:
    """`explains` reaches through."""
    chain = [
        signature(tmp_path, "x/root", required(ROOT), explains=["x/middle"]),
        signature(tmp_path, "x/middle", required("never there"), explains=["x/effect"]),
        signature(tmp_path, "x/effect", required(EFFECT, 9)),
    ]
    assert states(analyse(log(line("09:59", ROOT), failure("10:00")), *chain)) == {
        "x/root": "named",
        "x/effect": "effect",
    }


@pytest.mark.parametrize(("clock", "root"), [("10:05", "effect"), ("10:30", "named")])
def test_what_began_later_is_no_cause(tmp_path: Path, clock: str, root: str) -> None:
    first = signature(tmp_path, "x/root", required(ROOT, 4), explains=["x/effect"])
    second = signature(tmp_path, "x/effect", required(EFFECT, 8))
    files = log(failure("10:00"), line(clock, ROOT), failure("10:31"))
    assert states(analyse(files, first, second))["x/effect"] == root
