"""What a file is by its first bytes, for files whose names say nothing ('mylog.txt').

Logs are told by counting the lines of each grammar; state files by the keys that only they have.
"""

from __future__ import annotations

import re

from analyzer.bundle import syslog_sniff, windows_sniff
from analyzer.bundle.shapes import grammars, marks
from analyzer.bundle.syslog_sniff import MONTH_DAY

LINES = 400
VMSNAPSHOT = rb"Microsoft\.Azure\.RecoveryServices\.VMSnapshotLinux"
STAMP = rb"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,7})?Z?"
LEVEL = rb"(?:VERBOSE|INFO|WARNING|ERROR)"
# A line of a handler in Go: keys in any order, values with or without quotes, a time and a level or an operation.
_VALUE = rb"(?:\"(?:[^\"\\]|\\.){0,2000}\"|[^\s\"]{0,2000})"
LOGFMT = (
    rb"(?=(?:\w{1,40}=" + _VALUE + rb" ){0,20}(?:time|ts|timestamp)=\"?\d{4}-\d\d-\d\dT)"
    rb"(?=(?:\w{1,40}=" + _VALUE + rb" ){0,20}(?:level|lvl|event|operation|msg)=)"
)
CONTAINERS = re.compile(rb"containerd|dockerd|moby|kubelet|kube-|module=|caller=main\.go|component=etcd")
"""Programs that write in the same form and are no handlers."""

# The grammar with most lines wins; of equals, the upper one.
GRAMMARS = (
    *grammars(
        (
            rb"\d{4}(?:-\d\d-\d\dT|/\d\d/\d\d )\d\d:\d\d:\d\d\.\d{1,6}Z? "
            + LEVEL
            + rb" (?:Daemon|ExtHandler|MainThread|MonitorHandler|EnvHandler|SendTelemetryHandler"
            rb"|TelemetryEventsCollector|CollectLogsHandler|LogCollectorMonitorHandler|Firewall|Thread-\d+|\[[^\]\s]+-\d)",
            "waagent",
            "waagent",
        ),
        (rb"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6} " + LEVEL + rb" ", "waagent", "waagent"),
        (STAMP + rb" (?:(?:ERROR|WARNING):)?\s?\[" + VMSNAPSHOT + rb"-", "vmsnapshot", "vmsnapshot"),
        (
            rb"[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d(?: [AP]M)? \S+ \d{4}- ",
            "vmsnapshot-shell",
            "vmsnapshot-shell",
        ),
        (
            STAMP + rb" (?:(?:ERROR|WARNING|INFO):)?\s?\[(?P<name>[A-Za-z]\w*(?:\.\w+)+)-\d+(?:\.\d+)+\]",
            "extension-log",
            "extension:{name}",
        ),
        (rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) ", "log-collector", "log-collector"),
        (rb"\d\d:\d\d:\d\d  Listing contents of ", "log-collector", "log-collector"),
        (rb"(?:node=\S+ )?type=[A-Z_]+ msg=audit\(", "audit", "audit"),
        (
            rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - \S+\.py\[(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\]: ",
            "cloud-init",
            "cloud-init",
        ),
        (rb"Cloud-init v\. \S+ (?:running|finished)", "cloud-init", "cloud-init"),
        (
            rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:startup|status|install|upgrade|configure|trigproc|remove) ",
            "packages",
            "packages",
        ),
        (
            rb"Start-Date: \d{4}-|[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d (?:Installed|Updated|Erased): ",
            "packages",
            "packages",
        ),
    ),
    *syslog_sniff.GRAMMARS,
    *grammars(
        (rb"(?:<\d>)?\[ *\d+\.\d{6}\] ", "kernel", "kernel"),
        (LOGFMT, "extension-log", "extension:unknown"),
    ),
    *windows_sniff.GRAMMARS,
)
SERIAL_CONSOLE = re.compile(
    rb"\[ *\d+\.\d{6}\].*(?s:.*)"
    rb"(?:\[\s*(?:\x1b\[[\d;]*m)?\s*(?:OK|FAILED|DEPEND|TIME)\s*(?:\x1b\[[\d;]*m)?\s*\]|\blogin: |emergency mode)"
)

MARKS = (
    *marks(
        ((rb"-----BEGIN [A-Z ]*PRIVATE KEY",), "skip", "a private key"),
        ((rb"\A\s*-----BEGIN CERTIFICATE-----",), "certificate", "goal-state"),
        ((rb"^#==\[ ",), "supportconfig", "command-output"),
        ((rb"\A\s*(?:<\?xml[^>]*>\s*)?<(?:GoalState[\s>]|xml>empty placeholder)",), "goal-state", "goal-state"),
        ((rb"\A\s*(?:<\?xml[^>]*>\s*)?<Extensions[\s>]", rb"goalStateIncarnation"), "extensions-config", "goal-state"),
        ((rb"\A\s*(?:<\?xml[^>]*>\s*)?<SharedConfig[\s>]",), "shared-config", "goal-state"),
        ((rb"\A\s*(?:<\?xml[^>]*>\s*)?<HostingEnvironmentConfig[\s>]",), "hosting-environment", "goal-state"),
        ((rb"\A\s*(?:<\?xml[^>]*>\s*)?<CertificateFile[\s>]",), "certificates", "goal-state"),
        ((rb"\A\s*(?:<\?xml[^>]*>\s*)?<(?:\w+:)?Environment[\s>]", rb"ProvisioningSection"), "ovf-env", "ovf-env"),
        ((rb"\A\s*\{", rb'"aggregateStatus"\s*:'), "agent-status", "agent-status"),
        ((rb"\A\s*\{", rb'"(?:hostGAPluginVersion|vmSettingsSchemaVersion)"\s*:'), "vm-settings", "goal-state"),
        ((rb"\A\s*\{", rb'"runtimeSettings"\s*:', rb'"handlerSettings"\s*:'), "settings", "settings"),
        ((rb"\A\s*[\[{]", rb'"handlerManifest"\s*:'), "handler-manifest", "handler-manifest"),
        ((rb"\A\s*[\[{]", rb'"handlerEnvironment"\s*:'), "handler-environment", "handler-manifest"),
        ((rb"\A\s*\[", rb'"heartbeat"\s*:'), "heartbeat", "heartbeat"),
        (
            (rb"\A\s*\{", rb'"name"\s*:', rb'"version"\s*:', rb'"status"\s*:', rb'"code"\s*:'),
            "handler-status",
            "handler-status",
        ),
        ((rb"\A\s*\[", rb'"timestampUTC"\s*:', rb'"status"\s*:'), "extension-status", "extension-status"),
        ((rb"\A\s*\{", rb'"eventId"\s*:', rb'"providerId"\s*:'), "telemetry", "telemetry"),
        ((rb"\A\s*[\[{]", rb'"TaskName"\s*:', rb'"EventLevel"\s*:'), "telemetry", "telemetry"),
        ((rb"\A\s*\{", rb'"last_failure"\s*:', rb'"failure_count"\s*:'), "error-json", "marker"),
        ((rb"\A\s*\{", rb'"?pluginName"?\s*:', rb'"?preScriptLocation"?\s*:'), "script-plugin-config", "config"),
        ((rb"\A\s*\{", rb'"policyVersion"\s*:'), "policy", "config"),
        (
            (rb"^(?:Provisioning\.\w+|ResourceDisk\.\w+|OS\.\w+)=", rb"^(?:Logs\.|ResourceDisk\.|AutoUpdate\.)"),
            "waagent-conf",
            "config",
        ),
        ((rb"^\[SnapshotThread\]",), "vmbackup-conf", "config"),
        ((rb"^ID=", rb"^(?:PRETTY_NAME|VERSION_ID)="), "os-release", "os"),
    ),
    *syslog_sniff.MARKS,
    *windows_sniff.MARKS,
)

# The output of a command, by a line that only it prints.
COMMANDS = tuple(
    (re.compile(pattern, re.MULTILINE), command)
    for pattern, command in (
        (rb"^Filesystem\s+(?:Type\s+)?(?:\S+\s+)+(?:I?Use%|Capacity)\s+Mounted on", "df"),
        (rb"^(?:Chain \S+ \(policy|-P (?:INPUT|OUTPUT|PREROUTING) |\*(?:filter|security|nat)$)", "iptables"),
        (rb"^table (?:ip6?|inet|arp|bridge|netdev) \S+ \{", "nft"),
        (rb"^\d+: lo: <LOOPBACK|^default via \d", "ip"),
        (rb"^\S+ on / type \w+ \(", "mount"),
        (rb"^TARGET\s+SOURCE\s+FSTYPE", "findmnt"),
        (rb"^(?:F S )?(?:UID|USER|  PID)\s.*\b(?:CMD|COMMAND)$", "ps"),
        (rb"^Desired=Unknown/Install/Remove/Purge/Hold", "dpkg"),
        (rb"^[ \t]*Local time: .*\n[ \t]*Universal time: ", "timedatectl"),
        (rb"^SELinux status:", "sestatus"),
        (rb"^[ \t]*UNIT +LOAD +ACTIVE +SUB +|^UNIT FILE +STATE", "systemctl"),
        (rb"^[ \t]+total +used +free +shared", "free"),
    )
)
STAMPED = re.compile(rb"(?:[\[(<]?" + STAMP + rb"|" + MONTH_DAY + rb"|time=\S|\[ *\d+\.\d+\]|\d\d:\d\d:\d\d)")


def by_content(head: bytes) -> tuple[str, str] | None:
    """(kind, source) of a file that begins with `head` (UTF-8), or None. A skipped file's source is why."""
    for mark in MARKS:
        if all(pattern.search(head) for pattern in mark.all_of):
            return mark.kind, mark.source
    found = _log(head)
    if found is not None:
        return found
    if any(all(pattern.search(head) for pattern in patterns) for patterns in windows_sniff.COMMANDS):
        return "windows-command", "command-output"
    return ("command-output", "command-output") if command_in(head) else None


def _log(head: bytes) -> tuple[str, str] | None:
    lines = head.split(b"\n", LINES)[:LINES]
    best: tuple[int, str, str] = (0, "", "")
    for line, kind, source in GRAMMARS:
        matches = [found for text in lines if (found := line.match(text))]
        if len(matches) > best[0]:
            name = matches[0].groupdict().get("name", b"") or b""
            best = len(matches), kind, source.replace("{name}", name.decode("ascii", "replace"))
    if best[0] == 0:
        return _agent_2_0(head)
    if best[2] == "extension:unknown" and best[1] == "extension-log" and CONTAINERS.search(head):
        return "text-log", "other"
    if best[1] == "kernel" and SERIAL_CONSOLE.search(head):
        return "serial-console", "serial-console"
    if best[1] == "windows-agent" and windows_sniff.INSTALLER.search(head):
        return best[1], "transparent-installer"
    return best[1], best[2]


def _agent_2_0(head: bytes) -> tuple[str, str] | None:
    """The oldest agent's lines have nothing but a stamp, so it is told by what it says of itself."""
    banner = re.search(
        rb"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d .*(?:WALinuxAgent-2\.0|Azure Linux Agent)", head, re.MULTILINE
    )
    return ("waagent", "waagent") if banner else None


def command_in(head: bytes) -> str:
    """The command whose output a text is, or ''."""
    return next((command for pattern, command in COMMANDS if pattern.search(head)), "")


def is_stamped(head: bytes) -> bool:
    """Whether one of the first lines begins with something like a time, as a log's do."""
    return any(STAMPED.match(line) for line in head.split(b"\n", 50)[:50])
