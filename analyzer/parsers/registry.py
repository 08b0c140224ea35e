"""Which parser reads which kind of state file. Command output has a parser of its own: it needs the command's name.

A parser's module is imported when the first file of its kind is read: a bundle holds few of all kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from analyzer.parsers.base import StateParser, StateResult

PLACES: Mapping[str, str] = {
    "handler-status": "handler_status.parse",
    "handler-state": "handler_state.parse",
    "extension-status": "extension_status.parse",
    "agent-status": "agent_status.parse",
    "settings": "settings.parse",
    "heartbeat": "heartbeat.parse",
    "handler-environment": "handler_environment.parse",
    "handler-manifest": "handler_manifest.parse",
    "goal-state": "goal_state.parse",
    "extensions-config": "extensions_config.parse",
    "vm-settings": "vm_settings.parse",
    "shared-config": "shared_config.parse",
    "hosting-environment": "hosting_environment.parse",
    "certificates": "certificates.parse",
    "certificate": "certificates.parse_certificate",
    "ovf-env": "ovf_env.parse",
    "telemetry": "telemetry.parse",
    "waagent-conf": "waagent_conf.parse",
    "vmbackup-conf": "vmbackup_conf.parse",
    "script-plugin-config": "script_plugin_config.parse",
    "policy": "policy.parse",
    "marker": "markers.parse",
    "error-json": "error_json.parse",
    "os-release": "os_release.parse",
    "supportconfig": "supportconfig.parse",
    "diskinfo": "diskinfo.parse",
    "windows-command": "windows.commands.parse",
    "health-report": "windows.health_report.parse",
    "registry-export": "windows.registry_export.parse",
    "setup-events": "windows.setup_events.parse",
    "machine-config": "windows.dotnet_config.parse_machine",
    "agent-config": "windows.dotnet_config.parse_agent",
}
"""Kind -> module below this package, and the function in it."""


def _parser(place: str) -> StateParser:
    module, _, name = place.rpartition(".")

    def parse(path: str, data: bytes) -> StateResult:
        parser: StateParser = getattr(import_module(f"analyzer.parsers.{module}"), name)
        return parser(path, data)

    return parse


STATE_PARSERS: dict[str, StateParser] = {kind: _parser(place) for kind, place in PLACES.items()}


def parse_command(command: str, path: str, data: bytes) -> StateResult:
    """The output of a command, by the command's name."""
    from analyzer.parsers import command_output

    return command_output.parse_command(command, path, data)
