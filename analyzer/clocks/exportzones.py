"""The zone of each export of a Windows event log that is in local time: that of the machine which somebody exported on.

That need not be the VM's, so each file is asked for itself: by the events that it shares with an export in UTC, and
where those do not settle it, by what the logs in UTC record of the same happenings (`twins`, `meetings`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from posixpath import basename, dirname

import numpy as np

from analyzer.clocks import happenings
from analyzer.clocks.exports import Export, Logs, exports_of, rows_of
from analyzer.clocks.happenings import Told
from analyzer.clocks.meetings import Meetings, named
from analyzer.clocks.twins import Twins
from analyzer.clocks.zonechoice import Hint, choose
from analyzer.clocks.zones import FARTHEST, HOUR, UTC_RULES, Zone
from analyzer.language import _, plural
from analyzer.lines.stamp import Clock
from analyzer.reading.store import Store

_STATED, _BESIDE = 4.0, 4.5  # what the VM's zone is worth, and the known zone of an export in the same folder
_MOST = 0.5  # the share of its events in another file from which on that file is what tells its zone


def of_exports(
    store: Store, vm: Zone | None, told: Sequence[Told], moments: Mapping[int, Mapping[int, int]]
) -> dict[int, Zone]:
    """Zones by member. `vm` is the VM's own zone, where something tells it, `moments` what times in UTC rows name."""
    exports = exports_of(store, happenings.load().silence)
    if not exports:
        return {}
    twins, logs = Twins(rows_of(store, member, Clock.UTC) for member in store.order()), Logs(store, told)
    doubtful = exports
    while doubtful:
        for export in doubtful:
            found = _named(store, export.member, moments.get(export.member, {}))
            _choose(export, found, twins, logs, _hints(store, export, exports, vm))
        left = [export for export in doubtful if not export.sure]
        if len(left) == len(doubtful):
            break
        # what is known by now tells of the others: exports share events, and are made together
        for export in doubtful:
            if export.sure:
                twins.add(export.in_utc())
        doubtful = left
    return {export.member: _zone(store, export, twins, vm) for export in exports}


def _named(store: Store, member: int, moments: Mapping[int, int]) -> list[Meetings]:
    columns = store.columns(member)
    rows = np.array([row for row in moments if columns["clock"][row] == Clock.LOCAL], dtype=np.int64)
    return [named(columns["raw"][rows], np.array([moments[row] for row in rows.tolist()]))] if len(rows) else []


def _choose(export: Export, found: Sequence[Meetings], twins: Twins, logs: Logs, hints: Sequence[Hint]) -> None:
    same = twins.meetings(export.rows)
    found = [*found, same] if same is not None else found
    export.choice = choose(found, export.shown, hints)
    if not export.sure:
        export.choice = choose([*found, *logs.beside(export)], export.shown, hints)


def _hints(store: Store, export: Export, exports: Sequence[Export], vm: Zone | None) -> list[Hint]:
    """The VM's zone, and those of the exports in the same folder that are known by now."""
    folder = dirname(store.members[export.member].canonical)
    beside = [e.choice.rules for e in exports if e.sure and dirname(store.members[e.member].canonical) == folder]
    hints = [Hint(rules, _BESIDE) for rules in beside if rules is not None]
    return [*hints, Hint(vm.rules, _STATED)] if vm is not None else hints


def _zone(store: Store, export: Export, twins: Twins, vm: Zone | None) -> Zone:
    choice = export.choice
    if choice.rules is None:
        words = _("nothing tells where it was exported")
        if choice.rivals:
            zones = ", ".join(rules.label(export.shown) for rules in choice.rivals)
            words = _("not known, these fit alike: {zones}").format(zones=zones)
        unsure = _("what it records may have happened up to {hours} hours before or after the times that are shown")
        return Zone("UTC", f"{words}; {unsure.format(hours=FARTHEST // HOUR)}", UTC_RULES, guess=True)
    as_vm = vm is not None and (vm.rules.at_local(export.shown) == choice.rules.at_local(export.shown)).all()
    name = vm.name if vm is not None and as_vm else choice.rules.label(export.shown)
    return Zone(name, _how(store, export, twins), choice.rules, choice.sure)


def _how(store: Store, export: Export, twins: Twins) -> str:
    choice = export.choice
    if not choice.fits:
        return _("assumed, as the VM's or the exports beside it; nothing in the file tells where it was exported")
    rows = export.in_utc()
    member, share = twins.where(rows)
    if share >= _MOST:
        twin = basename(store.members[member].canonical)
        words = _("derived: {share} of its events stand in {file} too").format(share=f"{share:.0%}", file=twin)
    else:
        words = plural(
            "derived: it and the logs in UTC record {n} thing at that distance",
            "derived: it and the logs in UTC record {n} things at that distance",
            choice.fits,
        )
    return _("{how}; where nothing tells, daylight saving is a guess").format(how=words) if choice.open else words
