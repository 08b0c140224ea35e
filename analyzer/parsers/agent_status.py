"""`waagent_status*.json` (and Windows' `aggregatestatus*.json`): what the agent last reported to the platform.

It tells what no handler's file tells: Unresponsive, policy refusals, the aggregate status of the goal state. Handler
facts from it are the older ones by `as_of`: a handler's own folder outranks what was reported about it. Up to agent
2.3 the file was a short summary without times and codes; 2.8 and 2.9 wrap the report as `{"__status__", "__debug__"}`
(WALinuxAgent common/protocol/wire.py, ga/exthandlers.py).
"""

from __future__ import annotations

from posixpath import basename
from typing import Any

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, unreadable
from analyzer.parsers.jsonload import load_json
from analyzer.parsers.order import history_stamp
from analyzer.parsers.values import (
    as_code,
    as_dict,
    as_int,
    as_list,
    as_text,
    level_of,
    message_of,
    utc_iso,
    word,
)

SOURCE = "agent-status"
_SUMMARY_KEYS = ("goal_state_version", "extensions_status", "vmAgent")


def parse(path: str, data: bytes) -> StateResult:
    try:
        content = as_dict(load_json(data))
        debug, content = as_dict(content.get("__debug__")), as_dict(content.get("__status__", content))
        aggregate = as_dict(content.get("aggregateStatus"))
        if not aggregate and not any(key in content for key in _SUMMARY_KEYS):
            raise UnreadableError("no aggregateStatus in it")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error)
    time = utc_iso(content.get("timestampUTC") or content.get("last_successful_status_upload_time"))
    result = StateResult(as_of=time or history_stamp(path))
    _versions(result, as_text(debug.get("pythonVersion")), as_text(debug.get("daemonVersion")))
    if aggregate:
        agent = as_dict(aggregate.get("guestAgentStatus"))
        _agent(result, agent, time)
        if basename(path).lower().startswith("aggregatestatus") and agent.get("version"):
            result.facts["windows.agent_version"] = as_text(agent["version"])
        _goal_state(result, aggregate, time)
        for handler in as_list(aggregate.get("handlerAggregateStatus")):
            _handler(result, as_dict(handler), time)
    else:
        _summary(result, content, time)
    return result


def _versions(result: StateResult, python: str, daemon: str) -> None:
    facts = {"agent.python": python.removeprefix("Python: "), "agent.daemon_version": daemon}
    result.facts |= {key: value for key, value in facts.items() if value not in ("", "0.0.0.0")}  # noqa: S104 - a version


def _agent(result: StateResult, agent: dict[str, Any], time: str | None) -> None:
    version, status = as_text(agent.get("version")), as_text(agent.get("status"))
    result.facts |= {"agent.reported_version": version, "agent.reported_status": status}
    text = f"guest agent {word(version)} status {word(status)} message: {message_of(agent.get('formattedMessage'))}"
    result.events.append(StateEvent(SOURCE, text, time, level_of(status)))
    update = as_dict(agent.get("updateStatus"))
    if update:
        text = (
            f"guest agent update to {word(update.get('expectedVersion'))} status {word(update.get('status'))}"
            f" code {word(update.get('code'))} message: {message_of(update.get('formattedMessage'))}"
        )
        result.events.append(StateEvent(SOURCE, text, time, level_of(update.get("status"))))


def _goal_state(result: StateResult, aggregate: dict[str, Any], time: str | None) -> None:
    artifacts = as_dict(aggregate.get("vmArtifactsAggregateStatus"))
    goal_state = as_dict(artifacts.get("goalStateAggregateStatus"))
    if not goal_state:
        return
    status, code = as_text(goal_state.get("status")), as_code(goal_state.get("code"))
    result.facts["goal_state.status"] = status
    if code is not None:
        result.facts["goal_state.status_code"] = code
    text = (
        f"goal state aggregate status {word(status)} code {word(code)}"
        f" message: {message_of(goal_state.get('formattedMessage'))}"
    )
    result.events.append(StateEvent(SOURCE, text, utc_iso(goal_state.get("timestampUTC")) or time, level_of(status)))


def _handler(result: StateResult, handler: dict[str, Any], time: str | None) -> None:
    name, version = as_text(handler.get("handlerName")), as_text(handler.get("handlerVersion"))
    status, code = as_text(handler.get("status")), as_code(handler.get("code"))
    message = message_of(handler.get("formattedMessage", handler.get("message")))
    text = f"handler {word(name)} {word(version)} status {word(status)} code {word(code)} message: {message}"
    result.events.append(StateEvent(SOURCE, text, time, level_of(status), name))
    fact = f"extension[{name}]"
    result.facts |= {
        f"{fact}.version": version,
        f"{fact}.handler_status": status,
        f"{fact}.handler_message": message,
        f"{fact}.reported_status": status,
    }
    if code is not None:
        result.facts |= {f"{fact}.handler_code": code, f"{fact}.reported_code": code}
    settings = handler.get("runtimeSettingsStatus")
    for entry in settings if isinstance(settings, list) else [settings]:
        if isinstance(entry, dict):
            _extension(result, name, entry, time)


def _extension(result: StateResult, handler: str, entry: dict[str, Any], time: str | None) -> None:
    settings_status = as_dict(entry.get("settingsStatus"))
    status = as_dict(settings_status.get("status"))
    if not status:
        return
    instance = as_text(entry.get("extensionName"))
    name = f"{handler}.{instance}" if instance else handler
    sequence = as_int(entry.get("sequenceNumber"))
    outcome, code = as_text(status.get("status")), as_code(status.get("code"))
    message, stamp = message_of(status.get("formattedMessage")), utc_iso(settings_status.get("timestampUTC")) or time
    text = (
        f"extension {word(name)} sequence {word(sequence)} operation {word(status.get('operation'))}"
        f" status {word(outcome)} code {word(code)} message: {message}"
    )
    result.events.append(StateEvent(SOURCE, text, stamp, level_of(outcome), name))
    fact = f"extension[{name}]"
    result.facts |= {
        f"{fact}.status": outcome,
        f"{fact}.status_operation": as_text(status.get("operation")),
        f"{fact}.status_message": message,
        f"{fact}.reported_extension_status": outcome,
    }
    optional = {
        "status_code": code,
        "status_sequence": sequence,
        "status_time": stamp,
        "reported_sequence": sequence,
    }
    result.facts |= {f"{fact}.{key}": value for key, value in optional.items() if value is not None}


def _summary(result: StateResult, content: dict[str, Any], time: str | None) -> None:
    """The file of agents up to 2.3."""
    agent = as_dict(content.get("vmAgent"))
    version = as_text(content.get("goal_state_version")) or as_text(agent.get("version"))
    status = as_text(agent.get("status"))
    _versions(result, as_text(content.get("python_version")), "")
    if version:
        result.facts |= {"agent.version": version, "agent.reported_version": version}
    text = f"guest agent {word(version)} status {word(status)} message: {message_of(agent.get('message'))}"
    result.events.append(StateEvent(SOURCE, text, time, level_of(status)))
    for handler in as_list(content.get("extensions_status")) + as_list(agent.get("extensionHandlers")):
        entry = as_dict(handler)
        _handler(result, {**entry, "handlerName": entry.get("name"), "handlerVersion": entry.get("version")}, time)
