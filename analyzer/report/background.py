"""What stands behind a verdict: the versions and state of the VM, and what the bundle covers and what not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.report import formatting

Json = Mapping[str, Any]

_INSTANCE = re.compile(r"^(?P<area>[\w-]+)\[(?P<name>[^\]]*)\](?:\.(?P<field>.+))?$")
_AGENT_ROWS = (
    ("agent.version", "Guest agent at work", "the self-updated agent that runs the extensions"),
    (
        "agent.daemon_version",
        "Installed package",
        "the daemon the distribution or image installed; often older, rightly",
    ),
    ("agent.reported_version", "Reported to the platform", "what the portal shows"),
    ("agent.reported_status", "Reported status", ""),
    ("agent.python", "Python of the agent", ""),
    ("agent.disabled", "Disabled by marker file", ""),
)
_OS_ROWS = (
    ("os.pretty", "Operating system", ""),
    ("os.kernel", "Kernel", ""),
    ("os.hostname", "Host name", ""),
    ("os.timezone", "Time zone", ""),
    ("vm.name", "VM", ""),
    ("vm.size", "Size", ""),
    ("vm.location", "Region", ""),
    ("vm.id", "VM id", ""),
)
_AREAS = {
    "agent": "Guest agent",
    "backup": "Backup",
    "certificates": "Certificates",
    "conf": "Agent configuration (waagent.conf)",
    "disk": "File systems",
    "goal_state": "Goal state",
    "net": "Network",
    "os": "Operating system",
    "package": "Packages",
    "vm": "Virtual machine",
    "vmbackup": "Backup configuration (vmbackup.conf)",
}
_EXTENSION_COLUMNS = ("version", "handler_state", "handler_status", "handler_code", "status", "status_code")


@dataclass(frozen=True)
class ExtensionRow:
    """One extension handler: which version, how its handler stands, what its last operation said."""

    name: str
    version: str
    handler: str
    status: str
    message: str
    bad: bool


@dataclass(frozen=True)
class Facts:
    """The version card, the extensions, and every other fact by area."""

    agent: tuple[tuple[str, str, str], ...]
    system: tuple[tuple[str, str, str], ...]
    extensions: tuple[ExtensionRow, ...]
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
    clock: str


def fact_text(value: object) -> str:
    """A fact as people read it: yes/no, lists by comma, numbers as they are."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value) or "none"
    return "–" if value is None else str(value)


def _rows(facts: Json, wanted: tuple[tuple[str, str, str], ...]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (label, fact_text(facts[key]), note) for key, label, note in wanted if facts.get(key) not in (None, "")
    )


def _extensions(facts: Json) -> tuple[ExtensionRow, ...]:
    by_name: dict[str, dict[str, str]] = {}
    for key, value in facts.items():
        match = _INSTANCE.match(key)
        if match and match["area"] == "extension" and match["field"]:
            by_name.setdefault(match["name"], {})[match["field"]] = fact_text(value)
    return tuple(_extension(name, fields) for name, fields in sorted(by_name.items()))


def _extension(name: str, fields: Mapping[str, str]) -> ExtensionRow:
    def joined(*keys: str) -> str:
        values = [fields[key] for key in keys if fields.get(key)]
        return f"{values[0]} (code {values[1]})" if len(values) > 1 else "".join(values)

    status = joined("status", "status_code")
    handler = joined("handler_status", "handler_code") or fields.get("handler_state", "")
    words = f"{fields.get('status', '')} {fields.get('handler_status', '')}".lower()
    return ExtensionRow(
        name=name,
        version=fields.get("version", ""),
        handler=handler,
        status=status,
        message=fields.get("status_message") or fields.get("handler_message", ""),
        bad=any(word in words for word in ("error", "notready", "unresponsive", "unknown")),
    )


def facts_view(facts: Json) -> Facts:
    """Facts with the version card first: package against goal-state agent confuses everybody (WALinuxAgent #418)."""
    shown = {key for key, _, _ in _AGENT_ROWS + _OS_ROWS}
    areas: dict[str, list[tuple[str, str]]] = {}
    for key, value in sorted(facts.items()):
        match = _INSTANCE.match(key)
        area = match["area"] if match else key.split(".", 1)[0]
        field = match["field"] if match and match["field"] else ""
        if key in shown or (area == "extension" and field in _EXTENSION_COLUMNS):
            continue
        areas.setdefault(_AREAS.get(area, area), []).append((key, fact_text(value)))
    return Facts(
        agent=_rows(facts, _AGENT_ROWS),
        system=_rows(facts, _OS_ROWS),
        extensions=_extensions(facts),
        areas=tuple((name, tuple(rows)) for name, rows in sorted(areas.items())),
    )


def coverage_view(document: Json) -> Coverage:
    """Coverage with gaps in words; a silence says nothing where the log has a hole."""
    coverage = document["coverage"]
    clock = coverage.get("clock") or {}
    asked = {item["command"] for item in document["verdict"].get("ask") or () if item.get("command")}
    zone, how = clock.get("zone") or "unknown", clock.get("how") or ""
    return Coverage(
        sources=tuple(coverage["sources"]),
        gaps=tuple(
            (gap["source"], formatting.period(gap["start"], gap["end"]), formatting.length(gap["start"], gap["end"]))
            for gap in coverage.get("gaps") or ()
        ),
        files=tuple(coverage.get("files") or ()),
        refused=tuple(document["bundle"].get("refused") or ()),
        missing=tuple(item for item in coverage.get("missing") or () if item.get("command") not in asked),
        unchecked=tuple(document.get("unchecked") or ()),
        clock=f"All times are UTC. Local stamps were read as {zone}" + (f": {how}." if how else "."),
    )
