"""System logs and the logs of other extensions, and the agent's records inside them."""

from __future__ import annotations

import pytest

from analyzer.lines.stamp import Clock

from .reference import Row, rows

INNER = "2025-02-03T10:00:01.123456Z WARNING ExtHandler ExtHandler slow"
TAKEN = Row("2025-02-03T10:00:01.123456", Clock.UTC, "warning", "waagent", "ExtHandler", "ExtHandler ExtHandler slow")


@pytest.mark.parametrize(
    ("kind", "before"),
    [
        ("syslog", "Feb  3 11:00:01 host waagent[1234]: "),
        ("syslog", "Feb  3 11:00:01.123456 host python3[1]: "),
        ("syslog", "2025-02-03T11:00:01.123456+01:00 host waagent[1234]: "),
        ("journal", "2025-02-03T11:00:01+0100 host python3[77]: "),
        ("journal", "2025-02-03T11:00:01,123456+01:00 host python3[77]: "),
        ("serial-console", "[   12.345678] python3[9]: "),
        ("serial-console", "[12345.345678] host waagent[1]: "),
        ("waagent", ""),
    ],
)
def test_a_record_of_the_agent_inside(kind: str, before: str) -> None:
    """Its own time, level, thread and source count, wherever it was copied to."""
    (row,) = rows(kind, f"{before}{INNER}\n", source="waagent" if kind == "waagent" else "own")
    assert row == TAKEN


def test_the_agent_writes_to_the_console_itself() -> None:
    (row,) = rows("serial-console", INNER + "\n")
    assert row == TAKEN


def test_an_old_record_inside_is_local() -> None:
    (row,) = rows("syslog", "Feb  3 11:00:01 h python2[1]: 2025/02/03 11:00:01.000002 ERROR Daemon x\n")
    assert row == Row("2025-02-03T11:00:01.000002", Clock.LOCAL, "error", "waagent", "Daemon", "Daemon x")


def test_the_next_line_is_not_inside() -> None:
    """A short line is not taken for the agent's because the line below it is."""
    found = rows("syslog", f"Feb  3 11:00:01 h sudo\nFeb  3 11:00:01 h w: {INNER}\n")
    assert [(r.source, r.text) for r in found] == [("own", "h sudo"), ("waagent", "ExtHandler ExtHandler slow")]


def test_syslog() -> None:
    found = rows(
        "syslog",
        """Feb  3 10:00:01 host kernel: [    1.234567] usb
Feb 13 10:00:01 host sshd[12]: Accepted
2025-02-03T10:00:01.5+02:00 host CRON[3]: (root)
2025-02-03T10:00:01 host systemd: local
Feb  3 2025 10:00:01 host app: with a year
Mon 2025-02-03 10:00:01 UTC host systemd[1]: precise
Feb 31 10:00:01 host app: no such day
Foo  3 10:00:01 host app: no such month
Feb  3 10:00:02 host last message repeated 2 times
""",
    )
    assert [(r.time, r.clock, r.component) for r in found] == [
        ("1972-02-03T10:00:01", Clock.LOCAL_NO_YEAR, "kernel"),
        ("1972-02-13T10:00:01", Clock.LOCAL_NO_YEAR, "sshd"),
        ("2025-02-03T08:00:01.500000", Clock.UTC, "CRON"),
        ("2025-02-03T10:00:01", Clock.LOCAL, "systemd"),
        ("2025-02-03T10:00:01", Clock.LOCAL, "app"),
        ("2025-02-03T10:00:01", Clock.UTC, "systemd"),
        (None, Clock.NONE, ""),
        ("1972-02-03T10:00:02", Clock.LOCAL_NO_YEAR, ""),
    ]
    assert found[6].text == "Feb 31 10:00:01 host app: no such day\nFoo  3 10:00:01 host app: no such month"


def test_dmesg() -> None:
    found = rows(
        "kernel",
        """[    0.000000] Linux version 6.5
[12345.678901] usb 1-1: x
[123456.678901] EXT4-fs error
[0.5] no
[Mon Feb  3 10:00:01 2025] ctime
2025-02-03T10:00:01,123456+00:00 iso
""",
    )
    assert [(r.time, r.clock, r.text) for r in found] == [
        ("1970-01-01T00:00:00", Clock.UPTIME, "Linux version 6.5"),
        ("1970-01-01T03:25:45.678901", Clock.UPTIME, "usb 1-1: x"),
        ("1970-01-02T10:17:36.678901", Clock.UPTIME, "EXT4-fs error\n[0.5] no"),
        ("2025-02-03T10:00:01", Clock.LOCAL, "ctime"),
        ("2025-02-03T10:00:01.123456", Clock.UTC, "iso"),
    ]


def test_cloud_init() -> None:
    found = rows(
        "cloud-init",
        """2025-02-03 10:00:01,123 - util.py[DEBUG]: Cloud-init v. 23
Traceback (most recent call last):
2025-02-03 10:00:02,123 - azure.py[ERROR]: no
[   20.123456] cloud-init[900]: Cloud-init v. 23 running 'init'
""",
    )
    assert [(r.time, r.clock) for r in found] == [
        ("2025-02-03T10:00:01.123000", Clock.UTC),
        ("2025-02-03T10:00:02.123000", Clock.UTC),
        ("1970-01-01T00:00:20.123456", Clock.UPTIME),
    ]
    assert found[0].text == "util.py[DEBUG]: Cloud-init v. 23\nTraceback (most recent call last):"


def test_audit() -> None:
    """Epoch seconds; what stands before them, the type of the record above all, stays in its text."""
    found = rows(
        "audit",
        """type=AVC msg=audit(1700000000.123:45): avc:  denied
node=web01 type=SYSCALL msg=audit(1700000000.123:46): arch
----
Feb  3 10:00:01 host audispd: x
""",
    )
    assert [(r.time, r.clock) for r in found] == [
        ("2023-11-14T22:13:20.123000", Clock.UTC),
        ("2023-11-14T22:13:20.123000", Clock.UTC),
        ("1972-02-03T10:00:01", Clock.LOCAL_NO_YEAR),
    ]
    assert found[0].text.startswith("type=AVC msg=audit(1700000000.123:45): avc")
    assert found[1].text.endswith("arch\n----")


def test_a_separator_is_no_audit_record() -> None:
    found = rows("audit", "----\ntype=AVC msg=audit(1700000000.123:45): avc\n")
    assert [(r.time is None, r.text[:4]) for r in found] == [(True, "----"), (False, "type")]


@pytest.mark.parametrize(
    ("line", "time", "clock", "level", "text"),
    [
        ("time=2025-02-03T10:00:01Z level=error event=failed", "10:00:01", Clock.UTC, "error", "event=failed"),
        ("time=2025-02-03T10:00:01.5+02:00 level=WARN msg=x", "08:00:01.500000", Clock.UTC, "warning", "msg=x"),
        ("time=2025-02-03T10:00:01Z version=2 op=enable", "10:00:01", Clock.UTC, "none", "version=2 op=enable"),
        ('time="2025-02-03T10:00:01Z" level=info msg="x"', "10:00:01", Clock.UTC, "info", 'msg="x"'),
        ("ts=2025-02-03T10:00:01.5Z level=debug msg=x", "10:00:01.500000", Clock.UTC, "verbose", "msg=x"),
        ("level=error time=2025-02-03T10:00:01Z msg=x", "10:00:01", Clock.UTC, "error", "msg=x"),
        ('level=info ts="2025-02-03T10:00:01Z" msg="x"', "10:00:01", Clock.UTC, "info", 'msg="x"'),
        ("op=x time=2025-02-03T10:00:01Z e=y", "10:00:01", Clock.UTC, "none", "op=x time=2025-02-03T10:00:01Z e=y"),
        ("Info 2025/02/03 10:00:01 started", "10:00:01", Clock.UTC, "info", "started"),
        ("Telemetry 2025/02/03 10:00:01 started", "10:00:01", Clock.UTC, "verbose", "started"),
        ("2025-02-03T10:00:01.123456> ERROR: patch", "10:00:01.123456", Clock.UTC, "error", " patch"),
        ("2025/02/03 10:00:01 ERROR:boom", "10:00:01", Clock.LOCAL, "error", "boom"),
        ("2025/02/03 10:00:01 [INFO] x", "10:00:01", Clock.LOCAL, "info", "x"),
        ("2025-02-03 10:00:01,123 - WARNING - x", "10:00:01.123000", Clock.LOCAL, "warning", "x"),
        ("2025-02-03 10:00:01+01:00 x", "09:00:01", Clock.UTC, "none", "x"),
        ("2025-02-03T10:00:01Z [DEBUG] x", "10:00:01", Clock.UTC, "verbose", "x"),
        ("[2025-02-03T10:00:01Z]: x", "10:00:01", Clock.UTC, "none", " x"),
        ("[2025-02-03 10:00:01,5] [CRITICAL] x", "10:00:01.500000", Clock.LOCAL, "critical", " x"),
        ("[2025/02/03 10:00:01] x", "10:00:01", Clock.LOCAL, "none", " x"),
    ],
)  # fmt: skip
def test_extension_logs(line: str, time: str, clock: Clock, level: str, text: str) -> None:
    (row,) = rows("extension-log", line + "\n")
    assert row == Row(f"2025-02-03T{time}", clock, level, "own", row.component, text)


def test_package_logs() -> None:
    found = rows(
        "packages",
        """Start-Date: 2025-02-03  10:00:01
Commandline: apt-get install x
2025-02-03 10:00:02 status installed x
2025-02-03T10:00:03+0000 INFO dnf
Feb 03 10:00:04 Installed: x
""",
    )
    assert [r.time for r in found] == [f"2025-02-03T10:00:0{i}" for i in (1, 2, 3)] + ["1972-02-03T10:00:04"]
    assert found[0].text == "\nCommandline: apt-get install x"


def test_equal_names_have_one_code() -> None:
    """Programs whose names differ in broken bytes only would be one category twice."""
    from analyzer.lines.component import Components
    from analyzer.lines.index import LineIndex
    from analyzer.parsers.families import FAMILIES

    components = Components()
    log = b"Feb  3 10:00:01 h a\xff[1]: x\nFeb  3 10:00:01 h a\xfe[1]: x\n"
    list(LineIndex(FAMILIES["syslog"], {}, "", components).blocks([log]))
    assert components.names == ["", "a\ufffd"]


def test_a_long_host_name() -> None:
    host = "web-01-production-with-a-name-of-64-characters-as-azure-allows"
    (row,) = rows("syslog", f"Feb  3 11:00:01 {host} waagent[1234]: {INNER}\n")
    assert row.source == "waagent"


def test_short_full_names_its_zone() -> None:
    (row,) = rows("journal", "Mon 2025-02-03 10:00:01 UTC host systemd[1]: precise\n")
    assert (row.clock, row.component) == (Clock.UTC, "systemd")
