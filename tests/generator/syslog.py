"""The system log: what systemd, cron, sshd and the kernel say on an ordinary VM, in its local time."""

from __future__ import annotations

from datetime import datetime, timedelta

from . import stamps
from .agentlog import AgentLog
from .archives import Files
from .vm import Vm


class Syslog:
    """RFC 3164 stamps, or RFC 3339 where the distribution's rsyslog writes them."""

    def __init__(self, vm: Vm) -> None:
        self.vm = vm
        self._records: list[tuple[datetime, int, str]] = []

    def write(self, at: datetime, program: str, text: str) -> None:
        """`program` is 'systemd[1]', 'kernel', 'CRON[123]', …"""
        wall = stamps.local(at, self.vm.zone)
        stamp = stamps.rfc3339(wall) if self.vm.distro.rfc3339 else stamps.rfc3164(wall)
        self._records.append((at, len(self._records), f"{stamp} {self.vm.name} {program}: {text}\n"))

    def days(self, start: datetime, end: datetime) -> None:
        """The noise of every day: cron each hour, a timer each night, logins, a few kernel lines."""
        hour = start.replace(minute=17, second=1, microsecond=0)
        while hour <= end:
            if hour >= start:
                self._hour(hour)
            hour += timedelta(hours=1)

    def _hour(self, at: datetime) -> None:
        rng = self.vm.rng
        later = at + timedelta(minutes=rng.randint(1, 40))
        self.write(at, f"CRON[{self._pid()}]", "(root) CMD (   cd / && run-parts --report /etc/cron.hourly)")
        if at.hour == 6:
            self.write(at + timedelta(minutes=8), "systemd[1]", "Starting Daily apt upgrade and clean activities...")
            self.write(at + timedelta(minutes=9), "systemd[1]", "Finished Daily apt upgrade and clean activities.")
        if rng.random() < 0.1:
            peer = f"198.51.100.{rng.randint(2, 250)} port {rng.randint(30000, 60000)}"
            self.write(later, f"sshd[{self._pid()}]", f"Accepted publickey for azureuser from {peer} ssh2")
        if rng.random() < 0.05:
            uptime = f"[{rng.randint(10000, 900000)}.{rng.randint(100000, 999999)}]"
            self.write(later, "kernel", f"{uptime} hv_utils: TimeSync IC version 4.0")

    def _pid(self) -> int:
        return self.vm.rng.randint(2000, 60000)

    def embed(self, log: AgentLog, start: datetime, end: datetime) -> None:
        """The agent's records of that time, as journald hands them on."""
        program = f"python3[{self.vm.rng.randint(600, 1500)}]"
        for at, text in log.between(start, end):
            for line in text.splitlines():
                self.write(at, program, line)

    def files(self) -> Files:
        text = "".join(text for _, _, text in sorted(self._records))
        return {self.vm.distro.syslog: text.encode()}
