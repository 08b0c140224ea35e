"""`HandlerEnvironment.json`: written by the agent before every command; a handler finds its folders by it."""

from __future__ import annotations

from analyzer.parsers.base import StateResult
from analyzer.parsers.content import UnreadableError, unreadable
from analyzer.parsers.jsonload import load_json
from analyzer.parsers.order import handler_order
from analyzer.parsers.paths import handler_path
from analyzer.parsers.values import as_dict, only_item

SOURCE = "handler-manifest"


def parse(path: str, data: bytes) -> StateResult:
    place = handler_path(path)
    try:
        if not as_dict(only_item(load_json(data)).get("handlerEnvironment")):
            raise UnreadableError("no handlerEnvironment in it")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error, place.name)
    return StateResult(as_of=handler_order(place.version))
