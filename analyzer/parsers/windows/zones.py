"""Windows' names of time zones as IANA names, from the shipped table `signatures/timezones.toml`.

The key ('W. Europe Standard Time') is the same in every language. What systeminfo shows is translated, but most of its
cities are spelled alike, so a zone is told by its offset and one of its cities; where that leaves a choice, none is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import tomli

from analyzer import resources


class _Zone(NamedTuple):
    key: str
    iana: str
    offset: str  # of standard time, as systeminfo shows it
    cities: frozenset[str]


@lru_cache(maxsize=1)
def _zones() -> tuple[_Zone, ...]:
    rows = tomli.loads((resources.folder("signatures") / "timezones.toml").read_text("utf-8"))["zone"]
    return tuple(_Zone(row["key"], row["iana"], row["offset"], _cities(row["shown"])) for row in rows)


def _cities(shown: str) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in re.split(r"[,;、，]", shown) if word.strip())


def iana_names() -> list[str]:
    """All zones that Windows knows, each once for every key that stands for it."""
    return [zone.iana for zone in _zones()]


def of_offset(offset: str) -> list[str]:
    """All zones whose standard time is that far from UTC ('+01:00')."""
    return [zone.iana for zone in _zones() if zone.offset == offset]


def of_key(key: str) -> str:
    """The IANA name of a zone's key, also with daylight saving switched off ('…_dstoff'); '' for an unknown one."""
    wanted = key.strip().lower().removesuffix("_dstoff")
    return next((zone.iana for zone in _zones() if zone.key.lower() == wanted), "")


def of_display(offset: str, shown: str) -> str:
    """The IANA name of what is shown behind '(UTC+01:00)'; '' where it could be several."""
    cities = _cities(shown)
    hits = {zone.iana for zone in _zones() if zone.offset == offset and zone.cities & cities}
    return hits.pop() if len(hits) == 1 else ""
