"""The time stamps that state files carry: ISO 8601, .NET's and epoch milliseconds, one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class IsoStamp:
    """Microseconds since 1970 on UTC, or on the VM's wall clock when the stamp names no zone."""

    micros: int
    utc: bool


def parse_iso(text: str) -> IsoStamp | None:
    """A stamp as files write it ('2026-11-21T04:08:22Z', '... 04:08:22.123'); None when it is none."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        from dateutil import parser  # slow to import, and hardly a file needs it

        try:
            moment = parser.isoparse(text.strip())
        except (ValueError, OverflowError):
            return None
    utc = moment.tzinfo is not None
    if utc:
        try:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        except OverflowError:  # the last day of 9999 and the first of year 1, as some zones have them
            return None
    if not 1700 <= moment.year <= 2261:
        return None
    return IsoStamp((moment - _EPOCH) // timedelta(microseconds=1), utc)
