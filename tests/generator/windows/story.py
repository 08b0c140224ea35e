"""Days in the life of a Windows VM: boots, noise, the agent, a backup each night; and what is sent of it in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..archives import Files
from ..stamps import seconds
from . import boot, noise, state
from .agent import Agent, Step
from .backup import GUEST_ONLY, Backup, Run
from .events import EventLog
from .installer import Installer
from .vm import BGINFO, MONITOR, Plugin, WinVm


@dataclass
class Story:
    """`start` is the first moment that the logs know; Windows runs already, unless `boot` is called first."""

    vm: WinVm
    start: datetime
    hour: float = 22.5  # of the nightly backup, UTC
    plugins: tuple[Plugin, ...] = (MONITOR, BGINFO)
    log: EventLog = field(init=False)
    agent: Agent = field(init=False)
    backup: Backup = field(init=False)
    installer: Installer = field(init=False)
    extra: Files = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.log = EventLog(self.vm)
        self.agent = Agent(self.vm)
        self.backup = Backup(self.agent, self.log, sequence=self.vm.rng.randint(20, 300))
        self.installer = Installer(self.vm)
        self.now = self.start
        self.booted = self.start - timedelta(days=self.vm.rng.randint(3, 20))

    def live(self, end: datetime, agent: bool = True) -> None:
        """Windows runs on until `end`, and so does the agent, unless it is said not to."""
        noise.days(self.log, self.now, end)
        if self.vm.sql:
            _sql_log_backups(self.log, self.now, end)
        if agent:
            self.agent.alive(self.now, end)
            moment = self.now.replace(hour=6, minute=4, second=31)
            while moment < end:
                if moment > self.now:
                    self.installer.report(moment)
                moment += timedelta(days=1)
        self.now = end

    def nights(self, count: int) -> None:
        """Days with a backup each night that goes well; ends some hours after the last."""
        for _ in range(count):
            at = self.tonight()
            self.live(at)
            end = self.backup.night(at)
            self.sql_freeze(at + seconds(12))
            self.live(end + timedelta(hours=2))

    def tonight(self) -> datetime:
        """When the next backup starts: the same time each night, but for some minutes."""
        at = self.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=self.hour)
        while at < self.now:
            at += timedelta(days=1)
        return at + seconds(self.vm.rng.uniform(0, 700))

    def rest(self, hours: float, agent: bool = True) -> None:
        self.live(self.now + timedelta(hours=hours), agent)

    def try_backup(self, last: str) -> Run:
        """Live until the next backup's time and begin it; it goes well up to the phase `last`."""
        at = self.tonight()
        self.live(at)
        run = self.backup.begin(at)
        run.until(last)
        return run

    def failed(self, run: Run, code: int, message: str, exit_code: int = 0, did: str = GUEST_ONLY) -> None:
        """The backup reports an error; three hours go by."""
        self.live(self.backup.failed(run, code, message, did, exit_code) + timedelta(hours=3))

    def boot(
        self,
        at: datetime,
        agent: bool = True,
        ready: bool = True,
        crash: boot.Crash | None = None,
        without: tuple[str, ...] = (),
    ) -> datetime:
        """Windows starts. `agent`: its services come up; `ready`: it gets as far as its goal state; `without` are
        services that do not come up."""
        self.booted = self.now = at
        up = boot.start(self.log, at, agent, crash, without)
        if agent:
            self.installer.boot(up + seconds(20))
            began = up + seconds(31)
            up = self.agent.boot(began) if ready else self.agent.starting(began)
        if agent and ready:
            up = self.agent.goal_state(up + seconds(2), [Step(plugin) for plugin in self.plugins])
            self.installer.report(up + seconds(8))
        self.now = up
        return up

    def restart(
        self,
        at: datetime,
        process: str,
        user: str,
        reason: str,
        code: str = "0x80020010",
        agent: bool = True,
        ready: bool = True,
        without: tuple[str, ...] = (),
    ) -> datetime:
        """A planned restart; the moment when the agent, or Windows, is up again."""
        down = self.shut_down(at, process, user, reason, code, "restart")
        return self.boot(down + seconds(self.vm.rng.uniform(40, 90)), agent, ready, without=without)

    def shut_down(self, at: datetime, process: str, user: str, reason: str, code: str, kind: str) -> datetime:
        self.live(at)
        self.log.forget(at)
        self.agent.stop(at + seconds(3))
        return boot.shutdown(self.log, at, process, user, reason, code, kind)

    def crash(self, at: datetime, off: float, code: int = 0, parameters: tuple[str, ...] = ()) -> datetime:
        """The power goes, the host resets the VM or Windows stops: nothing is said before the next start."""
        self.live(at)
        self.log.forget(at)
        last = at - seconds(self.vm.rng.uniform(5, 60))
        return self.boot(at + seconds(off), crash=boot.Crash(last, code, parameters))

    def clock_set(self, to: datetime) -> None:
        """Somebody sets the clock; what comes after is written after what was before."""
        self.now = to
        for log in (self.log, self.agent.log, self.installer.log):
            log.era += 1

    def sql_freeze(self, at: datetime, databases: Sequence[str] = ("master", "msdb", "Orders")) -> None:
        if not self.vm.sql:
            return
        for place, name in enumerate(databases):
            self.log.add(at + seconds(0.1 * place), "MSSQLSERVER", 3197, [name])
            self.log.add(at + seconds(2.4 + 0.1 * place), "MSSQLSERVER", 3198, [name])
            data = [
                name,
                "2021/03/11(09:14:02)",
                "412",
                "38:1312:37",
                "38:1336:1",
                "1",
                f"FILE=1, TYPE=VIRTUAL_DEVICE: {{'{{{self.vm.uuid()}}}1'}}",
            ]
            self.log.add(at + seconds(3 + 0.1 * place), "MSSQLSERVER", 18264, data)

    def azure(self, handlers: Mapping[str, tuple[str, str]] | None = None) -> Files:
        """C:\\WindowsAzure and C:\\Packages; `handlers` gives status and message of those that are not Ready."""
        files = self.agent.files() | self.installer.files() | self.backup.files() | self.extra
        known = [*self.plugins, *([self.backup.runs[-1].plugin] if self.backup.runs else [])]
        for plugin in self.plugins:
            home = state.handler(self.vm, plugin, "Ready" if plugin == MONITOR else "")
            done = state.status(plugin, self.booted, "success", 0, "Enable completed successfully.")
            public = state.settings(self.vm, plugin, {})
            files = home | done | public | files
        rows = [
            (
                p,
                *(handlers or {}).get(
                    p.name, ("Ready", f"Plugin enabled (handler name: {p.name}, version: {p.version}).")
                ),
            )
            for p in known
        ]
        files |= state.aggregate(self.vm, self.now, rows) | state.goal_state(self.vm, self.agent.incarnation)
        return files


def _sql_log_backups(log: EventLog, start: datetime, end: datetime) -> None:
    at = start.replace(minute=15, second=2, microsecond=0)
    while at < end:
        if at > start and at.hour % 3 == 0:
            data = [
                "Orders",
                "2021/03/11(09:14:02)",
                "38:1200:1",
                "38:1312:1",
                "1",
                r"FILE=1, TYPE=DISK: {'F:\Backup\Orders.trn'}",
            ]
            log.add(at, "MSSQLSERVER", 18265, data)
        at += timedelta(hours=1)
