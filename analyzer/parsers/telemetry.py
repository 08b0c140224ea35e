"""Telemetry that was not sent yet: the agent's `events/*.tld`, extensions' `events/*.json`.

The agent writes one event a file: JSON `{"eventId", "parameters": [{"name", "value"}]}`, in agent 2.0 XML
`<Data><Param Name= Value=/></Data>`; eventId 4 is a performance counter and no event of ours. Extensions write
`[{"Timestamp", "TaskName", "EventLevel", "Message"}]`. Both clocks are UTC (common/telemetryevent.py). These files
keep messages that never reached a log.
"""

from __future__ import annotations

from typing import Any

from analyzer.parsers.base import StateEvent, StateResult, first
from analyzer.parsers.content import UnreadableError, filled, unreadable
from analyzer.parsers.jsonload import load_json_text
from analyzer.parsers.values import as_bool, as_dict, as_list, as_text, utc_iso, word
from analyzer.parsers.xmlload import attribute, parse_xml

SOURCE = "telemetry"
MAX_EVENTS = 5_000
_FAILED_LEVELS = frozenset({"error", "critical"})
_LEVELS = {"warning": "warning", "verbose": "verbose", "error": "error", "critical": "critical"}


def parse(path: str, data: bytes) -> StateResult:
    try:
        text = filled(data).strip()
        document = _from_xml(text) if text.startswith("<") else load_json_text(text)
        entries = [as_dict(entry) for entry in (document if isinstance(document, list) else [document])]
        if not all("parameters" in entry or "Message" in entry for entry in entries):
            raise UnreadableError("no telemetry event in it")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error)
    result = StateResult()
    for entry in first(entries, MAX_EVENTS, "events", result.problems):
        event = _agent_event(entry) if "parameters" in entry else _extension_event(entry)
        if event:
            result.events.append(event)
    return result


def _from_xml(text: str) -> Any:
    root = parse_xml(text)
    params = [{"name": attribute(item, "Name"), "value": attribute(item, "Value")} for item in root.iter("Param")]
    if not params:
        raise UnreadableError("no telemetry event in it")
    return {"parameters": params}


def _agent_event(entry: dict[str, Any]) -> StateEvent | None:
    given = [as_dict(item) for item in as_list(entry.get("parameters"))]
    values = {as_text(item.get("name")): item.get("value") for item in given}
    if "Counter" in values:
        return None
    if "Context1" in values:  # GuestAgentGenericLogs: a log line of the agent or of an extension
        return _event(
            values.get("TaskName") or values.get("EventName"),
            values.get("CapabilityUsed"),
            values["Context1"],
            values.get("Context2") or values.get("OpcodeName"),
            values.get("EventName"),
        )
    success = as_bool(values.get("OperationSuccess"))
    level = "Error" if success is False else "Info"
    return _event(values.get("Operation"), level, values.get("Message"), values.get("OpcodeName"), values.get("Name"))


def _extension_event(entry: dict[str, Any]) -> StateEvent:
    component = as_text(entry.get("Version")).rpartition("-")[0]
    return _event(
        entry.get("TaskName"), entry.get("EventLevel"), entry.get("Message"), entry.get("Timestamp"), component
    )


def _event(operation: Any, level: Any, message: Any, time: Any, component: Any) -> StateEvent:
    severity = as_text(level).lower()
    success = "false" if severity in _FAILED_LEVELS else "true"
    text = f"{word(operation)} success {success}: {as_text(message).strip()}"
    return StateEvent(SOURCE, text, utc_iso(time), _LEVELS.get(severity, "info"), as_text(component))
