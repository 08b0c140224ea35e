"""Small inputs: bundles of a hundred kilobytes for the batch, and Windows event logs of any number of events."""

from __future__ import annotations

import io
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.corpus import Mix, lines
from tests.generator.event_exports import export
from tests.generator.event_xml import Exporter
from tests.generator.windows.events import Event, Kind

EXPORTS = {"evtx": ".evtx", "viewer-xml": ".xml", "viewer-csv": ".csv"}
_BYTES = 900_000
_STATUS = b'[{"version":1.0,"timestampUTC":"2024-03-01T00:10:00Z","status":{"name":"x","operation":"Enable","status":"success","code":0,"formattedMessage":{"lang":"en-US","message":"done"}}}]'  # noqa: E501
_KINDS = (
    Kind("Service Control Manager", 7036, 4, "System", "The %1 service entered the %2 state.", ("param1", "param2")),
    Kind("Service Control Manager", 7040, 4, "System", "The start type of the %1 service was changed from %2 to %3.",
         ("param1", "param2", "param3")),
    Kind("disk", 153, 3, "System", "The IO operation at logical block address %2 for Disk %3 (PDO: %4) was retried."),
    Kind("Microsoft-Windows-Kernel-General", 16, 4, "System", "The access history in hive %2 was cleared.", ("A", "B")),
)  # fmt: skip
_DATA = (
    ("Volume Shadow Copy", "running"),
    ("Background Intelligent Transfer Service", "auto start", "demand start"),
    (r"\Device\Harddisk1\DR1", "0x1a2b3c", "1", r"\Device\0000002b"),
    ("42", r"\??\C:\Users\Default\NTUSER.DAT"),
)


def write(folder: Path, count: int) -> None:
    """So many bundles, each another VM's: an agent log, an older one and a status file."""
    folder.mkdir(parents=True)
    for number in range(count):
        text = b""
        for batch in lines(Mix(), seed=number):
            text += batch
            if len(text) >= _BYTES:
                break
        cut = text.rfind(b"\n", 0, _BYTES // 8) + 1
        files = {
            "var/log/waagent.log.1": text[:cut],
            "var/log/waagent.log": text[cut : text.rfind(b"\n", 0, _BYTES) + 1],
            "var/lib/waagent/Contoso.Backup.Tool-1.2.3/status/0.status": _STATUS,
        }
        with tarfile.open(folder / f"ticket-{number:03d}.tar.gz", "w:gz", compresslevel=6) as archive:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))


def event_logs(folder: Path, count: int) -> list[tuple[str, Path]]:
    """(name of the export, file) of a System log of so many events, in the exports of EXPORTS."""
    made = []
    for name, ending in EXPORTS.items():
        path = folder / f"{count}-{name}" / f"System{ending}"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(export(name, _events(count), Exporter()))
        made.append((name, path))
    return made


def _events(count: int) -> list[Event]:
    moment = datetime(2025, 3, 1, tzinfo=UTC)
    return [
        Event(
            _KINDS[n % 4],
            moment + timedelta(seconds=7 * n),
            n + 1,
            "vm1.contoso.com",
            _DATA[n % 4],
            process=600,
            thread=n % 97,
        )
        for n in range(count)
    ]
