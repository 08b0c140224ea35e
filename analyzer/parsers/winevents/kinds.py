"""How the raw value of a field becomes what the text of an event shows: one function a kind of event-fields.toml.

Each takes the value as it stands in the event and gives what is shown, or '' when the value says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from analyzer.parsers.winevents import codes, services
from analyzer.parsers.winevents.tables import table

LONGEST = 500  # characters of a field; the whole value stands below it

_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")
_EXECUTABLE = re.compile(
    r"(?:^|[\\/\"(\[\s])([^\\/\"\s:;,()\[\]{}]{1,100}\.(?:exe|dll|sys|ocx|drv|cpl|ax))\b", re.IGNORECASE
)
_PROGRAM = re.compile(r"[^\\/\"\s:;,()\[\]{}<>]{1,100}\.exe\b", re.IGNORECASE)
_HEX = re.compile(r"(?:0x)?([0-9A-Fa-f]{8})(?![0-9A-Fa-f])")
_NUMBER = re.compile(r"0[xX]([0-9A-Fa-f]{1,8})(?![0-9A-Fa-f])|(\d{1,10})(?!\d)")
_TIME = re.compile(r"(\d{4})\D{1,2}(\d\d)\D{1,2}(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?\d*Z?")
_MOST_PROGRAMS = 8


def text(value: str) -> str:
    """The value on one line."""
    return " ".join(value.split())[:LONGEST]


def service(value: str) -> str:
    return services.key_of(text(value))


def state(value: str) -> str:
    return services.state(text(value))


def start(value: str) -> str:
    return services.start_type(text(value))


def volume(value: str) -> str:
    return text(value).rstrip("\\")


def code(value: str) -> str:
    number = codes.number(value)
    return codes.spelt(number) if number else ""


def guid(value: str) -> str:
    found = _GUID.search(value)
    return "{" + found[1].lower() + "}" if found else ""


def program(value: str) -> str:
    """The file's name alone, without path, arguments or what else stands beside it."""
    found = _EXECUTABLE.search(value)
    return found[1] if found else text(value)


def programs(value: str) -> str:
    named = list(dict.fromkeys(_PROGRAM.findall(value)))
    return ", ".join(named[:_MOST_PROGRAMS])


def exception(value: str) -> str:
    """An exception's code as eight digits; the class of a .NET exception stays as it is."""
    found = _HEX.fullmatch(value.strip())
    return f"0x{found[1].lower()}" if found else text(value)


def bugcheck(value: str) -> str:
    found = _NUMBER.match(value.strip())
    if found is None:
        return ""
    digits = f"0x{int(found[1], 16) if found[1] else int(found[2]):08x}"
    name = table("codes")["bugchecks"].get(digits, "")
    return f"{digits} {name}".rstrip()


def alert(value: str) -> str:
    name = table("codes")["tls_alerts"].get(value.strip(), "")
    return f"{text(value)} {name}".rstrip()


def difference(value: str) -> str:
    """Seconds between two times, later minus earlier named; they stand in one value, the new one first."""
    times = [_moment(*found) for found in _TIME.findall(value)]
    if len(times) != 2 or times[0] is None or times[1] is None:
        return ""
    seconds = (times[0] - times[1]).total_seconds()
    return f"{seconds:+.3f}".rstrip("0").rstrip(".")


def _moment(year: str, month: str, day: str, hour: str, minute: str, second: str, fraction: str) -> datetime | None:
    micros = int(fraction.ljust(6, "0")) if fraction else 0
    try:
        return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), micros, UTC)
    except ValueError:
        return None


KINDS: dict[str, Callable[[str], str]] = {
    "text": text,
    "service": service,
    "state": state,
    "start": start,
    "volume": volume,
    "code": code,
    "guid": guid,
    "program": program,
    "programs": programs,
    "exception": exception,
    "bugcheck": bugcheck,
    "alert": alert,
    "difference": difference,
}
