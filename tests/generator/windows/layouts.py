"""How bundles arrive: made by hand, a zip of C:\\WindowsAzure, the disk inspection's sets, CollectGuestLogs, TSS."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import timedelta

from ..archives import Files
from ..event_exports import FORMATS, export
from ..event_xml import Exporter
from .story import Story

SETS = {
    "normal": (
        "WaAppAgent",
        "TransparentInstaller",
        "IaaSBcdrExtension",
        "/Status/",
        "CommandExecution",
        "RuntimeSettings",
        "Handler",
        "aggregatestatus",
    ),
    "agents": (
        "WaAppAgent",
        "TransparentInstaller",
        "IaaSBcdrExtension",
        "/Status/",
        "CommandExecution",
        "RuntimeSettings",
        "Handler",
        "aggregatestatus",
        "GoalState",
    ),
    "diagnostic": ("WaAppAgent", "TransparentInstaller", "CommandExecution", "RuntimeSettings", "GoalState"),
}


def events(
    story: Story, how: str = "evtx", by: Exporter | None = None, names: Mapping[str, str] | None = None, days: float = 0
) -> Files:
    """One file a channel. `names` gives their names without ending; `days` keeps the newest, as a full log does."""
    by = by or Exporter(story.vm.culture, story.vm.zone)
    story.log.forget(story.now)  # a log holds nothing later than the moment in which it was copied
    files: Files = {}
    for channel in story.log.channels():
        if names is not None and channel not in names:
            continue
        rows = story.log.events(channel)
        if days:
            rows = [row for row in rows if row.when >= rows[-1].when - timedelta(days=days)]
        name = names[channel] if names is not None else channel.replace("/", "_")
        files[name + FORMATS[how].ending] = export(how, rows, by)
    return files


def by_hand(
    story: Story,
    how: str,
    extra: Files | None = None,
    azure: Files | None = None,
    by: Exporter | None = None,
    folder: str = "",
) -> Files:
    """Exports and command outputs (`extra`) beside a copy of C:\\WindowsAzure and C:\\Packages."""
    files = events(story, how, by) | (extra or {}) | (story.azure() if azure is None else azure)
    return {folder + name: data for name, data in files.items()}


def cut(files: Files, name: str, part: float) -> Files:
    """A file that lost its end on the way."""
    return files | {name: files[name][: int(len(files[name]) * part)]}


def zipped_azure(story: Story, how: str, extra: Files | None = None, azure: Files | None = None) -> Files:
    """A zip of C:\\WindowsAzure and one of C:\\Packages in it, beside the exports."""
    own = story.azure() if azure is None else azure
    files = events(story, how) | (extra or {})
    for top in ("WindowsAzure", "Packages"):
        part = {name: data for name, data in own.items() if name.startswith(top + "/")}
        files[f"{top}.zip"] = zip_bytes(part)
    return files


def disk_inspection(story: Story, mode: str, azure: Files | None = None) -> Files:
    """The disk inspection service: device_0, %4 in the names of channels, only what the set copies."""
    logs = {
        f"Windows/System32/winevt/Logs/{name}": data
        for name, data in events(story, "evtx", names=_disk_names(story)).items()
    }
    own = story.azure() if azure is None else azure
    kept = {
        name: data
        for name, data in own.items()
        if any(word in name for word in SETS[mode]) and "WaAppAgent.0" not in name
    }
    files = {f"device_0/{name}": data for name, data in (logs | kept).items()}
    lines = [f"Manifest requested: {mode}", "Inspection metadata: operating system Windows", ""]
    lines += [f"{place:02d}:52:59  Copied /{name.partition('/')[2]}" for place, name in enumerate(sorted(files)[:20])]
    lines += ["15:53:11  Copy of /Windows/Panther/WaSetup.log FAILED (not found)"]
    files["results.txt"] = ("\n".join(lines) + "\n").encode()
    return files


def _disk_names(story: Story) -> dict[str, str]:
    return {channel: channel.replace("/", "%4") for channel in story.log.channels()}


def guest_logs(story: Story, azure: Files | None = None) -> Files:
    """VMAgentLogs.zip of CollectGuestLogs, with back slashes in its names."""
    logs = {f"EventLogs/{name}": data for name, data in events(story, "evtx", names=_disk_names(story)).items()}
    own = story.azure() if azure is None else azure
    return {name.replace("/", "\\"): data for name, data in (logs | own).items()}


def tss(story: Story, extra: Files | None = None) -> Files:
    """Flat names that begin with the computer's, and a CSV beside each log."""
    name, short = story.vm.name, {"System": "System", "Application": "Application"}
    logs = events(story, "evtx") | events(story, "viewer-csv", names=short)
    files = {f"{name}_evt_{log}": data for log, data in logs.items()}
    own = {path: data for path, data in story.azure().items() if path.endswith((".log", ".status"))}
    flat = own | (extra or {})
    return files | {f"{name}_{path.rpartition('/')[2]}": data for path, data in flat.items()}


def zip_bytes(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()
