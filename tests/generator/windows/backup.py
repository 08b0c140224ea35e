"""The VMSnapshot extension of a Windows VM: one backup a night, in all the places where it leaves something.

A run is IaaSBcdrExtension<N>.log with its phases, the agent's lines about the handler, the settings and the status of
its sequence number, and the events of VSS. Faults end a run early and say why.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from ..archives import Files
from ..stamps import iso_short, seconds, ticks
from . import boot, handlerlines, state
from .agent import Agent
from .agentlog import Said
from .events import EventLog
from .vm import VMSNAPSHOT, Plugin

HOST_DID = "snapshotCreator=backupHostService, hostStatusCodePreSnapshot=200, hostStatusCodeDoSnapshot=200"
GUEST_ONLY = "snapshotCreator=guestExtension, hostStatusCodePreSnapshot=200, hostStatusCodeDoSnapshot=0"
PHASES = (
    ("load", 0.3, "Loading configuration {{ConfigFile = {settings}}}"),
    (
        "load",
        0.4,
        "Command received {{commandToExecute = snapshot, taskId = {task}, commandStartTimeUTCTicks = {ticks}}}",
    ),
    ("redist", 0.5, "VCRedist installation state {{isVCRedist2013Installed = True, isVCRedist2013Required = True}}"),
    ("service", 0.3, "Service is not stopped..."),
    ("service", 0.6, "Service is running now..."),
    ("provider", 0.2, "IsCommonProviderDllInstalled {{isCommonProviderInstalledRegKey = True}}"),
    ("provider", 0.2, "Provider installed successfully"),
    ("register", 0.4, "Registered the provider with VSS"),
    ("metadata", 0.3, "Waiting for GatherWriterMetadata"),
    ("drives", 5.5, "Adding drive to snapshotset.... {{Drives = {drives}}}"),
    ("writers", 0.3, "Waiting for GatherWriterStatusPreBackup"),
    ("prepare", 1.1, "Waiting for PrepareForBackup"),
    ("snapshotset", 0.9, "Waiting for DoSnapshotSet"),
    ("snapshotset", 3.9, "DoSnapshotSet {{TimeTaken = 3.8714}}"),
    ("complete", 0.2, "Waiting for BackupComplete"),
    ("complete", 1.4, "DoSnapshot {{TimeTaken = 14.0269}}"),
    (
        "host",
        1.3,
        "DoSnapshotHost=complete. startTime:{clock}, completionTime:{clock}, TotalTimeTaken:00:00:01.1800000",
    ),
    (
        "host",
        0.2,
        "DoSnapshot=complete. WaitResult:True, AnySnapshotFailed:False, AllSnapshotFailed:False, ReturnValue:True, "
        "DoSnapshotRunDuration:00:00:16.8120000",
    ),
)


@dataclass
class Run:
    """One backup while it goes on: `at` moves with every line."""

    backup: Backup
    plugin: Plugin
    start: datetime
    at: datetime
    rows: list[str] = field(default_factory=list)

    def say(self, after: float, text: str, level: str = "Information") -> None:
        self.at += seconds(after)
        stamp = f"{self.at:%Y-%m-%dT%H:%M:%S.%f}{self.backup.vm.rng.randint(0, 9)}Z"
        self.rows.append(f"{stamp} [{level}]: {text}\n".replace("\n", "\r\n"))

    def until(self, last: str) -> datetime:
        """All phases up to and with `last`."""
        vm = self.backup.vm
        words = {
            "settings": f"{self.plugin.program}RuntimeSettings\\{self.plugin.sequence}.settings",
            "task": vm.uuid(),
            "ticks": ticks(self.start),
            "drives": ", ".join(drive + "\\" for drive in vm.volumes if drive != "D:"),
        }
        order = [name for name, _, _ in PHASES]
        for name, after, text in PHASES[: len(order) - order[::-1].index(last)]:
            self.say(after * vm.rng.uniform(0.7, 1.3), text.format(**words, clock=f"{self.at:%m/%d/%Y %H:%M:%S}"))
            if name == "metadata":
                boot.snapshot_services(self.backup.log, self.at)
        return self.at


@dataclass
class Backup:
    agent: Agent
    log: EventLog
    version: str = "1.0.98.0"
    sequence: int = 31
    runs: list[Run] = field(default_factory=list)
    _files: Files = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.vm = self.agent.vm

    def begin(self, at: datetime) -> Run:
        """The goal state arrives and the extension starts."""
        self.sequence += 1
        command = "IaaSBcdrExtension.exe enable"
        plugin = Plugin(VMSNAPSHOT, self.version, command, self.sequence, protected=True)
        began = self.agent.begin(self.agent.new_goal_state(at, 1) + seconds(0.2), plugin)
        public = {
            "taskId": self.vm.uuid(),
            "commandToExecute": "snapshot",
            "commandStartTimeUTCTicks": str(ticks(at)),
            "locale": "en-us",
            "vmType": "microsoft.compute/virtualmachines",
            "objectStr": "",
        }
        self._files |= state.settings(self.vm, plugin, public)
        run = Run(self, plugin, at, began)
        run.say(0.6, f"IaaSBcdrExtension started {{Version = {self.version}, ProcessId = {self.vm.pid()}}}")
        self.runs.append(run)
        return run

    def succeeded(self, run: Run, consistency: int = 2, note: str = "Snapshot command completed") -> datetime:
        """The status is written and the agent sees the end of the command."""
        message = f"{iso_short(run.at)} , {HOST_DID}, Plugin enable Succeeded (command: Snapshot) {note}"
        disks = [
            {
                "snapshotUri": f"https://{self.vm.storage}/{self.vm.word(12)}/abcd?snapshot={run.at:%Y-%m-%dT%H:%M:%S}.3410000Z",
                "isSuccessful": True,
                "statusCode": 200,
                "errorMessage": "",
            }
            for drive in self.vm.volumes
            if drive != "D:"
        ]
        own = {"name": "snapshotInfo", "status": "success", "code": 0}
        own["formattedMessage"] = state.said(json.dumps({"snapshotInfo": disks, "snapshotConsistency": consistency}))
        self._files |= state.status(run.plugin, run.at, "success", 1, message, [own])
        return self._left(run, handlerlines.enabled(run.plugin), 0)

    def failed(self, run: Run, code: int, message: str, did: str = GUEST_ONLY, exit_code: int = 0) -> datetime:
        """The extension itself reports an error; its command may end well all the same."""
        text = f"{iso_short(run.at)} , {did}, Plugin enable Failed (command: Snapshot) {message}"
        self._files |= state.status(run.plugin, run.at, "error", code, text)
        if exit_code:
            return self._left(run, handlerlines.failed(run.plugin, exit_code), exit_code)
        return self._left(run, handlerlines.enabled(run.plugin), 0)

    def died(self, run: Run, code: int) -> datetime:
        """The extension ended with a code before it wrote a status."""
        return self._left(run, handlerlines.failed(run.plugin, code), code)

    def killed(self, run: Run, limit: float = 300) -> datetime:
        """The command did not come back; the agent ends it. No status is written."""
        run.at = max(run.at, run.start + seconds(limit))
        return self._left(run, handlerlines.failed(run.plugin, None), -2)

    def _left(self, run: Run, said: list[Said], code: int) -> datetime:
        commands = self.agent.command(run.plugin)
        commands.ran(
            run.start + seconds(1.2), run.at, run.plugin.program + run.plugin.command, "" if code else "Exit code 0"
        )
        return self.agent.log.say(run.at + seconds(0.4), said, handlerlines.thread(run.plugin))

    def night(self, at: datetime) -> datetime:
        """A backup that goes well."""
        run = self.begin(at)
        run.until("host")
        return self.succeeded(run)

    def files(self, keep: int = 7) -> Files:
        files = dict(self._files)
        for number, run in list(enumerate(self.runs))[-keep:]:
            files[f"{run.plugin.logs}/IaaSBcdrExtension{number}.log"] = "".join(run.rows).encode()
        old = {run.plugin.sequence for run in self.runs[:-keep]}
        return {name: data for name, data in files.items() if not _of(name, old)} | self._state()

    def _state(self) -> Files:
        if not self.runs:
            return {}
        plugin = self.runs[-1].plugin
        return state.handler(self.vm, plugin) | {f"{plugin.home}/SeqNumber.txt": str(plugin.sequence).encode()}


def _of(name: str, sequences: set[int]) -> bool:
    leaf = name.rpartition("/")[2].partition(".")[0]
    return leaf.isdigit() and int(leaf) in sequences
