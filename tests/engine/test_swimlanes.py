"""The timeline's bars: which lines begin and end a step, and what is shown where a line is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analyzer.analysis import Analysis
from analyzer.document import lanes, swimlanes
from analyzer.plan import shipped_plan

from .support import BACKUP_LOG, HANDLER, LOG, analyse, failure, line

WINDOWS_LOG = "WindowsAzure/Logs/WaAppAgent.log"
BCDR_LOG = "WindowsAzure/Logs/Plugins/Microsoft.Azure.RecoveryServices.VMSnapshot/1.0.98.0/IaaSBcdrExtension0.log"


def tracks(files: dict[str, str]) -> dict[str, list[tuple[str, str, str | None, str]]]:
    """By title: (step, begin, end, state), times as hh:mm:ss."""
    return {
        track["title"]: [(i["title"], clock(i["start"]), clock(i["end"]), i["state"]) for i in track["items"]]
        for track in swimlanes.tracks(analyse(files))
    }


def clock(stamp: str | None) -> Any:
    return stamp[11:19] if stamp else None


def snapshot(at: str, words: str) -> str:
    """A record of the backup extension's log on Linux."""
    return f"2025-03-01 {at}.000000 [Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0]{words}\n"


def windows(at: str, words: str) -> str:
    return f"2025-03-01T{at}.0000000Z [Information]: {words}\n"


def test_a_goal_state_is_in_force_until_the_next_one() -> None:
    words = "Fetched a new incarnation for the WireServer goal state [incarnation {}]"
    log = line("10:00", words.format(7)) + line("10:05", words.format(7)) + line("11:00", words.format(8))
    assert tracks({LOG: log})["Goal state"] == [
        ("Goal state 7", "10:00:00", "11:00:00", "lasts"),
        ("Goal state 8", "11:00:00", None, "lasts"),
    ]


def test_each_extension_has_a_lane_with_its_operations_and_how_they_ended() -> None:
    log = (
        line("10:00", f"[{HANDLER}-1.2.3] Install extension [bin/x install]")
        + line("10:00:05", f"[{HANDLER}-1.2.3] Command: bin/x install")
        + line("10:00:06", f"[{HANDLER}-1.2.3] Enable extension: [bin/x enable]")
        + failure("10:00:09")
        + line("10:01", "[Fabrikam.Other-2.0] Disable extension [bin/y disable]")
    )
    found = tracks({LOG: log})
    assert found[f"Extension {HANDLER}"] == [
        ("Install", "10:00:00", "10:00:05", "done"),
        ("Enable", "10:00:06", "10:00:09", "failed"),
    ]
    assert found["Extension Fabrikam.Other"] == [("Disable", "10:01:00", None, "open")]


def test_a_failure_of_nothing_that_was_under_way_is_a_moment() -> None:
    assert tracks({LOG: failure("10:00")})[f"Extension {HANDLER}"] == [
        ("Failed, or was not processed", "10:00:00", "10:00:00", "failed")
    ]


def test_a_step_that_did_not_end_for_too_long_has_no_end() -> None:
    begun = line("10:00", f"[{HANDLER}-1.2.3] Enable extension: [bin/x enable]")
    late = line("12:30", f"[{HANDLER}-1.2.3] Command: bin/x enable")
    assert tracks({LOG: begun + late})[f"Extension {HANDLER}"] == [("Enable", "10:00:00", None, "open")]


def test_the_steps_of_a_backup_on_linux() -> None:
    log = (
        snapshot("10:00:00", "commandToExecute for backup is snapshot")
        + snapshot("10:00:02", "T:S freeze, timeout value 60")
        + snapshot("10:00:06", "****** 4. Freeze Completed (Signal=1 received)")
        + snapshot("10:00:07", "****** 5. Snaphotting (Host) Started")
        + snapshot("10:00:09", "****** 6. Snaphotting (Host) Completed")
        + snapshot("10:00:10", "****** 7. Sending Thaw Signal to Binary")
        + snapshot("10:00:11", "****** 9. Binary Process completed (Signal=2 received)")
        + snapshot("10:00:12", "Enable,success,1,Enable Succeeded,False")
    )
    assert tracks({BACKUP_LOG: log})["Steps of a backup"] == [
        ("Preparation", "10:00:00", "10:00:02", "done"),
        ("Freeze", "10:00:02", "10:00:06", "done"),
        ("Snapshot", "10:00:07", "10:00:09", "done"),
        ("Thaw", "10:00:10", "10:00:11", "done"),
        ("Status 1 reported", "10:00:12", "10:00:12", "done"),
    ]


def test_a_freeze_that_fails_and_a_thaw_that_comes_too_late() -> None:
    log = snapshot("10:00:02", "T:S freeze, timeout value 60") + snapshot(
        "10:00:06", "T:S freeze result freeze failed for some mount"
    )
    late = snapshot("10:01:00", "2025-03-01 10:00:59 Failed to receive timely Thaw from parent process")
    assert tracks({BACKUP_LOG: log + late})["Steps of a backup"] == [
        ("Freeze", "10:00:02", "10:00:06", "failed"),
        ("The freeze ran out before the thaw", "10:01:00", "10:01:00", "failed"),
    ]


def test_the_last_phase_that_windows_reached_stays_open() -> None:
    log = (
        windows("10:00:00", "Waiting for GatherWriterMetadata")
        + windows("10:00:03", "Waiting for PrepareForBackup")
        + windows("10:00:04", "Waiting for DoSnapshotSet")
    )
    agent = "[00000005] 2025-03-01T09:59:00.000Z [INFO]  GoalState updated. Incarnation: 3\n"
    found = tracks({BCDR_LOG: log, WINDOWS_LOG: agent})
    assert found["Steps of a backup"][-2:] == [
        ("Writers prepare", "10:00:03", "10:00:04", "done"),
        ("Freeze, snapshot, thaw", "10:00:04", None, "open"),
    ]
    assert found["Goal state"] == [("Goal state 3", "09:59:00", None, "lasts")]


def test_failures_and_the_latest_stay_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swimlanes, "MOST_ITEMS", 3)
    log = failure("09:00") + "".join(
        line(f"10:{minute:02d}", f"[{HANDLER}-1.2.3] Enable extension: [x]")
        + line(f"10:{minute:02d}:30", f"[{HANDLER}-1.2.3] Command: x")
        for minute in range(20)
    )
    track = swimlanes.tracks(analyse({LOG: log}))[0]
    assert [clock(item["start"]) for item in track["items"]] == ["09:00:00", "10:18:00", "10:19:00"]
    assert track["left_out"] == 18


def test_lines_without_a_time_are_no_bars() -> None:
    analysis: Analysis = analyse({LOG: "  Fetched a new incarnation for the WireServer goal state [incarnation 7]\n"})
    assert swimlanes.tracks(analysis) == []


def test_every_mark_is_looked_for_by_a_literal() -> None:
    """One without would see every record."""
    patterns = shipped_plan().patterns
    numbers = {patterns.number_of(mark.pattern) for mark in lanes.load().marks}
    assert numbers.isdisjoint(patterns.unfiltered)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lane": "nowhere"}, "mark 1: unknown lane or edge"),
        ({"edge": "middle"}, "mark 1: unknown lane or edge"),
        ({"step": ""}, "mark 1: only an end may do without a step"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, change: dict[str, str], words: str) -> None:
    mark = {"lane": "a", "step": "b", "edge": "begin", "match": "some words"} | change
    rows = "".join(f"{key} = '{value}'\n" for key, value in mark.items())
    (tmp_path / "lanes.toml").write_text(f"[[lane]]\nid='a'\ntitle='A'\n[[mark]]\nsource=['x']\n{rows}", "utf-8")
    with pytest.raises(ValueError, match=words):
        lanes.load.__wrapped__(tmp_path / "lanes.toml")
