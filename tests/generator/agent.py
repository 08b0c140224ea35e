"""The guest agent of one VM: what it writes over days, and the files that a bundle has of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from . import agentnoise, stamps
from .agentboot import Said, boot_records, fetched
from .agentlog import AgentLog, number
from .agentsteps import Step, goal_state_2_0, goal_state_ended, step_records
from .archives import Files
from .vm import Vm

NOISE = {
    "telemetry": agentnoise.telemetry_timeout,
    "gone": agentnoise.resource_gone,
    "fallback": agentnoise.channel_fallback,
    "firewall": agentnoise.firewall_reset,
}


class Agent:
    """Writes waagent.log of one generation; `daemon` is the version of the installed package."""

    def __init__(self, vm: Vm, version: str, daemon: str | None = None) -> None:
        self.vm, self.version, self.daemon = vm, version, daemon or version
        self.log = AgentLog(vm.zone)
        self.commands: dict[str, AgentLog] = {}  # CommandExecution.log, by handler
        self._beats = 0
        self._beat_id = vm.uuid().upper()

    def say(self, at: datetime, records: Iterable[Said], version: str | None = None) -> datetime:
        """Write records one after the other from `at` on; the time of the last."""
        for said in records:
            at += timedelta(microseconds=int(said.after * 1e6 * self.vm.rng.uniform(0.8, 1.2)) + 37)
            writer = version or self.version
            self.log.write(at, writer, said.message, said.level, said.thread, said.prefix)
            if said.prefix and said.prefix.startswith("["):
                handler = said.prefix[1 : said.prefix.rindex("-")]
                own = self.commands.setdefault(handler, AgentLog(self.vm.zone))
                own.write(at, writer, said.message, said.level, said.thread, said.prefix)
        return at

    def boot(self, at: datetime, incarnation: int = 1) -> datetime:
        """From the daemon's banner to the first goal state; the time when the agent is ready."""
        for version, said in boot_records(self.vm, self.version, self.daemon, incarnation):
            at = self.say(at, [said], version)
        return at

    def noise(self, at: datetime, kind: str) -> datetime:
        """A benign line of NOISE."""
        return self.say(at, NOISE[kind](self.vm))

    def heartbeats(self, start: datetime, end: datetime, errors: int = 0) -> None:
        """Signs of life: every 30 minutes from 2.2.47 on; older agents only look for updates once an hour."""
        if number(self.version) < (2, 1):
            return
        old = number(self.version) < (2, 2, 47)
        at = start
        while at <= end:
            text = "Wire server endpoint:168.63.129.16" if old else self._heartbeat(errors)
            self.say(at, [Said(0, text)])
            at += timedelta(minutes=60 if old else 30, seconds=self.vm.rng.uniform(0.5, 6))

    def _heartbeat(self, errors: int) -> str:
        mode = ";UpdateMode: SelfUpdate;" if number(self.version) >= (2, 11) else ""
        dropped = "" if number(self.version) >= (2, 14) else "DroppedPackets: 0;"
        beat = f"HeartbeatCounter: {self._beats};HeartbeatId: {self._beat_id};{dropped}"
        self._beats += 1
        return (
            f"[HEARTBEAT] Agent WALinuxAgent-{self.version} is running as the goal state agent "
            f"[DEBUG {beat}UpdateGSErrors: {errors};AutoUpdate: 1{mode}]"
        )

    def update(self, at: datetime, to: str) -> datetime:
        """Self-update: the process ends on purpose and the daemon starts the newer one."""
        text = (
            f"Current Agent {self.version} completed all update checks, exiting current process to upgrade to the new "
            f"Agent version {to}"
        )
        at = self.say(at, [Said(0, text)])
        records = list(boot_records(self.vm, to, self.daemon, 1))
        self.version, self._beats = to, 0
        first = next(i for i, (_, said) in enumerate(records) if said.message.startswith("Determined Agent"))
        for version, said in records[first:]:
            at = self.say(at, [said], version)
        return at

    def goal_state(self, at: datetime, incarnation: int, steps: Sequence[Step], fetch: bool = True) -> datetime:
        """Process a goal state; the time when it was completed."""
        if number(self.version) < (2, 1):
            return self.say(at, goal_state_2_0(self.vm, steps))
        began = at
        if number(self.version) >= (2, 3):
            if fetch:
                at = self.say(at, fetched(self.vm, self.version, incarnation))
            ids = f"activity: {self.vm.uuid()} correlation {self.vm.uuid()} created: {stamps.iso(began)}"
            text = f"[incarnation_{incarnation} channel: WireServer source: Fabric {ids}]"
            at = self.say(at, [Said(0.002, ""), Said(0.0001, f"ProcessExtensionsGoalState started {text}")])
        for step in steps:
            at = self.say(at, step_records(self.version, step, incarnation))
        took = (at - began) // timedelta(milliseconds=1)
        return self.say(at, goal_state_ended(self.version, incarnation, steps, took))

    def stop(self, at: datetime) -> datetime:
        """The daemon was told to stop."""
        text = f"Agent WALinuxAgent-{self.daemon} forwarding signal 15 to WALinuxAgent-{self.version}"
        return self.say(at, [Said(0, text, "Daemon", "Daemon")], self.daemon)

    def files(self) -> Files:
        """waagent.log and the handlers' CommandExecution.log."""
        result = {"var/log/waagent.log": self.log.encode()}
        for name, own in self.commands.items():
            result[f"var/log/azure/{name}/CommandExecution.log"] = own.encode()
        return result
