"""A backup job: how it can end (the code of the status file, and what decides it), and what its lines are made of.

Codes and names: azure-linux-extensions VMBackup/main/common.py and Utils/ExtensionErrorCodeHelper.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Outcome:
    """`freeze`, `snapshot` and `script` choose the lines; the rest is what the status file says."""

    code: int = 1
    word: str = "success"
    name: str = "success"
    health: int = 0  # 0 green, 128 yellow, 256 red
    freeze: str = "ok"  # ok · busy · timeout · killed
    snapshot: str = "host"  # host · guest · guest-timeout · host-limit
    script: str = "none"  # none · failed
    late_minutes: float = 1.0  # from the service's command to its arrival

    @property
    def ok(self) -> bool:
        return self.code in (0, 1) and self.freeze == "ok"


OUTCOMES = {
    "success": Outcome(),
    "guest": Outcome(snapshot="guest"),
    "freeze-busy": Outcome(121, "error", "FailedRetryableFsFreezeFailed", 128, freeze="busy"),
    "freeze-timeout": Outcome(122, "error", "FailedRetryableFsFreezeTimeout", 128, freeze="timeout"),
    "killed": Outcome(4, "success", "ExtensionTempTerminalState", freeze="killed"),
    "no-network": Outcome(2, "error", "error", snapshot="guest-timeout"),
    "snapshot-limit": Outcome(85, "error", "FailedSnapshotLimitReached", 256, snapshot="host-limit"),
    "script-failed": Outcome(300, "error", "FailedPrepostPreScriptFailed", 128, script="failed"),
    "too-late": Outcome(402, "error", "FailedGuestAgentInvokedCommandTooLate", 256, late_minutes=171.0),
}


class Line(NamedTuple):
    """`after` seconds from the line before. `frozen`: kept in memory while the disks are frozen, written after thaw.
    `inner` is written before the text as the time of the line (safefreeze stamps its own lines)."""

    after: float
    text: str
    frozen: bool = False
    level: str = "Info"
    inner: bool = False


class Job(NamedTuple):
    """One night's command."""

    sequence: int
    task: str
    home: str
    mounts: tuple[str, ...]
    blobs: tuple[str, ...]
    outcome: Outcome
