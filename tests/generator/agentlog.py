"""waagent.log and CommandExecution.log: one record in the grammar and the clock of each generation of the agent.

| agent           | stamp                          | clock | record                                          |
| 2.0             | 2025/03/02 10:00:05            | local | stamp [ERROR:|WARNING:]line, every line stamped |
| 2.1 to 2.2.26   | 2025/03/02 10:00:05.000123     | local | stamp LEVEL [handler] message                   |
| 2.2.31 - 2.2.45 | the same                       | local | stamp LEVEL Daemon|ExtHandler|[handler] message |
| 2.2.46          | 2025-03-02T10:00:05.000123Z    | UTC   | the same                                        |
| 2.2.47 on       | the same                       | UTC   | stamp LEVEL thread prefix message               |

Source: WALinuxAgent common/logger.py of those tags.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from . import stamps


def number(version: str) -> tuple[int, ...]:
    """'2.2.45' as (2, 2, 45)."""
    return tuple(int(part) for part in version.split("."))


def record(when: datetime, version: str, zone: str, message: str, level: str, thread: str, prefix: str | None) -> str:
    """One record, with its line feed. `prefix` is Daemon, ExtHandler, '[handler-version]' or None."""
    generation = number(version)
    if generation < (2, 1):
        mark = f"{level}:" if level in ("ERROR", "WARNING") else ""
        stamp = stamps.slash(stamps.local(when, zone), micro=False)
        return "".join(f"{stamp} {mark}{line}\n" for line in message.split("\n"))
    process = prefix or thread
    if generation < (2, 2, 46):
        shown = f"{process} " if process.startswith("[") or generation >= (2, 2, 31) else ""
        return f"{stamps.slash(stamps.local(when, zone))} {level} {shown}{message}\n"
    if generation < (2, 2, 47):
        return f"{stamps.iso(when)} {level} {process} {message}\n"
    shown = f"{prefix} " if prefix else ""
    return f"{stamps.iso(when)} {level} {thread} {shown}{message}\n"


@dataclass
class AgentLog:
    """Collects records of any generation and gives them in order of time."""

    zone: str
    _records: list[tuple[datetime, int, str]] = field(default_factory=list)

    def write(
        self,
        when: datetime,
        version: str,
        message: str,
        level: str = "INFO",
        thread: str = "ExtHandler",
        prefix: str | None = "ExtHandler",
    ) -> None:
        self.copy(when, record(when, version, self.zone, message, level, thread, prefix))

    def copy(self, when: datetime, text: str) -> None:
        """A record that is already formed."""
        self._records.append((when, len(self._records), text))

    def since(self, start: datetime) -> AgentLog:
        """What logrotate left."""
        return AgentLog(self.zone, [entry for entry in self._records if entry[0] >= start])

    def between(self, start: datetime, end: datetime) -> list[tuple[datetime, str]]:
        return [(when, text) for when, _, text in sorted(self._records) if start <= when <= end]

    def encode(self) -> bytes:
        return "".join(text for _, _, text in sorted(self._records)).encode("ascii", "backslashreplace")
