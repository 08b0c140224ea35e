"""`waagent.conf`: `Key=Value`, read as the agent reads it (common/conf.py ConfigurationProvider.load).

A line that begins with '#' is a comment, and so is what follows a '#' in a value; the last of equal keys wins;
the value None means the default. Keys and values are case-sensitive.
"""

from __future__ import annotations

from posixpath import basename

from analyzer.parsers.base import StateEvent, StateResult, first
from analyzer.parsers.content import UnreadableError, config_unreadable, filled
from analyzer.parsers.scrub import scrub

SOURCE = "config"
MAX_OPTIONS = 1_000


def parse(path: str, data: bytes) -> StateResult:
    try:
        lines = filled(data).split("\n")
    except UnreadableError as error:
        return config_unreadable(path, error)
    name = basename(path)
    result = StateResult()
    options: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(lines, 1):
        if line.startswith("#") or "=" not in line:
            if line.strip() and not line.lstrip().startswith("#"):
                result.problems.append(f"line {number} is neither a comment nor Key=Value")
            continue
        key, _, value = line.partition("=")
        options[scrub(key.strip(), 200)] = (scrub(value.split("#")[0].strip('" \r').strip(), 1_000), number)
    del result.problems[20:]
    for key, (value, number) in first(list(options.items()), MAX_OPTIONS, "options", result.problems):
        if value != "None":
            result.facts[f"conf.{key}"] = value
        result.events.append(StateEvent(SOURCE, f"config {name}: {key}={value}", component=name, line=number))
    return result
