"""Facts that differ, by group; what differs in every bundle is only counted, and what one bundle lacks is no change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from analyzer.compare.model import Change, Group, Json, Kind, Untold, Which
from analyzer.compare.table import Pattern, Table
from analyzer.language import N_
from analyzer.matching.compare import compare as compares
from analyzer.report.background import fact_text

OTHER = N_("Other facts")
_INSTANCE = re.compile(r"(?P<instance>(?P<area>[\w.]+)\[[^\]]*\])(?:\.(?P<field>.+))?")


@dataclass
class _Found:
    """What was found so far. Keys are numbers of groups."""

    changes: list[tuple[int, Change]] = field(default_factory=list)
    untold: Counter[tuple[int, str, Which]] = field(default_factory=Counter)
    passing: int = 0


def fact_changes(before: Json, after: Json, table: Table) -> tuple[tuple[Group, ...], int]:
    """The groups that have something to tell, and the number of differences that tell nothing."""
    found = _Found()
    instances = _instances(before), _instances(after)
    for name in sorted({*before, *after}):
        if name in before and name in after:
            _both(found, name, before[name], after[name], table)
        else:
            _one(found, name, before, after, instances, table)
    titles = [*(group.title for group in table.groups), OTHER]
    groups = []
    for number, title in enumerate(titles):
        changes = tuple(change for at, change in found.changes if at == number)
        untold = tuple(Untold(p, teller, n) for (at, p, teller), n in sorted(found.untold.items()) if at == number)
        if changes or untold:
            groups.append(Group(title, changes, untold))
    return tuple(groups), found.passing


def _both(found: _Found, name: str, old: Any, new: Any, table: Table) -> None:
    if old == new:
        return
    if table.is_passing(name) or _close(old, new, table.step(name)):
        found.passing += 1
        return
    number, _pattern = table.place(name)
    found.changes.append((number, _changed(name, old, new)))


def _close(old: Any, new: Any, step: float) -> bool:
    numbers = (int, float)
    return step > 0 and isinstance(old, numbers) and isinstance(new, numbers) and abs(old - new) < step


def _changed(name: str, old: Any, new: Any) -> Change:
    if isinstance(old, list) and isinstance(new, list):
        gone, come = [i for i in old if i not in new], [i for i in new if i not in old]
        if (gone or come) and len(old) + len(new) > 6:
            signed = [*(f"−{item}" for item in gone), *(f"+{item}" for item in come)]
            return Change(name, "changed", fact_text(len(old)), f"{len(new)}: " + ", ".join(signed))
    order = 1 if compares("lt", old, new) else -1 if compares("gt", old, new) else 0
    return Change(name, "changed", fact_text(old), fact_text(new), order if _is_version(old) else 0)


def _is_version(value: Any) -> bool:
    return isinstance(value, str) and "." in value


def _instances(facts: Json) -> dict[str, set[str]]:
    """By area the instances that a bundle tells of: `extension` -> `extension[A]`, `extension[B]`."""
    result: dict[str, set[str]] = {}
    for name in facts:
        found = _INSTANCE.fullmatch(name)
        if found:
            result.setdefault(found["area"], set()).add(found["instance"])
    return result


def _one(
    found: _Found, name: str, before: Json, after: Json, instances: tuple[dict[str, set[str]], ...], table: Table
) -> None:
    """A fact that one bundle has: a change, unless the other is silent about all facts of that sort."""
    teller: Which = "before" if name in before else "after"
    has, lacks = (before, after) if teller == "before" else (after, before)
    kind: Kind = "gone" if teller == "before" else "appeared"
    number, pattern = table.place(name)
    place = _INSTANCE.fullmatch(name)
    if place and place["area"] in table.instances:
        others = instances[1 if teller == "before" else 0].get(place["area"], set())
        if others and place["instance"] not in others:
            if name == min(n for n in _of(has, place["instance"])):
                text = _told(has, place["instance"], table.instances[place["area"]])
                found.changes.append((_home(has, place["instance"], table), _lone(place["instance"], kind, text)))
            return
    if place:  # of an instance, each sort of fact has its own source
        pattern = Pattern(_any(place), pattern.mark)
    if table.is_passing(name):
        found.passing += 1
    elif pattern.mark or ("*" in pattern.text and any(pattern.fits(other) for other in lacks)):
        found.changes.append((number, _lone(name, kind, fact_text(has[name]))))
    else:
        found.untold[number, pattern.shown, teller] += 1


def _any(place: re.Match[str]) -> str:
    """The pattern of the same fact of all instances."""
    return f"{place['area']}[[]*]" + (f".{place['field']}" if place["field"] else "")


def _lone(name: str, kind: Kind, text: str) -> Change:
    return Change(name, kind, text if kind == "gone" else "", "" if kind == "gone" else text)


def _of(facts: Json, instance: str) -> Iterable[str]:
    return (name for name in facts if name == instance or name.startswith(f"{instance}."))


def _told(facts: Json, instance: str, fields: Iterable[str]) -> str:
    """An instance in a few words."""
    values = [(part, facts.get(f"{instance}.{part}" if part else instance)) for part in fields]
    return ", ".join(f"{part} {fact_text(value)}".strip() for part, value in values if value is not None) or "…"


def _home(facts: Json, instance: str, table: Table) -> int:
    """The group that tells of an instance as a whole: the first that any of its facts belongs to."""
    return min(table.place(name)[0] for name in _of(facts, instance))
