"""The version card: agents, extensions and the operating system, each with its age when the bundle ended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.language import N_, _, knowledge, plural
from analyzer.report import formatting

Json = Mapping[str, Any]

INSTANCE = re.compile(r"^(?P<area>[\w-]+)\[(?P<name>[^\]]*)\](?:\.(?P<field>.+))?$")
"""A fact of one of many: 'extension[Publisher.Type].version'."""

EXTENSION_FIELDS = frozenset(
    f"{field}{ending}"
    for field, endings in {
        "version": ("", "_released", "_age_days", "_behind", "_below_minimum"),
        "handler": ("_state", "_status", "_code", "_message"),
        "status": ("", "_code", "_message"),
    }.items()
    for ending in endings
)
"""What the card shows of an extension; the rest stands with the other facts."""

AGENTS = (
    ("agent.version", N_("Guest agent at work"), N_("the self-updated agent that runs the extensions")),
    (
        "agent.daemon_version",
        N_("Installed package"),
        N_("the daemon of the distribution or image; often older, rightly"),
    ),
    ("agent.reported_version", N_("Reported to the platform"), N_("what the portal shows")),
)
_BAD = ("error", "notready", "unresponsive", "unknown")


@dataclass(frozen=True)
class Version:
    """One row. `known` is what the table of releases says of the version, `warnings` what of that asks for attention,
    `state` how the component stands."""

    name: str
    note: str
    version: str
    age: str
    known: tuple[str, ...]
    warnings: tuple[str, ...]
    state: str
    message: str
    bad: bool


def versions(facts: Json) -> tuple[tuple[str, tuple[Version, ...]], ...]:
    """(heading, rows) of agents, extensions and system; without what the bundle does not tell."""
    groups = (
        (_("Guest agent"), _agents(facts)),
        (_("Extensions"), _extensions(facts)),
        (_("Operating system"), _system(facts)),
    )
    return tuple((heading, rows) for heading, rows in groups if rows)


def _agents(facts: Json) -> tuple[Version, ...]:
    told = {key: str(facts[key]) for key, _label, _note in AGENTS if facts.get(key)}
    if told.get("agent.reported_version") in (told.get("agent.version"), told.get("agent.daemon_version")):
        told.pop("agent.reported_version", None)  # says nothing new
    rows: list[Version] = []
    for key, label, note in AGENTS:
        if key in told:
            state = str(facts.get("agent.reported_status") or "") if not rows else ""
            rows.append(_row(facts, key, _(label), told[key], note=_(note), state=state))
    return tuple(rows)


def _extensions(facts: Json) -> tuple[Version, ...]:
    by_name: dict[str, dict[str, Any]] = {}
    for key, value in facts.items():
        match = INSTANCE.match(key)
        if match and match["area"] == "extension" and match["field"] and value not in (None, ""):
            by_name.setdefault(match["name"], {})[match["field"]] = value
    return tuple(_extension(facts, name, fields) for name, fields in sorted(by_name.items()))


def _extension(facts: Json, name: str, fields: Mapping[str, Any]) -> Version:
    handler = _coded(fields, "handler_status", "handler_code") or str(fields.get("handler_state", ""))
    words = f"{fields.get('status', '')} {fields.get('handler_status', '')}".lower()
    return _row(
        facts,
        f"extension[{name}].version",
        name or _("unnamed"),
        str(fields.get("version", "")),
        state=" · ".join(part for part in (handler, _coded(fields, "status", "status_code")) if part),
        message=str(fields.get("status_message") or fields.get("handler_message", "")),
        bad=any(word in words for word in _BAD),
    )


def _coded(fields: Mapping[str, Any], word: str, code: str) -> str:
    if not fields.get(word):
        return ""
    with_code = code in fields and fields[code] != 0
    return _("{word} (code {code})").format(word=fields[word], code=fields[code]) if with_code else str(fields[word])


def _system(facts: Json) -> tuple[Version, ...]:
    name = facts.get("os.pretty") or facts.get("os.name") or facts.get("os.release")
    build = str(facts.get("os.version") or "")
    rows: list[Version] = []
    if name:
        rows.append(_row(facts, "os.release", str(name), build if build not in str(name) else ""))
    if facts.get("os.kernel"):
        rows.append(_row(facts, "os.kernel", _("Kernel"), str(facts["os.kernel"])))
    return tuple(rows)


def _row(
    facts: Json,
    key: str,
    name: str,
    version: str,
    note: str = "",
    state: str = "",
    message: str = "",
    bad: bool = False,
) -> Version:
    known, warnings = _known(facts, key)
    return Version(
        name=name,
        note=note,
        version=version,
        age=_age(facts.get(f"{key}_age_days")),
        known=known,
        warnings=warnings,
        state=state,
        message=message,
        bad=bad,
    )


def _age(days: object) -> str:
    if not isinstance(days, int):
        return _("age unknown")
    return formatting.age(days) if days >= 0 else _("newer than its public release")


def _known(facts: Json, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(plain, warnings) of what the table of releases says."""
    plain, warnings = [], []
    released = facts.get(f"{key}_released")
    if released:
        plain.append(_("released {day}").format(day=released))
    if facts.get(f"{key}_below_minimum") is True:
        warnings.append(_("below the version that Azure supports"))
    behind = facts.get(f"{key}_behind")
    if isinstance(behind, int) and behind > 0:
        plain.append(plural("{n} newer release by then", "{n} newer releases by then", behind))
    until, kind = facts.get(f"{key}_support_until"), knowledge(str(facts.get(f"{key}_support") or ""))
    if until and facts.get(f"{key}_support_ended") is True:
        warnings.append(_("{kind} ended {until}").format(kind=kind, until=until))
    elif until:
        plain.append(_("{kind} until {until}").format(kind=kind, until=until))
    return tuple(plain), tuple(warnings)
