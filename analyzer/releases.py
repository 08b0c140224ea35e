"""How old each component was when the bundle was collected: release dates from `signatures/releases.toml`.

Ages count from the bundle's last event, never from today, so that the same bundle gives the same report.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import tomli

from analyzer import resources
from analyzer.facts import Facts
from analyzer.matching.compare import compare, version


@dataclass(frozen=True)
class Component:
    """Something whose releases are known. `releases` are (version, day), in order of release."""

    name: str
    facts: tuple[str, ...]
    releases: tuple[tuple[str, date], ...]
    minimum: str | None = None


@lru_cache(maxsize=2)
def load_releases(path: Path | None = None) -> list[Component]:
    file = path or resources.folder("signatures") / "releases.toml"
    data = tomli.loads(file.read_text("utf-8"))
    return [
        Component(
            entry["name"],
            tuple(entry["facts"]),
            tuple((number, day) for number, day in entry["releases"]),
            entry.get("minimum"),
        )
        for entry in data["component"]
    ]


def add_ages(facts: Facts, bundle_end: int | None, components: list[Component]) -> None:
    """Add `<fact>_released`, `<fact>_age_days`, `<fact>_behind` (releases since) and `<fact>_below_minimum`.

    `bundle_end` is the bundle's last event in microseconds UTC; without it there are no ages."""
    today = datetime.fromtimestamp(bundle_end / 1e6, UTC).date() if bundle_end is not None else None
    for component in components:
        for name in component.facts:
            have = facts.get(name)
            if isinstance(have, str):
                _add(facts, name, have, component, today)


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
