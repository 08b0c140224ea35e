"""What index.html shows, computed once from the store: groups, counts over time, breakdowns, and every ticket."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.batch.groups import Group, groups
from analyzer.batch.store import Store
from analyzer.language import N_, _
from analyzer.report import formatting

KINDS = {
    "named": N_("Cause named"),
    "platform": N_("Platform side"),
    "alike": N_("No cause named, alike"),
    "undetermined": N_("Undetermined"),
    "not-enough": N_("Not enough to tell"),
    "failed": N_("Could not be analysed"),
    "no-fault": N_("No fault found"),
}
SIGNS = {
    "named": "!", "platform": "→", "alike": "≈", "undetermined": "?", "not-enough": "…", "failed": "✕", "no-fault": "✓"
}  # fmt: skip
_ALONE = {
    "undetermined": N_("Something failed, and no two of these share an unknown error"),
    "not-enough": N_("These bundles do not cover what failed"),
    "failed": N_("These bundles could not be read"),
    "no-fault": N_("What these bundles cover went well"),
}
_BREAKDOWNS = (("agent", N_("Agent version")), ("system", N_("Operating system")), ("region", N_("Region")))
MOST_ROWS = 12  # of a breakdown
_EXTENSION = re.compile(r"extension\[(?P<name>[^\]]+)\]\.version")


@dataclass(frozen=True)
class Entry:
    """A ticket as the page lists it."""

    id: int
    name: str
    report: str | None
    kind: str
    group: int  # number of its group
    verdict: str
    confidence: float | None
    happened: str
    vm: str
    agent: str
    system: str
    region: str
    new: bool


@dataclass(frozen=True)
class GroupView:
    """A group: its number on the page, what it is, its tickets, and what they have in common."""

    number: int
    kind: str
    sign: str
    kind_word: str
    title: str
    code: str  # the cause's id, where there is one
    new: bool
    arrived: int  # tickets that the latest run saw first
    entries: tuple[Entry, ...]
    first: str
    last: str
    common: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Breakdown:
    """Counts of one property: (value, tickets, of which with a failure)."""

    title: str
    listed: bool  # whether the list of tickets shows it, so that a search there finds them
    rows: tuple[tuple[str, int, int], ...]
    more: int


@dataclass(frozen=True)
class Overview:
    """The page. `days` are (day, counts by kind)."""

    groups: tuple[GroupView, ...]
    entries: tuple[Entry, ...]
    kinds: tuple[tuple[str, int], ...]
    days: tuple[tuple[str, Mapping[str, int]], ...]
    breakdowns: tuple[Breakdown, ...]
    started: str
    run: int
    again: bool  # whether there was a run before
    new_tickets: int
    new_groups: int


def overview(store: Store) -> Overview:
    """The page's content. Groups and tickets are new when no run that came to its end before the latest had them."""
    run = store.last_run()
    before = store.run_before(run)
    found = groups(store, run)
    number_of = {member: number for number, group in enumerate(found, 1) for member in group.members}
    kind_of = {member: group.kind for group in found for member in group.members}
    rows = store.rows("SELECT * FROM bundles ORDER BY name, key")
    entries = {row["id"]: _entry(row, kind_of[row["id"]], number_of[row["id"]], before) for row in rows}
    views = tuple(
        _group(number, group, [entries[m] for m in group.members], before) for number, group in enumerate(found, 1)
    )
    kinds = Counter(entry.kind for entry in entries.values())
    started = store.rows("SELECT started FROM runs WHERE id = ?", [run])
    return Overview(
        groups=views,
        entries=tuple(entries.values()),
        kinds=tuple((kind, kinds[kind]) for kind in KINDS if kinds[kind]),
        days=_days(entries.values()),
        breakdowns=(*(_breakdown(_(title), name, entries.values()) for name, title in _BREAKDOWNS), _extensions(store)),
        started=formatting.moment(started[0]["started"]) if started else "",
        run=run,
        again=before > 0,
        new_tickets=sum(entry.new for entry in entries.values()),
        new_groups=sum(view.new for view in views),
    )


def _entry(row: Any, kind: str, group: int, before: int) -> Entry:
    return Entry(
        id=row["id"],
        name=row["name"],
        report=row["report"],
        kind=kind,
        group=group,
        verdict=row["headline"] or row["reason"] or "",
        confidence=row["confidence"],
        happened=(row["happened"] or "")[:19].replace("T", " "),
        vm=row["vm"] or "",
        agent=row["agent"] or "",
        system=row["system"] or "",
        region=row["region"] or "",
        new=before > 0 and row["first_run"] > before,
    )


def _group(number: int, group: Group, entries: list[Entry], before: int) -> GroupView:
    times = sorted(entry.happened for entry in entries if entry.happened)
    return GroupView(
        number=number,
        kind=group.kind,
        sign=SIGNS[group.kind],
        kind_word=_(KINDS[group.kind]),
        title=group.title or _(_ALONE[group.kind]),
        code=group.key.removeprefix("cause:") if group.key.startswith("cause:") else "",
        new=before > 0 and not group.known,
        arrived=sum(entry.new for entry in entries),
        entries=tuple(entries),
        first=times[0] if times else "",
        last=times[-1] if times else "",
        common=_common(entries),
    )


def _common(entries: list[Entry]) -> tuple[tuple[str, str], ...]:
    """What all tickets of a group share, if they are several: it may be why they fail."""
    if len(entries) < 2:
        return ()
    shared = []
    for name, title in _BREAKDOWNS:
        values = {getattr(entry, name) for entry in entries}
        if len(values) == 1 and (value := values.pop()):
            shared.append((_(title), value))
    return tuple(shared)


def _days(entries: Iterable[Entry]) -> tuple[tuple[str, Mapping[str, int]], ...]:
    days: dict[str, Counter[str]] = {}
    for entry in entries:
        if entry.happened:
            days.setdefault(entry.happened[:10], Counter())[entry.kind] += 1
    return tuple(sorted(days.items()))


def _breakdown(title: str, field: str, entries: Iterable[Entry]) -> Breakdown:
    every, bad = Counter[str](), Counter[str]()
    for entry in entries:
        value = getattr(entry, field)
        if value:
            every[value] += 1
            bad[value] += entry.kind not in ("no-fault", "failed")
    return _table(title, True, every, bad)


def _extensions(store: Store) -> Breakdown:
    every, bad = Counter[str](), Counter[str]()
    for row in store.rows(
        "SELECT f.name, f.value, b.outcome FROM facts f JOIN bundles b ON b.id = f.bundle"
        " WHERE f.name LIKE 'extension[%].version'"
    ):
        match = _EXTENSION.fullmatch(row["name"])
        if match and row["value"]:
            every[f"{match['name']} {row['value']}"] += 1
            bad[f"{match['name']} {row['value']}"] += row["outcome"] != "no-fault"
    return _table(_("Extension version"), False, every, bad)


def _table(title: str, listed: bool, every: Counter[str], bad: Counter[str]) -> Breakdown:
    rows = sorted(every.items(), key=lambda item: (-item[1], item[0]))
    shown = tuple((value, count, bad[value]) for value, count in rows[:MOST_ROWS])
    return Breakdown(title, listed, shown, max(0, len(rows) - MOST_ROWS))
