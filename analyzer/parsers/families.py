"""Which line grammars a log of each kind may hold, and what makes lines of it where it comes as something else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from analyzer.lines.grammar import Family
from analyzer.parsers import extension_log, syslog_lines, system_logs, vmsnapshot, waagent
from analyzer.parsers.windows import agent_logs, plugin_logs, setup_logs

FAMILIES: Mapping[str, Family] = {
    "waagent": waagent.FAMILY,
    "vmsnapshot": vmsnapshot.FAMILY,
    "vmsnapshot-shell": vmsnapshot.SHELL,
    "extension-log": extension_log.FAMILY,
    "syslog": system_logs.SYSLOG,
    "journal": system_logs.JOURNAL,
    "kernel": system_logs.KERNEL,
    "cloud-init": system_logs.CLOUD_INIT,
    "audit": system_logs.AUDIT,
    "serial-console": system_logs.SERIAL_CONSOLE,
    "log-collector": system_logs.LOG_COLLECTOR,
    "packages": system_logs.PACKAGES,
    "text-log": extension_log.FAMILY,
    "windows-agent": agent_logs.AGENT,
    "windows-backup": agent_logs.BACKUP,
    "command-execution": agent_logs.COMMAND_EXECUTION,
    "guest-proxy-agent": agent_logs.GUEST_PROXY_AGENT,
    "plugin-log": plugin_logs.PLUGIN,
    "trace-log": plugin_logs.TRACE,
    "windows-setup": setup_logs.SETUP,
}

CONVERTERS: Mapping[str, Callable[[Iterable[bytes]], Iterator[bytes]]] = {
    "syslog": syslog_lines.as_text,
    "journal": syslog_lines.as_text,
    "kernel": syslog_lines.as_text,
}
"""What makes lines of a kind of log that is also written as something else; each record keeps its line."""
