"""Which facts tell a change and which differ in every bundle: `signatures/differences.toml`, read once."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import tomli

from analyzer import resources


@dataclass(frozen=True)
class Pattern:
    """Names of facts. `mark`: that there is one is what it tells."""

    text: str
    mark: bool = False

    def fits(self, name: str) -> bool:
        return _compiled(self.text).fullmatch(name) is not None

    @property
    def shown(self) -> str:
        """As people write it."""
        return self.text.replace("[[]", "[")


@dataclass(frozen=True)
class Group:
    title: str
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True)
class Table:
    """The file, ready to be asked."""

    passing: tuple[Pattern, ...]
    figures: tuple[tuple[Pattern, float], ...]
    identity: tuple[tuple[str, bool], ...]
    groups: tuple[Group, ...]
    instances: dict[str, tuple[str, ...]]

    def is_passing(self, name: str) -> bool:
        return any(pattern.fits(name) for pattern in self.passing)

    def step(self, name: str) -> float:
        """The least difference of a figure that says something."""
        return next((step for pattern, step in self.figures if pattern.fits(name)), 0.0)

    def place(self, name: str) -> tuple[int, Pattern]:
        """The group of a fact, and the pattern that put it there; the last group takes what fits none."""
        for number, group in enumerate(self.groups):
            for pattern in group.patterns:
                if pattern.fits(name):
                    return number, pattern
        return len(self.groups), Pattern(name)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(pattern))


@cache
def load(path: Path | None = None) -> Table:
    """The table of the shipped knowledge, or of `path`."""
    data = tomli.loads((path or resources.folder("signatures") / "differences.toml").read_text("utf-8"))
    return Table(
        passing=tuple(Pattern(text) for entry in data["passing"] for text in entry["facts"]),
        figures=tuple((Pattern(text), float(entry["step"])) for entry in data["figure"] for text in entry["facts"]),
        identity=tuple((entry["fact"], entry["certain"]) for entry in data["identity"]),
        groups=tuple(
            Group(
                entry["title"],
                (
                    *(Pattern(text, mark=True) for text in entry.get("marks", ())),
                    *(Pattern(text) for text in entry["facts"]),
                ),
            )
            for entry in data["group"]
        ),
        instances={entry["area"]: tuple(entry["tells"]) for entry in data["instance"]},
    )
