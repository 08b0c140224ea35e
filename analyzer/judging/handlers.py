"""Which handlers failed, and whose failure a record tells of.

A record tells of the handlers that it names, in its words, its source or its path. Each record is looked at once,
however many incidents and signatures ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from analyzer.judging.findings import Found
from analyzer.judging.incidents import Incident

_NAME = re.compile(r"[\w.]+")

Place = tuple[int, int]
"""(member, row)."""


class Handlers:
    """The handlers of a bundle's incidents, by the incidents' kind."""

    def __init__(self, incidents: Iterable[Incident]) -> None:
        self._failed: dict[str, dict[str, dict[Place, Found]]] = {}  # the records of each handler's failures
        self._holders: dict[tuple[str, Place], set[str]] = {}  # the handlers whose record it is
        self._named: dict[Place, frozenset[str]] = {}
        self._names: set[str] = set()
        for incident in incidents:
            if not incident.is_handlers:
                continue
            self._names.add(incident.key)
            for found in incident.evidence:
                self._holders.setdefault((incident.kind, (found.member, found.row)), set()).add(incident.key)
            if incident.failed:
                records = self._failed.setdefault(incident.kind, {}).setdefault(incident.key, {})
                records.update({(found.member, found.row): found for found in incident.evidence})

    def named(self, found: Found) -> frozenset[str]:
        """The handlers that a record names."""
        place = found.member, found.row
        known = self._named.get(place)
        if known is None:
            words = {w.strip(".") for told in (found.source, found.path, found.text) for w in _NAME.findall(told)}
            known = self._named[place] = frozenset(words & self._names)
        return known

    def awaited(self, incident: Incident) -> set[str]:
        """The handlers that the failure's own records name, as those of one that waited for another do. A list of all
        handlers is a record of each of them and says nothing; where there is nothing else, any may be the reason."""
        failed = self._failed.get(incident.kind, {})
        mine = failed.get(incident.key, {})
        holders = [self._holders[incident.kind, place] for place in mine]
        result = set.intersection(*holders) if holders else set(failed)
        for found, theirs in zip(mine.values(), holders, strict=True):
            result |= self.named(found) - theirs
        return result - {incident.key}

    def matter(self, incident: Incident) -> Matter | None:
        """What sets the incident apart from failures of handlers that it has nothing to do with; None without such."""
        if not incident.is_handlers:
            return None
        strangers = frozenset(self._failed.get(incident.kind, {})) - {incident.key} - self.awaited(incident)
        return Matter(self, incident.kind, incident.key, strangers) if strangers else None


@dataclass(frozen=True)
class Matter:
    """One handler's failure among others."""

    handlers: Handlers
    kind: str
    own: str
    strangers: frozenset[str]

    def concerns(self, found: Found) -> bool:
        """Whether a record may tell of it: it does not when it names others and not this one."""
        named = self.handlers.named(found)
        return self.own in named or named.isdisjoint(self.strangers)
