"""What is asked for fits the bundle."""

from __future__ import annotations

import pytest

from analyzer.judging import asks


@pytest.mark.parametrize(
    ("layout", "told"), [("disk-inspection", True), ("windows-guest-logs", False), ("flat", False)]
)
def test_the_inspections_sets_are_told_of_where_there_is_one(layout: str, told: bool) -> None:
    entries = [entry for entry in asks.fitting("windows", layout) if "vmsnapshot" in entry["source"]]
    assert [("disk inspection" in entry["what"]) for entry in entries] == [told]


def test_each_system_has_its_own() -> None:
    assert not any("C:" in entry["command"] for entry in asks.fitting("linux", "flat"))
    assert not any("sudo" in entry["command"] for entry in asks.fitting("windows", "flat"))
