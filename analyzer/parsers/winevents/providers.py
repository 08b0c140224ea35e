"""One spelling for every provider of Windows events, whatever it is called (`signatures/event-providers.toml`)."""

from __future__ import annotations

import functools

from analyzer.parsers.winevents.tables import table

PREFIX = "microsoft-windows-"
NAMELESS = "unknown"


@functools.cache
def _names() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Folded names and GUIDs -> the one spelling; and the same for names that only begin so."""
    exact: dict[str, str] = {}
    beginnings: list[tuple[str, str]] = []
    for name, others in table("providers")["providers"].items():
        for other in (name, PREFIX + name, *others):
            if other.endswith("*"):
                beginnings.append((other[:-1].casefold(), name))
            else:
                exact[other.casefold()] = name
    return exact, tuple(beginnings)


@functools.lru_cache(maxsize=4096)
def canonical(name: str, source: str = "", guid: str = "") -> str:
    """The provider's one spelling by its name, else its EventSourceName, else its GUID; else the name as written."""
    exact, beginnings = _names()
    name, source = " ".join(name.split()), " ".join(source.split())
    identity = "{" + guid.strip().strip("{}") + "}"
    for key in (name, source, identity):
        known = exact.get(key.casefold())
        if known is not None:
            return known
    for key in (name, source):
        folded = key.casefold()
        for beginning, known in beginnings:
            if folded.startswith(beginning):
                return known
    return name or source or (identity if guid.strip() else NAMELESS)
