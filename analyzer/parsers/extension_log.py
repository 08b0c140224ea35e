"""The logs of all other extensions under /var/log/azure, chosen per line among the families that they use.

Sources: knowledge of the handlers' own loggers: azure-linux-extensions Utils/logger.py and Common/WALinuxAgent-2.0.16
(slash stamps, local time), go-kit and slog logfmt (custom-script, run-command, application health), LinuxPatchExtension
core.log, azure-extension-platform pkg/logging (level before the stamp), shims ('[stamp]').
"""

from __future__ import annotations

from analyzer.lines.grammar import Family, Grammar, Lead, levels
from analyzer.lines.stamp import Clock, Stamp
from analyzer.parsers import vmsnapshot, waagent

_UPPER = {
    b"INFO": "info",
    b"WARNING": "warning",
    b"WARN": "warning",
    b"ERROR": "error",
    b"DEBUG": "verbose",
    b"CRITICAL": "critical",
}
_ISO = "YYYY-MM-DDThh:mm:ss"
_SPACED = "YYYY-MM-DD hh:mm:ss"
_SLASHED = "YYYY/MM/DD hh:mm:ss"
_LOGFMT = (
    *levels(b" level=", b" ", _UPPER),
    *levels(b" level=", b" ", {k.lower(): v for k, v in _UPPER.items()}),
    Lead(b" "),
)

# go-kit and logrus write the keys in the order in which they were given, so the level may stand first
_LOWER = {"info": "info", "warn": "warning", "warning": "warning", "error": "error", "debug": "verbose"}
_KEYS = ("time=", 'time="', "ts=", 'ts="')
_BEHIND = (Lead(b'" '), Lead(b'"'), Lead(b" "), Lead(b""))
_REORDERED = (
    Grammar("logfmt-ts", Stamp("ts=" + _ISO, Clock.UTC, tail=True), _LOGFMT),
    *(
        Grammar(
            "logfmt-level",
            Stamp(f"level={word} {key}{_ISO}", Clock.UTC, tail=True),
            tuple(Lead(lead.literal, level) for lead in _BEHIND),
        )
        for word, level in _LOWER.items()
        for key in _KEYS
    ),
    *(Grammar("logfmt-within", Stamp(_ISO, Clock.UTC, tail=True), anchor=f" {key}".encode()) for key in _KEYS),
)

PLATFORM_WORDS = {b"Info": "info", b"Warning": "warning", b"Error": "error", b"Telemetry": "verbose"}

GRAMMARS = (
    waagent.ISO,
    waagent.SLASH,
    Grammar("logfmt", Stamp("time=" + _ISO, Clock.UTC, tail=True), _LOGFMT),
    Grammar(
        "logfmt-quoted",
        Stamp('time="' + _ISO, Clock.UTC, tail=True),
        tuple(Lead(b'"' + x.literal, x.level) for x in _LOGFMT),
    ),
    *_REORDERED,
    Grammar("patch", Stamp(_ISO, Clock.UTC, tail=True), (*levels(b"> ", b":", _UPPER), Lead(b"> "))),
    *(
        Grammar("go-platform", Stamp(word.decode() + " " + _SLASHED, Clock.UTC), (Lead(b" ", level),))
        for word, level in PLATFORM_WORDS.items()
    ),
    vmsnapshot.FROZEN,
    Grammar(
        "handler",
        Stamp(_SLASHED, Clock.LOCAL, tail=True),
        (*levels(b" ", b":", _UPPER), *levels(b" [", b"] ", _UPPER), *levels(b" ", b" ", _UPPER), Lead(b" ")),
    ),
    Grammar(
        "spaced",
        Stamp(_SPACED, Clock.LOCAL, tail=True),
        (
            *levels(b" - ", b" - ", _UPPER),
            *levels(b" [", b"] ", _UPPER),
            *levels(b" ", b":", _UPPER),
            *levels(b" ", b" ", _UPPER),
            Lead(b" "),
            Lead(b":"),
        ),
    ),
    Grammar(
        "iso",
        Stamp(_ISO, Clock.UTC, tail=True),
        (*levels(b" ", b" ", _UPPER), *levels(b" [", b"] ", _UPPER), Lead(b" "), Lead(b":")),
    ),
    Grammar("bracketed-iso", Stamp("[" + _ISO, Clock.UTC, tail=True), (Lead(b"]:"), Lead(b"]"))),
    Grammar(
        "bracketed",
        Stamp("[" + _SPACED, Clock.LOCAL, tail=True),
        (*levels(b"] [", b"]", _UPPER), Lead(b"]:"), Lead(b"]")),
    ),
    Grammar("bracketed-slash", Stamp("[" + _SLASHED, Clock.LOCAL, tail=True), (Lead(b"]:"), Lead(b"]"))),
)

FAMILY = Family("extension-log", GRAMMARS)
