"""A service as any list tells it, and how it is told on: one wording, one set of facts.

Events: `service <key>: <state>, start <mode>, exit code <n>`, without the parts that the list leaves out.
Facts: `windows.service.<key>.state` (running · stopped · start-pending · stop-pending · paused), `.start` (auto ·
demand · disabled · boot · system), `.exit_code`, `.account`, `.missing` (a query said that there is none);
`windows.services_listed` where a list is of all services, so that a key without facts is not installed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.scrub import scrub
from analyzer.parsers.winevents.services import key_of

SOURCE = "services"
MAX_SERVICES = 2_000
COMPLETE = 40  # Windows itself has some hundred services; a list of fewer was asked for these
OF_AGENT = ("RdAgent", "WindowsAzureGuestAgent")
"""The services without which a VM has no agent; a complete list that lacks them says so."""

_STATES = ("", "stopped", "start-pending", "stop-pending", "running", "running", "paused", "paused")
_STATE_WORDS = {
    "stopped": "stopped",
    "startpending": "start-pending",
    "stoppending": "stop-pending",
    "running": "running",
    "started": "running",
    "continuepending": "running",
    "pausepending": "paused",
    "paused": "paused",
}
_STARTS = ("boot", "system", "auto", "demand", "disabled")
_START_WORDS = {
    "automatic": "auto",
    "automaticdelayedstart": "auto",
    "autostart": "auto",
    "manual": "demand",
    "demandstart": "demand",
    "bootstart": "boot",
    "systemstart": "system",
    **{word: word for word in _STARTS},
}
_NEVER_STARTED = 1077
"""ERROR_SERVICE_NEVER_STARTED: no attempt since the VM came up, which is no failure."""


@dataclass
class Service:
    """What a list says of a service; '' and None where it says nothing."""

    key: str
    state: str = ""
    start: str = ""
    exit_code: int | None = None
    account: str = ""
    missing: bool = False
    line: int = 1


def state_of(value: object) -> str:
    """'running' of 4, '4', 'Running', 'START_PENDING'; '' for anything else."""
    return _named(value, _STATES, _STATE_WORDS)


def start_of(value: object) -> str:
    """'auto' of 2, 'Auto', 'AUTO_START  (DELAYED)', 'Automatic'; '' for anything else."""
    return _named(value, _STARTS, _START_WORDS)


def _named(value: object, by_number: tuple[str, ...], words: dict[str, str]) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    text = str(value).strip()
    if text.isdecimal() and text.isascii():
        number = int(text[:4])
        return by_number[number] if number < len(by_number) else ""
    letters = "".join(letter for letter in text.lower() if letter.isalpha())
    return words.get(letters) or words.get(letters.removesuffix("delayed"), "")


def tell(services: Iterable[Service], time: str | None = None, as_of: str = "") -> StateResult:
    """Events and facts of the services of one list."""
    result = StateResult(as_of=as_of)
    listed = 0
    states = set()
    keys = set()
    for service in services:
        key = scrub(key_of(service.key), 256)
        if not key:
            continue
        listed += 1
        if listed > MAX_SERVICES:
            result.problems.append(f"more than {MAX_SERVICES} services: the rest was left out")
            break
        keys.add(key)
        states.add(service.state)
        fact = f"windows.service.{key}"
        if service.missing:
            _missing(result, key, time, service.line)
            continue
        if service.state:
            result.facts[f"{fact}.state"] = service.state
        if service.start:
            result.facts[f"{fact}.start"] = service.start
        if service.exit_code is not None:
            result.facts[f"{fact}.exit_code"] = service.exit_code
        if service.account:
            result.facts[f"{fact}.account"] = scrub(service.account, 256)
        result.events.append(StateEvent(SOURCE, _words(service, key), time, _level(service), key, service.line))
    if listed >= COMPLETE and {"running", "stopped"} <= states:  # a list of the running ones says nothing of others
        result.facts["windows.services_listed"] = True
        for key in OF_AGENT:
            if key not in keys:
                _missing(result, key, time, 1)
    return result


def _missing(result: StateResult, key: str, time: str | None, line: int) -> None:
    level = "error" if key in OF_AGENT else "info"
    result.facts[f"windows.service.{key}.missing"] = True
    result.events.append(StateEvent(SOURCE, f"service {key}: not installed", time, level, key, line))


def _words(service: Service, key: str) -> str:
    parts = [service.state] if service.state else []
    if service.start:
        parts.append(f"start {service.start}")
    if service.exit_code is not None:
        parts.append(f"exit code {service.exit_code}")
    return f"service {key}: {', '.join(parts) or 'listed'}"


def _level(service: Service) -> str:
    """A service that ended with a code of its own did not end well."""
    failed = service.state != "running" and service.exit_code not in (None, 0, _NEVER_STARTED)
    return "warning" if failed else "info"
