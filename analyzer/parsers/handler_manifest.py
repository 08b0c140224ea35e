"""`HandlerManifest.json`: the commands of a handler and what it promises; only whether it is usable matters here.

`[{"name", "version", "handlerManifest": {"installCommand", …, "reportHeartbeat", "updateMode"}}]`. Its name is the
publisher's own and often a placeholder, so the folder's name counts.
"""

from __future__ import annotations

from analyzer.parsers.base import StateResult
from analyzer.parsers.content import UnreadableError, unreadable
from analyzer.parsers.jsonload import load_json
from analyzer.parsers.order import handler_order
from analyzer.parsers.paths import AGENT, handler_path
from analyzer.parsers.values import as_bool, as_dict, only_item

SOURCE = "handler-manifest"


def parse(path: str, data: bytes) -> StateResult:
    place = handler_path(path)
    try:
        manifest = as_dict(only_item(load_json(data)).get("handlerManifest"))
        if not manifest:
            raise UnreadableError("no handlerManifest in it")
        if "enableCommand" not in manifest:
            raise UnreadableError("no enableCommand in it")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error, place.name)
    result = StateResult(as_of=handler_order(place.version))
    if place.handler != AGENT:
        result.facts[f"extension[{place.name}].version"] = place.version
        result.facts[f"extension[{place.name}].report_heartbeat"] = as_bool(manifest.get("reportHeartbeat")) or False
    return result
