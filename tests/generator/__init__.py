"""Writes realistic Linux bundles, so that tests and samples need no log of a customer.

A bundle is a dict of path -> bytes. Everything follows from a seed and from the moments that the caller gives: no wall
clock, so the same call gives the same bytes. The shapes (grammars, clocks, order of lines) are those of WALinuxAgent
2.0 to 2.15 and of the VMSnapshotLinux extension; names, ids and dates are invented.

    vm = Vm("a seed", "web-01")                         who the VM is
    agent = Agent(vm, "2.15.0.1")                       waagent.log, of any generation
    agent.boot(at); agent.heartbeats(at, until); agent.goal_state(at, 2, [Step(extension)])
    backup = Backup(agent); backup.night(at, "success") VMSnapshotLinux, one job a night
    syslog = Syslog(vm); syslog.days(at, until)
    files = agent.files() | backup.files() | syslog.files() | os_files(vm)
    as_tar(files, path, "gz")
"""

from .agent import Agent
from .agentlog import AgentLog
from .agentsteps import Step
from .archives import Files, as_folder, as_tar, as_zip, tar_bytes
from .backup import Backup
from .state import agent_conf, goal_state_files, handler_files, os_files
from .syslog import Syslog
from .vm import Distro, Extension, Vm

__all__ = [
    "Agent",
    "AgentLog",
    "Backup",
    "Distro",
    "Extension",
    "Files",
    "Step",
    "Syslog",
    "Vm",
    "agent_conf",
    "as_folder",
    "as_tar",
    "as_zip",
    "goal_state_files",
    "handler_files",
    "os_files",
    "tar_bytes",
]
