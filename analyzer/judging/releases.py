"""How old each component was when the bundle was collected: release dates from `signatures/releases.toml`.

Ages count from the bundle's last event, never from today, so that the same bundle gives the same report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli

from analyzer import resources
from analyzer.judging.facts import Facts
from analyzer.matching.compare import compare, version

_SAYS_ITSELF = ("os.pretty", "os.name", "agent.distro")


@dataclass(frozen=True)
class Component:
    """Something whose releases are known. `releases` are (version, day), in order of release."""

    name: str
    facts: tuple[str, ...]
    releases: tuple[tuple[str, date], ...]
    minimum: str | None = None


@dataclass(frozen=True)
class System:
    """An operating system. `releases` are (version, day, end of support as a year or a month, or '')."""

    name: str
    names: tuple[str, ...]
    support: str
    releases: tuple[tuple[str, date, str], ...]


@lru_cache(maxsize=2)
def _table(path: Path | None) -> dict[str, Any]:
    return tomli.loads((path or resources.folder("signatures") / "releases.toml").read_text("utf-8"))


def load_releases(path: Path | None = None) -> list[Component]:
    """The components of the table."""
    return [
        Component(
            entry["name"],
            tuple(entry["facts"]),
            tuple((number, day) for number, day in entry["releases"]),
            entry.get("minimum"),
        )
        for entry in _table(path)["component"]
    ]


def load_systems(path: Path | None = None) -> list[System]:
    """The operating systems of the table."""
    return [
        System(entry["name"], tuple(entry["names"]), entry["support"], tuple(map(tuple, entry["releases"])))
        for entry in _table(path)["system"]
    ]


def add_ages(facts: Facts, bundle_end: int | None, components: list[Component]) -> None:
    """Add `<fact>_released`, `<fact>_age_days`, `<fact>_behind` (releases since) and `<fact>_below_minimum`, and the
    same of the operating system as `os.release`.

    `bundle_end` is the bundle's last event in microseconds UTC; without it there are no ages."""
    today = datetime.fromtimestamp(bundle_end / 1e6, UTC).date() if bundle_end is not None else None
    for component in components:
        for name in component.facts:
            have = facts.get(name)
            if isinstance(have, str):
                _add(facts, name, have, component, today)
    _add_system(facts, load_systems(), today)


def _add(facts: Facts, name: str, have: str, component: Component, today: date | None) -> None:
    if component.minimum is not None and version(have) is not None:
        facts[f"{name}_below_minimum"] = compare("lt", have, component.minimum)
    released = next((day for number, day in component.releases if version(number) == version(have)), None)
    if released is None:
        return
    facts[f"{name}_released"] = released.isoformat()
    if today is None:
        return
    facts[f"{name}_age_days"] = (today - released).days
    newer = [number for number, day in component.releases if released < day <= today and compare("gt", number, have)]
    facts[f"{name}_behind"] = len(newer)


def _add_system(facts: Facts, systems: list[System], today: date | None) -> None:
    told = [str(facts[name]) for name in _SAYS_ITSELF if name in facts]
    if "os.id" in facts and "os.version" in facts:
        told.insert(0, f"{facts['os.id']} {facts['os.version']}")
    known = next((found for text in told for system in systems if (found := _release(system, text))), None)
    if known is None:
        return
    facts["os.release"], released, facts["os.release_support"], end = known
    facts["os.release_released"] = released.isoformat()
    if end:
        facts["os.release_support_until"] = end
    if today is None:
        return
    facts["os.release_age_days"] = (today - released).days
    if end:
        facts["os.release_support_ended"] = today.isoformat()[: len(end)] > end


def _release(system: System, text: str) -> tuple[str, date, str, str] | None:
    """(release, day, kind of support, its end) where `text` names a release of that system."""
    folded = text.casefold().replace("-", " ")
    name = next((name for name in system.names if name in folded), None)
    number = re.search(r"\d.*", folded.split(name, 1)[1]) if name else None
    if number is None:
        return None
    for release, day, end in sorted(system.releases, key=lambda row: len(row[0]), reverse=True):
        if re.match(re.escape(release) + r"(?!\d)", number[0]):
            return f"{system.name} {release.upper()}", day, system.support, end
    return None
