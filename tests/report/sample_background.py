"""The parts of the sample document beside its causes: bundle, coverage, facts, timeline; and the other outcomes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

SHA256 = "9f2c1de0b7a4466e8d1f3a5c7e9b0d2f4a6c8e0b1d3f5a7c9e1b3d5f7a9c1e3b"
LANES = ("waagent", "vmsnapshot", "extension:Microsoft.Azure.RecoveryServices.VMSnapshotLinux", "syslog", "kernel")
BINS = 300


def lane(source: str, n: int) -> dict[str, Any]:
    """A made-up but deterministic density with errors near the end."""
    bins = []
    for index in range(n * 7 % 11, BINS, 1 + n):
        count = int(20 * abs(math.sin(index / (9 + n)))) + (index % 5 == 0)
        errors = min(count, 9) if index > 270 and n < 3 and index % 2 == 0 else 0
        if count:
            bins.append([index, count, errors])
    guesses = [{"quality": "year-guessed", "events": 40, "zone": "Europe/Berlin", "known": True}]
    return {"source": source, "bins": bins, "guesses": guesses if source == "syslog" else []}


def timeline() -> dict[str, Any]:
    """Two days with a good backup and a failed one."""
    return {
        "start": "2026-11-19T22:00:00Z", "end": "2026-11-21T04:02:11Z", "bins": BINS,
        "lanes": [lane(source, n) for n, source in enumerate(LANES)],
        "bars": [
            {"lane": "backup", "label": "Backup of 3 disks", "start": "2026-11-20T03:00:05Z",
             "end": "2026-11-20T03:04:12Z", "state": "succeeded"},
            {"lane": "backup", "label": "Backup of 3 disks, code 76", "start": "2026-11-21T03:10:40Z",
             "end": "2026-11-21T03:41:58Z", "state": "failed"},
            {"lane": "agent", "label": "Agent reporting", "start": "2026-11-20T00:00:00Z",
             "end": "2026-11-21T03:12:00Z", "state": "succeeded"},
            {"lane": "agent", "label": "Agent silent", "start": "2026-11-21T03:12:09Z", "end": None, "state": "open"},
        ],
        "marks": [
            {"time": "2026-11-20T14:30:00Z", "label": "firewall package installed", "kind": "change"},
            {"time": "2026-11-21T03:12:09Z", "label": "first request timed out", "kind": "evidence"},
            {"time": "2026-11-21T03:41:58Z", "label": "backup failed", "kind": "incident"},
        ],
        "tracks": [
            {"kind": "goal-state", "title": "Goal state", "left_out": 0, "items": [
                step("Goal state 7", "7", "2026-11-19T22:00:00Z", "2026-11-21T03:10:30Z", "lasts"),
                step("Goal state 8", "8", "2026-11-21T03:10:30Z", None, "lasts"),
            ]},
            {"kind": "backup", "title": "Steps of a backup", "left_out": 2, "items": [
                step("Freeze", "", "2026-11-20T03:01:00Z", "2026-11-20T03:01:04Z", "done"),
                step("Snapshot", "", "2026-11-20T03:01:04Z", "2026-11-20T03:01:09Z", "done"),
                step("Freeze", "", "2026-11-21T03:12:00Z", "2026-11-21T03:13:00Z", "failed"),
                step("Snapshot", "", "2026-11-21T03:20:00Z", None, "open"),
            ]},
        ],
        "window": {"incident": "backup-2", "label": "Backup run 104", "start": "2026-11-21T03:10:40Z",
                   "end": "2026-11-21T03:41:58Z", "state": "failed"},
        "zoom": {"label": "Backup run 104", "start": "2026-11-21T03:06:00Z", "end": "2026-11-21T03:46:00Z",
                 "bins": BINS,
                 "lanes": [{"source": name, "bins": lane(name, 1)["bins"]} for name in ("vmsnapshot", "waagent")]},
        "before": None,
    }  # fmt: skip


def step(title: str, number: str, start: str, end: str | None, state: str) -> dict[str, Any]:
    """One bar of a row."""
    return {"title": title, "number": number, "start": start, "end": end, "state": state, "file": "x.log", "line": 1}


def events() -> dict[str, Any]:
    """Four rows of the table: a quiet one, evidence, an error, and one without a time."""
    return {
        "everything": False, "total": 62_306, "left_out": 3,
        "sources": ["config", "vmsnapshot", "waagent"],
        "levels": ["none", "critical", "error", "warning", "info", "verbose"],
        "qualities": ["none", "exact", "zone-assumed", "year-guessed", "inherited"],
        "files": ["etc/waagent.conf", "var/log/azure/extension.log", "var/log/waagent.log"],
        "causes": ["network/wireserver-blocked-by-guest-firewall"],
        "roles": ["evidence", "context", "incident", "step", "problem", "window", "edge"],
        "time": [1_795_143_600_000_000, 1_795_230_729_118_201, 1_795_230_730_000_000, None],
        "quality": [1, 1, 3, 0], "source": [2, 2, 1, 0], "level": [4, 3, 2, 0], "file": [2, 2, 1, 0],
        "line": [12, 118, 40, 3], "role": [64, 17, 20, 1], "evidence": [[1, 0], [3, 0]],
        "text": ["Agent is running", "[HTTP Failed] GET http://168.63.129.16 -- IOError timed out\nsecond line",
                 "<script>alert('owned')</script> \x1b[31mred \u202egnp.exe", "Provisioning.Enabled=y"],
    }  # fmt: skip


def coverage() -> dict[str, Any]:
    """Sources with a hole in one of them."""

    def source(name: str, files: int, events: int, size: int, unparsed: int, quality: str) -> dict[str, Any]:
        return {
            "source": name,
            "files": files,
            "events": events,
            "first": "2026-11-19T22:00:00Z",
            "last": "2026-11-21T04:02:11Z",
            "bytes": size,
            "unparsed_bytes": unparsed,
            "time_quality": quality,
        }

    return {
        "sources": [
            source("waagent", 3, 18_233, 4_180_221, 0, "exact"),
            source("vmsnapshot", 2, 1_944, 410_332, 120, "exact"),
            source("syslog", 2, 40_118, 6_231_007, 0, "zone-assumed"),
            source("kernel", 1, 2_011, 180_000, 0, "year-guessed"),
        ],
        "gaps": [{"source": "syslog", "start": "2026-11-20T11:02:00Z", "end": "2026-11-20T14:40:00Z"}],
        "clock": {"zone": "Europe/Berlin (UTC+1)", "how": "derived from 212 lines that two files share"},
        "files": [
            {"path": "var/log/waagent.log", "kind": "waagent log", "source": "waagent", "events": 9_120, "note": ""},
            {"path": "var/log/azure/Microsoft.Azure.RecoveryServices.VMSnapshotLinux/extension.log",
             "kind": "snapshot log", "source": "vmsnapshot", "events": 1_802, "note": "two grammars in one file"},
            {"path": "commands/iptables_-L.txt", "kind": "command output", "source": "command-output", "events": 22,
             "note": ""},
        ],
        "missing": [{"source": "goal-state", "what": "The goal states",
                     "why": "says whether the backup was ever requested",
                     "command": "tar czf goalstate.tgz /var/lib/waagent/history"}],
    }  # fmt: skip


def facts() -> dict[str, Any]:
    """Facts of every area."""
    name = "Microsoft.Azure.RecoveryServices.VMSnapshotLinux"
    script = "Microsoft.Azure.Extensions.CustomScript"
    return {
        "os.pretty": "Ubuntu 22.04.4 LTS", "os.kernel": "6.8.0-1015-azure", "os.hostname": "sql-prod-03",
        "os.timezone": "Europe/Berlin", "vm.size": "Standard_D4s_v5", "vm.location": "westeurope",
        "vm.id": "5e3d9c0e-6a52-4a7b-9f3b-0d6f0a1c2b3d", "agent.version": "2.9.1.1", "agent.daemon_version": "2.2.46",
        "agent.python": "3.10.12", "agent.disabled": False, "conf.Extensions.Enabled": "y",
        "conf.AutoUpdate.Enabled": "y",
        f"extension[{name}].version": "1.0.9220.0", f"extension[{name}].handler_status": "Ready",
        f"extension[{name}].status": "error", f"extension[{name}].status_code": "76",
        f"extension[{name}].status_message": "Snapshot failed as the VM has no network <b>connectivity</b>",
        f"extension[{script}].version": "2.1.10", f"extension[{script}].handler_status": "Ready",
        f"extension[{script}].status": "success", "backup.task_id": "09608800-4e0c-431a-861a-7e04f58cbc41",
        "backup.disks_failed": 3, "certificates.present": ["95801EBBE53F95DADD7DB886D37CA350F3A45FEC"],
        "certificates.missing": [], "disk[/].use_percent": 19, "disk[/data].use_percent": 7, "net.default_route": True,
    }  # fmt: skip


def background() -> dict[str, Any]:
    """Everything of the document that is not verdict, incidents or causes."""
    return {
        "bundle": {
            "name": "ticket-2611210040 <sql-prod-03>.tar.gz", "sha256": SHA256, "kind": "tar.gz",
            "layout": "support tarball (var/log, var/lib/waagent)", "os": "linux", "root": "bundle/", "members": 214,
            "bytes": 18_220_117, "refused": [{"path": "var/log/../../etc/shadow", "reason": "path leaves the bundle"}],
        },
        "left_out": {"causes": 0, "notes": 2},
        "unchecked": [{"id": "filesystem/selinux-denied", "title": "SELinux or AppArmor denies the agent",
                       "missing": ["audit"], "ask": "tar czf audit.tgz /var/log/audit"}],
        "coverage": coverage(), "facts": facts(), "timeline": timeline(),
        "events": events(),
        "redactions": {"count": 3, "kinds": {"sig": 2, "protected-settings": 1}},
        "timings": {"read": 0.41, "total": 1.2},
    }  # fmt: skip


def no_fault(doc: dict[str, Any]) -> dict[str, Any]:
    """The good backup only."""
    doc["incidents"] = doc["incidents"][:1]
    doc["causes"] = []
    doc["request"]["symptom"] = None
    doc["verdict"].update(
        headline="Nothing failed in what the bundle covers: the last backup, 20 November, 03:00 UTC, succeeded.",
        incident="backup-1",
        reasons=["The last covered operation ended well, and none failed after it."],
        ask=[],
    )
    return doc


def platform(doc: dict[str, Any]) -> dict[str, Any]:
    """A guest that did its part while the portal shows a failure."""
    doc = no_fault(doc)
    lead = {
        "id": "platform/guest-succeeded", "title": "The guest did its part and the platform reports a failure",
        "kind": "platform", "score": 8.0, "confidence": 0.88, "state": "named",
        "summary": "The guest reported success for backup task 09608800.",
        "why": "Every step inside the VM ended well; the snapshot's transfer to the vault is not visible from inside.",
        "arithmetic": [{"key": "success", "role": "required", "label": "the guest reports success", "weight": 8,
                        "factor": 1, "points": 8, "count": 1}],
        "evidence": doc["incidents"][0]["evidence"], "explains": [], "explained_by": None,
        "remedy": [{"step": "Open a support request for Azure Backup and attach this report.", "command": None,
                    "risk": "none"}],
        "links": [], "codes": ["ExtensionOperationFailedForManagedDisks"], "incident": "backup-1", "first": None,
        "last": None,
    }  # fmt: skip
    doc["causes"] = [lead]
    doc["verdict"].update(
        cause=lead["id"], confidence=0.88,
        headline="The guest finished its backup on 20 November, 03:04 UTC; the failure lies on the platform's side.",
    )  # fmt: skip
    return doc


def undetermined(doc: dict[str, Any]) -> dict[str, Any]:
    """Two candidates close to each other."""
    doc["causes"] = [cause | {"state": "candidate", "explained_by": None} for cause in doc["causes"][:2]]
    doc["causes"][0].update(score=6.6, confidence=0.48)
    portal = {"key": "portal", "role": "supports", "label": "the portal code fits", "weight": 1, "factor": 0.6,
              "points": 0.6, "count": 1}  # fmt: skip
    doc["causes"][0]["arithmetic"] = [row for row in doc["causes"][0]["arithmetic"] if row["points"] > 5] + [portal]
    doc["causes"][1].update(confidence=0.41)
    doc["verdict"].update(
        headline="The backup of 21 November, 03:10 UTC failed; two causes fit and the margin is too small to name one.",
        reasons=["Best and second differ by 0.5 points; 1.5 are asked for."],
    )
    return doc


def not_enough(doc: dict[str, Any]) -> dict[str, Any]:
    """A bundle that covers nothing of the question."""
    doc.update(incidents=[], causes=[], notes=[], unknown=[])
    doc["coverage"]["sources"] = doc["coverage"]["sources"][2:3]
    doc["timeline"] = {"start": None, "end": None, "lanes": [], "bins": 0, "bars": [], "marks": [], "tracks": [],
                       "window": None, "zoom": None, "before": None}  # fmt: skip
    doc["verdict"].update(
        headline="The bundle holds no log of the guest agent or of the backup extension, so nothing can be said about "
        "the backup.",
        incident=None, reasons=["waagent.log is not in the bundle."],
        ask=[{"what": "the agent's and extensions' logs", "why": "they tell whether the backup reached the VM",
              "command": "sudo tar czf vm-logs.tgz /var/log/waagent.log* /var/log/azure /var/lib/waagent/*.status"}],
    )  # fmt: skip
    return doc


BENDERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "no-fault": no_fault, "platform": platform, "undetermined": undetermined, "not-enough": not_enough,
}  # fmt: skip
