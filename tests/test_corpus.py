"""The labelled bundles: the named cause is right, and nothing healthy is blamed."""

from __future__ import annotations

import pytest

from analyzer.evaluate import Outcome, evaluate_folder
from tests.shared import CORPUS, needs

TOP1 = 0.97  # raise it with every gain


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return evaluate_folder(needs(CORPUS / "bundles"), needs(CORPUS / "expected.json"), jobs=2)


def test_none_is_broken(outcomes: list[Outcome]) -> None:
    assert [f"{o.label.name}: {o.error}" for o in outcomes if o.error] == []


def test_no_healthy_bundle_is_blamed(outcomes: list[Outcome]) -> None:
    assert [f"{o.label.name}: {o.cause}" for o in outcomes if o.blamed] == []


def test_top_1(outcomes: list[Outcome]) -> None:
    wrong = [o.label.name for o in outcomes if not o.right]
    assert 1 - len(wrong) / len(outcomes) >= TOP1, wrong


def test_no_wrong_cause_is_named(outcomes: list[Outcome]) -> None:
    """Undetermined is better than a wrong name."""
    assert [f"{o.label.name}: {o.cause}" for o in outcomes if o.named and not o.right] == []
