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


@pytest.mark.parametrize(
    ("clock", "weight", "more", "effect"),
    [
        ("02:00", 5, "", "named"),  # another matter, hours before the attempt
        ("02:00", 5, "persists = true", "effect"),  # state that still holds
        ("02:00", 12, "", "effect"),  # it speaks louder than what the attempt itself shows
        ("09:20", 5, "", "effect"),
    ],
)
def test_what_was_over_hours_before_hides_nothing(
    tmp_path: Path, clock: str, weight: float, more: str, effect: str
) -> None:
    first = signature(tmp_path, "x/root", required(ROOT, weight, more), explains=["x/effect"])
    second = signature(tmp_path, "x/effect", required(EFFECT, 6))
    assert states(analyse(log(line(clock, ROOT), failure("10:00")), first, second))["x/effect"] == effect


@pytest.mark.parametrize(
    ("earlier", "effect"), [(("02:00",), "effect"), (("02:00", "04:00", "06:00", "08:00"), "named")]
)
def test_an_earlier_attempts_records_are_not_the_beginning(
    tmp_path: Path, earlier: tuple[str, ...], effect: str
) -> None:
    """Unless they went on until this one."""
    first = signature(tmp_path, "x/root", required(ROOT, 5), explains=["x/effect"])
    second = signature(tmp_path, "x/effect", required(EFFECT + "|the writer failed", 7))
    before = [line(clock, "the writer failed") for clock in earlier]
    files = log(*before, line("09:59", ROOT), failure("10:00"))
    assert states(analyse(files, first, second))["x/effect"] == effect
