"""Moments as people and reports write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from analyzer.language import _

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_moment(text: str) -> int:
    """Microseconds UTC of '2026-11-21 03:40', '2026-11-21T05:40+02:00', '21 Nov 2026 3:40 am'. UTC where no zone is
    named. ValueError when it is no time."""
    from dateutil import parser

    try:
        moment = parser.parse(text, default=datetime(1, 1, 1))
        utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None or moment.year == 1 else moment.astimezone(UTC)
    except (ValueError, ArithmeticError):  # beyond the calendar, or a number beyond all
        raise ValueError(f"'{text}' is no moment such as 2026-11-21T03:40:00Z") from None
    if moment.year == 1:
        raise ValueError(f"'{text}' names no day; give a moment such as 2026-11-21T03:40:00Z")
    return (utc - _EPOCH) // timedelta(microseconds=1)


def human(micros: int | None) -> str:
    """A moment in a sentence: '2026-11-21 03:40:00 UTC'."""
    if micros is None:
        return _("an unknown time")
    return f"{_EPOCH + timedelta(microseconds=micros):%Y-%m-%d %H:%M:%S} UTC"


def iso(micros: int | None) -> str | None:
    """ISO 8601 with 'Z'; the fraction only where there is one."""
    if micros is None:
        return None
    moment = _EPOCH + timedelta(microseconds=micros)
    return moment.replace(tzinfo=None).isoformat() + "Z"
