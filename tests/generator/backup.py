"""VMSnapshotLinux on one VM: a job each night, with the outcome that the caller wants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from . import backupfreeze, backuplines, stamps
from .agent import Agent
from .agentsteps import Step
from .archives import Files
from .backupoutcome import OUTCOMES, Job, Line, Outcome
from .backupstatus import NAME, settings_json, status_json
from .state import handler_files
from .vm import Extension

LOG = f"var/log/azure/{NAME}"


class Backup:
    """Writes extension.log (Python 3, UTC), shell.log, the state of the last job, and the agent's side of each."""

    def __init__(
        self, agent: Agent, version: str = "1.0.9233.0", mounts: tuple[str, ...] = ("/data", "/"), sequence: int = 100
    ) -> None:
        self.agent, self.vm, self.version, self.mounts = agent, agent.vm, version, mounts
        self.sequence, self.incarnation = sequence, 1
        self._log: list[str] = []
        self._frozen: list[str] = []
        self._shell: list[str] = []
        self._state: Files = {}
        disk = f"https://md-{self.vm.word(12)}.z{self.vm.rng.randint(2, 48)}.blob.storage.azure.net:443"
        self.blobs = tuple(f"{disk}/{self.vm.word(12)}/abcd" for _ in mounts)

    def night(self, at: datetime, outcome: str | Outcome = "success") -> datetime:
        """One job that the agent receives at `at`; the time when its daemon ended."""
        end = OUTCOMES[outcome] if isinstance(outcome, str) else outcome
        extension = Extension(NAME, self.version, "main/handle.sh", self.sequence, protected=True)
        job = Job(self.sequence, self.vm.uuid(), extension.home, self.mounts, self.blobs, end)
        self.incarnation += 1
        self.agent.goal_state(at, self.incarnation, [Step(extension, took=4.0)])
        started = at + stamps.seconds(0.6)
        at = self._start(started)
        at = self._write(at, backuplines.enable(job))
        at = self._start(at + stamps.seconds(1))
        self._returned(at, 0)
        at, snapshot_at = self._daemon(at, job)
        self._keep(extension, job, started - timedelta(minutes=end.late_minutes), at, snapshot_at)
        self.sequence += 1
        return at

    def _daemon(self, at: datetime, job: Job) -> tuple[datetime, str]:
        """(end, the snapshot's time as the URIs show it)"""
        outcome = job.outcome
        at = self._write(at, backuplines.prepare(job))
        snapshot_at = ""
        if outcome.code != 402:
            at = self._write(at, backuplines.scripts(job))
            if outcome.script == "none":
                at = self._write(at, backupfreeze.freeze(job))
        if outcome.freeze == "killed":
            at += stamps.seconds(4)
            self._returned(at, 137)
            return at, snapshot_at
        if outcome.freeze == "ok" and outcome.script == "none" and outcome.code != 402:
            snapshot_at = stamps.iso(at)
            at = self._write(at, backuplines.snapshot(job, snapshot_at))
        at = self._write(at, backuplines.verdict(job))
        self._flush(at)
        self._returned(at, 0)
        return at, snapshot_at

    def _write(self, at: datetime, lines: Iterable[Line]) -> datetime:
        for line in lines:
            at += timedelta(microseconds=int(line.after * 1e6 * self.vm.rng.uniform(0.9, 1.1)) + 29)
            text = line.text
            if line.inner:
                text = f"{stamps.local(at, self.vm.zone):%Y-%m-%d %H:%M:%S} {text}"
            if line.frozen:
                self._frozen.append(f"{stamps.slash(at)}  {line.level}  {text} \n")
                continue
            # the verdict of a failed freeze is written at once, the block comes behind it
            if self._frozen and not text.startswith(("doFreezeSnapshot", "Enable,")):
                self._flush(at)
            self._log.append(self._stamped(at, text))
        return at

    def _stamped(self, at: datetime, text: str) -> str:
        return f"{stamps.spaced(at)} [{NAME}-1.0]{text}\n"

    def _flush(self, at: datetime) -> None:
        if not self._frozen:
            return
        self._log.append(self._stamped(at, "Guest Agent Version is :WALinuxAgent-2.0.16"))
        self._log.append(f"Distro Info:Default\n{'=' * 18} Logs during Freeze Start {'=' * 14}\n")
        self._log += self._frozen
        self._log.append(f"{'=' * 18} Logs during Freeze End {'=' * 14}\n\n")
        self._frozen = []

    def _start(self, at: datetime) -> datetime:
        when = stamps.shell(at)
        self._shell.append(f"{when}- ConfigSequenceNumber from environment variable seqNo:{self.sequence}\n")
        self._shell.append(f"{when}- python3 path exists\n")
        return at + stamps.seconds(0.4)

    def _returned(self, at: datetime, code: int) -> None:
        self._shell.append(f"{stamps.shell(at)}- {code} returned from handle.py\n")

    def _keep(self, extension: Extension, job: Job, command: datetime, end: datetime, snapshot_at: str) -> None:
        """The folder of the extension holds the last job only."""
        home, status = extension.home, f"{extension.home}/status/{job.sequence}.status"
        self._state = handler_files(extension, end) | {
            status: status_json(job, end, self.agent.version, self.version, snapshot_at),
            f"{home}/config/{job.sequence}.settings": settings_json(job, command, self.vm.thumbprint),
            f"{home}/mrseq": str(job.sequence).encode(),
        }

    @property
    def extension(self) -> Extension:
        """The handler as the last goal state asked for it."""
        return Extension(NAME, self.version, "main/handle.sh", self.sequence - 1, protected=True)

    def files(self) -> Files:
        logs = {f"{LOG}/extension.log": "".join(self._log).encode(), f"{LOG}/shell.log": "".join(self._shell).encode()}
        return self._state | logs
