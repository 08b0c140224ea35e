"""WaAppAgent.log and TransparentInstaller.log: one line in the stamp of each generation of the agent.

| generation  | line                                                        |
| 0  to 2016  | [06/20/2016 22:20:45.84] [INFO]  message                    |
| A  to 2022  | [00000013] [11/11/2022 06:34:12.06] [WARN]  message         |
| B  2020, 21 | [00000018] 2021-01-12T16:35:45Z [INFO]  message             |
| C  today    | [00000004] 2024-04-17T07:19:26.812Z [INFO]  message         |

All of them in UTC, lines ended by CR LF. Knowledge: windows.md 3.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from ..archives import Files


class Said(NamedTuple):
    """A line `after` seconds from the one before it."""

    after: float
    text: str
    level: str = "INFO"


def line(when: datetime, generation: str, thread: int, level: str, text: str) -> str:
    hundredths = f"{when:%m/%d/%Y %H:%M:%S}.{when.microsecond // 10_000:02d}"
    head = {
        "0": f"[{hundredths}]",
        "A": f"[{thread:08d}] [{hundredths}]",
        "B": f"[{thread:08d}] {when:%Y-%m-%dT%H:%M:%S}Z",
        "C": f"[{thread:08d}] {when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z",
    }[generation]
    return f"{head} [{level}] {'' if len(level) > 4 else ' '}{text}\n".replace("\n", "\r\n")


@dataclass
class AgentLog:
    """Collects lines in any order. `changes`: since when the agent writes another generation (it updated itself)."""

    generation: str
    changes: list[tuple[datetime, str]] = field(default_factory=list)
    era: int = 0  # grows when the clock is set back
    _rows: list[tuple[int, datetime, int, str]] = field(default_factory=list)

    def say(self, at: datetime, said: Iterable[Said], thread: int = 4) -> datetime:
        """Write lines one after the other from `at` on; the time of the last."""
        for each in said:
            at += timedelta(microseconds=int(each.after * 1e6))
            self.write(at, each.text, each.level, thread)
        return at

    def write(self, at: datetime, text: str, level: str = "INFO", thread: int = 4) -> None:
        generation = self.generation
        for since, changed in self.changes:
            generation = changed if at >= since else generation
        self._rows.append((self.era, at, len(self._rows), line(at, generation, thread, level, text)))

    def encode(self, start: datetime | None = None, end: datetime | None = None) -> bytes:
        rows = [
            text for _, when, _, text in sorted(self._rows) if (not start or when >= start) and (not end or when < end)
        ]
        return "".join(rows).encode()

    def rotated(self, path: str, moments: Iterable[datetime]) -> Files:
        """`path`, and before it the older files: WaAppAgent.000.log is the oldest."""
        edges = [None, *moments, None]
        files: Files = {}
        for place in range(len(edges) - 1):
            last = place == len(edges) - 2
            name = path if last else path.replace(".log", f".{place:03d}.log")
            files[name] = self.encode(edges[place], edges[place + 1])
        return files


@dataclass
class CommandLog:
    """CommandExecution.log of a handler: what its commands printed, run after run."""

    iso: bool = False  # newer agents
    _rows: list[tuple[datetime, int, str]] = field(default_factory=list)

    def ran(self, start: datetime, end: datetime, command: str, output: str, error: str = "") -> None:
        text = f"{self._stamp(start)} Executing: {command} \n{self._stamp(end)} Execution Complete.\n######\n"
        text += f"Execution Output:\n{output}\n######\nExecution Error:\n{error}\n######\n"
        self._rows.append((start, len(self._rows), text.replace("\n", "\r\n")))

    def _stamp(self, when: datetime) -> str:
        if self.iso:
            return f"[{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z]"
        return f"[{when:%m/%d/%Y %H:%M:%S}.{when.microsecond // 10_000:02d}]"

    def encode(self) -> bytes:
        return "".join(text for _, _, text in sorted(self._rows)).encode("utf-8", "replace")
