"""`HostingEnvironmentConfig.xml`: role and instance. Its application settings hold account keys and are not read."""

from __future__ import annotations

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, unreadable
from analyzer.parsers.order import goal_state_order
from analyzer.parsers.scrub import scrub
from analyzer.parsers.values import as_int, word
from analyzer.parsers.xmlload import attribute, load_xml

SOURCE = "goal-state"


def parse(path: str, data: bytes) -> StateResult:
    try:
        root = load_xml(data, "HostingEnvironmentConfig")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error)
    incarnation = root.find("Incarnation")
    number, instance = attribute(incarnation, "number"), scrub(attribute(incarnation, "instance"))
    role = scrub(attribute(root.find("Role"), "name"))
    text = f"hosting environment incarnation {word(number)} instance {word(instance)} role {word(role)}"
    return StateResult(events=[StateEvent(SOURCE, text)], as_of=goal_state_order(path, as_int(number)))
