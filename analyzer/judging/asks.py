"""What to ask the customer for when a source is missing (`signatures/asks.toml`)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import tomli

from analyzer import resources


@lru_cache(maxsize=1)
def table() -> list[dict[str, Any]]:
    text = (resources.folder("signatures") / "asks.toml").read_text("utf-8")
    entries: list[dict[str, Any]] = tomli.loads(text)["ask"]
    return entries


def sources() -> frozenset[str]:
    """All that is worth asking for."""
    return frozenset(source for entry in table() for source in entry["source"])


def fitting(platform: str, layout: str) -> list[dict[str, Any]]:
    """The entries for bundles of a platform and layout, for the same sources the first one."""
    chosen: dict[tuple[str, ...], dict[str, Any]] = {}
    for entry in table():
        if platform in entry.get("platforms", ("linux",)) and layout in entry.get("layouts", (layout,)):
            chosen.setdefault(tuple(entry["source"]), entry)
    return list(chosen.values())
