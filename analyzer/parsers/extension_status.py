"""`status/N.status`: what an extension itself reports of its work.

`[{"timestampUTC", "status": {"operation", "status", "code", "formattedMessage", "substatus": […]}}]`.

N must be the sequence number of the goal state's settings. The top-level name is the publisher's own and may be a
placeholder, so the folder's name counts. Azure Backup hides its verdict in a substatus: `analyzer.parsers.backup`.
"""

from __future__ import annotations

from typing import Any

from analyzer.parsers import backup
from analyzer.parsers.base import StateEvent, StateResult, first
from analyzer.parsers.content import UnreadableError, unreadable
from analyzer.parsers.jsonload import load_json
from analyzer.parsers.order import handler_order
from analyzer.parsers.paths import HandlerPath, handler_path
from analyzer.parsers.values import as_code, as_dict, as_list, as_text, level_of, message_of, utc_iso, word

SOURCE = "extension-status"
MAX_SUBSTATUS = 200


def parse(path: str, data: bytes) -> StateResult:
    place = handler_path(path)
    if place.sequence is None:  # tempStatusFile.status and the like: a handler's draft, empty for a moment every time
        return StateResult(problems=["not a status file of a sequence number: ignored"])
    try:
        document = load_json(data)
        entries = [as_dict(entry) for entry in (document if isinstance(document, list) else [document])]
        if not entries or not all(as_text(as_dict(entry.get("status")).get("status")) for entry in entries):
            raise UnreadableError("no status in it")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error, place.name)
    name = place.name or as_text(as_dict(entries[0]["status"]).get("name"))
    result = StateResult(as_of=handler_order(place.version, place.sequence))
    for entry in entries:
        time = utc_iso(entry.get("timestampUTC"))
        status: dict[str, Any] = entry["status"]
        result.events += _status_events(status, name, place, time, result.problems)
        _set_facts(result, status, name, place, time)
    return result


def _status_events(
    status: dict[str, Any], name: str, place: HandlerPath, time: str | None, problems: list[str]
) -> list[StateEvent]:
    head = f"extension {name or 'none'} sequence {word(place.sequence)}"
    outcome = as_text(status.get("status"))
    text = (
        f"{head} operation {word(status.get('operation'))} status {outcome} code {word(status.get('code'))}"
        f" message: {message_of(status.get('formattedMessage'))}"
    )
    events = [StateEvent(SOURCE, text, time, level_of(outcome), name)]
    substatus = as_list(status.get("substatus"))
    if name.startswith(backup.BACKUP_HANDLER):
        report = backup.inner_report(status)
        record = as_dict(report.get("status")) or status
        events += backup.events(record, place.sequence, time or backup.report_time(report), name, problems)
        substatus = substatus[1:] if report else substatus
    for entry in map(as_dict, first(substatus, MAX_SUBSTATUS, "substatus entries", problems)):
        outcome = as_text(entry.get("status"))
        text = (
            f"{head} substatus {word(entry.get('name'))[:200]} status {word(outcome)} code {word(entry.get('code'))}"
            f" message: {message_of(entry.get('formattedMessage'))}"
        )
        events.append(StateEvent(SOURCE, text, time, level_of(outcome), name))
    return events


def _set_facts(result: StateResult, status: dict[str, Any], name: str, place: HandlerPath, time: str | None) -> None:
    fact = f"extension[{name}]"
    code = as_code(status.get("code"))
    result.facts[f"{fact}.status"] = as_text(status.get("status"))
    result.facts[f"{fact}.status_operation"] = as_text(status.get("operation"))
    result.facts[f"{fact}.status_message"] = message_of(status.get("formattedMessage"))
    if code is not None:
        result.facts[f"{fact}.status_code"] = code
    if place.sequence is not None:
        result.facts[f"{fact}.status_sequence"] = place.sequence
    if time:
        result.facts[f"{fact}.status_time"] = time
    if name.startswith(backup.BACKUP_HANDLER):
        result.facts |= backup.facts(as_dict(backup.inner_report(status).get("status")) or status, name)
