"""VMs on which one thing is wrong, with the days before it when all was well."""

from __future__ import annotations

from datetime import datetime, timedelta

from . import stamps
from .agent import Agent
from .agentboot import Said
from .agentsteps import Step, own
from .archives import Files
from .healthy import MONITOR, SCRIPT, backed_up
from .state import agent_conf, goal_state_files, handler_files, os_files
from .syslog import Syslog
from .vm import RHEL_8, UBUNTU_22, UBUNTU_24, Distro, Extension, Vm

LOCK = "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 20711 (unattended-upgr)"
TRACE = """Traceback (most recent call last):
  File "bin/WALinuxAgent-2.13.1.1-py3.12.egg/azurelinuxagent/ga/update.py", line 529, in _try_update_goal_state
azurelinuxagent.common.exception.ProtocolError: """


def backup_freeze_busy() -> Files:
    """Another product keeps /data frozen when the last backup of the week runs."""
    agent, backup, syslog, state = backed_up(
        "backup-freeze-busy",
        "erp-db-01",
        RHEL_8,
        "Europe/Amsterdam",
        "2025-09-15 08:20:44",
        ["success"] * 6 + ["freeze-busy"],
    )
    frozen = stamps.utc("2025-09-21 22:24:40")
    syslog.write(frozen, "nightvault[4127]", "job 8813: quiescing volumes for an application snapshot")
    syslog.write(frozen + stamps.seconds(2), "nightvault[4127]", "job 8813: fsfreeze --freeze /data")
    syslog.write(frozen + timedelta(hours=2), "nightvault[4127]", "job 8813: fsfreeze --unfreeze /data")
    return agent.files() | backup.files() | syslog.files() | state


def _running(
    seed: str, name: str, distro: Distro, version: str, first: str, zone: str = "UTC"
) -> tuple[Agent, Syslog, datetime]:
    """A VM whose agent came up and enabled the monitoring agent."""
    vm = Vm(seed, name, zone=zone, distro=distro)
    agent = Agent(vm, version)
    ready = agent.boot(stamps.utc(first))
    return agent, Syslog(vm), agent.goal_state(ready, 1, [Step(MONITOR, install=True, took=28.0)], fetch=False)


def _state(agent: Agent, at: datetime, incarnation: int, *extensions: Extension) -> Files:
    state = goal_state_files(agent.vm, at, incarnation, extensions, agent.version)
    return state | agent_conf() | os_files(agent.vm)


def agent_wireserver_blocked() -> Files:
    """A new rule of the guest's firewall drops 168.63.129.16 on the third day."""
    agent, syslog, ready = _running(
        "wireserver-blocked", "edge-gw-11", UBUNTU_24, "2.13.1.1", "2025-03-18 05:02:17", "Asia/Tokyo"
    )
    blocked, end = stamps.utc("2025-03-20 13:36:05"), stamps.utc("2025-03-20 21:10:00")
    agent.heartbeats(ready, blocked)
    agent.heartbeats(blocked + timedelta(minutes=21), end, errors=19)
    for count in range(3):
        _no_goal_state(agent, blocked + stamps.seconds(97 + 103 * count), "Error fetching the goal state")
    _no_goal_state(agent, blocked + timedelta(hours=6, minutes=5), "Fetching the goal state is still failing")
    agent.noise(blocked + timedelta(minutes=9), "telemetry")
    agent.noise(blocked + timedelta(hours=3), "telemetry")
    syslog.days(ready - timedelta(minutes=5), end)
    syslog.write(blocked, "systemd[1]", "Reloading ufw.service - Uncomplicated firewall...")
    syslog.write(blocked + stamps.seconds(1), "systemd[1]", "Reloaded ufw.service - Uncomplicated firewall.")
    for count in range(40):
        packet = f"SRC={agent.vm.address} DST=168.63.129.16 LEN=60 TTL=64 PROTO=TCP SPT={40000 + 7 * count} DPT=80 SYN"
        at = blocked + stamps.seconds(4 + 60 * count)
        syslog.write(at, "kernel", f"[{203000 + 60 * count}.118] [UFW BLOCK] IN= OUT=eth0 {packet}")
    return agent.files() | syslog.files() | handler_files(MONITOR, ready) | _state(agent, ready, 1, MONITOR)


def _no_goal_state(agent: Agent, at: datetime, what: str) -> None:
    request = "[HTTP Failed] GET http://168.63.129.16/machine/ -- IOError timed out -- 6 attempts made"
    error = f"[ProtocolError] [Wireserver Exception] [HttpError] {request}"
    agent.say(at, [Said(0, f"{what}: {error}\n{TRACE}{error}\n", level="ERROR")])


def extension_dpkg_locked() -> Files:
    """A custom script installs a package while unattended-upgrades holds dpkg's lock."""
    agent, syslog, ready = _running("dpkg-locked", "build-ci-04", UBUNTU_22, "2.15.0.1", "2025-08-11 04:50:30")
    at, end = stamps.utc("2025-08-12 06:26:41"), stamps.utc("2025-08-12 08:00:00")
    agent.heartbeats(ready, end)
    agent.goal_state(at, 2, [Step(MONITOR), Step(SCRIPT, install=True, took=4.0, status="error")])
    ended = at + stamps.seconds(11)
    text = "failed to execute command: command terminated with exit status=100"
    message = f"Enable failed: {text}\n[stdout]\nReading package lists...\n\n[stderr]\n{LOCK}\n"
    result = {"status": "error", "code": 1, "formattedMessage": {"lang": "en", "message": message}}
    syslog.days(ready - timedelta(minutes=5), end)
    syslog.write(stamps.utc("2025-08-12 06:25:02"), "systemd[1]", "Starting Daily apt upgrade and clean activities...")
    handler = "".join(
        f"time={stamps.iso_short(ended + stamps.seconds(delay))} version=v2.1.13/git@5d1c0e7-clean operation=enable "
        f"seq=1 {said}\n"
        for delay, said in (
            (-3, "event=start"),
            (-2, 'event="executing command" output=/var/lib/waagent/custom-script/download/1'),
            (0, f'event="failed to execute command" error="command terminated with exit status=100" output="{LOCK}"'),
            (0, f'event="failed to handle" error="{text}"'),
        )
    )
    own_log = {"var/log/azure/custom-script/handler.log": handler.encode()}
    handlers = handler_files(MONITOR, ready) | handler_files(SCRIPT, ended, result=result)
    return agent.files() | syslog.files() | handlers | own_log | _state(agent, at, 2, MONITOR, SCRIPT)


def disk_full() -> Files:
    """/var fills up; the next goal state can neither be saved nor reported."""
    agent, syslog, ready = _running("disk-full", "mail-relay-02", RHEL_8, "2.15.0.1", "2025-10-01 03:11:09")
    full, end = stamps.utc("2025-10-03 15:48:22"), stamps.utc("2025-10-03 17:00:00")
    agent.heartbeats(ready, end)
    no_space = "[Errno 28] No space left on device"
    ids = f"activity: {agent.vm.uuid()} correlation {agent.vm.uuid()} created: {stamps.iso(full)}"
    agent.say(
        full,
        [
            Said(0, "Fetched a new incarnation for the WireServer goal state [incarnation 2]", prefix=None),
            Said(0, f"[PERIODIC] [EventError] Failed to write events to file: {no_space}", level="ERROR"),
            Said(0, f"Failed to save GoalState.xml to the goal state history: {no_space} [no additional errors saving "
                    "the goal state will be reported]", level="WARNING"),
            Said(0.4, "Fetch goal state from WireServer completed", prefix=None),
            Said(0.01, f"ProcessExtensionsGoalState started [incarnation_2 channel: WireServer source: Fabric {ids}]"),
            own(SCRIPT, "Target handler state: enabled [incarnation_2]"),
            own(SCRIPT, "[Enable] current handler state is: notinstalled"),
            own(SCRIPT, f"Failed to set state: {no_space}")._replace(level="ERROR"),
            own(SCRIPT, f"Failed to save handler status: {no_space}")._replace(level="ERROR"),
            Said(0.3, f"Event: name={SCRIPT.name}, op=Download, message=Failed to download artifacts: "
                      f"[ExtensionDownloadError] {no_space}, duration=0", level="ERROR"),
            Said(0.1, "ProcessExtensionsGoalState completed [incarnation_2 811 ms]\n"),
            Said(6, f"No handler status found for {SCRIPT.name}. Not reporting anything for it.", level="WARNING"),
            Said(0.1, f"Exception occurred saving event status: {no_space}", level="WARNING"),
            Said(0.1, f"Error cleaning up the goal state history: {no_space}", level="WARNING"),
        ],
    )  # fmt: skip
    syslog.days(ready - timedelta(minutes=5), end)
    for count in range(4):
        text = "file '/var/log/maillog' write error: No space left on device [v8.2102.0-15.el8]"
        syslog.write(full - timedelta(minutes=40 - 9 * count), "rsyslogd[991]", text)
    emptied = (
        f"{MONITOR.home}/status/{MONITOR.sequence}.status",
        f"{SCRIPT.home}/config/HandlerState",
        "var/lib/waagent/event_status.json",
    )
    left = dict.fromkeys(emptied, b"")  # opened for writing, which made them empty, and never written
    return agent.files() | syslog.files() | handler_files(MONITOR, ready) | left | _state(agent, ready, 1, MONITOR)


def agent_stopped() -> Files:
    """Somebody stopped the agent's service; the VM lives on."""
    agent, syslog, ready = _running("agent-stopped", "batch-node-09", UBUNTU_22, "2.15.0.1", "2025-07-21 02:40:12")
    stopped, end = stamps.utc("2025-07-23 14:05:33"), stamps.utc("2025-07-25 10:00:00")
    agent.heartbeats(ready, stopped)
    agent.stop(stopped)
    syslog.days(ready - timedelta(minutes=5), end)
    command = "ops : TTY=pts/0 ; PWD=/home/ops ; USER=root ; COMMAND=/usr/bin/systemctl stop walinuxagent"
    syslog.write(stopped - stamps.seconds(0.2), "sudo", command)
    syslog.write(stopped, "systemd[1]", "Stopping Azure Linux Agent...")
    syslog.write(stopped + stamps.seconds(0.6), "systemd[1]", "walinuxagent.service: Deactivated successfully.")
    syslog.write(stopped + stamps.seconds(0.7), "systemd[1]", "Stopped Azure Linux Agent.")
    return agent.files() | syslog.files() | handler_files(MONITOR, ready) | _state(agent, ready, 1, MONITOR)
