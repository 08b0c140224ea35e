"""Bundles of event exports that somebody made in some zone, and what becomes of their clocks."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from analyzer.clocks import clock, happenings
from analyzer.clocks.clock import Times
from analyzer.clocks.zones import named
from analyzer.lines.stamp import Clock
from analyzer.matching.patterns import PatternSet
from analyzer.reading.pipeline import read
from analyzer.reading.store import Store
from analyzer.signatures.selftest import MemoryBundle
from tests.generator.event_exports import FORMATS
from tests.generator.windows import noisekinds
from tests.generator.windows.events import Event, EventLog
from tests.generator.windows.vm import WinVm

PATTERNS = PatternSet(happenings.patterns())
LOCAL = sorted(name for name, shape in FORMATS.items() if not shape.zone)
IN_UTC = ("evtx", "viewer-xml", "json-5.1", "wevtutil-text-zulu")
KINDS = (
    noisekinds.background_service,
    noisekinds.dcom_permission,
    noisekinds.hive_cleared,
    noisekinds.schannel,
    noisekinds.dns_timeout,
    noisekinds.clock,
)


def resolved(
    files: Mapping[str, str | bytes], stated: str | None = None, offset: str | None = None
) -> tuple[Store, Times]:
    """The bundle's events and their times. `stated` is an IANA name, `offset` the distance of standard time."""
    reading = read(MemoryBundle(files), PATTERNS)
    told = happenings.told(0, reading.scanner)
    return reading.store, clock.resolve(reading.store, stated, offset, told)


def member_of(store: Store, path: str) -> int:
    return next(number for number, info in enumerate(store.members) if info.path == path)


def is_right(store: Store, times: Times, path: str, zone: str) -> bool:
    """Whether all events of a local export came out as they were exported in that zone. The hours that its clock shows
    twice are left out: one stamp cannot tell which of them it means."""
    member = member_of(store, path)
    columns = store.columns(member)
    rows = columns["clock"] == Clock.LOCAL
    assert rows.any()
    local, utc = columns["raw"][rows], times.utc[member][rows]
    true = named(zone, int(local.min()), int(local.max()))
    assert true is not None
    clear = ~true.twice(local)
    return bool(np.array_equal(utc[clear], (local - true.at_local(local))[clear]))


def system_events(seed: int, start: datetime, count: int, apart: timedelta) -> list[Event]:
    """So many things that happen to a system, each some time after the one before, at least `apart`."""
    vm = WinVm(str(seed), "SRV01")
    rng, log = random.Random(seed), EventLog(vm)
    for _ in range(count):
        rng.choice(KINDS)(log, start)
        start += apart + timedelta(seconds=rng.uniform(0, 9_000))
    return log.events("System")


def agent_log(moments: Sequence[datetime], words: str = "Getting GoalState. Incarnation: 1") -> bytes:
    """WaAppAgent.log with a line at each of these moments, UTC."""
    return "".join(f"[00000004] {moment:%Y-%m-%dT%H:%M:%S}.000Z [INFO]  {words}\r\n" for moment in moments).encode()
