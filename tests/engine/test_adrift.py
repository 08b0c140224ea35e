"""Records of which nothing tells how far their clock is from UTC: an export of events that was made anywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from analyzer.analysis import Analysis, run
from analyzer.plan import shipped_plan
from analyzer.signatures.selftest import MemoryBundle

HANDLER = "Microsoft.Azure.RecoveryServices.VMSnapshot"
OWN = f"WindowsAzure/Logs/Plugins/{HANDLER}/1.0.9185.0/IaaSBcdrExtension{{run}}.log"
EVENTS = "Application.csv"
FIRST = datetime(2026, 9, 16, 21, tzinfo=UTC)
LADDER = ("Waiting for GatherWriterMetadata", "Waiting for PrepareForBackup", "Waiting for DoSnapshotSet")
GOOD = "DoSnapshot=complete. WaitResult:True, AnySnapshotFailed:False, AllSnapshotFailed:False, ReturnValue:True"
BAD = "Command failed with ErrorCode=ExtensionFailedVssWriterInBadState"
CAUSE, EFFECT = "windows/vss-writer-timeout", "windows/vss-writer-failed"


def backups(*ends: str) -> dict[str, str]:
    """One run an evening."""
    files = {}
    for run_number, end in enumerate(ends):
        begin = FIRST + timedelta(days=run_number)
        steps = [*LADDER, end]
        files[OWN.format(run=run_number)] = "".join(
            f"{begin + timedelta(seconds=10 * n):%Y-%m-%dT%H:%M:%S}.0000001Z [Information]:  {step}\n"
            for n, step in enumerate(steps)
        )
    return files


def events(hours: float, *moments: datetime) -> str:
    """A French list of events on a machine that is so many hours ahead of UTC: a writer timed out at these moments."""
    out = "Niveau,Date et heure,Source,ID de l’événement,Catégorie de la tâche\n"
    for moment in sorted(moments, reverse=True):
        shown = moment + timedelta(hours=hours)
        out += (
            f"Avertissement,{shown:%d/%m/%Y %H:%M:%S},VSS,8229,Aucun,"
            '"A VSS writer has rejected an event with error 0x800423f2, The writer\'s timeout expired."\n'
        )
    return out


def starts(hours: float, *moments: datetime) -> str:
    """Rows of the same list in which Windows names its own moment, with the marks that it writes between the parts."""
    out = ""
    for moment in moments:
        shown = moment + timedelta(hours=hours)
        named = f"{moment:%Y\u200e-\u200e%m\u200e-\u200e%dT%H:%M:%S}.500000000Z"
        out += (
            f"Information,{shown:%d/%m/%Y %H:%M:%S},Microsoft-Windows-Kernel-General,12,(1),"
            f'"Le système a démarré à l’heure système \u200e{named}."\n'
        )
    return out


def analysed(files: dict[str, str], table: str) -> Analysis:
    return run(MemoryBundle(files | {EVENTS: table}), shipped_plan())


def standing(analysis: Analysis, cause: str) -> str:
    return next((c.state for c in analysis.diagnosis.causes if c.signature.id == cause), "none")


DURING = FIRST + timedelta(days=2, seconds=25)


@pytest.mark.parametrize("hours", [-12, -7, -3.5, 0, 1, 2, 5.5, 9, 14])
def test_the_cause_is_named_wherever_the_export_was_made(hours: float) -> None:
    analysis = analysed(backups(GOOD, GOOD, BAD), events(hours, DURING))
    assert analysis.diagnosis.outcome == "named"
    assert standing(analysis, CAUSE) == "named"
    assert standing(analysis, EFFECT) == "effect"


def test_what_no_zone_brings_together_is_not_named() -> None:
    analysis = analysed(backups(GOOD, GOOD, BAD), events(0, DURING + timedelta(hours=3, minutes=20)))
    assert standing(analysis, CAUSE) == "none"


def test_the_name_is_not_told_as_sure() -> None:
    sure, unsure = (analysed(backups(GOOD, GOOD, BAD), events(hours, DURING)) for hours in (0, 9))
    assert unsure.diagnosis.confidence == sure.diagnosis.confidence == 0.75


def test_a_crash_of_another_hour_does_not_cut_a_run_that_told_its_result() -> None:
    shown = DURING + timedelta(hours=9, minutes=2)
    table = (
        "Niveau,Date et heure,Source,ID de l’événement,Catégorie de la tâche\n"
        f"Critique,{shown:%d/%m/%Y %H:%M:%S},Microsoft-Windows-Kernel-Power,41,(63),"
        '"The system has rebooted without cleanly shutting down first."\n'
    )
    files = backups(GOOD, GOOD, "Snapshot command failed")
    assert analysed(files, table).diagnosis.outcome == "undetermined"


@pytest.mark.parametrize(("hours", "shown"), [(9, 9), (2, 2), (9, 14), (2, -3)])
def test_events_that_name_their_moment_tell_the_zone(hours: float, shown: float) -> None:
    """What they tell holds for all rows: one of another hour meets the run in no zone any more."""
    table = events(shown, DURING) + starts(hours, FIRST, FIRST + timedelta(days=1))
    analysis = analysed(backups(GOOD, GOOD, BAD), table)
    (note,) = (f["note"] for f in analysis.to_json()["coverage"]["files"] if f["path"] == EVENTS)
    assert note.startswith(f"local time read as UTC+0{hours}:00: derived")
    assert (standing(analysis, CAUSE) == "named") == (hours == shown)


def test_coverage_says_so() -> None:
    files = analysed(backups(GOOD, GOOD, BAD), events(2, DURING)).to_json()["coverage"]["files"]
    (note,) = (f["note"] for f in files if f["path"] == EVENTS)
    assert "up to 14 hours" in note


def test_what_lies_farther_than_zones_reach_does_not_count() -> None:
    analysis = analysed(backups(GOOD, GOOD, BAD), events(0, DURING + timedelta(hours=15)))
    assert standing(analysis, CAUSE) == "none"


def test_what_may_belong_to_a_failure_that_is_over_does_not_count() -> None:
    analysis = analysed(backups(GOOD, BAD, GOOD, BAD), events(2, FIRST + timedelta(days=1, hours=10, seconds=25)))
    assert standing(analysis, CAUSE) == "none"


def test_what_comes_on_every_good_day_is_no_cause() -> None:
    every = [FIRST + timedelta(days=n, hours=3) for n in range(5)]
    analysis = analysed(backups(GOOD, GOOD, GOOD, GOOD, BAD), events(0, *every))
    assert standing(analysis, CAUSE) != "named"


@pytest.mark.parametrize("hours", [-12, 0, 2, 14])
def test_a_healthy_machine_is_not_blamed(hours: float) -> None:
    analysis = analysed(backups(GOOD, GOOD, GOOD), events(hours, DURING))
    assert analysis.diagnosis.outcome == "no-fault"
