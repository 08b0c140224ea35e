"""Values of loosely typed files: what should be an object, a list, a number or a time, whatever was written there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from analyzer.parsers.content import UnreadableError
from analyzer.parsers.jsonload import load_json_text
from analyzer.parsers.scrub import scrub

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?\s?(Z|[+-]\d\d:?\d\d)?$")
_JSON_DATE = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/$")
_FAILED = frozenset({"notready", "error", "unresponsive", "failed", "failure", "failedupgrade", "malformed"})
_NESTED_MESSAGES = 8


def as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def only_item(document: Any) -> dict[str, Any]:
    """Handlers wrap their one object in a list; some write it bare."""
    if isinstance(document, list):
        return as_dict(document[0]) if document else {}
    return as_dict(document)


def as_text(value: Any) -> str:
    """A scalar as text without secrets; '' for null and for what is not a scalar."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return scrub(str(value)) if isinstance(value, str | int | float) else ""


def word(value: Any) -> str:
    """A scalar as one field of an event's wording; 'none' where there is nothing."""
    return as_text(value).strip() or "none"


def as_int(value: Any) -> int | None:
    """A whole number, also one written as text ('76')."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,18}\s*", value, re.ASCII):
        return int(value)
    return None


def as_code(value: Any) -> int | str | None:
    """A status code: a number where it is one, else what was written; None for nothing."""
    number = as_int(value)
    return number if number is not None else (as_text(value) or None)


def as_bool(value: Any) -> bool | None:
    """true/false, also as text in any case."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.strip().lower()) if isinstance(value, str) else None


def message_of(value: Any) -> str:
    """The words of a `formattedMessage`, which may be a text, an object, or JSON in a text, one in the other."""
    for _ in range(_NESTED_MESSAGES):
        if isinstance(value, dict):
            value = value.get("messageStr", value.get("message"))
        elif isinstance(value, str) and value.lstrip().startswith("{") and '"message' in value:
            try:
                value = load_json_text(value)
            except UnreadableError:
                break
        else:
            break
    return as_text(value).strip()


def level_of(status: Any) -> str:
    """The level of a status word, as the handler contract ranks them."""
    lowered = status.strip().lower() if isinstance(status, str) else ""
    if lowered in _FAILED:
        return "error"
    return "warning" if lowered == "warning" else "info"


def utc_iso(value: Any) -> str | None:
    """A stamp that is UTC by its field's definition, as ISO 8601 with its zone; None where it is no time."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    milliseconds = _JSON_DATE.match(text)
    if milliseconds:
        return epoch_iso(int(milliseconds.group(1)) / 1000)
    found = _ISO.match(text)
    if not found:
        return None
    day, clock, fraction, zone = found.groups()
    stamp = f"{day}T{clock}{(fraction or '')[:7]}{zone or 'Z'}"
    try:
        datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return stamp


def epoch_iso(seconds: Any) -> str | None:
    """Seconds since 1970 as ISO 8601 UTC."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return _iso_after(datetime(1970, 1, 1, tzinfo=UTC), seconds * 1_000_000)


def ticks_iso(ticks: Any) -> str | None:
    """.NET ticks (100 ns since year 1, UTC) as ISO 8601 UTC; WALinuxAgent common/protocol/extensions_goal_state.py."""
    number = as_int(ticks)
    return _iso_after(datetime(1, 1, 1, tzinfo=UTC), number // 10) if number and number > 0 else None


def _iso_after(start: datetime, microseconds: float) -> str | None:
    try:
        moment = start + timedelta(microseconds=microseconds)
    except (OverflowError, ValueError):
        return None
    return moment.isoformat().replace("+00:00", "Z")
