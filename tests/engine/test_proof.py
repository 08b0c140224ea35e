"""What a verdict without a fault rests on: the last thing that went well."""

from __future__ import annotations

import pytest

from analyzer.document.whole import make_document

from .support import BACKUP_LOG, LOG, analyse, backup, line, success

NUMBER = "The sequence number from environment variable is"
RUNS = "".join(
    backup(f"{hour:02}:00", f"{NUMBER} {hour}") + backup(f"{hour:02}:01", f"Enable,success,{code},,x")
    for hour, code in ((2, 2), (4, 1), (6, 1))
)


@pytest.mark.parametrize(
    ("agent", "operation", "end"),
    [
        (("02:30", "07:00"), "backup", "06:01"),  # the attempt within the stretch of successes
        (("06:30", "07:00"), "extension-status", "07:00"),  # nothing was tried since
        ((), "backup", "06:01"),
    ],
)
def test_the_last_attempt_that_went_well(agent: tuple[str, ...], operation: str, end: str) -> None:
    analysis = analyse({BACKUP_LOG: RUNS, LOG: "".join(success(clock) for clock in agent) or line("01:00", "x")})
    incident = analysis.diagnosis.incident
    assert (analysis.diagnosis.outcome, incident and incident.operation.id) == ("no-fault", operation)
    assert f"2025-03-01 {end}:00 UTC" in analysis.verdict["headline"]


def test_a_stretch_of_successes_is_proved_by_the_last_one() -> None:
    incident = analyse({LOG: success("02:00") + success("04:00") + success("06:00")}).diagnosis.incident
    assert incident is not None
    assert [found.line for found in incident.evidence] == [3]


AGENT = "[00000008] 2025-03-01T10:00:0{n}.120Z [{level}]  {words}\n"
ENABLED = "Plugin enabled (handler name: Contoso.Other, extension name: , version: 1.0), Code: 0"
GARBAGE = b"ElfFile\0" + b"\x01garbage" * 20_000


@pytest.mark.parametrize(
    ("logs", "outcome"),
    [
        ({"System.evtx": GARBAGE}, "not-enough"),
        ({"saved.evtx": GARBAGE}, "not-enough"),
        ({"Microsoft-Windows-Contoso%4Operational.evtx": GARBAGE}, "no-fault"),  # nobody would ask for it
        ({"System.evtx": b""}, "no-fault"),
        ({}, "no-fault"),
    ],
)
def test_no_fault_needs_the_event_logs_to_be_read(logs: dict[str, bytes], outcome: str) -> None:
    """What failed may stand in the log that is there and cannot be read."""
    agent = "".join(AGENT.format(n=n, level="INFO", words=words) for n, words in enumerate(("x", ENABLED)))
    files: dict[str, str | bytes] = {
        "WindowsAzure/Logs/WaAppAgent.log": agent,
        **{f"Logs/{name}": log for name, log in logs.items()},
    }
    verdict = analyse(files).verdict
    assert verdict["outcome"] == outcome
    assert any(f"could not be read: Logs/{name}" in verdict["headline"] for name in logs) == (outcome != "no-fault")
    assert any("System.evtx" in (ask["command"] or "") for ask in verdict["ask"]) == (outcome != "no-fault")


SCM = "Service Control Manager"
STOPPED = ("2025-03-01T10:00:05", SCM, 7036, "The Windows Azure Guest Agent service entered the stopped state.")
DOWN = ("2025-03-01T10:00:06", "EventLog", 6006, "The Event log service was stopped.")
RUNNING = ("2025-03-01T10:03:00", SCM, 7036, "The Windows Azure Guest Agent service entered the running state.")
ROW = '"{2}","{0}Z","{1}","Information","{3}"\n'


@pytest.mark.parametrize(("events", "resolved"), [((STOPPED, DOWN, RUNNING), True), ((STOPPED, DOWN), False)])
def test_a_shutdown_resolves_nothing_by_itself(events: tuple[tuple[str, str, int, str], ...], resolved: bool) -> None:
    """A service that stopped with the system is no failure any more, and is told as resolved when it runs again."""
    rows = "".join(ROW.format(*event) for event in events)
    analysis = analyse({"System.csv": '"Id","TimeCreated","ProviderName","LevelDisplayName","Message"\n' + rows})
    document = make_document(analysis)
    (told,) = [incident for incident in document["incidents"] if incident["title"] == "The agent's service"]
    assert (told["resolved"], document["verdict"]["outcome"]) == (resolved, "not-enough")
