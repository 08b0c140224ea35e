"""`SharedConfig.xml`: the deployment and this instance's place in it. Internal addresses are left where they are."""

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
        root = load_xml(data, "SharedConfig")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error)
    incarnation = root.find("Incarnation")
    number, instance = attribute(incarnation, "number"), scrub(attribute(incarnation, "instance"))
    text = f"shared config incarnation {word(number)} instance {word(instance)}"
    return StateResult(events=[StateEvent(SOURCE, text)], as_of=goal_state_order(path, as_int(number)))
