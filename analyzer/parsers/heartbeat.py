"""`heartbeat.log`: `[{"version", "heartbeat": {"status": ready|notready, "code", "formattedMessage"}}]`.

Only handlers whose manifest says reportHeartbeat write it. That it is stale (not touched for 600 s) is only known
from the agent's reported status, because modification times in bundles mean nothing.
"""

from __future__ import annotations

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, unreadable
from analyzer.parsers.jsonload import load_json
from analyzer.parsers.order import handler_order
from analyzer.parsers.paths import handler_path
from analyzer.parsers.values import as_dict, as_text, level_of, message_of, only_item, word

SOURCE = "heartbeat"


def parse(path: str, data: bytes) -> StateResult:
    place = handler_path(path)
    try:
        beat = as_dict(only_item(load_json(data)).get("heartbeat"))
        if "status" not in beat:
            raise UnreadableError("no heartbeat in it")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error, place.name)
    status = as_text(beat["status"])
    message = message_of(beat.get("formattedMessage", beat.get("message")))
    text = f"heartbeat {place.name or 'none'} status {word(status)} code {word(beat.get('code'))} message: {message}"
    return StateResult(
        facts={f"extension[{place.name}].heartbeat_status": status},
        events=[StateEvent(SOURCE, text, level=level_of(status), component=place.name)],
        as_of=handler_order(place.version),
    )
