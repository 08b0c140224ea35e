"""The report of a snapshot inside the status file of Azure Backup's extension (VMSnapshotLinux, VMSnapshot).

On ARM VMs the file's own status is 'success' for nearly every end; the verdict is a JSON text in the name of its
first substatus: status, code, task, message (JSON in a text again), telemetry, one entry a disk, health
(VMBackup/main/Utils/HandlerUtil.py do_status_report). Builds of 2016 and before wrote it plainly.
"""

from __future__ import annotations

from typing import Any

from analyzer.parsers.base import FactValue, StateEvent, first
from analyzer.parsers.content import UnreadableError
from analyzer.parsers.jsonload import load_json_text
from analyzer.parsers.scrub import without_query
from analyzer.parsers.values import (
    as_bool,
    as_code,
    as_dict,
    as_int,
    as_list,
    as_text,
    level_of,
    message_of,
    only_item,
    ticks_iso,
    utc_iso,
    word,
)

BACKUP_HANDLER = "Microsoft.Azure.RecoveryServices.VMSnapshot"
SOURCE = "extension-status"
MAX_DISKS = 256

_CONSISTENCY = {1: "file-system", 2: "application", 3: "crash"}  # VMBackup/main/Utils/Status.py
_CONSISTENCY_OF_CODE = {0: "application", 1: "file-system"}
_TELEMETRY = {
    "extErrorCode": "error_name",
    "extensionVersion": "extension_version",
    "guestAgentVersion": "agent_version",
    "pythonVersion": "python_version",
    "osVersion": "os_version",
    "kernelVersion": "kernel_version",
    "platformArchitecture": "architecture",
    "hostStatusCodePreSnapshot": "host_status_pre_snapshot",
    "hostStatusCodeDoSnapshot": "host_status_do_snapshot",
    "snapshotCreator": "snapshot_creator",
    "snapshotTimeTaken": "snapshot_time",
    "statusBlobUploadError": "status_blob_upload_error",
    "FreezeTime": "freeze_time",
    "ThawTime": "thaw_time",
    "prePostEnabled": "scripts_enabled",
    "workloads": "workloads",
}


def inner_report(status: dict[str, Any]) -> dict[str, Any]:
    """The entry `{"timestampUTC", "status": {…}}` inside the first substatus; {} where there is none (yet)."""
    name = only_item(as_list(status.get("substatus"))).get("name")
    if not isinstance(name, str) or not name.lstrip().startswith(("[", "{")):
        return {}
    try:
        report = only_item(load_json_text(name))
    except UnreadableError:
        return {}
    return report if as_dict(report.get("status")) else {}


def command_facts(record: dict[str, Any]) -> dict[str, FactValue]:
    """Which job it is, and when the service gave the command; the same two keys in settings and status."""
    facts: dict[str, FactValue] = {}
    if as_text(record.get("taskId")):
        facts["backup.task_id"] = as_text(record["taskId"])
    started = ticks_iso(record.get("commandStartTimeUTCTicks"))
    if started:
        facts["backup.command_start"] = started
    return facts


def consistency(record: dict[str, Any], handler: str) -> str:
    """What the snapshot is good for. On Linux builds up to 1.0.9184 write 0 for every success but the crash-consistent
    one (they compare a text with a number), so the code decides where the number does not. On Windows a code tells
    nothing of it."""
    message = as_dict(record.get("formattedMessage")).get("message")
    number = None
    if isinstance(message, str) and "snapshotConsistency" in message:
        try:
            number = as_int(as_dict(load_json_text(message)).get("snapshotConsistency"))
        except UnreadableError:
            number = None
    code = None if handler == BACKUP_HANDLER else as_int(record.get("code"))
    return _CONSISTENCY.get(number or 0) or _CONSISTENCY_OF_CODE.get(-1 if code is None else code, "none")


def facts(record: dict[str, Any], handler: str) -> dict[str, FactValue]:
    """`backup.*` of one report of VMSnapshotLinux or VMSnapshot; `record` is its inner `status` object."""
    told: dict[str, FactValue] = command_facts(record)
    code = as_code(record.get("code"))
    if code is not None:
        told["backup.status_code"] = code
    told["backup.status_word"] = as_text(record.get("status"))
    told["backup.consistency"] = consistency(record, handler)
    health = as_code(as_dict(record.get("vmHealthInfo")).get("vmHealthStatusCode"))
    if health is not None:
        told["backup.health_code"] = health
    for entry in as_list(record.get("telemetryData")):
        name = _TELEMETRY.get(as_text(as_dict(entry).get("Key")))
        if name:
            value = as_dict(entry).get("Value")
            number = as_int(value)
            told[f"backup.{name}"] = as_text(value) if number is None else number
    disks = as_list(record.get("snapshotInfo"))
    told["backup.disks"] = len(disks)
    told["backup.disks_failed"] = sum(as_bool(as_dict(disk).get("isSuccessful")) is False for disk in disks)
    return told


def events(
    record: dict[str, Any], sequence: int | None, time: str | None, component: str, problems: list[str]
) -> list[StateEvent]:
    """The report as one event for the task and one for each disk."""
    status = as_text(record.get("status"))
    health = as_dict(record.get("vmHealthInfo")).get("vmHealthStatusCode")
    text = (
        f"backup task {word(record.get('taskId'))} sequence {word(sequence)} status {word(status)}"
        f" code {word(record.get('code'))} consistency {consistency(record, component)} health {word(health)}"
        f" message: {message_of(record.get('formattedMessage'))}"
    )
    told = [StateEvent(SOURCE, text, time, level_of(status), component)]
    for index, entry in enumerate(first(as_list(record.get("snapshotInfo")), MAX_DISKS, "disks", problems)):
        disk = as_dict(entry)
        successful = as_bool(disk.get("isSuccessful"))
        link = without_query(as_text(disk.get("blobUri")) or as_text(disk.get("snapshotUri"))) or "none"
        text = (
            f"backup disk {index} successful {'none' if successful is None else str(successful).lower()}"
            f" error: {message_of(disk.get('errorMessage')) or 'none'} blob: {link}"
        )
        told.append(StateEvent(SOURCE, text, time, "error" if successful is False else "info", component))
    return told


def report_time(report: dict[str, Any]) -> str | None:
    return utc_iso(report.get("timestampUTC"))
