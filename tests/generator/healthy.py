"""VMs on which nothing is wrong, with the lines that look as if something were."""

from __future__ import annotations

from datetime import timedelta

from . import stamps
from .agent import Agent
from .agentsteps import Step
from .archives import Files
from .backup import Backup
from .state import agent_conf, goal_state_files, handler_files, os_files
from .syslog import Syslog
from .vm import RHEL_8, UBUNTU_18, UBUNTU_22, UBUNTU_24, Distro, Extension, Vm

MONITOR = Extension("Microsoft.Azure.Monitor.AzureMonitorLinuxAgent", "1.33.2", "./shim.sh")
SCRIPT = Extension("Microsoft.Azure.Extensions.CustomScript", "2.1.13", "bin/custom-script-shim", 1)
OMS = Extension("Microsoft.EnterpriseCloud.Monitoring.OmsAgentForLinux", "1.14.9", "omsagent_shim.sh", 4)


def healthy_agent() -> Files:
    """Four days of a current agent: two handlers, a self-update, every benign line once."""
    vm = Vm("healthy-agent", "shop-web-02", distro=UBUNTU_24)
    agent, syslog = Agent(vm, "2.14.0.1", daemon="2.9.1.1"), Syslog(vm)
    start, end = stamps.utc("2025-04-07 06:12:31"), stamps.utc("2025-04-11 09:00:00")
    ready = agent.boot(start)
    agent.goal_state(ready, 1, [Step(MONITOR, install=True, took=31.0), Step(SCRIPT, install=True)], fetch=False)
    update = stamps.utc("2025-04-09 03:41:10")
    agent.heartbeats(ready + stamps.seconds(50), update)
    agent.noise(stamps.utc("2025-04-07 14:03:12"), "telemetry")
    gone = agent.noise(stamps.utc("2025-04-08 01:20:44"), "gone")
    changed = gone + stamps.seconds(6)
    agent.goal_state(changed, 2, [Step(MONITOR), Step(SCRIPT)])
    agent.noise(stamps.utc("2025-04-08 19:47:02"), "firewall")
    updated = agent.update(update + stamps.seconds(40), "2.15.0.1")
    agent.goal_state(updated, 2, [Step(MONITOR), Step(SCRIPT)], fetch=False)
    agent.heartbeats(updated + stamps.seconds(50), end)
    agent.noise(stamps.utc("2025-04-10 11:30:09"), "fallback")
    syslog.days(start, end)
    syslog.embed(agent.log, start, ready)
    handlers = handler_files(MONITOR, changed) | handler_files(SCRIPT, changed)
    state = goal_state_files(vm, changed, 2, [MONITOR, SCRIPT], agent.version)
    return agent.files() | syslog.files() | handlers | state | agent_conf() | os_files(vm)


def backed_up(
    seed: str, name: str, distro: Distro, zone: str, first: str, outcomes: list[str]
) -> tuple[Agent, Backup, Syslog, Files]:
    """A VM that boots and is backed up each night: the agent (its log of the last two weeks), the backup, the system
    log of the last four days, and the state files."""
    vm = Vm(seed, name, zone=zone, distro=distro)
    agent, syslog = Agent(vm, "2.15.0.1"), Syslog(vm)
    start = stamps.utc(first)
    ready = agent.boot(start)
    backup = Backup(agent, sequence=vm.rng.randint(40, 400))
    at = start.replace(hour=22, minute=30, second=0)
    for outcome in outcomes:
        end = backup.night(at + stamps.seconds(vm.rng.uniform(0, 900)), outcome)
        at += timedelta(days=1)
    last = end + timedelta(hours=9)
    agent.heartbeats(ready, last)
    agent.log = agent.log.since(last - timedelta(days=14))
    syslog.days(max(start, last - timedelta(days=4)), last)
    state = goal_state_files(vm, end, backup.incarnation, [backup.extension], agent.version)
    return agent, backup, syslog, state | agent_conf() | os_files(vm)


def healthy_backup_month() -> Files:
    """Thirty nights of successful backups, but for one in the middle whose freeze took too long."""
    outcomes = ["success"] * 14 + ["freeze-timeout"] + ["success"] * 15
    agent, backup, syslog, state = backed_up(
        "healthy-backup-month", "ledger-app-01", RHEL_8, "America/Chicago", "2025-05-01 07:58:20", outcomes
    )
    agent.noise(stamps.utc("2025-05-22 05:31:40"), "telemetry")
    agent.noise(stamps.utc("2025-05-27 10:11:12"), "telemetry")
    return agent.files() | backup.files() | syslog.files() | state


def guest_did_its_part() -> Files:
    """Every backup succeeded in the guest; the portal shows a failure that lies behind it."""
    agent, backup, syslog, state = backed_up(
        "backup-lock", "files-srv-03", UBUNTU_22, "Europe/Paris", "2025-06-10 11:05:02", ["success"] * 5
    )
    return agent.files() | backup.files() | syslog.files() | state


def healthy_old_agent() -> Files:
    """Five days of agent 2.2.45, which writes local time and no heartbeats."""
    vm = Vm("healthy-old-agent", "legacy-app-07", zone="Europe/Madrid", distro=UBUNTU_18)
    agent, syslog = Agent(vm, "2.2.45"), Syslog(vm)
    start, end = stamps.utc("2025-02-03 09:14:55"), stamps.utc("2025-02-08 16:00:00")
    ready = agent.boot(start)
    done = agent.goal_state(ready, 1, [Step(OMS, install=True, took=22.0)])
    agent.heartbeats(done, end)
    again = agent.goal_state(stamps.utc("2025-02-06 12:40:18"), 2, [Step(OMS)])
    syslog.days(start, end)
    syslog.embed(agent.log, start, ready)
    state = goal_state_files(vm, again, 2, [OMS], "2.2.45") | handler_files(OMS, again)
    return agent.files() | syslog.files() | state | agent_conf(Provisioning_Agent="auto") | os_files(vm)
