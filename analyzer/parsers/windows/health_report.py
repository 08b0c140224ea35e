"""The VM health report of the Windows agent: one JSON line in TransparentInstaller.log, or a file of its own.

It tells every service with its state, start mode and exit code at the instant of the report, the network adapters and
the system: `{"reportTime", "services": [{"name", "state", "startMode", "startName", "exitCode", "processId"}],
"networkAdapters", "systemInfo": {"windows": {"osVersion", "safeBoot", …}}}`. Keys are compared without regard to case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from analyzer.parsers.base import StateEvent, StateResult, first
from analyzer.parsers.content import UnreadableError, unreadable
from analyzer.parsers.jsonload import load_json
from analyzer.parsers.values import as_bool, as_dict, as_int, as_list, as_text, utc_iso, word
from analyzer.parsers.windows.service import SOURCE, Service, start_of, state_of, tell

COMPONENT = "health-report"
MAX_ADAPTERS = 100


def parse(path: str, data: bytes) -> StateResult:
    """One report in a file of its own."""
    return parse_reports(path, [(1, data)])


def parse_reports(path: str, reports: Sequence[tuple[int, bytes]]) -> StateResult:
    """The reports of a log as (line, report), oldest first. Of the earlier ones only what changed is told: an agent
    reports at every start, twice."""
    result = StateResult()
    known: set[str] = set()
    for line, data in reports:
        try:
            told = _report(data)
        except UnreadableError as error:
            told = unreadable(SOURCE, path, error, COMPONENT)
        result.facts |= told.facts
        result.problems += told.problems
        result.as_of = max(result.as_of, told.as_of)
        result.events += [replace(event, line=line) for event in told.events if event.text not in known]
        known = {event.text for event in told.events}
    return result


def _report(data: bytes) -> StateResult:
    report = _lower(load_json(data))
    if not isinstance(report.get("services"), list) and "systeminfo" not in report:
        raise UnreadableError("neither services nor systemInfo in it")
    time = utc_iso(report.get("reporttime"))
    result = tell(_services(report), time, as_of=time or "")
    _system(result, _lower(_lower(report.get("systeminfo")).get("windows")), time)
    for entry in first(as_list(report.get("networkadapters")), MAX_ADAPTERS, "network adapters", result.problems):
        _adapter(result, _lower(entry), time)
    return result


def _lower(value: Any) -> dict[str, Any]:
    return {str(key).lower(): inner for key, inner in as_dict(value).items()}


def _services(report: dict[str, Any]) -> list[Service]:
    services = []
    for entry in map(_lower, as_list(report.get("services"))):
        state, start = state_of(entry.get("state")), start_of(entry.get("startmode"))
        account = as_text(entry.get("startname"))
        services.append(Service(as_text(entry.get("name")), state, start, as_int(entry.get("exitcode")), account))
    return services


def _system(result: StateResult, windows: dict[str, Any], time: str | None) -> None:
    if not windows:
        return
    version, safe = as_text(windows.get("osversion")), as_bool(windows.get("safeboot"))
    if version:
        result.facts |= {"os.id": "windows", "os.version": version}
    if safe is not None:
        result.facts["os.safe_boot"] = safe
    words = "unknown" if safe is None else "yes" if safe else "no"
    text = f"vm health report: os {word(version)}, safe boot {words}"
    result.events.append(StateEvent(SOURCE, text, time, "warning" if safe else "info", COMPONENT))


def _adapter(result: StateResult, adapter: dict[str, Any], time: str | None) -> None:
    name = next((as_text(adapter[key]) for key in ("name", "description", "interfacename") if adapter.get(key)), "")
    dhcp = next((as_bool(adapter[key]) for key in ("dhcpenabled", "isdhcpenabled") if key in adapter), None)
    if not name or dhcp is None:
        return
    result.facts[f"windows.adapter[{name}].dhcp"] = dhcp
    text = f"adapter {name}: dhcp {'enabled' if dhcp else 'disabled'}"
    result.events.append(StateEvent(SOURCE, text, time, "info", COMPONENT))
