"""Exports of the registry: `.reg` files, the text of `reg query`, and the disk inspection service's registry.json.

Events: `registry HKLM\\SOFTWARE\\…\\<name> = <value>` of source `registry`; dwords as decimals, ControlSet001 and the
like as CurrentControlSet. Facts by the shipped table `signatures/registry.toml`; the start modes of known services are
told as a list of services tells them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import tomli

from analyzer import resources
from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, filled, unreadable
from analyzer.parsers.jsonload import load_json_text
from analyzer.parsers.scrub import scrub
from analyzer.parsers.values import as_int
from analyzer.parsers.windows import service, zones
from analyzer.parsers.windows.registry_value import Value, of_json, of_query, of_reg
from analyzer.parsers.winevents.tables import table

SOURCE = "registry"
MAX_VALUES = 200_000
MAX_EVENTS = 3_000  # of values that no fact asks for
MAX_VALUE = 1_000  # characters
_SECRET = re.compile(
    r"passw|pwd|secret|token|credential|privatekey|accountkey|productkey|digitalproductid", re.IGNORECASE
)
_SERVICE = re.compile(r"HKLM\\SYSTEM\\CurrentControlSet\\Services\\([^\\]+)$", re.IGNORECASE)


class _Asked(NamedTuple):
    key: str  # the end of the key, in lower case
    fact: str
    capture: re.Pattern[str] | None


@lru_cache(maxsize=1)
def _asked() -> dict[str, list[_Asked]]:
    """By the value's name in lower case."""
    rows = tomli.loads((resources.folder("signatures") / "registry.toml").read_text("utf-8"))["value"]
    table: dict[str, list[_Asked]] = {}
    for row in rows:
        asked = _Asked(row["key"].lower(), row["fact"], _pattern(row.get("capture")))
        table.setdefault(row["name"].lower(), []).append(asked)
    return table


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return re.compile(text, re.IGNORECASE) if text else None


def parse(path: str, data: bytes) -> StateResult:
    try:
        text = filled(data)
        values = list(islice(_values(text), MAX_VALUES + 1))
        if not values:
            raise UnreadableError("no value of the registry in it")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error)
    result = StateResult()
    if len(values) > MAX_VALUES:
        result.problems.append(f"values behind the first {MAX_VALUES} were left out")
        values.pop()
    services: list[service.Service] = []
    left = 0
    for value in values:
        known = _facts(result, value, services)
        if not known and len(result.events) >= MAX_EVENTS:
            left += 1
            continue
        result.events.append(_event(value))
    if left:
        result.problems.append(f"{left} values behind the first {MAX_EVENTS} were left out")
    told = service.tell(services)
    result.facts |= told.facts
    result.events += told.events
    return result


def _values(text: str) -> Iterator[Value]:
    if text.lstrip().startswith(("{", "[")):
        return of_json(load_json_text(text))
    return of_reg(text) if re.match(r"\s*(?:Windows Registry Editor|REGEDIT4)", text) else of_query(text)


def _facts(result: StateResult, value: Value, services: list[service.Service]) -> bool:
    """Take what the table or a service's key asks for; whether it was anything."""
    found = _SERVICE.match(value.key)
    if found and value.name.lower() == "start" and found.group(1).lower() in _known_services():
        services.append(service.Service(found.group(1), start=service.start_of(value.data), line=value.line))
        return True
    key, known = value.key.lower(), False
    for asked in _asked().get(value.name.lower(), ()):
        if key.endswith(asked.key):
            known = True
            data = _captured(value.data, asked.capture)
            if asked.fact == "os.timezone":
                data = zones.of_key(str(data)) or None
            if data is not None:
                result.facts[asked.fact] = data
    return known


def _captured(data: int | str, capture: re.Pattern[str] | None) -> int | str | None:
    if capture is None:
        return scrub(data, MAX_VALUE) if isinstance(data, str) else data
    found = capture.search(str(data))
    if not found:
        return None
    number = as_int(found.group(1))
    return found.group(1) if number is None else number


@lru_cache(maxsize=1)
def _known_services() -> frozenset[str]:
    services: dict[str, Any] = table("services")["services"]
    return frozenset(key.lower() for key in services)


def _event(value: Value) -> StateEvent:
    data = "<redacted>" if _SECRET.search(value.name) else scrub(str(value.data), MAX_VALUE)
    text = f"registry {scrub(value.key, 500)}\\{scrub(value.name, 300)} = {data}"
    return StateEvent(SOURCE, text, component=scrub(value.key.rpartition("\\")[2], 200), line=value.line)
