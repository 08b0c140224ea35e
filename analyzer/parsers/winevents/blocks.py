"""The last part of VSS events: what VSS was doing (`Operation:`) and with what (`Context:`), one line a fact.

The labels are translated. English ones are known; of others the shape tells: an operation has lines without a colon
below a heading, and the writer's name stands between its class id and its instance id.
"""

from __future__ import annotations

import re

_LABELS: dict[str, tuple[str, ...]] = {
    "execution context": ("context",),
    "writer name": ("writer",),
    "volume name": ("volume",),
    "provider id": ("vss_provider",),
    "provider name": ("provider_name",),
    "current state": ("phase",),
    "process id": ("pid",),
    "device": ("device",),
}
_COMMAND = ("process", "command")  # what a value with a program in it is, whatever its label
_HEADINGS = {"operation": True, "context": False}
_HEADING = re.compile(r"(\S[^:：\n]{0,40})[:：]$")
_FACT = re.compile(r"(\S[^:：\n]{0,60}?)[:：]\s*(\S.{0,300})$")
_GUID = re.compile(r"\{[0-9A-Fa-f-]{36}\}")
_PROGRAM = re.compile(r"\.exe\b", re.IGNORECASE)
_MOST_LINES = 60


def read(text: str) -> list[tuple[str, str]]:
    """Fields of the blocks in a message or in a value. Nothing where there are none."""
    operations: list[str] = []
    fields: list[tuple[str, str]] = []
    facts: list[tuple[str, str]] = []
    block = None  # None before the first heading, then whether it is the operation's
    for line in text.split("\n")[:_MOST_LINES]:
        stripped = line.strip()
        if not stripped:
            continue
        indented = line[:1].isspace()
        if not indented and (heading := _HEADING.match(stripped)):
            block = _HEADINGS.get(heading[1].casefold(), block is None)
        elif indented and block is not None and (fact := _FACT.match(stripped)):
            facts.append((fact[1], fact[2].strip()))
            command = _COMMAND if _PROGRAM.search(fact[2]) else ()
            fields += [(name, fact[2].strip()) for name in _LABELS.get(fact[1].casefold(), command)]
        elif indented and block:
            operations.append(stripped)
    if not any(name == "writer" for name, _ in fields):
        fields += _writer_by_place(facts)
    if operations:
        fields.insert(0, ("operation", "; ".join(operations)))
    return fields


def _writer_by_place(facts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The name behind the class id and before the instance id; the instance's own name may stand between."""
    for (_, before), (_, name), *after in (facts[i:] for i in range(len(facts) - 2)):
        if _GUID.fullmatch(before) and not _GUID.search(name) and any(_GUID.fullmatch(value) for _, value in after[:2]):
            return [("writer", name)]
    return []
