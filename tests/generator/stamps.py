"""Stamps as the programs of an Azure VM write them. Every moment here is UTC; `local` gives the VM's wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_DOTNET_EPOCH = datetime(1, 1, 1, tzinfo=UTC)


def utc(text: str) -> datetime:
    """'2025-03-02 10:00:05' or '2025-03-02' as a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def local(when: datetime, zone: str) -> datetime:
    return when.astimezone(ZoneInfo(zone))


def iso(when: datetime) -> str:
    """The agent from 2.2.46 on: 2025-03-02T10:00:05.000123Z."""
    return f"{when:%Y-%m-%dT%H:%M:%S.%f}Z"


def iso_short(when: datetime) -> str:
    """Status files: 2025-03-02T10:00:05Z."""
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def slash(when: datetime, micro: bool = True) -> str:
    """The agent before 2.2.46 (2.0 without microseconds), the freeze block."""
    return f"{when:%Y/%m/%d %H:%M:%S.%f}" if micro else f"{when:%Y/%m/%d %H:%M:%S}"


def spaced(when: datetime) -> str:
    """VMSnapshotLinux on Python 3: str(datetime), so that a fraction of zero is missing."""
    return str(when.replace(tzinfo=None))


def shell(when: datetime) -> str:
    """handle.sh: `date -u`."""
    return f"{when:%a %b} {when.day:2d} {when:%H:%M:%S} UTC {when.year}"


def rfc3164(when: datetime) -> str:
    return f"{when:%b} {when.day:2d} {when:%H:%M:%S}"


def rfc3339(when: datetime) -> str:
    return when.isoformat(timespec="microseconds")


def history(when: datetime) -> str:
    """A folder of /var/lib/waagent/history."""
    return f"{when:%Y-%m-%dT%H-%M-%S}"


def ticks(when: datetime) -> int:
    """.NET ticks: 100 ns since year 1, UTC."""
    return (when - _DOTNET_EPOCH) // timedelta(microseconds=1) * 10


def epoch_ms(when: datetime) -> int:
    return int(when.timestamp()) * 1000 + when.microsecond // 1000
