"""Which parser reads which kind of state file. Command output has a parser of its own: it needs the command's name."""

from __future__ import annotations

from analyzer.parsers import (
    agent_status,
    certificates,
    diskinfo,
    error_json,
    extension_status,
    extensions_config,
    goal_state,
    handler_environment,
    handler_manifest,
    handler_state,
    handler_status,
    heartbeat,
    hosting_environment,
    markers,
    os_release,
    ovf_env,
    policy,
    script_plugin_config,
    settings,
    shared_config,
    supportconfig,
    telemetry,
    vm_settings,
    vmbackup_conf,
    waagent_conf,
)
from analyzer.parsers.base import StateParser
from analyzer.parsers.command_output import parse_command
from analyzer.parsers.windows import commands, dotnet_config, health_report, registry_export, setup_events

STATE_PARSERS: dict[str, StateParser] = {
    "handler-status": handler_status.parse,
    "handler-state": handler_state.parse,
    "extension-status": extension_status.parse,
    "agent-status": agent_status.parse,
    "settings": settings.parse,
    "heartbeat": heartbeat.parse,
    "handler-environment": handler_environment.parse,
    "handler-manifest": handler_manifest.parse,
    "goal-state": goal_state.parse,
    "extensions-config": extensions_config.parse,
    "vm-settings": vm_settings.parse,
    "shared-config": shared_config.parse,
    "hosting-environment": hosting_environment.parse,
    "certificates": certificates.parse,
    "certificate": certificates.parse_certificate,
    "ovf-env": ovf_env.parse,
    "telemetry": telemetry.parse,
    "waagent-conf": waagent_conf.parse,
    "vmbackup-conf": vmbackup_conf.parse,
    "script-plugin-config": script_plugin_config.parse,
    "policy": policy.parse,
    "marker": markers.parse,
    "error-json": error_json.parse,
    "os-release": os_release.parse,
    "supportconfig": supportconfig.parse,
    "diskinfo": diskinfo.parse,
    "windows-command": commands.parse,
    "health-report": health_report.parse,
    "registry-export": registry_export.parse,
    "setup-events": setup_events.parse,
    "machine-config": dotnet_config.parse_machine,
    "agent-config": dotnet_config.parse_agent,
}

__all__ = ["STATE_PARSERS", "parse_command"]
