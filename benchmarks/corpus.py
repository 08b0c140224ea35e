"""Agent logs of any size, the same bytes every time: three generations of the agent's grammar mixed in one file,
continuation lines with stamps of their own in them, and a chosen share of lines that signatures match.

The wording is made up in the agent's manner. Numbers, ids and order come from a seeded generator, so that the text
compresses about as real logs do (6 to 8 times).
"""

from __future__ import annotations

import random
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.knowledge import phrases

START = datetime(2024, 3, 1)
_BATCH = 20_000  # lines that are drawn and joined at a time

THREADS = ("ExtHandler", "Daemon", "MonitorHandler", "EnvHandler", "SendTelemetryHandler", "TelemetryEventsCollector")
HANDLERS = (
    "Microsoft.Azure.Extensions.CustomScript-2.1.10",
    "Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0.9213.0",
    "Microsoft.Azure.Monitor.AzureMonitorLinuxAgent-1.29.4",
    "Microsoft.GuestConfiguration.ConfigurationforLinux-1.26.60",
)
QUIET = (
    "Goal state incarnation {n} was fetched in {m} ms [activity {g}; correlation {g}; created 2024-02-29T10:00:00Z]",
    "Walked {m} extension folders under /var/lib/azure in {n} us, the newest of them belongs to {h}, {m} are unchanged",
    "[CGROUP] slice {h}.scope used 1.{m} percent of the processor and {n} bytes, limits are 5.0 percent and {n}{m}",
    "[{h}] wants to be enabled, sequence number {m}",
    "[{h}] is enabled already, sequence number {m}, nothing is to be done before incarnation {n} arrives",
    "Endpoint 168.63.129.16 answered in {m} ms, container {g}, role config {g}",
    "Sent {m} telemetry events of {n} bytes, {m} are waiting, the oldest of them is {m} seconds old",
    "Collected {m} process samples in {n} us for the unit of the agent, {m} of them belong to {h}",
    "Private key for thumbprint {g} is there: True",
    "Report of {h} is uploaded: sequence number {m}, {n} bytes, etag {g}, attempt 1 of 3",
    "Lease of {m} leases renewed, activity {g}, they end in {n} seconds on every interface",
    "Sleeping for {m} ms before incarnation {n} is asked for again",
)
"""Lines that no signature and no marker knows."""
HEARD = (
    "ProcessExtensionsGoalState started [incarnation_{n} channel: WireServer source: Fabric activity: {g}]",
    "ProcessExtensionsGoalState completed [incarnation_{n} {m} ms]",
    "[HEARTBEAT] Agent WALinuxAgent-2.9.1.{m} is running as the goal state agent [DEBUG HeartbeatCounter: {n}]",
    "Fetched a new incarnation for the WireServer goal state [incarnation {n}]",
    "[{h}] Target handler state: enabled [incarnation_{n}]",
)
"""Lines of everyday life that the shipped operations know."""
CONTINUED = (
    '  File "/usr/lib/python3/dist-packages/azurelinuxagent/ga/exthandlers.py", line {n}, in run',
    "    handler.enable(extension_{m}, 'sequence {n}')",
    '{{"status": "success", "code": 0, "at": "2024-01-01T00:00:00Z", "id": "{g}"}}',
    "[stdout]",
    " 2019/05/05 01:02:03.{m} INFO this stamp is somebody's output and not a record, {n}",
)
LEVELS = ("INFO",) * 30 + ("VERBOSE",) * 6 + ("WARNING",) * 2 + ("ERROR",)


@dataclass(frozen=True)
class Mix:
    """What a log is made of: `hits` is the share of records that one of `signatures` made-up signatures matches,
    `heard` the share of those that the shipped operations know, `mixed` whether generations of the agent mix."""

    hits: float = 0.02
    signatures: int = 200
    heard: float = 0.01
    mixed: bool = True

    @property
    def name(self) -> str:
        return f"{self.hits * 100:g}of{self.signatures}-{'mixed' if self.mixed else 'plain'}"


def lines(mix: Mix, seed: int = 7) -> Iterator[bytes]:
    """Batches of log text without end."""
    draw = random.Random(seed)
    moment = START
    loud = phrases(mix.signatures)
    while True:
        parts = []
        for _ in range(_BATCH):
            moment += timedelta(microseconds=draw.randrange(400_000))
            chance = draw.random()
            kind = loud if chance < mix.hits else HEARD if chance < mix.hits + mix.heard else QUIET
            parts.append(_record(draw, moment, _filled(draw, kind[draw.randrange(len(kind))]), mix.mixed))
            if draw.random() < 0.08:
                parts += [_filled(draw, CONTINUED[draw.randrange(len(CONTINUED))]) for _ in range(draw.randrange(1, 5))]
        parts.append("")
        yield "\n".join(parts).encode("ascii")


def _record(draw: random.Random, moment: datetime, text: str, mixed: bool) -> str:
    level, thread = LEVELS[draw.randrange(len(LEVELS))], THREADS[draw.randrange(len(THREADS))]
    grammar = draw.randrange(10) if mixed else 9
    if grammar == 0:
        return f"{moment:%Y/%m/%d %H:%M:%S.%f} {level} {text}"
    if grammar == 1:
        return f"{moment:%Y/%m/%d %H:%M:%S.%f} {level} {thread} {text}"
    return f"{moment.isoformat(timespec='microseconds')}Z {level} {thread} {thread} {text}"


def _filled(draw: random.Random, text: str) -> str:
    number = draw.getrandbits(40)
    guid = f"{number:08x}-beef-4{number % 1000:03d}-8{number % 997:03d}-{number:012x}"
    return text.format(n=number % 100_000, m=number % 997, g=guid, h=HANDLERS[number % len(HANDLERS)])


def write_log(folder: Path, size: int, mix: Mix) -> Path:
    """A waagent.log of `size` bytes, give or take a line; made once."""
    path = folder / f"{size >> 20}m-{mix.name}.log"
    if not path.exists():
        written = 0
        aside = path.with_suffix(".part")
        with aside.open("wb") as log:
            for batch in lines(mix):
                log.write(batch[: batch.rfind(b"\n", 0, size - written) + 1])
                written += len(batch)
                if written >= size:
                    break
        aside.rename(path)
    return path


def pack(log: Path) -> Path:
    """The log as var/log/waagent.log in a .tar.gz, as a customer packs it; made once."""
    bundle = log.with_suffix(".tar.gz")
    if not bundle.exists():
        aside = log.with_suffix(".part")
        with tarfile.open(aside, "w:gz", compresslevel=6) as archive:
            archive.add(log, "var/log/waagent.log")
        aside.rename(bundle)
    return bundle
