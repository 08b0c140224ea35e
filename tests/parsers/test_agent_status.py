"""What the agent reported: today's file, the wrapped one of 2.8 and 2.9, the summary of old agents."""

from __future__ import annotations

import json
from typing import Any

from analyzer.parsers import agent_status

PATH = "var/lib/waagent/history/2025-03-04T05-00-00__1/waagent_status.json"
HANDLER = {
    "handlerName": "A.B",
    "handlerVersion": "1.2.3",
    "status": "Unresponsive",
    "code": 0,
    "formattedMessage": {"lang": "en-US", "message": "Plugin enabled"},
    "runtimeSettingsStatus": {
        "sequenceNumber": 4,
        "settingsStatus": {
            "timestampUTC": "2025-03-04T05:06:01Z",
            "status": {
                "operation": "Enable",
                "status": "error",
                "code": 51,
                "formattedMessage": {"message": "unsupported"},
            },
        },
    },
}
STATUS: dict[str, Any] = {
    "version": "1.1",
    "timestampUTC": "2025-03-04T05:06:07Z",
    "aggregateStatus": {
        "guestAgentStatus": {"version": "2.15.0.1", "status": "Ready", "formattedMessage": {"message": "running"}},
        "handlerAggregateStatus": [HANDLER],
        "vmArtifactsAggregateStatus": {
            "goalStateAggregateStatus": {
                "status": "Failed",
                "code": 2001,
                "timestampUTC": "2025-03-04T05:05:00Z",
                "formattedMessage": {"message": "Unsupported features: X"},
            }
        },
    },
}


def test_status_of_today() -> None:
    result = agent_status.parse(PATH, json.dumps(STATUS).encode())
    assert [(event.text, event.time, event.level) for event in result.events] == [
        ("guest agent 2.15.0.1 status Ready message: running", "2025-03-04T05:06:07Z", "info"),
        (
            "goal state aggregate status Failed code 2001 message: Unsupported features: X",
            "2025-03-04T05:05:00Z",
            "error",
        ),
        ("handler A.B 1.2.3 status Unresponsive code 0 message: Plugin enabled", "2025-03-04T05:06:07Z", "error"),
        (
            "extension A.B sequence 4 operation Enable status error code 51 message: unsupported",
            "2025-03-04T05:06:01Z",
            "error",
        ),
    ]
    assert result.as_of == "2025-03-04T05:06:07Z"
    assert result.facts["agent.reported_version"] == "2.15.0.1"
    assert result.facts["extension[A.B].reported_status"] == "Unresponsive"
    assert result.facts["extension[A.B].status_sequence"] == 4


def test_status_wrapped_with_debug_data() -> None:
    debug = {"pythonVersion": "Python: 3.8.10", "daemonVersion": "2.2.45"}
    result = agent_status.parse(PATH, json.dumps({"__status__": STATUS, "__debug__": debug}).encode())
    assert result.events[0].text == "guest agent 2.15.0.1 status Ready message: running"
    assert result.facts["agent.daemon_version"] == "2.2.45"
    assert result.facts["agent.python"] == "3.8.10"


def test_summary_of_old_agents() -> None:
    content = {
        "goal_state_version": "2.2.45",
        "python_version": "Python: 2.7.5",
        "extensions_status": [{"name": "A.B", "version": "1.0", "status": "NotReady"}],
        "last_successful_status_upload_time": "2020-01-02T03:04:05Z",
    }
    result = agent_status.parse("var/lib/waagent/waagent_status.json", json.dumps(content).encode())
    assert [event.text for event in result.events] == [
        "guest agent 2.2.45 status none message: ",
        "handler A.B 1.0 status NotReady code none message: ",
    ]
    assert result.facts["agent.version"] == "2.2.45"


def test_multi_config_instances_and_odd_shapes() -> None:
    handler = {**HANDLER, "runtimeSettingsStatus": {**HANDLER["runtimeSettingsStatus"], "extensionName": "run1"}}  # type: ignore[dict-item]
    aggregate = {"handlerAggregateStatus": [handler, None, 3, {}], "guestAgentStatus": []}
    result = agent_status.parse(PATH, json.dumps({"aggregateStatus": aggregate}).encode())
    assert "extension A.B.run1 sequence 4" in result.events[2].text
    assert result.as_of == "2025-03-04T05-00-00"


def test_broken_status() -> None:
    for data in (b"{}", b"[]", b"{"):
        assert agent_status.parse(PATH, data).events[0].text.startswith("waagent_status.json is malformed: ")
