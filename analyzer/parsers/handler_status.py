"""`config/HandlerStatus`: what the agent last noted about a handler itself (not about its extension's work).

{"name", "version", "status": Ready|NotReady|Installing|Unresponsive, "code", "message", …}; the message carries the
whole failure including the handler's output. It has no time of its own. Codes: WALinuxAgent common/exception.py.
"""

from __future__ import annotations

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, unreadable
from analyzer.parsers.jsonload import load_json
from analyzer.parsers.order import handler_order
from analyzer.parsers.paths import handler_path
from analyzer.parsers.values import as_code, as_text, level_of, message_of, only_item, word

SOURCE = "handler-status"


def parse(path: str, data: bytes) -> StateResult:
    place = handler_path(path)
    try:
        content = only_item(load_json(data))
        if "status" not in content:
            raise UnreadableError("no status in it")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error, place.name)
    name = place.name or as_text(content.get("name"))
    version = place.version or as_text(content.get("version"))
    status, message = as_text(content["status"]), message_of(content.get("message"))
    code = as_code(content.get("code"))
    result = StateResult(as_of=handler_order(version))
    fact = f"extension[{name}]"
    result.facts = {f"{fact}.version": version, f"{fact}.handler_status": status, f"{fact}.handler_message": message}
    if code is not None:
        result.facts[f"{fact}.handler_code"] = code
    text = f"handler {name or 'none'} {version or 'none'} status {word(status)} code {word(code)} message: {message}"
    result.events.append(StateEvent(SOURCE, text, level=level_of(status), component=name))
    return result
