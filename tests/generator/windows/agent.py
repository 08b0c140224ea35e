"""The Windows guest agent of one VM: what it writes from boot to boot, and about the handlers of a goal state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..archives import Files
from ..stamps import seconds
from . import handlerlines
from .agentlog import AgentLog, CommandLog, Said
from .vm import Plugin, WinVm

HOST = "168.63.129.16"
ADAPTER = "Microsoft Hyper-V Network Adapter"
BEAT = "WindowsAzureGuestAgent Heartbeat."


@dataclass(frozen=True)
class Step:
    """One handler in a goal state. `code` is the exit code of its enable command, None when the agent killed it."""

    plugin: Plugin
    took: float = 4.0
    code: int | None = 0
    install: bool = False
    output: str = "Enabled."
    error: str = ""


@dataclass
class Agent:
    vm: WinVm
    log: AgentLog = field(init=False)
    commands: dict[str, tuple[Plugin, CommandLog]] = field(default_factory=dict)
    incarnation: int = 1
    rotations: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.log = AgentLog(self.vm.agent.stamps)

    def say(self, at: datetime, *said: Said, thread: int = 5) -> datetime:
        return self.log.say(at, said, thread)

    def starting(self, at: datetime) -> datetime:
        """The process and its way to the fabric address."""
        release = self.vm.release
        return self.say(
            at,
            Said(0, f"WindowsAzureGuestAgent starting. Version {self.vm.agent.version}"),
            Said(0.2, f"Machine name: {self.vm.name}. OS version: {release.version}.{release.build}"),
            Said(0.4, f"Attempting to discover fabric address on interface {ADAPTER}."),
            Said(0.3, f"Discovered fabric address {HOST} on interface {ADAPTER}."),
            thread=3,
        )

    def boot(self, at: datetime) -> datetime:
        """Until the agent is ready."""
        return self.say(
            self.starting(at),
            Said(1.1, f"Fetched transport certificate {self.vm.thumbprint}."),
            Said(0.6, "StateExecutor initialization completed.", "WARN"),
            Said(0.2, BEAT, "HEART"),
            Said(2.0, f"Getting GoalState. Incarnation: {self.incarnation}"),
        )

    def stop(self, at: datetime) -> datetime:
        ended = Said(1.4, "WindowsAzureGuestAgent stopped successfully.")
        return self.say(at, Said(0, "WindowsAzureGuestAgent stopping."), ended, thread=3)

    def alive(self, start: datetime, end: datetime, every: float = 60) -> None:
        """Heartbeats, and now and then what a quiet agent says."""
        rng, at = self.vm.rng, start + seconds(self.vm.rng.uniform(5, every))
        while at < end:
            self.log.write(at, BEAT, "HEART", thread=7)
            if rng.random() < 0.004:
                self.log.write(at + seconds(0.5), "ExtensionCpuQuota is not set", "INFO", thread=11)
                self.log.write(at + seconds(0.6), "Error SetCPUNotification: 87", "ERROR", thread=11)
            if rng.random() < 0.004:
                self.log.write(at + seconds(2), f"Getting GoalState. Incarnation: {self.incarnation}", thread=5)
            at += seconds(every + rng.uniform(-0.3, 0.6))

    def new_goal_state(self, at: datetime, count: int) -> datetime:
        self.incarnation += 1
        numbers = f"Incarnation: {self.incarnation}, extension count: {count}"
        return self.say(
            at,
            Said(0, "Driving to new goal state ..", "WARN"),
            Said(0.3, f"GoalState updated. Incarnation: {self.incarnation}"),
            Said(0.1, "Start Workflow."),
            Said(0.1, f"Starting installation/update of plugins. {numbers}"),
        )

    def goal_state(self, at: datetime, steps: Sequence[Step]) -> datetime:
        """Process a goal state; the time when the last handler was done."""
        at = self.new_goal_state(at, len(steps))
        for step in steps:
            at = self.process(at + seconds(0.2), step)
        return at

    def begin(self, at: datetime, plugin: Plugin) -> datetime:
        """Until the handler's enable command runs."""
        return self.log.say(at, handlerlines.begun(plugin), handlerlines.thread(plugin))

    def process(self, at: datetime, step: Step) -> datetime:
        plugin, thread = step.plugin, handlerlines.thread(step.plugin)
        if step.install:
            at = self.log.say(at, handlerlines.installed(plugin), thread)
        start = self.begin(at, plugin)
        end = start + seconds(step.took)
        self.command(plugin).ran(start, end, plugin.program + plugin.command, step.output, step.error)
        said = handlerlines.enabled(plugin) if step.code == 0 else handlerlines.failed(plugin, step.code)
        return self.log.say(end, said, thread)

    def command(self, plugin: Plugin) -> CommandLog:
        """The handler's CommandExecution.log."""
        new = (plugin, CommandLog(iso=self.vm.agent.stamps in "BC"))
        return self.commands.setdefault(plugin.name, new)[1]

    def files(self) -> Files:
        files = self.log.rotated("WindowsAzure/Logs/WaAppAgent.log", self.rotations)
        for plugin, commands in self.commands.values():
            files[f"{plugin.logs}/CommandExecution.log"] = commands.encode()
        return files
