"""`machine.config` of the .NET Framework, and the agent's own `CommonAgentConfig.config`.

The agent is a .NET program: with a machine.config that does not parse, or one that names an extension that is not
there any more (a debugger's ServiceModelSink), it does not start. Facts: `windows.machine_config` (ok · malformed ·
empty), `windows.agent_config.<key>`.
"""

from __future__ import annotations

from posixpath import basename

from analyzer.parsers.base import StateEvent, StateResult, first
from analyzer.parsers.content import EmptyError, UnreadableError, config_unreadable
from analyzer.parsers.scrub import scrub
from analyzer.parsers.xmlload import attribute, line_of, load_xml

SOURCE = "config"
MAX_SETTINGS = 300
_SINK = "ServiceModelSink"


def parse_machine(path: str, data: bytes) -> StateResult:
    """There are two, one for 32-bit and one for 64-bit programs: the damaged one counts."""
    name = basename(path)
    try:
        root = load_xml(data, "configuration")
    except UnreadableError as error:
        result = config_unreadable(path, error)
        result.facts["windows.machine_config"] = "empty" if isinstance(error, EmptyError) else "malformed"
        result.as_of = "damaged"
        return result
    events = [StateEvent(SOURCE, f"config {name} is well-formed", component=name)]
    for element in root.iter():
        words = " ".join([str(element.tag), *map(str, element.attrib.values())])
        if isinstance(element.tag, str) and _SINK in words:
            text = f"config {name}: behavior extension {scrub(words, 300)}"
            events.append(StateEvent(SOURCE, text, None, "warning", name, line_of(element)))
    return StateResult(facts={"windows.machine_config": "ok"}, events=events)


def parse_agent(path: str, data: bytes) -> StateResult:
    name = basename(path)
    try:
        root = load_xml(data, "configuration")
    except UnreadableError as error:
        return config_unreadable(path, error)
    result = StateResult()
    for element in first(list(root.iter("add")), MAX_SETTINGS, "settings", result.problems):
        key, value = scrub(attribute(element, "key"), 200), scrub(attribute(element, "value"), 500)
        if key:
            result.facts[f"windows.agent_config.{key}"] = value
            text = scrub(f"config {name}: {key}={value}")
            result.events.append(StateEvent(SOURCE, text, component=name, line=line_of(element)))
    return result
