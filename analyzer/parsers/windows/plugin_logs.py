"""The logs of all other handlers below Logs\\Plugins, and of the programs that they start: each has its own shape.

    [2352+00000001] [05/12/2023 09:12:03.11] [INFO] text       CustomScript: the agent's own stamp behind a process
    2019-04-01T10:00:00.1234567Z<tab>[Info]:<tab>text          BGInfo, VMAccess
    [2024-01-01T10:00:00] text                                 PowerShell handlers (DSC, JsonADDomain): local time
    Some.exe Warning: 0 : [6/29/2020 1:32:20 PM] text          .NET trace listeners: local time, American order

What is left is read with the shapes that the handlers of Linux use: some are the same programs (Go, .NET Core).
"""

from __future__ import annotations

from itertools import product

from analyzer.lines.grammar import Family, Grammar, Lead, levels
from analyzer.lines.stamp import Clock, Stamp
from analyzer.parsers import extension_log
from analyzer.parsers.windows.agent_logs import AGENT, ISO, NET_WORDS, US, WORDS, padded

_SPACED = "YYYY-MM-DD hh:mm:ss"
_BEHIND = (*levels(b" [", b"] ", WORDS), *levels(b" ", b": ", NET_WORDS), *levels(b" ", b" ", WORDS))

US_SHORT = tuple(
    f"{month}/{day}/YYYY {hour}:mm:ss pp" for month, day, hour in product(("MM", "M"), ("DD", "D"), ("hh", "h"))
)
"""A date of .NET in American English writes no leading zeros."""

_CUSTOM_SCRIPT = tuple(
    Grammar("process", Stamp(f"[{'d' * digits}+dddddddd] [{US}", Clock.UTC, tail=True), padded(b"] ", WORDS, 3))
    for digits in (3, 4, 5, 6)
)
_TABBED = Grammar(
    "tabbed",
    Stamp(ISO, Clock.UTC, tail=True),
    (*levels(b"\t[", b"]:\t", NET_WORDS), *levels(b" [", b"]:\t", NET_WORDS), *levels(b" [", b"]: ", NET_WORDS)),
)
_LOCAL = (
    Grammar("bracketed-iso", Stamp(f"[{ISO}", Clock.LOCAL, tail=True), (Lead(b"]:"), Lead(b"] "), Lead(b"]"))),
    Grammar("bracketed", Stamp(f"[{_SPACED}", Clock.LOCAL, tail=True), (Lead(b"]:"), Lead(b"] "), Lead(b"]"))),
    *(Grammar("us-short", Stamp(f"[{shape}", Clock.LOCAL), (Lead(b"]: "), Lead(b"] "))) for shape in US_SHORT),
    *(
        Grammar("us-short", Stamp(shape, Clock.LOCAL), (*_BEHIND, Lead(b": "), Lead(b" - "), Lead(b" ")))
        for shape in US_SHORT
    ),
    Grammar("us", Stamp(US, Clock.LOCAL, tail=True), (*_BEHIND, Lead(b": "), Lead(b" - "), Lead(b" "))),
)

PLUGIN = Family("plugin-log", (*AGENT.grammars[:3], *_CUSTOM_SCRIPT, _TABBED, *_LOCAL, *extension_log.GRAMMARS))

TRACE = Family(
    "trace-log",
    (
        *(
            Grammar("trace", Stamp(shape, Clock.LOCAL), (Lead(b"]", level),), anchor=word + b": 0 : [")
            for (word, level), shape in product(NET_WORDS.items(), US_SHORT)
        ),
        *PLUGIN.grammars,
    ),
)
"""DiagnosticsPluginLauncher.log and DiagnosticsPlugin.log: the level stands before the stamp."""
