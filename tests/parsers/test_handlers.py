"""State files in a handler's folder: status, state, settings, heartbeat, manifest."""

from __future__ import annotations

import json

import pytest

from analyzer.parsers import (
    error_json,
    extension_status,
    handler_environment,
    handler_manifest,
    handler_state,
    handler_status,
    heartbeat,
    settings,
)
from analyzer.parsers.base import StateResult

FOLDER = "var/lib/waagent/Contoso.Tools.AgentLinux-1.4.2"
NAME = "Contoso.Tools.AgentLinux"
THUMBPRINT = "0123456789ABCDEF0123456789ABCDEF01234567"


def texts(result: StateResult) -> list[str]:
    return [event.text for event in result.events]


def test_handler_status_tells_version_code_and_message() -> None:
    data = json.dumps(
        {"name": NAME, "version": "1.4.2", "status": "NotReady", "code": 1009, "message": "exit 1\n[stdout]"}
    )
    result = handler_status.parse(f"{FOLDER}/config/HandlerStatus", data.encode())
    assert texts(result) == [f"handler {NAME} 1.4.2 status NotReady code 1009 message: exit 1\n[stdout]"]
    assert result.events[0].level == "error"
    assert result.events[0].component == NAME
    assert result.events[0].time is None
    assert result.facts == {
        f"extension[{NAME}].version": "1.4.2",
        f"extension[{NAME}].handler_status": "NotReady",
        f"extension[{NAME}].handler_message": "exit 1\n[stdout]",
        f"extension[{NAME}].handler_code": 1009,
    }


def test_handler_status_outside_of_a_handlers_folder_uses_its_own_name() -> None:
    result = handler_status.parse("HandlerStatus", b'{"name": "A.B", "version": "2.0", "status": "Ready", "code": 0}')
    assert texts(result) == ["handler A.B 2.0 status Ready code 0 message: "]


@pytest.mark.parametrize("data", [b"{", b"[]", b"null", b'{"name": "x"}'])
def test_broken_handler_status_is_an_error_event(data: bytes) -> None:
    result = handler_status.parse(f"{FOLDER}/config/HandlerStatus", data)
    assert result.events[0].text.startswith("HandlerStatus is malformed: ")
    assert result.events[0].level == "error"
    assert result.events[0].source == "handler-status"
    assert result.problems


def test_json_error_gives_its_line() -> None:
    result = handler_status.parse(f"{FOLDER}/config/HandlerStatus", b'{\n"name": "x",\n"code" 1}')
    assert "at line 3 column 8" in result.events[0].text
    assert result.events[0].line == 3


def test_handler_state_and_that_of_an_instance() -> None:
    assert texts(handler_state.parse(f"{FOLDER}/config/HandlerState", b"Enabled")) == [
        f"handler {NAME} 1.4.2 state Enabled"
    ]
    result = handler_state.parse(f"{FOLDER}/config/run1.HandlerState", b"disabled\n")
    assert result.facts == {f"extension[{NAME}.run1].handler_state": "disabled"}


def test_empty_and_odd_handler_state() -> None:
    assert texts(handler_state.parse(f"{FOLDER}/config/HandlerState", b"")) == ["HandlerState is empty"]
    assert texts(handler_state.parse(f"{FOLDER}/config/HandlerState", b"\0" * 9)) == [
        "HandlerState is malformed: nothing but NUL bytes"
    ]
    assert handler_state.parse(f"{FOLDER}/config/HandlerState", b"FailedUpgrade").events[0].level == "error"


def test_status_tells_entry_and_substatus() -> None:
    status = {
        "name": "placeholder",
        "operation": "Enable",
        "status": "warning",
        "code": "3",
        "formattedMessage": {"lang": "en-US", "message": "half done"},
        "substatus": [{"name": "step1", "status": "error", "code": 7, "formattedMessage": {"message": "no curl"}}],
    }
    data = json.dumps([{"version": 1.0, "timestampUTC": "2025-03-04T05:06:07Z", "status": status}]).encode()
    result = extension_status.parse(f"{FOLDER}/status/12.status", data)
    assert texts(result) == [
        f"extension {NAME} sequence 12 operation Enable status warning code 3 message: half done",
        f"extension {NAME} sequence 12 substatus step1 status error code 7 message: no curl",
    ]
    assert [event.level for event in result.events] == ["warning", "error"]
    assert {event.time for event in result.events} == {"2025-03-04T05:06:07Z"}
    assert result.facts[f"extension[{NAME}].status_sequence"] == 12
    assert result.facts[f"extension[{NAME}].status_code"] == 3


def test_status_of_an_instance_on_linux_and_a_handler_on_windows() -> None:
    data = (
        b'[{"timestampUTC": "2025-03-04 05:06:07Z", "status": {"status": "success", "code": 0, "operation": "Enable"}}]'
    )
    linux = extension_status.parse(f"{FOLDER}/status/run.1.4.status", data)
    assert linux.facts[f"extension[{NAME}.run.1].status"] == "success"
    windows = extension_status.parse("Packages/Plugins/Contoso.Thing/3.0.1/Status/4.status", data)
    assert texts(windows) == ["extension Contoso.Thing sequence 4 operation Enable status success code 0 message: "]
    assert windows.events[0].time == "2025-03-04T05:06:07Z"


@pytest.mark.parametrize("data", [b"[]", b"[{}]", b'[{"status": {"code": 1}}]', b"[1]", b'[{"status": []}]', b"<x/>"])
def test_status_without_a_status_is_malformed(data: bytes) -> None:
    result = extension_status.parse(f"{FOLDER}/status/0.status", data)
    assert result.events[0].text.startswith("0.status is malformed: ")


def test_a_draft_of_a_status_file_is_no_fault() -> None:
    assert not extension_status.parse(f"{FOLDER}/status/tempStatusFile.status", b"").events


def test_status_file_in_utf16_with_mark() -> None:
    data = '[{"status": {"status": "success", "code": 0}}]'.encode("utf-16")
    assert extension_status.parse(f"{FOLDER}/status/0.status", data).events[0].level == "info"


def test_settings_tell_sequence_and_certificate_only() -> None:
    handler = {
        "publicSettings": {"commandToExecute": "echo hunter2"},
        "protectedSettings": "MII" + "A" * 80,
        "protectedSettingsCertThumbprint": THUMBPRINT.lower(),
    }
    data = json.dumps({"runtimeSettings": [{"handlerSettings": handler}]}).encode()
    result = settings.parse(f"{FOLDER}/config/5.settings", data)
    assert texts(result) == [f"settings {NAME} sequence 5 certificate {THUMBPRINT}"]
    assert result.facts == {
        f"extension[{NAME}].sequence": 5,
        f"extension[{NAME}].settings_certificate": THUMBPRINT,
    }


def test_empty_settings_are_normal_for_the_first_sequence_only() -> None:
    assert texts(settings.parse(f"{FOLDER}/config/0.settings", b"")) == [f"settings {NAME} sequence 0 certificate none"]
    assert texts(settings.parse(f"{FOLDER}/config/3.settings", b"")) == ["3.settings is empty"]


def test_settings_without_protected_part_and_broken_ones() -> None:
    data = b'{"runtimeSettings": [{"handlerSettings": {"publicSettings": null}}]}'
    assert (
        settings.parse(f"{FOLDER}/config/1.settings", data).facts[f"extension[{NAME}].settings_certificate"] == "none"
    )
    for broken in (b"{}", b"[]", b'{"runtimeSettings": 3}', b'{"runtimeSettings": [{"handlerSettings": '):
        assert "is malformed" in settings.parse(f"{FOLDER}/config/1.settings", broken).events[0].text


def test_heartbeat() -> None:
    data = b'[{"heartbeat": {"status": "NotReady", "code": "5", "formattedMessage": {"message": "stuck"}}}]'
    result = heartbeat.parse(f"{FOLDER}/heartbeat.log", data)
    assert texts(result) == [f"heartbeat {NAME} status NotReady code 5 message: stuck"]
    assert result.events[0].level == "error"
    assert "is malformed" in heartbeat.parse(f"{FOLDER}/heartbeat.log", b"[{}]").events[0].text


def test_handler_manifest() -> None:
    data = b'[{"name": "x", "version": 1.0, "handlerManifest": {"enableCommand": "e", "reportHeartbeat": true}}]'
    result = handler_manifest.parse(f"{FOLDER}/HandlerManifest.json", data)
    assert result.facts[f"extension[{NAME}].report_heartbeat"] is True
    agent = handler_manifest.parse("var/lib/waagent/WALinuxAgent-2.9.1.1/HandlerManifest.json", data)
    assert not agent.facts
    for broken in (b'[{"handlerManifest": {}}]', b"{}", b'{"handlerManifest": {"installCommand": "i"}}', b"[{]"):
        assert handler_manifest.parse(f"{FOLDER}/HandlerManifest.json", broken).events[0].level == "error"


def test_handler_environment() -> None:
    good = b'[{"name": "x", "version": 1.0, "handlerEnvironment": {"logFolder": "/var/log/azure/x"}}]'
    assert not handler_environment.parse(f"{FOLDER}/HandlerEnvironment.json", good).events
    bad = handler_environment.parse(f"{FOLDER}/HandlerEnvironment.json", b"")
    assert texts(bad) == ["HandlerEnvironment.json is empty"]
    assert bad.events[0].source == "handler-manifest"


def test_error_json_of_an_agent_version() -> None:
    data = b'{"last_failure": 1741064767.5, "failure_count": 3, "was_fatal": true, "reason": "crashed"}'
    result = error_json.parse("var/lib/waagent/WALinuxAgent-2.8.0.11/error.json", data)
    assert texts(result) == ["agent 2.8.0.11 error.json failures 3 fatal true reason: crashed"]
    assert result.events[0].time == "2025-03-04T05:06:07.500000Z"
    assert result.events[0].level == "error"
    fresh = error_json.parse(
        "var/lib/waagent/WALinuxAgent-2.8.0.11/error.json",
        b'{"last_failure": 0.0, "failure_count": 0, "was_fatal": false, "reason": ""}',
    )
    assert (fresh.events[0].level, fresh.events[0].time) == ("info", None)

    attempts = error_json.parse("var/lib/waagent/WALinuxAgent-2.9.1.1/update_attempt.json", b'{"count": 3}')
    assert texts(attempts) == ["agent 2.9.1.1 update attempts 3"]
