"""What stands behind a verdict: the versions and state of the VM, and what the bundle covers and what not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.language import N_, _, plural
from analyzer.report import formatting
from analyzer.report.versions import AGENTS, EXTENSION_FIELDS, INSTANCE, Version, versions

Json = Mapping[str, Any]

_SYSTEM = (
    ("os.hostname", N_("Host name")),
    ("vm.name", N_("VM")),
    ("vm.size", N_("Size")),
    ("vm.location", N_("Region")),
    ("vm.id", N_("VM id")),
    ("os.timezone", N_("Time zone")),
    ("agent.python", N_("Python of the agent")),
    ("agent.disabled", N_("Agent disabled by a marker file")),
)
_AREAS = {
    "agent": N_("Guest agent"),
    "backup": N_("Backup"),
    "certificates": N_("Certificates"),
    "conf": N_("Agent configuration (waagent.conf)"),
    "disk": N_("File systems"),
    "extension": N_("Extensions"),
    "goal_state": N_("Goal state"),
    "net": N_("Network"),
    "os": N_("Operating system"),
    "package": N_("Packages"),
    "vm": N_("Virtual machine"),
    "vmbackup": N_("Backup configuration (vmbackup.conf)"),
    "windows": N_("Windows"),
}
_ON_CARD = ("_released", "_age_days", "_behind", "_below_minimum", "_support", "_support_until", "_support_ended")


@dataclass(frozen=True)
class Facts:
    """The version card, what names the VM, and every other fact by area."""

    versions: tuple[tuple[str, tuple[Version, ...]], ...]
    system: tuple[tuple[str, str], ...]
    areas: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True)
class Coverage:
    """What was read, where it has holes, what was refused, and how the clock was taken."""

    sources: tuple[Json, ...]
    gaps: tuple[tuple[str, str, str], ...]
    files: tuple[Json, ...]
    refused: tuple[Json, ...]
    missing: tuple[Json, ...]
    unchecked: tuple[Json, ...]
    extent: str
    clock: str


def fact_text(value: object) -> str:
    """A fact as people read it: yes/no, lists by comma, numbers as they are."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value) or _("none")
    return "–" if value is None else str(value)


def facts_view(facts: Json) -> Facts:
    """Facts with the version card first: package against goal-state agent confuses everybody (WALinuxAgent #418)."""
    areas: dict[str, list[tuple[str, str]]] = {}
    for key, value in sorted(facts.items()):
        match = INSTANCE.match(key)
        area = match["area"] if match else key.split(".", 1)[0]
        if not _told_above(key, area, match["field"] or "" if match else ""):
            areas.setdefault(_(_AREAS[area]) if area in _AREAS else area, []).append((key, fact_text(value)))
    return Facts(
        versions=versions(facts),
        system=tuple((_(label), fact_text(facts[key])) for key, label in _SYSTEM if facts.get(key) not in (None, "")),
        areas=tuple((name, tuple(rows)) for name, rows in sorted(areas.items())),
    )


def _told_above(key: str, area: str, field: str) -> bool:
    """Whether the version card or the rows beside it tell that fact."""
    named = {name for name, *_rest in AGENTS + _SYSTEM} | {"os.pretty", "os.kernel", "os.release"}
    aged = any(key == f"{name}{ending}" for name in named for ending in _ON_CARD)
    return key in named or aged or (area == "extension" and field in EXTENSION_FIELDS)


def coverage_view(document: Json) -> Coverage:
    """Coverage with gaps in words; a silence says nothing where the log has a hole."""
    coverage = document["coverage"]
    clock = coverage.get("clock") or {}
    asked = {item["command"] for item in document["verdict"].get("ask") or () if item.get("command")}
    zone, how = clock.get("zone") or _("unknown"), clock.get("how") or ""
    read_as = _("Local stamps were read as {zone}: {how}.") if how else _("Local stamps were read as {zone}.")
    sources = coverage["sources"]
    extent = (
        plural("{n} source", "{n} sources", len(sources)),
        plural("{n} file", "{n} files", document["bundle"]["members"]),
        plural("{n} event", "{n} events", sum(source["events"] for source in sources)),
    )
    return Coverage(
        sources=tuple(sources),
        gaps=tuple(
            (gap["source"], formatting.period(gap["start"], gap["end"]), formatting.length(gap["start"], gap["end"]))
            for gap in coverage.get("gaps") or ()
        ),
        files=tuple(coverage.get("files") or ()),
        refused=tuple(document["bundle"].get("refused") or ()),
        missing=tuple(item for item in coverage.get("missing") or () if item.get("command") not in asked),
        unchecked=tuple(document.get("unchecked") or ()),
        extent=", ".join(extent),
        clock=_("All times are UTC.") + " " + read_as.format(zone=zone, how=how),
    )
