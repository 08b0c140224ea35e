"""Every event's time in UTC, and how sure that is.

Stamps with a zone are exact. Local stamps need a zone: that of the VM (`vmzone`), and for an export of an event log
that of the machine on which it was exported (`exportzones`). Where nothing tells, local times are read as UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from analyzer.clocks.duplicates import Copies, copies
from analyzer.clocks.exportzones import of_exports
from analyzer.clocks.happenings import Told
from analyzer.clocks.vmzone import of_vm
from analyzer.clocks.years import newest, with_years
from analyzer.clocks.zones import UTC_RULES, Zone
from analyzer.language import _
from analyzer.lines.stamp import NOT_A_TIME, Bools, Clock, Ints
from analyzer.reading.store import QUALITIES, Store

_MOST_FILES = 4  # that a sentence names


@dataclass
class Times:
    """Per member, in file order: microseconds UTC (NOT_A_TIME for none) and the code of the time's quality. `exports`
    are the members in local time that have a zone of their own, `copies` those that share events with others, `notes`
    what is to say of a member."""

    zone: Zone
    utc: dict[int, Ints]
    quality: dict[int, npt.NDArray[np.uint8]]
    exports: dict[int, Zone] = field(default_factory=dict)
    copies: dict[int, Copies] = field(default_factory=dict)
    notes: dict[int, list[str]] = field(default_factory=dict)

    def zone_of(self, member: int) -> Zone:
        return self.exports.get(member, self.zone)

    def adrift(self, member: int) -> bool:
        """Whether nothing tells how far the member's local time is from UTC."""
        return member in self.exports and self.exports[member].guess

    def counts(self, member: int) -> Bools:
        """Which rows of a member no other one holds better."""
        if member in self.copies:
            return ~self.copies[member].copied
        return np.ones(len(self.utc[member]), dtype=np.bool_)

    def how(self, store: Store) -> str:
        """How the zones were found, of the VM and of the exports that have others."""
        groups: dict[str, list[str]] = {}
        for member in store.order():
            zone = self.zone_of(member)
            if zone.name != self.zone.name:
                groups.setdefault(zone.name, []).append(store.members[member].canonical)
        others = [
            _("{zone} for {files}").format(zone=name, files=", ".join(files[:_MOST_FILES]))
            for name, files in groups.items()
        ]
        return "; ".join([self.zone.how, *others])


def resolve(
    store: Store,
    stated: str | None = None,
    offset: str | None = None,
    told: Sequence[Told] = (),
    moments: Mapping[int, Mapping[int, int]] | None = None,
) -> Times:
    """Times of all events. The bundle itself gives `stated`, an IANA name, and `offset`, the distance of standard time
    ('+01:00'), if it does; `told` is what event logs and logs in UTC both record, `moments` what times in UTC their
    events name, by member and row."""
    stamps = _with_years(store)
    vm = of_vm(store, stated or "", offset or "", _span(store, stamps))
    exports = of_exports(store, vm, told, moments or {})
    times = Times(vm or _as_exported(exports), {}, {}, exports)
    for member, raw in stamps.items():
        clock = store.columns(member)["clock"]
        quality = np.full(len(raw), QUALITIES.index("none"), dtype=np.uint8)
        quality[clock == Clock.UTC] = QUALITIES.index("exact")
        local = _local(clock)
        if member in exports:
            raw[local] = exports[member].in_order_to_utc(raw[local])
        elif local.any():
            raw[local] = times.zone.to_utc(raw[local])
        quality[clock == Clock.LOCAL] = QUALITIES.index("zone-assumed")
        quality[clock == Clock.LOCAL_NO_YEAR] = QUALITIES.index("year-guessed")
        without = (clock == Clock.NONE) | (clock == Clock.UPTIME)
        if without.any():
            raw[without] = NOT_A_TIME
        times.utc[member], times.quality[member] = raw, quality
    for member, zone in exports.items():
        times.notes[member] = [_("local time read as {zone}: {how}").format(zone=zone.name, how=zone.how)]
    times.copies, words = copies(store, times.utc)
    for member, note in words.items():
        times.notes.setdefault(member, []).append(note)
    return times


def _with_years(store: Store) -> dict[int, Ints]:
    """Every member's stamps with their years. What is UTC already is shared with the store, since it is most of the
    memory."""
    yearless_ones = [m for m in range(len(store.members)) if (store.columns(m)["clock"] == Clock.LOCAL_NO_YEAR).any()]
    latest = newest(store) if yearless_ones else 0
    stamps = {}
    for member in range(len(store.members)):
        columns = store.columns(member)
        raw, clock = columns["raw"], columns["clock"]
        if (clock != Clock.UTC).any():
            raw = raw.copy()
            if member in yearless_ones:
                yearless = clock == Clock.LOCAL_NO_YEAR
                raw[yearless] = with_years(raw[yearless], latest)
        stamps[member] = raw
    return stamps


def _local(clock: npt.NDArray[np.uint8]) -> Bools:
    result: Bools = (clock == Clock.LOCAL) | (clock == Clock.LOCAL_NO_YEAR)
    return result


def _span(store: Store, stamps: dict[int, Ints]) -> tuple[int, int]:
    """The first and the last local stamp."""
    ends: list[int] = []
    for member, raw in stamps.items():
        local = raw[_local(store.columns(member)["clock"])]
        if len(local):
            ends += [int(local.min()), int(local.max())]
    return (min(ends), max(ends)) if ends else (0, 0)


def _as_exported(exports: Mapping[int, Zone]) -> Zone:
    """Where nothing tells of the VM itself: what all its exports turned out to be in, else UTC."""
    found = {zone.name: zone for zone in exports.values() if zone.known}
    if len(found) == 1:
        (zone,) = found.values()
        return replace(
            zone, how=_("likely, not certain: the VM's zone is that of the exports of its event logs"), known=False
        )
    return Zone("UTC", _("nothing in the bundle tells the VM's zone; local stamps are read as UTC"), UTC_RULES)
