"""The files that a backup job leaves in the extension's folder: settings, sequence number, status."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from . import stamps
from .backupoutcome import Job

NAME = "Microsoft.Azure.RecoveryServices.VMSnapshotLinux"


def status_json(job: Job, at: datetime, agent: str, version: str, snapshot_at: str) -> bytes:
    """status/N.status: a success outside, and the job's own result as a JSON string in the substatus' name."""
    outcome = job.outcome
    creator = "backupHostService" if outcome.snapshot.startswith("host") else "guestExtension"
    text = json.dumps({"messageStr": f"snapshotCreator={creator}, ", "snapshotConsistency": 0, "jobMessage": ""})
    inner: dict[str, Any] = {
        "name": NAME,
        "operation": "Enable",
        "status": outcome.word,
        "substatus": [],
        "code": str(outcome.code),
        "taskId": job.task,
        "formattedMessage": {"lang": "en-US", "message": text},
        "commandStartTimeUTCTicks": str(stamps.ticks(at)),
        "telemetryData": [
            {"Key": "guestAgentVersion", "Value": agent},
            {"Key": "extensionVersion", "Value": version},
            {"Key": "snapshotCreator", "Value": creator},
            {"Key": "extErrorCode", "Value": outcome.name},
        ],
        "snapshotInfo": [_disk(blob, snapshot_at) for blob in job.blobs] if outcome.ok else [],
        "vmHealthInfo": {"vmHealthState": outcome.health, "vmHealthStatusCode": outcome.code},
    }
    wrapped = json.dumps([{"version": "1.0", "timestampUTC": f"/Date({stamps.epoch_ms(at)})/", "status": inner}])
    substatus = {"code": "0", "name": wrapped, "status": "success", "formattedMessage": None}
    outer = {
        "name": NAME,
        "operation": "Enable",
        "status": "success",
        "substatus": [substatus],
        "code": str(outcome.code),
        "taskId": job.task,
        "formattedMessage": {"lang": "en-US", "message": text},
    }
    return json.dumps([{"version": "1.0", "timestampUTC": stamps.iso_short(at), "status": outer}]).encode()


def _disk(blob: str, snapshot_at: str) -> dict[str, str]:
    return {
        "isSuccessful": "true",
        "snapshotUri": f"{blob}?snapshot={snapshot_at}",
        "errorMessage": "",
        "blobUri": blob,
    }


def settings_json(job: Job, at: datetime, thumbprint: str) -> bytes:
    """config/N.settings as the daemon leaves it: without the protected part."""
    custom = {"takeSnapshotFrom": "firstHostThenGuest", "isManagedVm": True, "backupTaskId": job.task}
    public = {
        "locale": "en-us",
        "taskId": job.task,
        "commandToExecute": "snapshot",
        "commandStartTimeUTCTicks": str(stamps.ticks(at)),
        "vmType": "microsoft.compute/virtualmachines",
        "customSettings": json.dumps(custom),
    }
    handler = {"publicSettings": public, "protectedSettingsCertThumbprint": thumbprint}
    return json.dumps({"runtimeSettings": [{"handlerSettings": handler}]}).encode()
