"""Which channel an export without channel names comes from: by its file's name, else by who wrote the event.

Exports are called "System.evtx", "Microsoft-Windows-CAPI2%4Operational.evtx" (the service's own folder),
"vm1_evt_System.csv" (support tools), "events-Application.evtx", "System_2024-05-01.csv" or "system log.csv" (people).
"""

from __future__ import annotations

import re
from functools import cache
from posixpath import basename

from analyzer.parsers.winevents.tables import table

CLASSIC = ("System", "Application", "Security", "Setup", "Windows Azure")
_MODERN = re.compile(r"Microsoft-(?:Windows|WindowsAzure)[\w.-]*(?:/[\w. -]+)?", re.IGNORECASE)
_SLASH = re.compile(r"%4|%2F", re.IGNORECASE)
_CLASSIC = tuple(
    (name, re.compile(rf"(?:^|[^a-z0-9]){name.replace(' ', '[ _-]?')}(?:$|[^a-z])", re.IGNORECASE)) for name in CLASSIC
)

UNKNOWN = "unknown"


@cache
def _by_provider() -> dict[str, str]:
    return {provider: channel for channel, providers in table("channels")["channel"].items() for provider in providers}


def channel_of_provider(provider: str) -> str:
    """The channel that a classic provider writes to (signatures/event-channels.toml), else UNKNOWN."""
    return _by_provider().get(provider, UNKNOWN)


def channel_of(path: str) -> str:
    """The channel that a file's name tells, else UNKNOWN."""
    name = _SLASH.sub("/", re.sub(r"\.\w{2,5}$", "", basename(path)))
    modern = _MODERN.search(name)
    if modern:
        return modern[0]
    return next((channel for channel, pattern in _CLASSIC if pattern.search(name)), UNKNOWN)
