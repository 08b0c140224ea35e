"""Every bound of a parser of state files: what lies beyond it is left out, and a line of coverage says how much."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from analyzer.parsers import jsonload, scrub, xmlload
from analyzer.parsers.base import StateResult
from analyzer.parsers.registry import STATE_PARSERS, parse_command
from analyzer.parsers.windows import registry_export
from tests.hostile.files import BACKUP, HANDLER

REG = "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\n"


def parsed(kind: str, path: str, content: object) -> StateResult:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return STATE_PARSERS[kind](path, data)


def lines(count: int, line: str) -> bytes:
    return "".join(line.replace("#", str(number)) + "\n" for number in range(count)).encode()


def status(count: int, key: str) -> list[object]:
    return [{"status": {"status": "success", key: [{"status": "success"}] * count}}]


CASES: dict[str, tuple[Callable[[], StateResult], str]] = {
    "telemetry.MAX_EVENTS": (
        lambda: parsed("telemetry", "events/1.json", [{"Message": "x", "TaskName": "t"}] * 5_003),
        "3 events behind the first 5000 were left out",
    ),
    "extension_status.MAX_SUBSTATUS": (
        lambda: parsed("extension-status", f"{HANDLER}/status/1.status", status(203, "substatus")),
        "3 substatus entries behind the first 200 were left out",
    ),
    "backup.MAX_DISKS": (
        lambda: parsed("extension-status", f"{BACKUP}/status/1.status", status(259, "snapshotInfo")),
        "3 disks behind the first 256 were left out",
    ),
    "waagent_conf.MAX_OPTIONS": (
        lambda: parsed("waagent-conf", "etc/waagent.conf", lines(1_003, "K#=1")),
        "3 options behind the first 1000 were left out",
    ),
    "vmbackup_conf.MAX_OPTIONS": (
        lambda: parsed("vmbackup-conf", "etc/azure/vmbackup.conf", b"[SnapshotThread]\n" + lines(503, "k#=1")),
        "3 options behind the first 500 were left out",
    ),
    "diskinfo.MAX_BLOCKS": (
        lambda: parsed("diskinfo", "diskinfo.txt", lines(203, "[Device: /dev/sd#, mountpoint: /# ]\nblocks: 1")),
        "3 disks behind the first 200 were left out",
    ),
    "requested.MAX_EXTENSIONS": (
        lambda: parsed(
            "vm-settings", "VmSettings.1.json", {"extensionGoalStates": [{"name": f"A.B{n}"} for n in range(503)]}
        ),
        "3 extensions behind the first 500 were left out",
    ),
    "command_output.MAX_LINES": (
        lambda: parse_command("ps aux", "ps", lines(5_003, "root # init")),
        "3 lines of ps behind the first 5000 were left out",
    ),
    "command_output.MAX_LINE": (
        lambda: parse_command("ps aux", "ps", b"x" * 2_001 + b"\n" + b"y" * 2_000),
        "1 lines were cut because they are longer than 2000 characters",
    ),
    "storage_commands.MAX_MOUNTS": (
        lambda: parse_command("mount", "mount", lines(503, "/dev/sd# on /m# type ext4 (rw)")),
        "3 file systems behind the first 500 were left out",
    ),
    "storage_commands.MAX_MOUNTS of df": (
        lambda: parse_command("df", "df", lines(1_200, "/dev/sd# 100 50 50 50% /m#")),
        "file systems behind the first 500 were left out",
    ),
    "network_commands.MAX_INTERFACES": (
        lambda: parse_command("ip addr", "ip_addr", lines(203, "2: eth#: <BROADCAST>")),
        "3 interfaces behind the first 200 were left out",
    ),
    "windows.commands.MAX_LINES": (
        lambda: parsed("windows-command", "x.txt", lines(20_002, "line #")),
        "3 lines behind the first 20000 were left out",
    ),
    "windows.commands.MAX_LINE": (
        lambda: parsed("windows-command", "x.txt", b"x" * 2_001),
        "1 lines were cut because they are longer than 2000 characters",
    ),
    "windows.commands.MAX_EVENTS": (
        lambda: parsed("windows-command", "ipconfig.txt", lines(5_003, "some line #")),
        "3 lines of ipconfig behind the first 5000 were left out",
    ),
    "windows.vssadmin.MAX_BLOCKS": (
        lambda: parsed("windows-command", "vssadmin.txt", lines(2_003, "Writer name: 'w#'\n   State: [1] Stable")),
        "3 writers or providers behind the first 2000 were left out",
    ),
    "windows.network.MAX_ADAPTERS": (
        lambda: parsed(
            "windows-command", "netsh.txt", lines(103, 'Configuration for interface "e#"\n    DHCP enabled:      Yes')
        ),
        "3 network adapters behind the first 100 were left out",
    ),
    "windows.health_report.MAX_ADAPTERS": (
        lambda: parsed(
            "health-report", "x.json", {"services": [], "networkAdapters": [{"name": "a", "dhcpEnabled": True}] * 103}
        ),
        "3 network adapters behind the first 100 were left out",
    ),
    "windows.service.MAX_SERVICES": (
        lambda: parsed("health-report", "x.json", {"services": [{"name": f"s{n}"} for n in range(2_003)]}),
        "more than 2000 services: the rest was left out",
    ),
    "windows.registry_export.MAX_EVENTS": (
        lambda: parsed("registry-export", "x.reg", REG.encode() + lines(3_003, '"v#"="1"')),
        "3 values behind the first 3000 were left out",
    ),
    "windows.setup_events.MAX_EVENTS": (
        lambda: parsed("setup-events", "WaSetup.xml", lines(5_003, '<Event time="x">said #</Event>')),
        "events behind the first 5000 were left out",
    ),
    "windows.setup_events.MAX_STEPS": (
        lambda: parsed("setup-events", "WaSetup.xml", b'<Event time="x">' + b"<Step/>" * 53 + b"</Event>"),
        "3 steps of the event at line 1 behind the first 50 were left out",
    ),
    "windows.dotnet_config.MAX_SETTINGS": (
        lambda: parsed(
            "agent-config",
            "x.config",
            b"<configuration>" + lines(303, '<add key="k#" value="v"/>') + b"</configuration>",
        ),
        "3 settings behind the first 300 were left out",
    ),
    "jsonload.MOST_VALUES": (
        lambda: parsed("heartbeat", "heartbeat.log", b"[" + b"0," * jsonload.MOST_VALUES + b"0]"),
        "malformed: more than 500000 values",
    ),
    "jsonload.MAX_DEPTH": (
        lambda: parsed("heartbeat", "heartbeat.log", b"[" * 200 + b"]" * 200),
        "malformed: not JSON: nested too deeply",
    ),
    "xmlload.MOST_TAGS": (
        lambda: parsed("goal-state", "GoalState.1.xml", b"<a>" + b"<b/>" * xmlload.MOST_TAGS + b"</a>"),
        "malformed: more than 500000 tags",
    ),
    "xmlload.MOST_ATTRIBUTES": (
        lambda: parsed(
            "goal-state", "GoalState.1.xml", b"<GoalState " + lines(1_001, 'a#="x"').replace(b"\n", b" ") + b"/>"
        ),
        "malformed: an element of more than 1000 attributes",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_left_out_is_told(name: str) -> None:
    result, words = CASES[name][0](), CASES[name][1]
    assert any(words in problem for problem in result.problems), result.problems


@pytest.mark.parametrize("form", ["reg", "query", "json"])
def test_values_of_a_registry(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    """At a smaller bound; the real one is 200,000."""
    monkeypatch.setattr(registry_export, "MAX_VALUES", 50)
    key = "HKEY_LOCAL_MACHINE\\SOFTWARE\\X"
    content = {
        "reg": REG.encode() + lines(53, '"v#"="1"'),
        "query": f"{key}\n".encode() + lines(53, "    v#    REG_SZ    1"),
        "json": {key: {f"v{number}": "1" for number in range(53)}},
    }[form]
    result = parsed("registry-export", f"x.{form}", content)
    assert "values behind the first 50 were left out" in result.problems
    assert len(result.events) == 50


def test_a_text_is_cut_in_place() -> None:
    long = "x" * (scrub.MAX_TEXT + 5)
    result = parsed("extension-status", f"{HANDLER}/status/1.status", [{"status": {"status": "error", "name": long,
        "formattedMessage": {"message": long}}}])  # fmt: skip
    assert result.events[0].text.endswith(" [cut]")
    assert len(result.events[0].text) < scrub.MAX_TEXT + 500
