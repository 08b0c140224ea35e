"""What the agent writes from its start to its first goal state, by generation.

Sources: WALinuxAgent daemon/main.py, ga/update.py, common/protocol/util.py and goal_state.py of the tags named in
agentlog.py; archive/2.0 waagent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .agentlog import number
from .vm import Vm


class Said(NamedTuple):
    """A record `after` seconds from the one before it."""

    after: float
    message: str
    thread: str = "ExtHandler"
    prefix: str | None = "ExtHandler"
    level: str = "INFO"


FIREWALL = """Created firewall rules for Azure Fabric:
Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
    pkts      bytes target     prot opt in     out     source               destination
       0        0 ACCEPT     6    --  *      *       0.0.0.0/0            168.63.129.16        tcp dpt:53
       0        0 ACCEPT     6    --  *      *       0.0.0.0/0            168.63.129.16        owner UID match 0
       0        0 DROP       6    --  *      *       0.0.0.0/0            168.63.129.16        ctstate INVALID,NEW
"""


def daemon(text: str, after: float = 0.0002, level: str = "INFO", prefix: str | None = "Daemon") -> Said:
    return Said(after, text, "Daemon", prefix, level)


def boot_records(vm: Vm, version: str, daemon_version: str, incarnation: int) -> Iterator[tuple[str, Said]]:
    """(version of the writing process, record) from the daemon's first line to the first goal state."""
    if number(daemon_version) < (2, 1):
        yield from ((daemon_version, said) for said in _boot_2_0(vm, daemon_version))
        return
    yield from ((daemon_version, said) for said in _daemon(vm, daemon_version, version, incarnation))
    if number(version) < (2, 3):
        yield from ((version, said) for said in _handler_2_2(vm, version))
    else:
        yield from ((version, said) for said in _handler(vm, version, incarnation, version != daemon_version))


def _boot_2_0(vm: Vm, version: str) -> Iterator[Said]:
    for text in (
        f"Azure Linux Agent Version: WALinuxAgent-{version}",
        f"Linux Distribution Detected      : {vm.distro.id}",
        f"IPv4 address: {vm.address}",
        "Probing for Azure environment.",
        "DoDhcpWork: Setting socket.timeout=10, entering recv",
        "Discovered Azure endpoint: 168.63.129.16",
        "Fabric preferred wire protocol version: 2015-04-05",
        "Negotiated wire protocol version: 2012-11-30",
        "Retrieved GoalState from Azure Fabric.",
        "ExpectedState: Started",
        f"ContainerId: {vm.container}",
        f"RoleInstanceId: {vm.role_instance}",
    ):
        yield Said(0.2, text)


def _daemon(vm: Vm, version: str, handler_version: str, incarnation: int) -> Iterator[Said]:
    space = "" if number(version) < (2, 3) else " "
    yield daemon(f"Azure Linux Agent Version:{space}{version}")
    yield daemon(f"OS: {vm.distro.id} {vm.distro.version}")
    yield daemon(f"Python: {vm.distro.python}")
    yield daemon("Run daemon")
    yield daemon("Using cloud-init for provisioning")
    yield daemon("Provisioning already completed, skipping.", 0.04)
    if number(version) >= (2, 3):
        yield daemon("Detect protocol endpoint")
        yield from (daemon(text, after) for text, after in _wire())
        yield daemon("Initializing goal state during protocol detection", 1.9)
        yield from fetched(vm, version, incarnation, "Daemon")
    yield daemon("RDMA capabilities are not enabled, skipping", 0.03)
    if version == handler_version:
        yield daemon(f"Installed Agent WALinuxAgent-{version} is the most current agent")
    else:
        yield daemon(f"Determined Agent WALinuxAgent-{handler_version} to be the latest agent")


def _wire() -> Iterator[tuple[str, float]]:
    yield "WireServer endpoint is not found. Rerun dhcp handler", 0.0002
    yield "Test for route to 168.63.129.16", 0.0002
    yield "Route to 168.63.129.16 exists", 0.0001
    yield "Wire server endpoint:168.63.129.16", 0.0001
    yield "Fabric preferred wire protocol version:2015-04-05", 0.02
    yield "Wire protocol version:2012-11-30", 0.0001
    yield "Server preferred version:2015-04-05", 0.0001


def fetched(vm: Vm, version: str, incarnation: int, thread: str = "ExtHandler") -> Iterator[Said]:
    """A new goal state from WireServer, as agents from 2.3 on tell it."""
    quiet = None if number(version) >= (2, 8) else thread
    yield Said(
        0.05, f"Fetched a new incarnation for the WireServer goal state [incarnation {incarnation}]", thread, quiet
    )
    yield Said(0.01, "", thread, quiet)
    yield Said(0.001, f"Fetching full goal state from the WireServer [incarnation {incarnation}]", thread, quiet)
    certificate = {"thumbprint": vm.thumbprint, "hasPrivateKey": True}
    yield Said(0.4, f"Downloaded certificate {certificate}", thread, quiet)
    ending = "from WireServer completed" if number(version) >= (2, 10) else "completed"
    yield Said(0.001, f"Fetch goal state {ending}", thread, quiet)


def _handler_2_2(vm: Vm, version: str) -> Iterator[Said]:
    yield Said(0.9, f"Agent WALinuxAgent-{version} is running as the goal state agent")
    yield Said(0.002, "Detect protocol endpoints")
    yield from (Said(after, text) for text, after in _wire())
    yield Said(2.8, f"Found private key matching thumbprint {vm.thumbprint}")
    yield Said(0.4, "Start env monitor service.")
    yield Said(0.0001, "Configure routes")
    yield Said(0.0001, "Gateway:None")
    yield Said(0.0001, "Routes:None")
    yield Said(0.07, "Dhcp client is not running.", level="WARNING")
    yield Said(0.02, f"WALinuxAgent-{version} running as process {vm.rng.randint(700, 3000)}")
    yield Said(0.5, "Successfully added Azure fabric firewall rules")


def _handler(vm: Vm, version: str, incarnation: int, updated: bool) -> Iterator[Said]:
    if updated:
        yield Said(
            1.1,
            "The agent will now check for updates and then will process extensions. "
            "Output to /dev/console will be suspended during those operations.",
        )
    distro = vm.distro
    modern = number(version) >= (2, 8)
    if modern:
        yield Said(0.8, f"Azure Linux Agent (Goal State Agent version {version})")
        yield Said(0.0001, f"OS: {distro.id} {distro.version}")
        yield Said(0.0001, f"Python: {distro.python}")
    else:
        yield Said(0.8, f"Agent WALinuxAgent-{version} is running as the goal state agent")
    yield Said(
        0.03,
        f"Distro: {distro.id}-{distro.version}; OSUtil: {distro.osutil}; AgentService: {distro.service}; "
        f"Python: {distro.python}; systemd: True; LISDrivers: Absent; logrotate: logrotate 3.19.0;",
    )
    yield Said(0.0002, "WireServer endpoint 168.63.129.16 read from file")
    yield Said(0.0001, "Wire server endpoint:168.63.129.16")
    if modern:
        yield Said(0.0001, "Initializing the goal state...")
    yield from fetched(vm, version, incarnation)
    if modern:
        yield Said(0.0005, "Goal state initialization completed.")
    yield Said(0.04, FIREWALL)
    yield Said(0.002, f"WALinuxAgent-{version} running as process {vm.rng.randint(700, 3000)}")
    yield Said(0.01, "[CGI] Agent cgroups enabled: False")
    yield Said(0.001, "Wire server endpoint:168.63.129.16", "MonitorHandler")
    yield Said(0.006, "Starting env monitor service.")
    yield Said(0.001, "Successfully started the SendTelemetryHandler thread", "SendTelemetryHandler")
    yield Said(
        0.01,
        "Goal State Period: 6 sec. This indicates how often the agent checks for new goal states and reports status.",
    )
    yield Said(0.03, "Dhcp client is not running.", "EnvHandler", level="WARNING")
