"""What the agent writes while it processes the handlers of a goal state.

Sources: WALinuxAgent ga/exthandlers.py (2.2.20 to 2.15), archive/2.0 waagent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .agentboot import Said
from .agentlog import number
from .vm import Extension, Vm


@dataclass(frozen=True)
class Step:
    """What a goal state does with one handler. `took` is in seconds; output goes to the log as the agent shows it."""

    extension: Extension
    install: bool = False
    exit_code: int = 0
    stdout: str = ""
    stderr: str = ""
    took: float = 2.0
    status: str | None = None  # what the handler's own status file says, where it is not what the exit code says

    @property
    def result(self) -> str:
        return self.status or ("success" if self.exit_code == 0 else "error")


def step_records(version: str, step: Step, incarnation: int) -> Iterator[Said]:
    """One handler, from its target state to the end of its command."""
    extension, modern = step.extension, number(version) >= (2, 3)
    state = "notinstalled" if step.install else "enabled"
    yield own(extension, f"Target handler state: enabled{f' [incarnation_{incarnation}]' if modern else ''}", 0.01)
    yield own(extension, f"[Enable] current handler state is: {state}")
    if step.install:
        yield Said(0.4, f"Event: name={extension.name}, op=Download, message=Download succeeded, duration=412")
        yield own(extension, f"Initializing extension {extension.full}", 0.01)
    yield own(extension, f"Update settings file: {extension.sequence}.settings")
    if step.install:
        yield from _started(extension, "install")
        yield _ended(extension, "install", 1.9)
    yield own(extension, "Requested extension state: enabled")
    yield from _started(extension, "enable")
    if step.exit_code == 0:
        yield _ended(extension, "enable", step.took, step.stdout, step.stderr)
        return
    error = "ExtensionOperationError" if number(version) >= (2, 2, 31) else "ExtensionError"
    yield Said(
        step.took,
        f"Event: name={extension.name}, op=Enable, message=[{error}] Non-zero exit code: {step.exit_code}, "
        f"/{extension.home}/{extension.command} enable\n[stdout]\n{step.stdout}\n\n[stderr]\n{step.stderr}\n"
        ", duration=0",
        level="ERROR",
    )


def goal_state_ended(version: str, incarnation: int, steps: Sequence[Step], took_ms: int) -> Iterator[Said]:
    if number(version) < (2, 3):
        yield Said(0.003, f"ProcessGoalState completed [incarnation {incarnation}; {took_ms} ms]")
        return
    results = str([(step.extension.name, step.result) for step in steps])
    yield Said(0.002, f"ProcessExtensionsGoalState completed [incarnation_{incarnation} {took_ms} ms]\n")
    yield Said(0.006, f"Extension status: {results}")
    yield Said(0.001, f"All extensions in the goal state have reached a terminal state: {results}")


def goal_state_2_0(vm: Vm, steps: Sequence[Step]) -> Iterator[Said]:
    for step in steps:
        full = step.extension.full
        yield Said(1, f"Found Plugin: {step.extension.name} version: {step.extension.version}")
        yield Said(1, f"Spawned {step.extension.command} enable PID {vm.rng.randint(800, 9000)}")
        yield Said(4, "enableCommand completed.")
        yield Said(0, f"SetHandlerState: {full}, Enabled")
        yield Said(0, f"Enable completed for {full}")
    yield Said(0, "Finished processing ExtensionsConfig.xml")
    yield Said(0, "Successfully reported handler status")


def own(extension: Extension, text: str, after: float = 0.0003) -> Said:
    """A record with the handler's prefix; the agent writes it to CommandExecution.log too."""
    return Said(after, text, prefix=f"[{extension.full}]")


def _started(extension: Extension, verb: str) -> Iterator[Said]:
    yield own(extension, f"{verb.capitalize()} extension: [{extension.command} {verb}]")
    environment = json.dumps(
        {
            "AZURE_GUEST_AGENT_EXTENSION_PATH": f"/{extension.home}",
            "AZURE_GUEST_AGENT_EXTENSION_VERSION": extension.version,
            "AZURE_GUEST_AGENT_WIRE_PROTOCOL_ADDRESS": "168.63.129.16",
            "ConfigSequenceNumber": str(extension.sequence),
        }
    )
    command = f"/{extension.home}/{extension.command} {verb}"
    yield own(extension, f"Executing command: {command} with environment variables: {environment}")


def _ended(extension: Extension, verb: str, took: float, stdout: str = "", stderr: str = "") -> Said:
    return own(extension, f"Command: {extension.command} {verb}\n[stdout]\n{stdout}\n[stderr]\n{stderr}", took)
