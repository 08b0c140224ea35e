"""The disk inspection service's sets: which one a bundle was collected with, and what that set never copies.

The service copies what a manifest lists, and no manifest lists everything: what an engineer misses in the bundle was
not lost, it was not asked for. Computed from the manifests of azure-diskinspect-service (2025-12).
"""

from __future__ import annotations

from collections.abc import Callable

Has = Callable[[str], bool]
"""Whether a path of the bundle matches the pattern, without regard to case."""

# What a Windows set holds, by the evidence that engineers look for.
WINDOWS_EVIDENCE: tuple[tuple[str, set[str]], ...] = (
    ("the backup extension's log (IaaSBcdrExtension*.log)", {"agents", "normal", "windowsupdate"}),
    ("the extensions' status files", {"agents", "normal", "servicefabric", "sql-iaas", "windowsupdate"}),
    (
        "the extensions' settings",
        {"agents", "diagnostic", "normal", "servicefabric", "sql-iaas", "vmdiagnostic", "windowsupdate"},
    ),
    (
        "the System and Application event logs",
        {"agents", "aks", "diagnostic", "eg", "min-diagnostic", "normal", "servicefabric", "site-recovery", "sql-iaas"}
        | {"vmdiagnostic", "windowsupdate", "workloadbackup"},
    ),
    (
        "WaAppAgent.log",
        {"agents", "aks", "diagnostic", "eg", "min-diagnostic", "monitor-mgmt", "normal", "site-recovery"}
        | {"vmdiagnostic", "windowsupdate", "workloadbackup"},
    ),
)
WINDOWS_AGAIN = "set normal or agents"

LINUX_EVIDENCE: tuple[tuple[str, set[str]], ...] = (
    ("the extensions' logs (/var/log/azure)", {"agents", "diagnostic", "vmdiagnostic"}),
    ("the extensions' status files", {"agents", "diagnostic", "vmdiagnostic"}),
    ("/etc/azure (vmbackup.conf, VMSnapshotScriptPluginConfig.json)", set()),
)
LINUX_AGAIN = "set agents or diagnostic; /etc/azure is in none, copy it by hand"


def chosen(has: Has, windows: bool) -> str:
    """The set, from what it alone would have copied."""
    if windows:
        return _of_disk(has) if _with_disk(has) else _of_logs(has)
    if has(r"var/log/azure/|/HandlerStatus$|\.status$"):
        return "diagnostic" if has(r"(?:^|/)diskinfo\.txt$") else "agents"
    return "normal"


def lacks(name: str, windows: bool) -> list[str]:
    """The evidence that a set of this name never holds, in words."""
    return [words for words, sets in (WINDOWS_EVIDENCE if windows else LINUX_EVIDENCE) if name not in sets]


def words(name: str, windows: bool) -> str:
    """The set and what to collect again for what it never holds."""
    missing = lacks(name, windows)
    if not missing:
        return f"set {name}"
    again = WINDOWS_AGAIN if windows else LINUX_AGAIN
    return f"set {name}, which never holds {', '.join(missing)}: collect again with {again}"


def _with_disk(has: Has) -> bool:
    return has(r"(?:^|/)diskinfo\.txt$|System32/config/(?:SYSTEM|SOFTWARE)$|Windows/Logs/(?:CBS|DISM)/")


def _of_disk(has: Has) -> str:
    """The sets that also tell about the disk or copy the registry."""
    if has(r"IaaSBcdrExtension[^/]*\.log$|/Status/[^/]+\.status$"):
        return "windowsupdate"
    if has(r"Windows/Logs/(?:CBS|DISM)/|\.LOG1$"):
        return (
            "diagnostic" if has(r"CommandExecution|HandlerManifest\.json$|Windows Azure\.evtx$") else "min-diagnostic"
        )
    if has(r"System32/config/(?:SYSTEM|SOFTWARE)$"):
        return "vmdiagnostic"
    return "diagnostic" if has(r"HandlerManifest\.json$|\.settings$") else "eg"


def _of_logs(has: Has) -> str:
    if not has(r"(?:^|/)(?:WaAppAgent|TransparentInstaller)\.log$|\.evtx$"):
        if has(r"(?:^|/)MS_DATA/"):
            return "vmwindows-tss-ms_data"
        return "rdp-registry" if has(r"(?:^|/)registry\.json$") else "genspec"
    own = (
        (r"Operations Manager\.evtx$|Health Service State/", "monitor-mgmt"),
        (r"Azure Workload Backup/|IaaSWorkloadBackup/", "workloadbackup"),
        (r"Azure Site Recovery/|ASRSetupLogs/", "site-recovery"),
        (r"Microsoft SQL Server/|SqlServerLogs/", "sql-iaas"),
        (r"(?:^|/)k/[^/]+\.(?:log|err)$|kubeclusterconfig\.json$", "aks"),
        (r"CAPI2|WindowsAzure-(?:Diagnostics|Status)[^/]*\.evtx$", "agents"),
    )
    found = next((name for pattern, name in own if has(pattern)), "")
    if found:
        return found
    if not has(r"\.evtx$"):
        return "asc-vmhealth" if not has(r"(?:^|/)WaAppAgent\.log$") else "normal"
    return "normal" if has(r"(?:^|/)WaAppAgent\.log$") or not has(r"ServiceFabric") else "servicefabric"
