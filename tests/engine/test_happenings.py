"""What an event log and the logs in UTC both record of a backup tells in which zone the event log was exported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from analyzer.clocks import clock, happenings
from analyzer.lines.stamp import Clock
from analyzer.matching.patterns import PatternSet
from analyzer.reading.pipeline import read
from analyzer.signatures.selftest import MemoryBundle

BACKUPS = [datetime(2024, 3, 5, 2, 1, 12, tzinfo=UTC) + timedelta(days=day, seconds=7 * day) for day in range(4)]
AHEAD = timedelta(hours=5, minutes=30)
HANDLER = r"C:\Packages\Plugins\Contoso.Tools.Setup"
CRASHED = (
    'Application Error,1000,(100),"Faulting application name: Setup.exe, version: 1.4.0.2\n'
    f'Faulting application path: {HANDLER}\\1.4\\Setup.exe"'
)

VSS_LOG = "IaaSBcdrExtension7.log", "{:%Y-%m-%dT%H:%M:%S}.0000003Z [Information]: Waiting for "
AGENT_LOG = (
    "WindowsAzure/Logs/WaAppAgent.log",
    "[00000008] {:%Y-%m-%dT%H:%M:%S}.120Z [INFO]  " + f"Command {HANDLER}\\enable.cmd has exited with Exit code: ",
)


def distances(events: Sequence[tuple[timedelta, str]], log: tuple[str, str], words: str) -> set[timedelta]:
    """By how much the export's stamps were put back, when each backup has these events and one line."""
    shown = (
        f"Information,{when + AHEAD + after:%m/%d/%Y %I:%M:%S %p},{what}" for when in BACKUPS for after, what in events
    )
    files = {
        "Application.csv": "\n".join(["Level,Date and Time,Source,Event ID,Task Category", *shown, ""]),
        log[0]: "".join(log[1].format(when) + words + "\n" for when in BACKUPS),
    }
    reading = read(MemoryBundle(files), PatternSet(happenings.patterns()))
    times = clock.resolve(reading.store, None, None, happenings.told(0, reading.scanner))
    found: set[timedelta] = set()
    for member in range(len(reading.store.members)):
        columns = reading.store.columns(member)
        local = columns["clock"] == Clock.LOCAL
        found |= {timedelta(microseconds=int(each)) for each in columns["raw"][local] - times.utc[member][local]}
    return found


@pytest.mark.parametrize(
    ("after", "event", "log", "words"),
    [
        (
            timedelta(seconds=2),
            'ESENT,2001,(3),"svchost (4120) Shadow copy instance 31 freeze started."',
            VSS_LOG,
            "DoSnapshotSet",
        ),
        (
            timedelta(seconds=195),
            'VSS,8224,None,"The VSS service is shutting down due to idle timeout."',
            VSS_LOG,
            "BackupComplete",
        ),
        (timedelta(seconds=-3), CRASHED, AGENT_LOG, "-1073741819"),
    ],
    ids=["freeze", "idle", "crash"],
)
def test_it_tells_the_zone(after: timedelta, event: str, log: tuple[str, str], words: str) -> None:
    assert distances([(after, event)], log, words) == {AHEAD}


def test_an_exit_code_that_is_no_crash_says_nothing() -> None:
    assert distances([(timedelta(seconds=-3), CRASHED)], AGENT_LOG, "1009") != {AHEAD}


def test_another_user_of_vss_at_its_own_hour_leaves_it_open() -> None:
    """Two timers a day fit two zones; none of them is taken."""
    idle = 'VSS,8224,None,"The VSS service is shutting down due to idle timeout."'
    events = [(timedelta(seconds=195), idle), (timedelta(hours=4, seconds=195), idle)]
    assert distances(events, VSS_LOG, "BackupComplete") == {timedelta(0)}
