"""A realistic document for report tests: a failed backup behind a guest firewall, and one for every other outcome.

`NASTY` strings sit where a bundle can put text, so that every test that renders the sample also tests escaping.
"""

from __future__ import annotations

import copy
from typing import Any

import sample_background as background

SCRIPT = "<script>alert('owned')</script>"
TEMPLATE = "{{7*7}}"
FENCE = "```` ``` `"
CONTROL = "\x1b[31mred\x1b[0m\x07\x00 bell\x9b2J"
RTL = "\u202egnp.exe\u202c \u05e9\u05dc\u05d5\u05dd"
LONE = "\ud800"
LONG = "x" * 10_000
NASTY = f"{SCRIPT} {TEMPLATE} {FENCE} {CONTROL} {RTL} {LONE} {LONG}"

WAAGENT = "var/log/waagent.log"
EXTENSION = "var/log/azure/Microsoft.Azure.RecoveryServices.VMSnapshotLinux/extension.log"


def evidence(key: str, role: str, weight: float, time: str, line: int, text: str, **more: Any) -> dict[str, Any]:
    """One EV of the contract with its neighbours as context."""
    path = more.pop("file", WAAGENT)
    item: dict[str, Any] = {
        "key": key, "role": role, "weight": weight, "time": time, "time_quality": "exact",
        "source": "waagent", "file": path, "line": line, "text": text,
        "context": [
            {"line": line - 1, "text": f"{time[:-1]}.118201Z INFO ExtHandler Fetching goal state", "hit": False},
            {"line": line, "text": text, "hit": True},
            {"line": line + 1, "text": f"{time[:-1]}.402117Z INFO ExtHandler Retrying in 10 seconds", "hit": False},
        ],
        "count": 1, "first": time, "last": time,
    }  # fmt: skip
    return item | more


def term(key: str, role: str, label: str, weight: float, factor: float, count: int = 1) -> dict[str, Any]:
    """One row of a score's arithmetic."""
    return {
        "key": key, "role": role, "label": label, "weight": weight, "factor": factor,
        "points": round(weight * factor, 2), "count": count,
    }  # fmt: skip


def cause(ident: str, title: str, score: float, state: str = "candidate", **more: Any) -> dict[str, Any]:
    """One entry of `causes` or `notes`."""
    item: dict[str, Any] = {
        "id": ident, "title": title, "kind": "fault", "score": score, "confidence": 0.2, "state": state,
        "summary": "", "why": "", "arithmetic": [], "evidence": [], "explains": [], "explained_by": None,
        "remedy": [], "links": [], "codes": [], "incident": "backup-2",
        "first": "2026-11-21T03:12:09Z", "last": "2026-11-21T03:41:55Z",
    }  # fmt: skip
    return item | more


def wireserver_blocked() -> dict[str, Any]:
    """The cause of the sample, with evidence on both sides."""
    return cause(
        "network/wireserver-blocked", "A guest firewall drops traffic to WireServer (168.63.129.16)", 13.3, "named",
        confidence=0.93,
        summary="14 requests to 168.63.129.16 timed out between 03:12:09 and 03:41:55 UTC, and a guest rule drops "
        "them.",
        why="The agent learns of every backup through 168.63.129.16. While the guest's own filter drops that traffic, "
        "no goal state arrives, the snapshot extension is never asked to act, and the platform sees a silent agent.",
        arithmetic=[
            term("http_failed", "required", "requests to WireServer time out", 6, 1.0, 14),
            term("drop_rule", "supports", "a filter rule drops 168.63.129.16", 5, 1.0),
            term("heartbeat_silent", "supports", "no heartbeat for 29 minutes", 2.5, 0.92),
            term("port_32526", "supports", "port 32526 fails too", 2, 0.75, 6),
            term("recovered", "against", "one goal state came through at 03:20:11", -5, 0.3),
        ],
        evidence=[
            evidence(
                "http_failed", "required", 6, "2026-11-21T03:12:09Z", 4211,
                "2026-11-21T03:12:09.301922Z ERROR ExtHandler ExtHandler [HTTP Failed] GET http://168.63.129.16/machine/"
                "?comp=goalstate -- IOError timed out -- 6 attempts made",
                count=14, last="2026-11-21T03:41:55Z",
            ),
            evidence(
                "drop_rule", "supports", 5, "2026-11-21T03:44:00Z", 18,
                "DROP       tcp  --  anywhere             168.63.129.16        tcp dpt:http",
                source="command-output", file="commands/iptables_-L.txt", time_quality="inherited",
            ),
            evidence(
                "port_32526", "supports", 2, "2026-11-21T03:12:41Z", 4219,
                f"2026-11-21T03:12:41.990100Z WARNING ExtHandler HostGAPlugin: {NASTY}", count=6,
                last="2026-11-21T03:40:12Z",
            ),
            evidence(
                "recovered", "against", 5, "2026-11-21T03:20:11Z", 4302,
                "2026-11-21T03:20:11.551020Z INFO ExtHandler Fetch goal state from WireServer completed",
            ),
        ],
        explains=["extension/download-failed", "goal-state/status-blob-denied"],
        codes=["UserErrorGuestAgentStatusUnavailable"],
        links=["https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16"],
        remedy=[
            {"step": "List the guest's filter rules that touch 168.63.129.16.", "risk": "none",
             "command": "iptables -S; iptables -t security -S; nft list ruleset | grep -n 168.63"},
            {"step": "Remove the rule that drops ports 80 and 32526 for root, and make the removal permanent.",
             "command": "iptables -D OUTPUT -d 168.63.129.16 -p tcp --dport 80 -j DROP", "risk": "changes-data"},
            {"step": "Restart the agent so that it fetches a goal state at once.",
             "command": "systemctl restart walinuxagent", "risk": "restarts-service"},
            {"step": "Run the backup again from the portal.", "command": None, "risk": "none"},
        ],
    )  # fmt: skip


def others() -> list[dict[str, Any]]:
    """Two effects and a candidate that lost."""
    return [
        cause(
            "extension/download-failed", "The snapshot extension's package cannot be downloaded", 6.1, "effect",
            explained_by="network/wireserver-blocked", summary="3 downloads ended without an answer.",
            evidence=[evidence(
                "download", "required", 5, "2026-11-21T03:15:30Z", 4250,
                "2026-11-21T03:15:30.000411Z ERROR ExtHandler Failed to download artifacts: [ExtensionDownloadError]",
            )],
            arithmetic=[term("download", "required", "package download fails", 5, 1.0, 3),
                        term("retried", "supports", "and again after a pause", 2, 0.55)],
        ),
        cause(
            "goal-state/status-blob-denied", "The status upload fails on every channel", 3.4, "effect",
            explained_by="network/wireserver-blocked",
        ),
        cause(
            "agent/outdated", f"The guest agent is older than the minimum version {SCRIPT}", 1.0,
            summary="Version 2.2.45 is installed as a package; the goal-state agent 2.9.1.1 does the work.",
            arithmetic=[term("old", "supports", "installed package below 2.7", 2, 1.0),
                        term("healthy", "against", "the same version reported on good days", -2, 0.5)],
            codes=["ExtensionSnapshotFailedNoNetwork"],
        ),
    ]  # fmt: skip


def incidents() -> list[dict[str, Any]]:
    """Yesterday's good backup and today's failed one."""
    failed = evidence(
        "backup_failed", "required", 1, "2026-11-21T03:41:58Z", 356,
        "2026-11-21 03:41:58 T:S Enable failed with FailedRetryableSnapshotFailedNoNetwork error", file=EXTENSION,
        source="vmsnapshot",
    )  # fmt: skip
    good = evidence(
        "backup_ok", "required", 1, "2026-11-20T03:04:12Z", 181, "blob snapshot succeeded for all 3 disks",
        file=EXTENSION, source="vmsnapshot",
    )  # fmt: skip
    return [
        {"id": "backup-1", "kind": "backup", "title": "Backup of 3 disks", "key": "task-1", "code": "1",
         "start": "2026-11-20T03:00:05Z", "end": "2026-11-20T03:04:12Z", "outcome": "succeeded", "resolved": True,
         "evidence": [good]},
        {"id": "backup-2", "kind": "backup", "title": "Backup of 3 disks", "key": "task-2", "code": "76",
         "start": "2026-11-21T03:10:40Z", "end": "2026-11-21T03:41:58Z", "outcome": "failed", "resolved": False,
         "evidence": [failed]},
    ]  # fmt: skip


def document() -> dict[str, Any]:
    """The complete document: a failed backup with its cause named."""
    return {
        "schema": 1,
        "language": "en",
        "tool": {"name": "vmtriage", "version": "0.2.0"},
        "request": {
            "at": None,
            "symptom": {
                "text": "UserErrorGuestAgentStatusUnavailable", "id": "UserErrorGuestAgentStatusUnavailable",
                "title": "Azure Backup cannot reach the VM agent", "kind": "guest",
                "causes": ["network/wireserver-blocked", "agent/not-running"], "ask": "",
            },
        },
        "verdict": {
            "outcome": "named", "cause": "network/wireserver-blocked", "confidence": 0.93,
            "headline": "The backup of 21 November, 03:10 UTC failed because a guest firewall drops traffic to "
            "WireServer (168.63.129.16).",
            "incident": "backup-2",
            "reasons": ["Direct evidence inside the failing window, from the agent and from the rule list.",
                        "12.3 points ahead of the next candidate that it does not explain."],
            "ask": [{"what": "the rules of any third-party firewall on the VM", "why": "the bundle holds iptables only",
                     "command": "systemctl list-units | grep -i fire"}],
        },
        "incidents": incidents(),
        "causes": [wireserver_blocked(), *others()],
        "notes": [cause("agent/firewall-rules-removed", "Something removes the agent's own firewall rules", 2.2,
                        kind="note", summary="The agent put its rules back 4 times.")],
        "unknown": [
            {"template": f"Unit <*> entered failed state {SCRIPT}", "count": 12, "first": "2026-11-21T03:11:00Z",
             "last": "2026-11-21T03:40:59Z", "source": "syslog", "level": "error", "file": "var/log/syslog",
             "line": 881, "sample": f"Unit frobnicator.service entered failed state. {NASTY}"},
        ],
        **background.background(),
    }  # fmt: skip


def for_outcome(outcome: str) -> dict[str, Any]:
    """The sample bent to another outcome."""
    doc = copy.deepcopy(document())
    if outcome == "named":
        return doc
    verdict = doc["verdict"]
    verdict.update(outcome=outcome, cause=None, confidence=None)
    return background.BENDERS[outcome](doc)
