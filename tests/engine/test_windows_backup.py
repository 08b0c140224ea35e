"""How a backup of a Windows VM went, from each of the places that tell of it, and which of them is believed."""

from __future__ import annotations

import json

import pytest

from analyzer.analysis import run
from analyzer.judging.incidents import Incident
from analyzer.plan import shipped_plan
from analyzer.signatures.selftest import MemoryBundle

HANDLER = "Microsoft.Azure.RecoveryServices.VMSnapshot"
AGENT = "WindowsAzure/Logs/WaAppAgent.log"
OWN = f"WindowsAzure/Logs/Plugins/{HANDLER}/1.0.9185.0/IaaSBcdrExtension2.log"
EVENTS = "Event Logs/Application.xml"
LADDER = ("Waiting for GatherWriterMetadata", "Waiting for PrepareForBackup", "Waiting for DoSnapshotSet")
GOOD = "DoSnapshot=complete. WaitResult:True, AnySnapshotFailed:False, AllSnapshotFailed:False, ReturnValue:True"


def own(day: int, *ends: str) -> str:
    """One evening's lines of the extension."""
    return "".join(f"2025-03-{day:02}T21:00:{s:02}.1000000Z [Information]:  {m}\n" for s, m in enumerate(LADDER + ends))


def agent(*lines: tuple[str, str]) -> str:
    return "".join(f"[00000011] 2025-03-{at}Z [INFO]  {text}\n" for at, text in lines)


def begin(at: str) -> tuple[str, str]:
    return at, f"Beginning enable of plugin {HANDLER}."


def enabled(at: str) -> tuple[str, str]:
    return at, f"Plugin enabled (handler name: {HANDLER}, extension name: , version: 1.0.9185.0), Code: 0"


def event(at: str, provider: str, number: int, *data: str) -> str:
    values = "".join(f"<Data>{value}</Data>" for value in data)
    return (
        f"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{provider}'/>"
        f"<EventID>{number}</EventID><Level>2</Level><TimeCreated SystemTime='2025-03-{at}Z'/><EventRecordID>1"
        f"</EventRecordID><Channel>Application</Channel><Computer>vm</Computer></System><EventData>{values}</EventData>"
        "</Event>\n"
    )


def status(day: int, word: str, code: int | str, consistency: int, message: str) -> dict[str, str]:
    report = {"messageStr": message, "snapshotConsistency": consistency}
    inner = {"operation": "Enable", "status": word, "code": code, "formattedMessage": {"message": json.dumps(report)}}
    text = json.dumps([{"version": "1.0", "timestampUTC": f"2025-03-{day:02}T21:01:00Z", "status": inner}])
    return {f"Packages/Plugins/{HANDLER}/1.0.9185.0/Status/{day}.status": text}


def backups(files: dict[str, str]) -> list[Incident]:
    return [i for i in run(MemoryBundle(files), shipped_plan()).incidents if i.kind == "backup"]


def outcomes(files: dict[str, str]) -> list[tuple[str, bool]]:
    return [(i.outcome, i.resolved) for i in backups(files)]


def test_the_steps_of_the_extension() -> None:
    text = own(1, GOOD) + own(2, "Plugin enable Failed (command: Snapshot)") + own(3, GOOD)
    assert outcomes({OWN: text}) == [("succeeded", True), ("failed", True), ("succeeded", True)]


def test_a_run_that_stops_in_the_middle_has_failed() -> None:
    files = {OWN: own(1, GOOD) + own(2), AGENT: agent(begin("02T21:00:00"), ("02T22:00:00", "Heartbeat."))}
    assert outcomes(files) == [("succeeded", True), ("failed", False)]


def test_failed_writers_make_a_run_less_than_asked_for() -> None:
    text = own(1, "DoSnapshotSet failed {Exception = COMException (0x800423F4)}", GOOD)
    assert outcomes({OWN: text}) == [("degraded", False)]


@pytest.mark.parametrize(
    ("word", "code", "consistency", "message", "outcome"),
    [
        ("success", 1, 2, "Plugin enable Succeeded (command: Snapshot)", "succeeded"),
        ("success", 1, 1, "Plugin enable Succeeded (command: Snapshot)", "degraded"),
        ("error", 0, 0, "Plugin enable Failed (command: Snapshot)", "failed"),
        ("error", "ExtensionSnapshotFailedCOM", 0, "COM+ error", "failed"),
        ("error", 1, 0, "This drive is locked by BitLocker Drive Encryption.", "failed"),
    ],
)
def test_the_status_file_alone(word: str, code: int | str, consistency: int, message: str, outcome: str) -> None:
    (incident,) = backups(status(4, word, code, consistency, message))
    assert (incident.outcome, incident.key) == (outcome, "4")


def test_a_status_that_tells_no_consistency_is_no_lesser_success() -> None:
    files = status(4, "success", 1, 0, "Plugin enable Succeeded (command: Snapshot) Snapshot command completed")
    assert outcomes(files) == [("succeeded", True)]


def test_the_agent_is_believed_where_nothing_else_tells() -> None:
    failed = (
        "02T21:00:40",
        f"Enable failed for plugin (name: {HANDLER}, version 1.0.9185.0) with exception X, Code: 1009",
    )
    text = agent(begin("01T21:00:00"), enabled("01T21:00:40"), begin("02T21:00:00"), failed)
    assert outcomes({AGENT: text}) == [("succeeded", True), ("failed", False)]
    assert backups({AGENT: text})[1].code == "1009"


def test_the_agents_second_call_heals_nothing() -> None:
    """After a restart it enables the extension again, which finds nothing to do and returns 0."""
    files = {
        OWN: own(1, GOOD) + own(2, "Plugin enable Failed (command: Snapshot)"),
        AGENT: agent(begin("02T21:00:00"), begin("03T08:00:00"), enabled("03T08:00:05")),
    }
    assert outcomes(files) == [("succeeded", True), ("failed", False)]


def test_event_logs_alone_show_how_shadow_copies_went() -> None:
    rejected = event("02T21:00:30", "VSS", 8229, "0x800423f4", "\n\nContext:\n   Writer Name: System Writer")
    soon = event("02T23:00:00", "VSS", 8224)
    assert outcomes({EVENTS: rejected + soon}) == [("failed", False)]
    assert outcomes({EVENTS: rejected + soon + event("05T23:00:00", "VSS", 8224)}) == [("failed", True)]


def test_another_products_failure_is_not_the_backups() -> None:
    """Where the extension tells of its own runs, what VSS reports of other hours is another program's."""
    rejected = event("01T23:30:00", "VSS", 8229, "0x800423f4", "\n\nContext:\n   Writer Name: System Writer")
    files = {OWN: own(1, GOOD), EVENTS: rejected + event("02T09:00:00", "VSS", 8224)}
    assert outcomes(files) == [("succeeded", True)]


@pytest.mark.parametrize(
    ("number", "data"),
    [
        (8224, ()),
        (8194, ("0x80070005, Access is denied.",)),
        (8193, ("QueryFullProcessImageNameW", "0x80070006, The handle is invalid.")),
        (12289, ("IVssWriterCallback::OnGetState", "0x80042409")),
    ],
)
def test_the_ordinary_complaints_of_vss_are_no_failure(number: int, data: tuple[str, ...]) -> None:
    assert outcomes({EVENTS: event("01T21:00:30", "VSS", number, *data)}) == []
