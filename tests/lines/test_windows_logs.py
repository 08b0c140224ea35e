"""The logs of the Windows agent, its handlers and of Windows' own setup."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.lines.stamp import Clock

from .reference import Row, rows


def told(row: Row) -> tuple[str | None, int, str, str]:
    return row.time, row.clock, row.level, row.text


def test_four_generations_of_the_agent_in_one_file() -> None:
    found = rows(
        "windows-agent",
        """[03/20/2016 22:20:45.84] [INFO]  Waiting for command C:\\Packages\\Plugins\\x\\install.cmd
[00000013] [11/09/2022 06:34:12.06] [WARN]  Error state triggered
   at Contoso.Agent.Run()
[00000018] 2023-01-12T16:35:45Z [ERROR] Unable to extract
[00000004] 2024-04-17T07:19:26.812Z [HEART] Agent Heartbeat.
2024-04-17T07:19:26.8121234Z [TRACE] without a thread
[00000004] 2024-04-17T07:19:27.812Z [NEW] a level of a later day
""",
    )
    assert [told(row) for row in found] == [
        (
            "2016-03-20T22:20:45.840000",
            Clock.UTC,
            "info",
            "Waiting for command C:\\Packages\\Plugins\\x\\install.cmd",
        ),
        (
            "2022-11-09T06:34:12.060000",
            Clock.UTC,
            "warning",
            "Error state triggered\n   at Contoso.Agent.Run()",
        ),
        ("2023-01-12T16:35:45", Clock.UTC, "error", "Unable to extract"),
        ("2024-04-17T07:19:26.812000", Clock.UTC, "verbose", "Agent Heartbeat."),
        ("2024-04-17T07:19:26.812123", Clock.UTC, "verbose", "without a thread"),
        ("2024-04-17T07:19:27.812000", Clock.UTC, "none", "[NEW] a level of a later day"),
    ]


LEVELS = st.sampled_from(
    [("INFO", "info"), ("WARN", "warning"), ("ERROR", "error"), ("TRACE", "verbose"), ("HEART", "verbose")]
)
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2039, 1, 1)).map(lambda t: t.replace(microsecond=0))
MESSAGES = st.from_regex(r"[A-Za-z'({][ -~]{0,80}", fullmatch=True)


@given(
    entries=st.lists(
        st.tuples(MOMENTS, st.integers(0, 99), st.integers(0, 3), LEVELS, st.integers(0, 10**8 - 1), MESSAGES),
        min_size=1,
        max_size=12,
    )
)
def test_any_mixture_of_generations_comes_back(
    entries: list[tuple[datetime, int, int, tuple[str, str], int, str]],
) -> None:
    lines, expected = [], []
    for moment, hundredths, generation, (word, level), thread, message in entries:
        us = f"[{moment:%m/%d/%Y %H:%M:%S}.{hundredths:02d}]"
        iso = f"{moment:%Y-%m-%dT%H:%M:%S}"
        stamp = (us, f"[{thread:08d}] {us}", f"[{thread:08d}] {iso}Z", f"[{thread:08d}] {iso}.{hundredths:02d}0Z")
        lines.append(f"{stamp[generation]} [{word}]{' ' * (6 - len(word))}{message}\r\n")
        micros = 0 if generation == 2 else hundredths * 10_000
        expected.append((moment.replace(microsecond=micros).isoformat(), level, message))
    found = rows("windows-agent", "".join(lines))
    assert [(row.time, row.level, row.text.rstrip("\r")) for row in found] == expected


def test_the_backup_extension() -> None:
    found = rows(
        "windows-backup",
        """2025-02-04T07:52:28.8611188Z [Information]: Loading configuration {ConfigFile = C:\\x.settings}
2025-02-04T07:52:29.1Z [Error]: Install provider failed {Exception = System.Exception (0x80110401): Errors
   at Contoso.Provider.Install()}
2025-02-04T07:52:30Z [Verbose]:
""",
    )
    assert [told(row) for row in found] == [
        (
            "2025-02-04T07:52:28.861118",
            Clock.UTC,
            "info",
            "Loading configuration {ConfigFile = C:\\x.settings}",
        ),
        (
            "2025-02-04T07:52:29.100000",
            Clock.UTC,
            "error",
            "Install provider failed {Exception = System.Exception (0x80110401): Errors\n"
            "   at Contoso.Provider.Install()}",
        ),
        ("2025-02-04T07:52:30", Clock.UTC, "verbose", ""),
    ]


def test_a_commands_output_belongs_to_its_run() -> None:
    """Even where the output stamps its lines as the agent does."""
    found = rows(
        "command-execution",
        """[12/07/2023 11:43:23.62] Executing: C:\\Packages\\Plugins\\A.B\\1.0\\enable.cmd \n\
[12/07/2023 11:48:23.71] Execution Complete.
######
Execution Output:
[12/07/2023 11:45:00.00] [INFO]  of the script
######
2024-01-07T11:43:23.62Z Executing: C:\\x\\disable.cmd
[2024-01-07T11:43:24Z] Execution Complete.
""",
    )
    assert [(row.time, row.text.splitlines()[0].strip()) for row in found] == [
        ("2023-12-07T11:43:23.620000", "Executing: C:\\Packages\\Plugins\\A.B\\1.0\\enable.cmd"),
        ("2023-12-07T11:48:23.710000", "Execution Complete."),
        ("2024-01-07T11:43:23.620000", "Executing: C:\\x\\disable.cmd"),
        ("2024-01-07T11:43:24", "Execution Complete."),
    ]
    assert "of the script" in found[1].text


def test_the_proxy_agent_writes_utc() -> None:
    found = rows(
        "guest-proxy-agent",
        "2025-10-01T12:00:00.000Z [INFO]    started\n2025-10-01 12:00:01.250 [ERROR]   no\n2025-10-01T12:00:02.5 x\n",
    )
    assert [told(row) for row in found] == [
        ("2025-10-01T12:00:00", Clock.UTC, "info", "started"),
        ("2025-10-01T12:00:01.250000", Clock.UTC, "error", "no"),
        ("2025-10-01T12:00:02.500000", Clock.UTC, "none", "x"),
    ]


@pytest.mark.parametrize(
    ("line", "time", "clock", "level", "text"),
    [
        ("[2352+00000001] [05/12/2023 09:12:03.11] [INFO] hi", "2023-05-12T09:12:03.110000", Clock.UTC, "info", "hi"),
        ("[352+00000001] [05/12/2023 09:12:03.11] [ERROR] hi", "2023-05-12T09:12:03.110000", Clock.UTC, "error", "hi"),
        ("2023-05-12T09:12:03.1234567Z\t[Warning]:\thi", "2023-05-12T09:12:03.123456", Clock.UTC, "warning", "hi"),
        ("[2023-05-12T09:12:03] hi", "2023-05-12T09:12:03", Clock.LOCAL, "none", "hi"),
        ("[2023-05-12 09:12:03] hi", "2023-05-12T09:12:03", Clock.LOCAL, "none", "hi"),
        ("5/2/2023 9:12:03 AM: hi", "2023-05-02T09:12:03", Clock.LOCAL, "none", "hi"),
        ("12/12/2023 12:12:03 PM - hi", "2023-12-12T12:12:03", Clock.LOCAL, "none", "hi"),
        ("[00000013] [11/09/2022 06:34:12.06] [WARN]  hi", "2022-11-09T06:34:12.060000", Clock.UTC, "warning", "hi"),
        ("2023-05-12T09:12:03Z hi", "2023-05-12T09:12:03", Clock.UTC, "none", "hi"),
    ],
)
def test_logs_of_handlers(line: str, time: str, clock: Clock, level: str, text: str) -> None:
    (row,) = rows("plugin-log", f"{line}\n  more\n")
    assert told(row) == (time, clock, level, f"{text}\n  more")


@pytest.mark.parametrize("stamp", ["6/29/2020 1:32:20 PM", "06/29/2020 01:32:20 PM"])
@pytest.mark.parametrize(("word", "level"), [("Information", "info"), ("Warning", "warning"), ("Error", "error")])
def test_a_trace_listener_names_itself_before_the_stamp(stamp: str, word: str, level: str) -> None:
    line = f"DiagnosticsPluginLauncher.exe {word}: 0 : [{stamp}] text"
    (row,) = rows("trace-log", line + "\n")
    assert told(row) == ("2020-06-29T13:32:20", Clock.LOCAL, level, line)


def test_setup_logs() -> None:
    found = rows(
        "windows-setup",
        """2023-01-05 10:11:12, Info                  SYSPRP Entering
2023-01-05 10:11:13, Error                 [0x0f0082] SYSPRP failed
2023-01-05 10:11:14, Warning               CBS    slow
>>>  [Device Install - ROOT\\X]
>>>  Section start 2023/01/05 10:11:15.143
!!!  dvi: Device not started
<<<  Section end 2023/01/05 10:11:16.200
<<<  [Exit status: FAILURE(0xe0000203)]
01/05/2023 10:11:17:123 NetpJoinDomain
2023-01-05\t10:11:18:456\t 800\tAgent\tfailed
""",
    )
    assert [told(row) for row in found] == [
        ("2023-01-05T10:11:12", Clock.LOCAL, "info", "SYSPRP Entering"),
        ("2023-01-05T10:11:13", Clock.LOCAL, "error", "[0x0f0082] SYSPRP failed"),
        (
            "2023-01-05T10:11:14",
            Clock.LOCAL,
            "warning",
            "CBS    slow\n>>>  [Device Install - ROOT\\X]",
        ),
        (
            "2023-01-05T10:11:15.143000",
            Clock.LOCAL,
            "none",
            ">>>  Section start 2023/01/05 10:11:15.143\n!!!  dvi: Device not started",
        ),
        (
            "2023-01-05T10:11:16.200000",
            Clock.LOCAL,
            "none",
            "<<<  Section end 2023/01/05 10:11:16.200\n<<<  [Exit status: FAILURE(0xe0000203)]",
        ),
        ("2023-01-05T10:11:17.123000", Clock.LOCAL, "none", "NetpJoinDomain"),
        ("2023-01-05T10:11:18.456000", Clock.LOCAL, "none", " 800\tAgent\tfailed"),
    ]


def test_a_log_of_the_installer_has_no_dates() -> None:
    found = rows("windows-setup", "MSI (s) (F8:34) [10:15:20:123]: Error 1722.\nAction ended 10:15:21: x\n")
    assert [(row.time, row.clock) for row in found] == [(None, Clock.NONE)] * 2
