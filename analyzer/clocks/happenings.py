"""Knowledge of `signatures/happenings.toml`: what an event log and a log in UTC both keep the moment of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tomli

from analyzer import resources
from analyzer.matching.patterns import Hit, Pattern
from analyzer.matching.scanner import Scanner
from analyzer.parsers.windows.zones import of_key
from analyzer.reading.store import Store

_QUARTER = 900  # seconds; a lag as long as this fits two zones
_KEYS = {"Coordinated Universal Time": "UTC"}  # the only one whose English name is not its key

Places = Mapping[int, list[int]]
"""Rows by member."""


@dataclass(frozen=True)
class Happening:
    """`lag` is how many seconds after the event the log's line comes, earliest and latest."""

    what: str
    lag: tuple[int, int]
    event: Pattern
    log: Pattern


class Told(NamedTuple):
    """Where a bundle's event logs and its logs in UTC tell of one kind of happening."""

    lag: tuple[int, int]
    events: Places
    logs: Places


@dataclass(frozen=True)
class Silence:
    """(provider, event id) with which Windows goes down, and with which it comes up."""

    since: frozenset[tuple[str, int]]
    until: frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Table:
    """All of the file; `zone` is the event with which the system states its zone, `moment` one that names its time."""

    happenings: tuple[Happening, ...]
    silence: Silence
    zone: Pattern
    moment: Pattern


@lru_cache(maxsize=1)
def load(path: Path | None = None) -> Table:
    """Read the table. ValueError names the entry that is wrong."""
    data = tomli.loads((path or resources.folder("signatures") / "happenings.toml").read_text("utf-8"))
    silence = Silence(_kinds(data["silence"]["from"]), _kinds(data["silence"]["until"]))
    happenings = tuple(_happening(entry) for entry in data["happening"])
    return Table(happenings, silence, _event(data["zone"], "the system's zone"), _event(data["moment"], "its moment"))


def _happening(entry: dict[str, Any]) -> Happening:
    earliest, latest = entry["lag"]
    if not 0 <= latest - earliest < _QUARTER:
        raise ValueError(f"happening {entry['what']}: a lag is less than {_QUARTER} seconds long")
    event, log = _event(entry["event"], entry["what"]), entry["log"]
    return Happening(entry["what"], (earliest, latest), event, Pattern(log["match"], tuple(log["source"]), event.owner))


def _event(entry: Mapping[str, Any], what: str) -> Pattern:
    providers, numbers = tuple(entry["provider"]), tuple(entry["event_id"])
    return Pattern(entry.get("match", ""), ("event:*",), f"happening {what}", numbers, providers)


def _kinds(table: Mapping[str, Sequence[int]]) -> frozenset[tuple[str, int]]:
    return frozenset((provider, number) for provider, numbers in table.items() for number in numbers)


def patterns() -> list[Pattern]:
    """All patterns of the table, in the order in which `told` and `stated_zone` count them."""
    table = load()
    return [pattern for each in table.happenings for pattern in (each.event, each.log)] + [table.zone, table.moment]


def told(first: int, scanner: Scanner) -> list[Told]:
    """What the scanner found of each happening; `first` is the number of the first of `patterns` there."""
    result = []
    for place, happening in enumerate(load().happenings):
        events, logs = (
            {member: [hit.row for hit in hits] for member, hits in _hits(scanner, first + 2 * place + side).items()}
            for side in (0, 1)
        )
        if events and logs:
            result.append(Told(happening.lag, events, logs))
    return result


def moments(first: int, scanner: Scanner) -> dict[int, dict[int, int]]:
    """The moments in UTC (microseconds) that events name in their text, by member and row."""
    found = {}
    for member, hits in _hits(scanner, first + 2 * len(load().happenings) + 1).items():
        named = {hit.row: _moment(hit.captures) for hit in hits}
        found[member] = {row: moment for row, moment in named.items() if moment is not None}
    return found


def _moment(parts: Mapping[str, str]) -> int | None:
    try:
        return int(np.datetime64(f"{parts['year']}-{parts['month']}-{parts['day']}T{parts['clock']}", "us").astype(int))
    except ValueError:
        return None


def stated_zone(first: int, scanner: Scanner, store: Store) -> dict[str, str]:
    """The fact that the newest event about the system's zone tells, where there is one. Its bias is that of standard
    time."""
    newest: tuple[int, Hit] | None = None
    for member, hits in _hits(scanner, first + 2 * len(load().happenings)).items():
        raw = store.columns(member)["raw"]
        latest = max(hits, key=lambda hit: int(raw[hit.row]))
        if newest is None or int(raw[latest.row]) > newest[0]:
            newest = int(raw[latest.row]), latest
    if newest is None:
        return {}
    zone, bias = newest[1].captures["zone"], int(newest[1].captures["bias"])
    name = of_key(_KEYS.get(zone, zone))
    sign = "-" if bias > 0 else "+"
    return {"os.timezone": name} if name else {"os.utc_offset": f"{sign}{abs(bias) // 60:02d}:{abs(bias) % 60:02d}"}


def _hits(scanner: Scanner, number: int) -> dict[int, list[Hit]]:
    """By member, in order."""
    same = scanner.patterns.same[number]
    return {member: hits.kept for (pattern, member), hits in sorted(scanner.hits.items()) if pattern == same}
