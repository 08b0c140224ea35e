"""What a member is by its path on the VM. Tables first, one function that reads them.

The paths are those of WALinuxAgent 2.0 to 2.15, of the extensions' own loggers, of the log collector, the disk
inspection service, sos and supportconfig. First match wins, so special cases stand above general ones.
"""

from __future__ import annotations

import re

from analyzer.bundle import windows_names
from analyzer.bundle.rules import HANDLER, SKIP, VERSION, rules

RULES = (
    *rules(
        # --- never read
        (r"\.(?:prv|pem|pfx|p7m|p7b|p12|key|ppk)$", SKIP, "a key or a certificate store"),
        (r"(?:^|/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|ssh_host_\w+_key|g?shadow-?)$", SKIP, "a key or password file"),
        (r"(?:^|/)(?:ManagedIdentity-[^/]*\.json|CustomData|RemoteAccess[^/]*\.xml)$", SKIP, "holds secrets"),
        (r"(?:^|/)REDACTED\.txt$", SKIP, "what was taken out when the bundle was cleaned"),
        (r"\.journal~?$", SKIP, "a binary journal: export it with journalctl"),
        (r"(?:^|/)(?:__MACOSX/|\._[^/]*$|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", SKIP, "written by a desktop"),
        (r"(?:^|/)(?:[bwu]tmpx?|lastlog|faillog|tallylog)$", SKIP, "a binary login record"),
        (r"(?:^|/)core\.\d+$|\.(?:core|dmp|mdmp|vmcore|hprof)$|(?:^|/)vmcore$", SKIP, "a memory dump"),
        (r"\.(?:png|jpe?g|gif|bmp|ico|svg|webp|mp4)$", SKIP, "an image"),
        (r"\.(?:egg|whl|jar|exe|dll|msi|so|ko|o|a|pyc|pyo|rpm|deb|bin|vhdx?|iso|img|qcow2)$", SKIP, "a program"),
        (r"\.(?:py|pl|rb|js|ps1|psm1|sh|cmd|bat)$", SKIP, "a script"),
        (r"(?:^|/)(?:WALinuxAgent-[\d.]+|[^/]+__\d+(?:\.\d+)+)\.zip$", SKIP, "a package"),
        (r"(?:manifest(?:\.xml)?|agentsManifest)$", SKIP, "a list of published versions"),
        (r"(?:^|/)waagent/events/[^/]+\.tmp$|\.zip\.tmp$|/tempStatusFile\.status$", SKIP, "a temporary file"),
    ),
    *windows_names.SKIPPED,
    *windows_names.RULES,
    *rules(
        # --- goal state
        (r"(?:^|/)GoalState(?:\.\d+)?\.xml$", "goal-state", "goal-state"),
        (r"(?:^|/)ExtensionsConfig(?:\.\d+)?\.xml$", "extensions-config", "goal-state"),
        (r"(?:^|/)VmSettings(?:\.\d+)?\.json$", "vm-settings", "goal-state"),
        (r"(?:^|/)SharedConfig(?:\.\d+)?\.xml$", "shared-config", "goal-state"),
        (r"(?:^|/)HostingEnvironmentConfig(?:\.\d+)?\.xml$", "hosting-environment", "goal-state"),
        (r"(?:^|/)Certificates(?:\.\d+)?\.(?:xml|json)$", "certificates", "goal-state"),
        (r"(?:^|/)[0-9A-F]{40}\.crt$", "certificate", "goal-state"),
        (r"\.(?:crt|cer|der)$", SKIP, "a certificate of no handler"),
        (r"(?:^|/)ovf-env\.xml$", "ovf-env", "ovf-env"),
        # --- handlers
        (r"(?:^|/)(?:[^/]*\.)?HandlerState$", "handler-state", "handler-state"),
        (r"(?:^|/)(?:[^/]*\.)?HandlerStatus$", "handler-status", "handler-status"),
        (r"\.status$", "extension-status", "extension-status"),
        (r"\.settings$", "settings", "settings"),
        (r"(?:^|/)heartbeat\.(?:log|json)$", "heartbeat", "heartbeat"),
        (r"(?:^|/)HandlerEnvironment\.json$", "handler-environment", "handler-manifest"),
        (r"(?:^|/)HandlerManifest\.json$", "handler-manifest", "handler-manifest"),
        (r"(?:^|/)(?:waagent_status|aggregatestatus)[^/]*\.json$", "agent-status", "agent-status"),
        (r"(?:^|/)(?:error|update_attempt)\.json$", "error-json", "marker"),
        (r"(?:^|/)events/[^/]+\.(?:waagent\.)?(?:tld|json)$|\.tld$", "telemetry", "telemetry"),
        # --- configuration
        (r"(?:^|/)waagent\.conf$", "waagent-conf", "config"),
        (r"(?:^|/)vmbackup\.conf$", "vmbackup-conf", "config"),
        (r"(?:^|/)VMSnapshotScriptPluginConfig\.json$", "script-plugin-config", "config"),
        (r"(?:^|/)waagent_policy\.json$", "policy", "config"),
        (
            r"(?:^|/)(?:disable_agent|provisioned|mrseq|published_hostname|partition|Protocol|WireServerEndpoint|Incarnation"
            r"|waagent_rsm_update|waagent_initial_update|initial_goal_state|fast_track\.json|package_validated"
            r"|current_version|event_status\.json|SafeFreezeLockFile|(?:task|machine)_identity_[0-9A-F-]+|SeqNumber\.txt)$",
            "marker",
            "marker",
        ),
        (r"^(?:etc/|usr/lib/)?(?:[a-z]+-|lsb-)?release$|^(?:[^/]+/)?os-release$", "os-release", "os"),
        (r"^(?:etc/)?(?:debian_version|SuSE-release|system-release|HOSTNAME|timezone)$", "os-release", "os"),
        # --- logs below /var/log/azure, whose folder names the handler; version folders below it do not matter
        (r"^var/(?:.*/)?CommandExecution[^/]*\.log$", "waagent", "waagent"),
        (r"VMSnapshotLinux/(?:.*/)?(?:host_based_)?extension\.log$", "vmsnapshot", "vmsnapshot"),
        (r"VMSnapshotLinux/(?:.*/)?shell\.log$", "vmsnapshot-shell", "vmsnapshot-shell"),
        (r"^var/log/azure/(?P<folder>[^/]+)/", "extension-log", "extension:{folder}"),
        (r"^var/log/(?P<folder>azure-proxy-agent)/", "extension-log", "extension:{folder}"),
        (
            r"^var/lib/waagent/(?P<folder>(?:custom-script|run-command)[^/]*)/.*/std(?:out|err)$",
            "extension-log",
            "extension:{folder}",
        ),
        (rf"^var/lib/waagent/(?P<folder>{HANDLER}){VERSION}/.*\.log$", "extension-log", "extension:{folder}"),
        (
            rf"^(?!var/|usr/|opt/|home/)(?:.*/)?(?P<folder>{HANDLER})/(?:{VERSION[1:]}/)?[^/]+\.log$",
            "extension-log",
            "extension:{folder}",
        ),
        # --- logs of the agent and of the system
        (r"(?:^|/)waagent\.log$", "waagent", "waagent"),
        (r"(?:^|/)cloud-init(?:-output)?\.log$", "cloud-init", "cloud-init"),
        (r"(?:^|/)audit\.log$", "audit", "audit"),
        (r"(?:^|/)(?:kern(?:\.log)?|dmesg(?:\.log|\.txt)?|sos_commands/.*/dmesg[^/]*)$", "kernel", "kernel"),
        (r"(?:^|/)journalctl_?(?![^/]*(?:--disk-usage|--list-boots))[^/]*$", "journal", "syslog"),
        (r"(?:^|/)journal(?:[-_. ][^/]*)?\.(?:txt|log)$", "journal", "syslog"),
        (r"(?:^|/)(?:syslog|messages|secure)(?:\.(?:log|txt))?$", "syslog", "syslog"),
        (r"(?:^|/)(?:daemon|auth|boot|user)\.log$|^var/log/(?:cron|localmessages)$", "syslog", "syslog"),
        (
            r"(?:^|/)[^/]*(?:serial[-_ ]?console|serial[-_ ]?log|serialconsolelog)[^/]*$",
            "serial-console",
            "serial-console",
        ),
        (r"(?:^|/)results\.txt$", "log-collector", "log-collector"),
        (r"(?:^|/)diskinfo\.txt$", "diskinfo", "command-output"),
        (r"(?:^|/)(?:dpkg|yum|dnf|dnf\.rpm|zypper|alternatives)\.log$", "packages", "packages"),
        (r"(?:^|/)apt/(?:history|term)\.log$|(?:^|/)zypp/history$", "packages", "packages"),
    ),
)

# Marks that rotation, browsers and people put on a file name; taken off from the right until nothing changes.
MARKS = (
    re.compile(r" \(\d+\)$"),
    re.compile(r"\.(?:gz|xz|bz2|zst|z)$", re.IGNORECASE),
    re.compile(r"[-._](?:\d{8}|\d{4}-\d\d-\d\d)(?:[-_T.]\d{1,10})?$"),
    re.compile(r"(?<=[A-Za-z])\.\d{1,3}$"),
    re.compile(r"\.(?:old|bak|orig|save|copy)$|~$", re.IGNORECASE),
    re.compile(r"(?<=\.log)\.txt$", re.IGNORECASE),
)
LONGEST_PLACE = 600  # characters from the end of a path that say what it is; real ones are shorter
MOST_MARKS = 10  # rounds of taking them off; a name of kilobytes may hold a thousand
BEFORE_SUFFIX = (
    re.compile(r" ?(?:- ?|_)?cop(?:y|ie)(?: ?\(\d+\))?(?=\.\w+$)", re.IGNORECASE),
    re.compile(r" ?\(\d+\)(?=\.\w+$)"),
    re.compile(r"(?<=[a-z])[-._](?:\d{8}|\d{4}-\d\d-\d\d)(?:[-_T.]\d{1,10})?(?=\.log$)"),
    re.compile(r"(?<=waagent)[-._]\d{1,3}(?=\.log$)"),
)


def unmarked(path: str) -> str:
    """A path without the marks of rotation and copying in its last part: 'var/log/waagent.log' for
    'var/log/waagent.log-2025-11-21-1763690000.gz', 'waagent.log' for 'waagent - Copy (2).log'."""
    folder, slash, name = path.rpartition("/")
    for _ in range(MOST_MARKS):
        before = name
        for mark in (*MARKS, *BEFORE_SUFFIX):
            name = mark.sub("", name) or name
        if name == before:
            break
    return folder + slash + name


def by_name(path: str) -> tuple[str, str] | None:
    """(kind, source) of a canonical path, or None where the name says nothing. A skipped file's source is why."""
    name = unmarked(path[-LONGEST_PLACE:])
    for rule in RULES:
        found = rule.pattern.search(name)
        if found:
            folder = found.groupdict().get("folder") or ""
            return rule.kind, rule.source.replace("{folder}", folder)
    return None
