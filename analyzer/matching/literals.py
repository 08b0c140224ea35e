"""Which literals a regex cannot match without: the prefilter looks for those before any regex runs.

`required(regex)` gives a set of strings of which at least one stands in every match, or None when there is no such
set of useful length. It walks the parse tree that Python's `re` builds; that module is private, so tests pin what is
used of it on every supported Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

SHORTEST = 5  # what the search for literals needs (matching/finder.py); shorter ones stand in too many lines anyway
MOST_ALTERNATIVES = 64
MOST_REPEATS = 32
EVERYDAY = (
    "Microsoft.Azure.RecoveryServices.VMSnapshotLinux-", "Microsoft.Azure.Extensions.CustomScript-", "/var/log/azure/",
    "/var/lib/waagent/WALinuxAgent-", "/sbin/waagent", "azurelinuxagent/", "walinuxagent.service",
    "ExtHandler Extension", "http://168.63.129.16:80/", "http://168.63.129.16:32526/", " uploaded ", "Event: name=",
    " failed with exception: ", " failed ", "launched with command 'python", "No such file or directory",
    "Executing command: ", "Command: ",
)  # fmt: skip
"""What stands in many ordinary lines: nothing to look for first, where a regex holds something rarer."""
_NEWLINE = 0x0A  # a log may hold it as two bytes

_parser: Any = re._parser  # type: ignore[attr-defined]


def required(regex: str) -> frozenset[str] | None:
    """The literals of which a match holds at least one. `re.error` when the regex does not parse."""
    tree = _parser.parse(regex)
    if tree.state.flags & re.IGNORECASE:
        return None
    best = _best(_sequence(tree))
    return frozenset(best) if best else None


def is_plain(regex: str) -> bool:
    """Whether the regex matches wherever one of its required literals stands: it is nothing but those literals."""
    tree = _parser.parse(regex)
    every = _exact_all(tree)
    return every is not None and _only_text(tree) and frozenset(every) == required(regex)


def _only_text(items: Any) -> bool:
    """No anchors, no assertions, nothing to capture."""
    for operator, argument in items:
        name = str(operator)
        if name == "SUBPATTERN" and (argument[0] is not None or not _only_text(argument[3])):
            return False
        if name == "BRANCH" and not all(_only_text(branch) for branch in argument[1]):
            return False
        if name not in ("LITERAL", "IN", "SUBPATTERN", "BRANCH"):
            return False
    return True


def _best(candidates: Iterable[set[str]]) -> set[str]:
    """The most selective set: nothing everyday in it, its shortest member long, few members."""
    usable = [c for c in candidates if c and len(c) <= MOST_ALTERNATIVES and min(map(len, c)) >= SHORTEST]

    def selective(candidate: set[str]) -> tuple[bool, int, int, list[str]]:
        rare = not any(word in phrase for word in candidate for phrase in EVERYDAY)
        return rare, min(min(map(len, candidate)), 24), -len(candidate), sorted(candidate)

    return max(usable, key=selective, default=set())


def _sequence(items: Any) -> list[set[str]]:
    """Every required set of a concatenation: runs of literals, and what its groups require."""
    found: list[set[str]] = []
    run: set[str] = {""}

    def close() -> None:
        nonlocal run
        if run != {""}:
            found.append(run)
        run = {""}

    for operator, argument in _flat(items):
        name = str(operator)
        choices = _exact(name, argument)
        if choices is not None and len(run) * len(choices) <= MOST_ALTERNATIVES:
            run = {head + tail for head in run for tail in choices}
            continue
        if choices is not None:
            close()
            run = set(choices)
            continue
        close()
        found.extend(_nested(name, argument))
    close()
    return found


def _flat(items: Any) -> Iterator[tuple[Any, Any]]:
    """The items with groups dissolved, so that a literal may go on into a group."""
    for operator, argument in items:
        if str(operator) == "SUBPATTERN" and not argument[1] and not argument[2]:
            yield from _flat(argument[3])
        else:
            yield operator, argument


def _exact(name: str, argument: Any) -> set[str] | None:
    """All strings that the node can be, where they are few; the empty string for what has no width."""
    if name == "LITERAL":
        return None if argument == _NEWLINE else {chr(argument)}
    if name == "AT":
        return {""}
    if name == "IN":
        if len(argument) <= 4 and all(str(op) == "LITERAL" and value != _NEWLINE for op, value in argument):
            return {chr(value) for _, value in argument}
        return None
    if name == "SUBPATTERN":
        if argument[1] or argument[2]:  # inline flags
            return None
        return _exact_all(argument[3])
    if name == "BRANCH":
        parts = [_exact_all(branch) for branch in argument[1]]
        if any(part is None for part in parts):
            return None
        union = set().union(*(part for part in parts if part is not None))
        return union if len(union) <= MOST_ALTERNATIVES else None
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        low, high, body = argument
        inner = _exact_all(body)
        if inner is not None and len(inner) == 1 and low == high <= MOST_REPEATS:
            return {next(iter(inner)) * low}
        if inner is None or high > 1 or len(inner) > 4:
            return None
        return inner | {""} if low == 0 else inner
    if name in ("ASSERT", "ASSERT_NOT"):
        return {""}
    return None


def _exact_all(items: Any) -> set[str] | None:
    run = {""}
    for operator, argument in items:
        choices = _exact(str(operator), argument)
        if choices is None or len(run) * len(choices) > MOST_ALTERNATIVES:
            return None
        run = {head + tail for head in run for tail in choices}
    return run


def _nested(name: str, argument: Any) -> list[set[str]]:
    """What a group, a branch or a repetition requires, when it is not a plain choice of strings."""
    if name == "SUBPATTERN":
        return [] if argument[1] & re.IGNORECASE else _sequence(argument[3])
    if name == "BRANCH":
        parts = [_best(_sequence(branch)) for branch in argument[1]]
        return [set().union(*parts)] if all(parts) else []
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[0] >= 1:
        return _sequence(argument[2])
    if name == "ATOMIC_GROUP":
        return _sequence(argument)
    return []
