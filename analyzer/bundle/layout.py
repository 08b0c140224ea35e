"""Which tool made a bundle, where its copy of the VM's file tree begins, and the place on the VM of each member.

Recognised by the markers each tool leaves (its own files and folders), never by the archive's name. The markers come
from the log collector's manifests, the disk inspection service's manifests, sos and supportconfig.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from analyzer.bundle import inspection

OsName = Literal["linux", "windows", "unknown"]

# Folders and files that stand at the top of what a tool collects.
VM_FOLDERS = r"(?:var|etc|boot|run|proc|sys|usr|opt|root|home|tmp|lib)"
TOP = re.compile(
    r"(?:^|/)(?="
    r"(?:var/(?:log|lib|tmp|run|spool|cache)|usr/(?:lib|share|local)|etc|boot|proc|sos_commands|sos_logs|sos_reports)/"
    r"|(?:WindowsAzure|Windows/(?:System32|Panther|Logs|INF|debug|Microsoft\.NET|servicing|Setup)|Packages/Plugins)/"
    r"|(?:ProgramData|Program Files(?: \(x86\))?|device_\d+)/"
    r"|(?:results|diskinfo|basic-environment)\.txt$)",
    re.IGNORECASE,
)
IN_ARCHIVE = re.compile(r"\.(?:zip|tar|tgz|txz|tbz|tar\.(?:gz|xz|bz2|zst))(?: \(\d+\))?/", re.IGNORECASE)
HISTORY = re.compile(r"(^|/)(history/[^/]+)\.zip(?: \(\d+\))?/", re.IGNORECASE)
DEVICE = re.compile(r"^device_\d+/", re.IGNORECASE)
COPY_NUMBER = re.compile(r" \(\d+\)$")
TRUNCATED = re.compile(r"(?:^|/)truncated_(?P<flat>[^/]+)$")
FLATTENED = (
    # The log collector joins a path with '_'; handler names have none, so the first one behind them is a slash.
    (re.compile(r"^var_log_azure_([^_]+)_(.+)$"), r"var/log/azure/\1/\2"),
    (re.compile(r"^var_log_azure-proxy-agent_(.+)$"), r"var/log/azure-proxy-agent/\1"),
    (re.compile(r"^var_log_(.+)$"), r"var/log/\1"),
    (re.compile(r"^var_lib_waagent_([^_]+)_(config|status)_(.+)$"), r"var/lib/waagent/\1/\2/\3"),
    (re.compile(r"^var_lib_waagent_(.+)$"), r"var/lib/waagent/\1"),
    (re.compile(r"^etc_(.+)$"), r"etc/\1"),
)

WINDOWS = re.compile(
    r"(?:^|/)(?:WindowsAzure|Packages/Plugins|winevt|System32|Windows|Event Logs)/|\.(?:evtx?|reg)$|_evt_[^/]*$"
    r"|(?:^|/)(?:WaAppAgent|TransparentInstaller|IaaSBcdrExtension|aggregatestatus|CommonAgentConfig|VMAgentLogs)[^/]*$"
    r"|(?:^|/)vmassist[^/]*\.(?:log|txt)$"
    r"|(?:^|/)(?:HeartBeat\.Json|machine\.config|setupapi[^/]*\.log)$",
    re.IGNORECASE,
)
LINUX = re.compile(
    r"(?:^|/)(?:var/log|var/lib|(?<!drivers/)etc|sos_commands|proc)/"
    r"|(?:^|/)(?:waagent[^/]*\.log|syslog|messages|dmesg)[^/]*$|(?:^|/)basic-environment\.txt$"
    r"|(?:^|/)(?:HandlerState|waagent\.conf|ovf-env\.xml)$|RecoveryServices\.VMSnapshotLinux"
)
# Kinds of member that only one system has, for bundles whose names say nothing.
WINDOWS_KINDS = re.compile(r"events-|windows-|registry-export$|machine-config$|setup-events$|health-report$")
LINUX_KINDS = frozenset(
    {"waagent", "vmsnapshot", "vmsnapshot-shell", "syslog", "journal", "kernel", "cloud-init", "audit", "waagent-conf"}
)
BACKSLASHED = re.compile(
    r"^(?:[^\\]*\\)*?(?:WindowsAzure|Windows|Packages|ProgramData|Program Files[^\\]*|Users|Event Logs)\\",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Layout:
    """How a bundle is laid out."""

    kind: str  # support-tarball · flat · file · log-collector · disk-inspection · sosreport · supportconfig ·
    # windows-guest-logs · tss · event-export · unknown
    words: str
    root: str  # what stands in front of the VM's tree, with its last '/', or ''
    os: OsName


def recognise(paths: Sequence[str], kinds: Collection[str] = ()) -> Layout:
    """The layout of a bundle with these member paths. Their order does not matter. `kinds` are those of the members:
    they tell the system where the paths do not."""
    paths = [slashed(path) for path in paths]
    root = _root(paths)
    inside = [path.removeprefix(root) for path in paths]
    system = _system(inside, kinds)
    kind, words = _tool(inside, system)
    return Layout(kind, words, root, system)


def slashed(path: str) -> str:
    """The path with '/' where a member's name is a path of Windows, as archives hold that were packed elsewhere."""
    folder, _, name = path.rpartition("/")
    if not BACKSLASHED.match(name):
        return path
    return "/".join(part for part in (folder, *name.split("\\")) if part)


def _system(inside: Sequence[str], kinds: Collection[str]) -> OsName:
    """Whose paths are the most: a Windows VM has a System32/drivers/etc, a Linux bundle may hold a stray .evtx."""
    windows = sum(1 for path in inside if WINDOWS.search(path))
    linux = sum(1 for path in inside if LINUX.search(path))
    if windows or linux:
        return "windows" if windows > linux else "linux"
    if any(map(WINDOWS_KINDS.match, kinds)) and not LINUX_KINDS.intersection(kinds):
        return "windows"
    return "linux" if LINUX_KINDS.intersection(kinds) else "unknown"


def _root(paths: Sequence[str]) -> str:
    """The commonest prefix in front of the first marker of a path; without markers, the folder that holds all."""
    found = Counter(path[: match.end()] for path in paths if (match := TOP.search(path)))
    if found:
        return min(found, key=lambda prefix: (-found[prefix], len(prefix), prefix))
    folders = {path.rpartition("/")[0] for path in paths}
    if not folders:
        return ""
    first, last = min(folders).split("/"), max(folders).split("/")
    common: list[str] = []
    for one, other in zip(first, last, strict=False):
        if one != other:
            break
        common.append(one)
    return "/".join(common) + "/" if any(common) else ""


def _tool(inside: Sequence[str], system: OsName) -> tuple[str, str]:
    names = {path.partition("/")[0].lower() for path in inside}

    def has(pattern: str) -> bool:
        expression = re.compile(pattern, re.IGNORECASE)
        return any(map(expression.search, inside))

    if has(r"(?:^|/)sos_(?:commands|logs|reports)/"):
        return "sosreport", "sosreport (sos_commands)"
    if "basic-environment.txt" in names or has(r"(?:^|/)scc_[^/]+/[^/]+\.txt$"):
        return "supportconfig", "supportconfig (basic-environment.txt)"
    if has(r"(?:^|/)device_\d+/") or "diskinfo.txt" in names:
        windows = system == "windows"
        chosen = inspection.chosen(has, windows)
        return "disk-inspection", f"disk inspection service, {inspection.words(chosen, windows)}"
    if "results.txt" in names and has(r"^(?:var|etc)/|(?:^|/)truncated_"):
        return "log-collector", "agent log collector (results.txt)"
    if has(r"^var/(?:log|lib)/"):
        parts = [part for part in ("var/log", "var/lib/waagent", "etc") if has(rf"^{part}/")]
        return "support-tarball", f"support tarball ({', '.join(parts) or 'var'})"
    if has(r"CollectGuestLogs|(?:^|/)(?:WindowsAzure|Packages/Plugins)/"):
        return "windows-guest-logs", "Windows guest logs (WindowsAzure)"
    if has(r"(?:^|/)MS_DATA/|_(?:evt|reg)_[^/]*\.(?:evtx|csv|txt)$"):
        return "tss", "collection of the support tools (TSS, SDP)"
    if inside and all(re.search(r"\.(?:evtx|xml|csv)$", path, re.IGNORECASE) for path in inside):
        return "event-export", "event log export"
    if len(inside) == 1 and "/" not in inside[0]:
        return "file", "one file"
    if any("/" not in path for path in inside):
        return "flat", "folder of single files"
    return "unknown", "unknown layout"


def canonical(path: str, root: str = "") -> str:
    """The path on the VM, without its leading '/', as well as it can be told: 'var/log/waagent.log'.

    A history archive of the agent counts as the folder it was packed from."""
    path = HISTORY.sub(r"\1\2/", slashed(path).removeprefix(root))
    archives = list(IN_ARCHIVE.finditer(path))
    if archives:
        path = path[archives[-1].end() :]
    path = DEVICE.sub("", COPY_NUMBER.sub("", path))
    if not re.match(VM_FOLDERS + "/", path) and (top := TOP.search(path)):
        path = DEVICE.sub("", path[top.end() :])
    if truncated := TRUNCATED.search(path):
        flat = truncated["flat"]
        for pattern, replacement in FLATTENED:
            if pattern.match(flat):
                return pattern.sub(replacement, flat)
        return flat
    return path
