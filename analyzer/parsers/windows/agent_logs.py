"""The logs of the Windows guest agent, of the handlers that it runs, and of Azure Backup's extension.

WaAppAgent.log and TransparentInstaller.log stamp UTC in four generations, and one file mixes them after an update:

    [06/20/2016 22:20:45.84] [INFO]  text                   to 2016
    [00000013] [11/11/2022 06:34:12.06] [WARN]  text        2017 to 2022
    [00000018] 2021-01-12T16:35:45Z [INFO]  text            since 2020
    [00000004] 2024-04-17T07:19:26.812Z [INFO]  text        since 2022

The level is padded to five letters. WARN is no warning there but a milestone ('Plugin enabled'); it is kept as written.
IaaSBcdrExtension*.log: `2018-12-04T07:52:28.8611188Z [Error]: text`. CommandExecution.log: `[stamp] Executing: …`,
`[stamp] Execution Complete.`, and below that the command's output.
"""

from __future__ import annotations

from analyzer.lines.grammar import Family, Grammar, Lead, levels
from analyzer.lines.stamp import Clock, Stamp

ISO = "YYYY-MM-DDThh:mm:ss"
US = "MM/DD/YYYY hh:mm:ss"
_THREAD = "[dddddddd] "

WORDS = {
    b"INFO": "info",
    b"WARN": "warning",
    b"ERROR": "error",
    b"TRACE": "verbose",
    b"HEART": "verbose",
    b"DEBUG": "verbose",
    b"FATAL": "critical",
}
NET_WORDS = {
    b"Information": "info",
    b"Info": "info",
    b"Warning": "warning",
    b"Error": "error",
    b"Verbose": "verbose",
    b"Critical": "critical",
}


def padded(before: bytes, words: dict[bytes, str], most: int) -> tuple[Lead, ...]:
    """Leads for `before[WORD]` with up to `most` blanks behind it."""
    return tuple(lead for blanks in range(most, -1, -1) for lead in levels(before + b"[", b"]" + b" " * blanks, words))


_AFTER_ISO = (*padded(b" ", WORDS, 3), Lead(b" [", keep=1))
_AFTER_US = (*padded(b"] ", WORDS, 3), Lead(b"] "))

AGENT = Family(
    "windows-agent",
    (
        Grammar("iso-thread", Stamp(_THREAD + ISO, Clock.UTC, tail=True), _AFTER_ISO),
        Grammar("us-thread", Stamp(f"{_THREAD}[{US}", Clock.UTC, tail=True), _AFTER_US),
        Grammar("us", Stamp(f"[{US}", Clock.UTC, tail=True), _AFTER_US),
        Grammar("iso", Stamp(ISO, Clock.UTC, tail=True), _AFTER_ISO),
    ),
    source="waappagent",
)

HEALTH_REPORT = b'{"reportTime"'
"""Begins the VM health report, one line of JSON inside a record of TransparentInstaller.log (`health_report`)."""

COMMAND_EXECUTION = Family(
    "command-execution",
    (
        Grammar("us", Stamp(f"[{US}", Clock.UTC, tail=True), (Lead(b"] Exec", keep=4),)),
        Grammar("iso-bracketed", Stamp(f"[{ISO}", Clock.UTC, tail=True), (Lead(b"] Exec", keep=4),)),
        Grammar("iso", Stamp(ISO, Clock.UTC, tail=True), (Lead(b" Exec", keep=4), Lead(b" [", keep=1))),
    ),
    source="command-execution",
)
"""Only the agent's own two lines are records; a command's output often begins its lines with stamps of its own."""

_AFTER_NET = (
    *levels(b" [", b"]: ", NET_WORDS),
    *levels(b" [", b"]:", NET_WORDS),
    *levels(b" [", b"] ", NET_WORDS),
    Lead(b" [", keep=1),
)
BACKUP = Family("windows-backup", (Grammar("iso", Stamp(ISO, Clock.UTC, tail=True), _AFTER_NET),), source="vmsnapshot")

GUEST_PROXY_AGENT = Family(
    "guest-proxy-agent",
    (
        # get_date_time_string_with_milliseconds() of GuestProxyAgent's misc_helpers.rs is UTC, with 'Z' or without
        Grammar("iso", Stamp(ISO, Clock.UTC, tail=True), (*padded(b" ", WORDS, 4), Lead(b" "))),
        Grammar("spaced", Stamp("YYYY-MM-DD hh:mm:ss", Clock.UTC, tail=True), (*padded(b" ", WORDS, 4), Lead(b" "))),
    ),
    source="guest-proxy-agent",
)
