"""`GoalState*.xml`: which incarnation the platform wants, on which container, for which role instance.

Agents from 2.8 on leave a placeholder `GoalState.1.xml` (`<xml>empty placeholder file</xml>`, archive.py) in their
folder and keep the goal states in `history/`.
"""

from __future__ import annotations

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, filled, unreadable
from analyzer.parsers.order import goal_state_order
from analyzer.parsers.scrub import scrub
from analyzer.parsers.values import as_int, word
from analyzer.parsers.xmlload import load_xml, text_at

SOURCE = "goal-state"
_PLACEHOLDER = "<xml>empty placeholder file</xml>"


def parse(path: str, data: bytes) -> StateResult:
    try:
        if filled(data).strip() == _PLACEHOLDER:
            return StateResult()
        root = load_xml(data, "GoalState")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error)
    incarnation = scrub(text_at(root, "Incarnation"))
    container = scrub(text_at(root, "Container/ContainerId"))
    role = scrub(text_at(root, "Container/RoleInstanceList/RoleInstance/InstanceId"))
    number = as_int(incarnation)
    facts = {"goal_state.incarnation": number if number is not None else incarnation, "vm.container_id": container}
    text = f"goal state incarnation {word(incarnation)} container {word(container)} role-instance {word(role)}"
    return StateResult(
        facts={key: value for key, value in facts.items() if value != ""},
        events=[StateEvent(SOURCE, text, level="info" if role else "warning")],
        as_of=goal_state_order(path, number),
    )
