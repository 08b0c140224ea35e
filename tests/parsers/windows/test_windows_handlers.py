"""The state files of handlers on Windows, which the parsers of the Linux ones read: other folders, other cases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analyzer.bundle import identify
from analyzer.parsers.base import StateResult
from analyzer.parsers.registry import STATE_PARSERS

BACKUP = "Microsoft.Azure.RecoveryServices.VMSnapshot"


def read(path: str, document: Any, encoding: str = "utf-8-sig") -> StateResult:
    found = identify(path, b"")
    return STATE_PARSERS[found.kind](found.canonical, json.dumps(document).encode(encoding))


STATUS: dict[str, Any] = {
    "version": "1.0",
    "timestampUTC": "2025-03-04 05:06:07Z",
    "status": {
        "name": "x",
        "operation": "Enable",
        "status": "error",
        "code": "1009",
        "formattedMessage": {"lang": "en-US", "message": "went wrong"},
    },
}


@pytest.mark.parametrize("prefix", ["", "device_0/", "C:\\", "x.zip/C/"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_status_file(prefix: str, encoding: str) -> None:
    path = "Packages/Plugins/Contoso.Tools.Setup/1.2.3/Status/4.status"
    result = read(prefix + (path.replace("/", "\\") if "\\" in prefix else path), [STATUS], encoding)
    assert [(event.text, event.time, event.level) for event in result.events] == [
        (
            "extension Contoso.Tools.Setup sequence 4 operation Enable status error code 1009 message: went wrong",
            "2025-03-04T05:06:07Z",
            "error",
        )
    ]
    assert result.facts["extension[Contoso.Tools.Setup].status_code"] == 1009
    assert result.facts["extension[Contoso.Tools.Setup].status_sequence"] == 4


def test_the_backups_status_goes_through_the_backup_parser() -> None:
    message = {"lang": "en-US", "message": json.dumps({"messageStr": "done", "snapshotConsistency": 2})}
    status = STATUS | {"status": STATUS["status"] | {"status": "success", "code": 1, "formattedMessage": message}}
    result = read(f"Packages/Plugins/{BACKUP}/1.0.9150.0/Status/9.status", [status])
    assert result.facts["backup.consistency"] == "application"
    assert any(event.text.startswith("backup task none sequence 9 status success code 1") for event in result.events)


def test_settings_tell_the_sequence_and_the_backups_command() -> None:
    public = {"taskId": "t-1", "commandStartTimeUTCTicks": "638766043670000000", "objectStr": "secret"}
    document = {"runtimeSettings": [{"handlerSettings": {"publicSettings": public, "protectedSettings": "MIIsecret"}}]}
    result = read(f"Packages/Plugins/{BACKUP}/1.0.9150.0/RuntimeSettings/9.settings", document)
    assert result.facts[f"extension[{BACKUP}].sequence"] == 9
    assert result.facts["backup.task_id"] == "t-1"
    assert result.facts["backup.command_start"] == "2025-03-03T13:12:47Z"
    assert not any("secret" in event.text for event in result.events)


def test_heartbeat_and_manifest() -> None:
    beat = {"version": "1.0", "heartbeat": {"status": "NotReady", "code": 3, "formattedMessage": {"message": "no"}}}
    result = read("Packages/Plugins/A.B/1.0.0/Status/HeartBeat.Json", [beat])
    assert result.events[0].text == "heartbeat A.B status NotReady code 3 message: no"
    assert result.facts["extension[A.B].heartbeat_status"] == "NotReady"
    manifest = [{"version": 1.0, "handlerManifest": {"enableCommand": "x.cmd", "reportHeartbeat": True}}]
    assert read("Packages/Plugins/A.B/1.0.0/HandlerManifest.json", manifest).facts == {
        "extension[A.B].version": "1.0.0",
        "extension[A.B].report_heartbeat": True,
    }
    empty = STATE_PARSERS["handler-manifest"]("Packages/Plugins/A.B/1.0.0/HandlerManifest.json", b"")
    assert empty.events[0].text == "HandlerManifest.json is empty"


def test_aggregate_status() -> None:
    handler = {
        "handlerName": "A.B",
        "handlerVersion": "1.0.0",
        "status": "NotReady",
        "code": 1009,
        "formattedMessage": {"lang": "en-US", "message": "failed"},
        "runtimeSettingsStatus": {"sequenceNumber": 4, "settingsStatus": STATUS},
    }
    agent = {"version": "2.7.41491.1102", "status": "Ready", "formattedMessage": {"message": "running"}}
    aggregate = {"guestAgentStatus": agent, "handlerAggregateStatus": [handler]}
    document = {"version": "1.1", "timestampUTC": "2025-03-04T05:06:07Z", "aggregateStatus": aggregate}
    result = read("WindowsAzure/Logs/AggregateStatus/aggregatestatus_20250304050607.json", document)
    assert [event.text for event in result.events] == [
        "guest agent 2.7.41491.1102 status Ready message: running",
        "handler A.B 1.0.0 status NotReady code 1009 message: failed",
        "extension A.B sequence 4 operation Enable status error code 1009 message: went wrong",
    ]
    assert result.facts["windows.agent_version"] == "2.7.41491.1102"
    linux = read("var/lib/waagent/waagent_status.1.json", document)
    assert "windows.agent_version" not in linux.facts
