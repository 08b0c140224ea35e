"""waagent.log, extension.log and shell.log: generations of writers mixed in one file."""

from __future__ import annotations

import pytest

from analyzer.lines.stamp import Clock

from .reference import Row, rows


def told(row: Row) -> tuple[str | None, str, str, str]:
    return row.time, row.level, row.component, row.text


def test_three_generations_in_one_file() -> None:
    found = rows(
        "waagent",
        """2015/01/02 03:04:05 Azure Linux Agent Version: WALinuxAgent-2.0.18
2015/01/02 03:04:06 ERROR:ERROR:SfDisk failed
  with a second line
2015/01/02 03:04:07 WARNING:hm
2016/01/02 03:04:08.123456 INFO Azure Linux Agent Version:2.2.45
2016/01/02 03:04:09.000001 ERROR ExtHandler boom
2025-03-01T10:00:00.000001Z WARNING ExtHandler ExtHandler slow
2025-03-01T10:00:01Z VERBOSE MonitorHandler ExtHandler [PERIODIC] x
2025-03-01T10:00:02.5Z INFO ExtHandler [Contoso.Tools.Setup-1.2.3] enable
2025-03-01T10:00:03.5Z INFO [Contoso.Tools.Setup-1.2.3] enable
""",
    )
    assert [told(r) for r in found] == [
        ("2015-01-02T03:04:05", "none", "", "Azure Linux Agent Version: WALinuxAgent-2.0.18"),
        ("2015-01-02T03:04:06", "error", "", "ERROR:ERROR:SfDisk failed\n  with a second line"),
        ("2015-01-02T03:04:07", "warning", "", "WARNING:hm"),
        ("2016-01-02T03:04:08.123456", "info", "Azure", "Azure Linux Agent Version:2.2.45"),
        ("2016-01-02T03:04:09.000001", "error", "ExtHandler", "ExtHandler boom"),
        ("2025-03-01T10:00:00.000001", "warning", "ExtHandler", "ExtHandler ExtHandler slow"),
        ("2025-03-01T10:00:01", "verbose", "MonitorHandler", "MonitorHandler ExtHandler [PERIODIC] x"),
        (
            "2025-03-01T10:00:02.500000",
            "info",
            "Contoso.Tools.Setup-1.2.3",
            "ExtHandler [Contoso.Tools.Setup-1.2.3] enable",
        ),
        ("2025-03-01T10:00:03.500000", "info", "Contoso.Tools.Setup-1.2.3", "[Contoso.Tools.Setup-1.2.3] enable"),
    ]
    assert [r.clock for r in found] == [Clock.LOCAL] * 5 + [Clock.UTC] * 4


@pytest.mark.parametrize(
    "newer", ["2016/01/02 03:04:08.123456 INFO Daemon new", "2025-03-01T10:00:00Z INFO Daemon new"]
)
def test_an_old_stamp_below_a_newer_one_is_output(newer: str) -> None:
    """A handler's output in a record of a new agent may look like the agent 2.0."""
    found = rows("waagent", f"2015/01/02 03:04:05 old\n{newer}\n2015/01/02 03:04:06 ERROR:of a script\n{newer}\n")
    assert [r.text for r in found] == ["old", "Daemon new\n2015/01/02 03:04:06 ERROR:of a script", "Daemon new"]


def test_a_name_ends_with_its_line() -> None:
    """The next line, or the end of the file, is no part of the component."""
    found = rows(
        "waagent",
        "2025-03-01T10:00:00Z INFO Daemon\n2025-03-01T10:00:00Z INFO [A.B-1.0\n2025-03-01T10:00:00Z INFO Last",
    )
    assert [r.component for r in found] == ["Daemon", "A.B-1.0", "Last"]


@pytest.mark.parametrize(
    "line",
    ["2025-02-29T10:00:00Z INFO Daemon x", "1699-01-01T10:00:00Z INFO Daemon x", "2262-01-01T00:00:00Z INFO Daemon x"],
)
def test_an_impossible_stamp_stays_in_the_message(line: str) -> None:
    (row,) = rows("waagent", line + "\n continued\n")
    assert row == Row(None, Clock.NONE, "info", "own", "", line + "\n continued")


def test_extension_log_mixes_pythons() -> None:
    found = rows(
        "vmsnapshot",
        """2025/03/01 12:00:00 [Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0.9112.0] python 2
2025/03/01 12:00:01 ERROR:Unable to open
2025/03/01 12:00:02 2025-03-01 10:00:02.123456  Warning  frozen under python 2
2025-03-01 10:00:03.123456 [Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0.9230.0] python 3
2025/03/01 10:00:04.000001  Critical  frozen
""",
    )
    assert [(r.time, r.clock, r.level, r.text) for r in found] == [
        (
            "2025-03-01T12:00:00",
            Clock.LOCAL,
            "none",
            "[Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0.9112.0] python 2",
        ),
        ("2025-03-01T12:00:01", Clock.LOCAL, "error", "Unable to open"),
        ("2025-03-01T10:00:02.123456", Clock.UTC, "warning", "frozen under python 2"),
        (
            "2025-03-01T10:00:03.123456",
            Clock.UTC,
            "none",
            "[Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0.9230.0] python 3",
        ),
        ("2025-03-01T10:00:04.000001", Clock.UTC, "critical", "frozen"),
    ]


@pytest.mark.parametrize(
    "stamp",
    [
        "Mon Feb  3 04:05:06 UTC 2025",
        "Mon Feb 03 04:05:06 UTC 2025",
        "Mon  3 Feb 2025 04:05:06 AM UTC",
        "Mon 03 Feb 2025 04:05:06 AM UTC",
        "Mon Feb  3 04:05:06 AM UTC 2025",
    ],
)
def test_shell_log(stamp: str) -> None:
    found = rows("vmsnapshot-shell", f"{stamp}- python3.8 path exists\n{stamp}- 0 returned from handle.py\n")
    assert [(r.time, r.clock, r.text) for r in found] == [
        ("2025-02-03T04:05:06", Clock.UTC, "python3.8 path exists"),
        ("2025-02-03T04:05:06", Clock.UTC, "0 returned from handle.py"),
    ]


@pytest.mark.parametrize(
    ("stamp", "hour"),
    [
        ("Mon Feb  3 04:05:06 PM UTC 2025", 16),
        ("Mon 03 Feb 2025 12:05:06 AM UTC", 0),
        ("Mon Feb  3 04:05:06 PM CEST 2025", 16),
    ],
)
def test_shell_log_in_the_afternoon(stamp: str, hour: int) -> None:
    (row,) = rows("vmsnapshot-shell", f"{stamp}- 0 returned from handle.py\n")
    assert row.time == f"2025-02-03T{hour:02d}:05:06"


def test_shell_log_in_local_time() -> None:
    (row,) = rows("vmsnapshot-shell", "Mon Feb  3 04:05:06 CEST 2025- 0 returned from handle.py\n")
    assert row.clock == Clock.LOCAL
