"""Which tool made a bundle, where its copy of the VM's file tree begins, and the place on the VM of each member.

Recognised by the markers each tool leaves (its own files and folders), never by the archive's name. The markers come
from the log collector's manifests, the disk inspection service's manifests, sos and supportconfig.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

OsName = Literal["linux", "windows", "unknown"]

# Folders and files that stand at the top of what a tool collects.
VM_FOLDERS = r"(?:var|etc|boot|run|proc|sys|usr|opt|root|home|tmp|lib)"
TOP = re.compile(
    r"(?:^|/)(?="
    r"(?:var/(?:log|lib|tmp|run|spool|cache)|usr/(?:lib|share|local)|etc|boot|proc|sos_commands|sos_logs|sos_reports)/"
    r"|(?:WindowsAzure|Windows/(?:System32|Panther|Logs)|Packages/Plugins|device_\d+)/"
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
    r"(?:^|/)(?:WindowsAzure|Packages/Plugins|winevt|System32)/|\.evtx$|(?:^|/)(?:WaAppAgent|TransparentInstaller)[^/]*$",
    re.IGNORECASE,
)
LINUX = re.compile(
    r"(?:^|/)(?:var/log|var/lib|etc|sos_commands|proc)/|(?:^|/)(?:waagent[^/]*\.log|syslog|messages|dmesg)[^/]*$"
    r"|(?:^|/)basic-environment\.txt$|(?:^|/)(?:HandlerState|waagent\.conf|ovf-env\.xml)$|RecoveryServices\.VMSnapshotLinux"
)


@dataclass(frozen=True)
class Layout:
    """How a bundle is laid out."""

    kind: str  # support-tarball · flat · file · log-collector · disk-inspection · sosreport · supportconfig ·
    # windows-guest-logs · event-export · unknown
    words: str
    root: str  # what stands in front of the VM's tree, with its last '/', or ''
    os: OsName


def recognise(paths: Sequence[str]) -> Layout:
    """The layout of a bundle with these member paths. Their order does not matter."""
    root = _root(paths)
    inside = [path.removeprefix(root) for path in paths]
    windows, linux = any(map(WINDOWS.search, inside)), any(map(LINUX.search, inside))
    system: OsName = "linux" if linux else "windows" if windows else "unknown"
    kind, words = _tool(inside, system)
    return Layout(kind, words, root, system)


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
        return "disk-inspection", f"disk inspection service, set {_inspection_set(has, system)}"
    if "results.txt" in names and has(r"^(?:var|etc)/|(?:^|/)truncated_"):
        return "log-collector", "agent log collector (results.txt)"
    if has(r"^var/(?:log|lib)/"):
        parts = [part for part in ("var/log", "var/lib/waagent", "etc") if has(rf"^{part}/")]
        return "support-tarball", f"support tarball ({', '.join(parts) or 'var'})"
    if has(r"CollectGuestLogs|(?:^|/)(?:WindowsAzure|Packages/Plugins)/"):
        return "windows-guest-logs", "Windows guest logs (WindowsAzure)"
    if inside and all(re.search(r"\.(?:evtx|xml|csv)$", path, re.IGNORECASE) for path in inside):
        return "event-export", "event log export"
    if len(inside) == 1 and "/" not in inside[0]:
        return "file", "one file"
    if any("/" not in path for path in inside):
        return "flat", "folder of single files"
    return "unknown", "unknown layout"


def _inspection_set(has: Callable[[str], bool], system: OsName) -> str:
    """Which of the service's manifests was chosen, from what it alone would have copied."""
    if system == "windows":
        if has(r"(?:^|/)diskinfo\.txt$"):
            return "diagnostic"
        return "agents" if has(r"CAPI2|GuestAgent\.evtx$") else "normal"
    if has(r"var/log/azure/|/HandlerStatus$|\.status$"):
        return "diagnostic" if has(r"(?:^|/)diskinfo\.txt$") else "agents"
    return "normal"


def canonical(path: str, root: str = "") -> str:
    """The path on the VM, without its leading '/', as well as it can be told: 'var/log/waagent.log'.

    A history archive of the agent counts as the folder it was packed from."""
    path = HISTORY.sub(r"\1\2/", path.removeprefix(root))
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
