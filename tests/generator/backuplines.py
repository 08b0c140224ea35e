"""The lines of one backup job in VMSnapshotLinux's extension.log, step by step.

The steps and their order are those of azure-linux-extensions VMBackup/main (handle.py, freezesnapshotter.py,
hostsnapshotter.py, guestsnapshotter.py), thinned: a real job writes some 300 lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from .backupfreeze import trace
from .backupoutcome import Job, Line


def enable(job: Job) -> Iterator[Line]:
    yield from _opening(job)
    yield Line(0.0003, "starting enable")
    yield Line(0.0003, f"set most recent sequence number to {job.sequence}")
    yield Line(0.0004, f"taskId: {job.task}")
    yield Line(0.0001, "Sleeping for milliseconds: 2210")
    yield Line(2.21, "Enable,success,4,Transitioning state in extension,False")


def _opening(job: Job) -> Iterator[Line]:
    yield Line(0.01, "Change log file to /var/log/azure/Microsoft.Azure.RecoveryServices.VMSnapshotLinux/extension.log")
    yield Line(0.0002, f"sequence number from environment variable is {job.sequence}")
    yield Line(0.0001, f"setting file path is/{job.home}/config/{job.sequence}.settings")
    yield Line(0.0001, f"current seq no is {job.sequence}")
    yield Line(0.012, "Successfully decrypted protected settings using CMS command")
    yield Line(0.0002, "Config decoded correctly.")


def prepare(job: Job) -> Iterator[Line]:
    """The daemon up to the scripts."""
    yield from _opening(job)
    yield Line(0.0003, "starting daemon initially")
    yield Line(0.002, "Checking for the safefreeze binary")
    yield Line(0.0002, "safeFreezeBinary exists True")
    yield Line(0.0008, " configfile /etc/azure/vmbackup.conf")
    yield Line(0.0001, "cannot read config file or file not present")
    yield Line(0.0003, "final thread timeout60")
    yield Line(0.0002, "removing the protected settings")
    yield from _presnapshot(job)
    late = job.outcome.late_minutes * 60
    yield Line(0.0004, f"timespan: {late}, total_span_in_seconds: {late}, MAX_TIMESPAN: 8400")
    if late > 8400:
        yield Line(0.0002, "CRP timeout limit has reached, should abort.")
        return
    yield Line(0.0003, "commandToExecute for backup is snapshot")
    yield Line(0.0002, "Enable,success,4,Transitioning state in extension,False")


def _presnapshot(job: Job, frozen: bool = False) -> Iterator[Line]:
    yield Line(0.0004, "start calling the presnapshot rest api", frozen)
    yield Line(
        0.0001, "Details of sas uri object  hostname: 168.63.129.16 path: /metadata/recsvc/snapshot/presnapshot", frozen
    )
    if job.outcome.snapshot.startswith("guest"):
        text = "PreSnapshotResponse: Failed to parse responseBody: Expecting value: line 1 column 1 (char 0)"
        yield Line(0.004, text, frozen)
        yield Line(0.0001, "PreSnapshot: Status Code: 404", frozen)
        return
    yield Line(0.004, "PreSnapshotResponse: result: success", frozen)
    yield Line(0.0001, "PreSnapshot: Status Code: 200", frozen)


def scripts(job: Job) -> Iterator[Line]:
    yield Line(0.0005, "Loading script modules now...")
    yield Line(0.0002, "Plugin host Config file does not exist in the location /etc/azure/VMSnapshotPluginHost.conf")
    if job.outcome.script == "none":
        yield Line(
            0.0004, "Plugin host file does not exist in the location /etc/azure/VMSnapshotScriptPluginConfig.json"
        )
        missing = "StatusCode.FailedPrepostPluginConfigNotFound,"
        yield Line(0.0001, f"Triggering File System Consistent Backup because of error code {missing}")
        return
    yield Line(0.002, "Running prescript for ScriptRunner module...")
    yield Line(4.0, "Prescript for ScriptRunner failed with error code: 1 .")
    yield Line(3.0, "Finished prescript execution from PluginHost side. Continue Backup: False")
    yield Line(0.0002, "PreScript failed for the plugin ScriptRunner StatusCode.FailedPrepostPreScriptFailed,")


def snapshot(job: Job, at: str) -> Iterator[Line]:
    """Snapshot and thaw; `at` is the snapshot's time in the URIs."""
    yield from _presnapshot(job, True)
    yield Line(0.0003, "T:S doing snapshot now...", True)
    way = "Host" if job.outcome.snapshot.startswith("host") else "Guest-seq"
    yield Line(0.0002, f"****** 5. Snaphotting ({way}) Started", True)
    yield from _guest(job, at) if way == "Guest-seq" else _host()
    yield Line(0.1, f"****** 6. Snaphotting ({way}) Completed", True)
    yield Line(0.0002, "****** 7. Sending Thaw Signal to Binary", True)
    yield Line(0.002, "some child process terminated", True)
    yield Line(0.0001, "****** 9. Binary Process completed (Signal=2 received)", True)
    steps = [
        "****** 2. Binary Freeze Started",
        *(f"Freezing: {m}" for m in job.mounts),
        "****** 3. Binary Freeze Completed",
    ]
    steps += ["****** 8. Binary Thaw Signal Received", *(f"Thawing: {m}" for m in reversed(job.mounts))]
    yield Line(1.0, "T:S thaw result ")
    yield from trace(steps, False)
    for i, blob in enumerate(job.blobs if way == "Host" else ()):
        refused = job.outcome.snapshot == "host-limit" and i > 0
        error = "The snapshot count against this blob has been exceeded." if refused else ""
        uri = "None" if refused else f"{blob}?snapshot={at}"
        word = "false" if refused else "true"
        answer = f"SnapshotUri:{uri}, ErrorMessage:{error}, StatusCode:{409 if refused else 200}"
        yield Line(0.0001, f"From Host- IsSuccessful:{word}, {answer}")
    yield Line(0.0002, "T:S snapshotall ends...")


def _host() -> Iterator[Line]:
    yield Line(
        0.0001, "Details of sas uri object  hostname: 168.63.129.16 path: /metadata/recsvc/snapshot/dosnapshot", True
    )


def _guest(job: Job, at: str) -> Iterator[Line]:
    for i, blob in enumerate(job.blobs):
        yield Line(0.0003, f"index: {i} blobUri: {blob}", True)
        if job.outcome.snapshot == "guest":
            text = (
                f"snapshot_info_indexer: index: {i} isSuccessful: True snapshotTs: {at} errorMessage:  statusCode: 201"
            )
            yield Line(0.11, text, True)
            continue
        yield Line(10.0, "Failed to call http with error: timed out, stack trace: socket.timeout: timed out", True)
        yield Line(0.0001, " snapshot HttpCallGetResponse failed ", True)


def verdict(job: Job) -> Iterator[Line]:
    outcome = job.outcome
    state = f"run_result - {outcome.code} run_status - {outcome.word} all_failed - False"
    yield Line(
        0.0002, f"doFreezeSnapshot : {state} unable_to_sleep - False is_inconsistent - False values post snapshot"
    )
    yield Line(0.02, f"Enable,{outcome.word},{outcome.code},,False")
    yield Line(1.0, "file status report message:")
    yield Line(0.2, "HttpUtil Call : result: 1, errorMsg: None")
    yield Line(0.0001, "blob written succesfully")
