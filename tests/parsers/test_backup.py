"""Azure Backup's status file: a verdict as JSON in the name of a substatus."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analyzer.parsers import extension_status, settings
from analyzer.parsers.base import StateResult

NAME = "Microsoft.Azure.RecoveryServices.VMSnapshotLinux"
FOLDER = f"var/lib/waagent/{NAME}-1.0.9200.0"
TASK = "11111111-2222-3333-4444-555555555555"


def report(status: str, code: str, message: str, **more: Any) -> dict[str, Any]:
    return {
        "version": "1.0",
        "timestampUTC": "/Date(1741064767000)/",
        "status": {
            "name": NAME,
            "operation": "Enable",
            "status": status,
            "code": code,
            "taskId": TASK,
            "formattedMessage": {"lang": "en-US", "message": message},
            "commandStartTimeUTCTicks": "638766615670000000",
            "substatus": [],
            **more,
        },
    }


def parsed(inner: dict[str, Any] | str | None, **more: Any) -> StateResult:
    name = inner if isinstance(inner, str) else json.dumps([inner])
    substatus = [] if inner is None else [{"code": "0", "name": name, "status": "success", "formattedMessage": None}]
    status = {"operation": "Enable", "status": "success", "code": "1", "taskId": TASK, "substatus": substatus, **more}
    data = json.dumps([{"timestampUTC": "2025-03-04T05:06:07Z", "status": status}]).encode()
    return extension_status.parse(f"{FOLDER}/status/9.status", data)


def words(consistency: int) -> str:
    return json.dumps({"messageStr": "done", "snapshotConsistency": consistency, "jobMessage": ""})


def test_partial_failure() -> None:
    disks = [
        {"isSuccessful": "true", "errorMessage": "", "blobUri": "https://a.blob.example/x/abcd?sv=1&sig=abc"},
        {"isSuccessful": False, "errorMessage": "The snapshot count is exceeded", "blobUri": None},
    ]
    telemetry = [
        {"Key": "extensionVersion", "Value": "1.0.9200.0"},
        {"Key": "hostStatusCodeDoSnapshot", "Value": "200"},
        {"Key": "somethingElse", "Value": "secret"},
    ]
    inner = report(
        "error", "85", words(0), snapshotInfo=disks, telemetryData=telemetry, vmHealthInfo={"vmHealthStatusCode": 85}
    )
    result = parsed(inner)
    assert [(event.text, event.level) for event in result.events[1:]] == [
        (f"backup task {TASK} sequence 9 status error code 85 consistency none health 85 message: done", "error"),
        ("backup disk 0 successful true error: none blob: https://a.blob.example/x/abcd", "info"),
        ("backup disk 1 successful false error: The snapshot count is exceeded blob: none", "error"),
    ]
    assert result.events[1].time == "2025-03-04T05:06:07Z"
    expected = {
        "backup.status_code": 85,
        "backup.status_word": "error",
        "backup.health_code": 85,
        "backup.disks_failed": 1,
        "backup.task_id": TASK,
        "backup.command_start": "2025-03-04T05:06:07Z",
        "backup.extension_version": "1.0.9200.0",
        "backup.host_status_do_snapshot": 200,
    }
    assert expected.items() <= result.facts.items()
    assert "secret" not in str(result)


@pytest.mark.parametrize(
    ("code", "number", "consistency"),
    [("0", 0, "application"), ("1", 0, "file-system"), ("1", 3, "crash"), ("1", 2, "application"), ("2", 0, "none")],
)
def test_consistency(code: str, number: int, consistency: str) -> None:
    assert parsed(report("success", code, words(number))).facts["backup.consistency"] == consistency


def test_builds_that_write_the_message_plainly() -> None:
    result = parsed(report("success", "1", "snapshotCreator=backupHostService, "))
    assert result.events[1].text.endswith("health none message: snapshotCreator=backupHostService,")


def test_message_nested_twice() -> None:
    result = parsed(report("success", "1", json.dumps({"message": words(1)})))
    assert result.events[1].text.endswith("message: done")


def test_without_a_report_the_outer_status_counts() -> None:
    result = parsed(None, status="transitioning", code="4")
    assert result.events[1].text.startswith(f"backup task {TASK} sequence 9 status transitioning code 4")
    assert result.facts["backup.status_code"] == 4


def test_a_cut_report_leaves_a_plain_substatus() -> None:
    result = parsed('[{"status": {"status": "err')
    assert "substatus [{" in result.events[2].text


def test_settings_name_the_job() -> None:
    public = {"taskId": TASK, "commandStartTimeUTCTicks": "638766615670000000", "objectStr": "eyJzZWNyZXQi"}
    data = json.dumps({"runtimeSettings": [{"handlerSettings": {"publicSettings": public}}]}).encode()
    result = settings.parse(f"{FOLDER}/config/9.settings", data)
    assert result.facts["backup.task_id"] == TASK
    assert result.facts["backup.command_start"] == "2025-03-04T05:06:07Z"
    assert "eyJ" not in str(result)
