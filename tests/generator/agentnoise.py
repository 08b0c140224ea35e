"""Lines that look like trouble and are none: every healthy VM writes some of them.

Source: the agent's own tests, which ignore them (tests_e2e/tests/lib/agent_log.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from .agentboot import FIREWALL, Said
from .vm import Vm


def telemetry_timeout(vm: Vm) -> Iterator[Said]:
    """One batch of telemetry did not reach WireServer in time."""
    attempt = "[HTTP Failed] POST http://168.63.129.16/machine -- IOError timed out -- 3 attempts made"
    yield Said(
        0,
        "Event: name=WALinuxAgent, op=ReportEventErrors, message=DroppedEventsCount: 1\n"
        f"Reasons (first 5 errors): [ProtocolError] [Wireserver Exception] [HttpError] {attempt}, duration=0",
        "SendTelemetryHandler",
        level="ERROR",
    )


def resource_gone(vm: Vm) -> Iterator[Said]:
    """410 Gone: the VM was moved to another container; the next incarnation heals it (the caller writes it)."""
    config = f"{vm.deployment}.0.{vm.deployment}.0._{vm.name}.1.xml"
    yield Said(
        0,
        "[PERIODIC] Request failed with the current host plugin configuration. "
        f"ContainerId: {vm.container}, role config file: {config}. Fetching new goal state and retrying the call."
        "Error: [ResourceGoneError] [HTTP Failed] [410: Gone] b'The page you requested was removed.'",
    )


def channel_fallback(vm: Vm) -> Iterator[Said]:
    """Storage is not reachable directly, so the host plugin fetches instead."""
    blob = f"https://{vm.storage}/{vm.word(12)}/waagent_manifest.xml"
    failure = f"[HTTP Failed] GET {blob} -- IOError timed out -- 6 attempts made"
    yield Said(0, f"Fetch failed: [HttpError] {failure}", level="WARNING")
    yield Said(0.6, "Default channel changed to HostGAPlugin channel.")


def firewall_reset(vm: Vm) -> Iterator[Said]:
    """Another tool reloaded the firewall; the agent adds its own rules again."""
    yield Said(0, "The firewall has not been setup. Will set it up.", "EnvHandler", level="WARNING")
    text = FIREWALL.replace("Created firewall rules for Azure Fabric:", "The firewall was setup successfully:")
    yield Said(0.02, text, "EnvHandler")
