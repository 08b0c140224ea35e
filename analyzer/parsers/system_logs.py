"""syslog and its relatives, kernel messages, cloud-init, audit, journal text and the serial console.

Sources: RFC 3164 and RFC 3339 as rsyslog and journalctl write them; dmesg(1); cloud-init's logger (UTC, gmtime);
auditd records (epoch seconds). systemd units of the agent send each line of waagent.log to the journal as well
(init/*/waagent.service), so a record of the agent inside a syslog line is taken as the agent's.
"""

from __future__ import annotations

from dataclasses import replace

from analyzer.lines.grammar import Family, Grammar, Lead, levels
from analyzer.lines.stamp import Clock, Stamp
from analyzer.parsers import vmsnapshot, waagent

_EMBEDDED = ((b": ", waagent.EMBEDDED),)
_UTC = ("UTC", "GMT")
_ABBREVIATIONS = tuple(  # of zones; behind a stamp they belong to it
    f" {zone} ".encode()
    for zone in (
        *("CEST", "CET", "EEST", "EET", "WEST", "WET", "BST", "IST", "MSK", "SAST", "CAT", "EAT", "WAT", "PKT"),
        *("EDT", "EST", "CDT", "CST", "MDT", "MST", "PDT", "PST", "AKDT", "AKST", "HST", "ADT", "AST", "NDT", "NST"),
        *("JST", "KST", "HKT", "WIB", "WITA", "WIT", "PST", "AEDT", "AEST", "ACDT", "ACST", "AWST", "NZDT", "NZST"),
        *(f"{sign}{hour:02d}" for sign in "+-" for hour in range(1, 15)),
    )
)
_RFC3164 = Grammar("rfc3164", Stamp("bbb _D hh:mm:ss", Clock.LOCAL_NO_YEAR, tail=True), (Lead(b" "),))
_RFC3164_YEAR = Grammar(
    "rfc3164-year", Stamp("bbb _D YYYY hh:mm:ss", Clock.LOCAL, tail=True), (Lead(b" "), Lead(b": "))
)
_RFC3339 = Grammar("rfc3339", Stamp("YYYY-MM-DDThh:mm:ss", Clock.LOCAL, tail=True), (Lead(b" "),))
_SHORT_FULL = (
    *(Grammar("short-full-utc", Stamp(f"www YYYY-MM-DD hh:mm:ss {zone}", Clock.UTC), (Lead(b" "),)) for zone in _UTC),
    Grammar(
        "short-full", Stamp("www YYYY-MM-DD hh:mm:ss", Clock.LOCAL), (*(Lead(z) for z in _ABBREVIATIONS), Lead(b" "))
    ),
)

SYSLOG = Family(
    "syslog",
    (_RFC3164, _RFC3339, _RFC3164_YEAR, *_SHORT_FULL),
    source="syslog",
    component="program",
    inner=_EMBEDDED,
)

# the kernel pads the seconds to five places; pagers and eight-digit uptimes do not
_UPTIMES = tuple(
    Grammar("uptime", Stamp("[" + "_" * blanks + "e.ffffff]", Clock.UPTIME), (Lead(b" "),))
    for blanks in (4, 5, 6, 7, 0, 1, 2, 3)
)
_MONOTONIC = tuple(  # of short-delta the distance to the line above stays in the text
    Grammar(
        "short-monotonic", Stamp("[" + "_" * blanks + "e.ffffff", Clock.UPTIME), (Lead(b"] "), Lead(b" <"), Lead(b"  "))
    )
    for blanks in (4, 5, 6, 7, 3)
)
_UNIX = Grammar("short-unix", Stamp("eeeeeeeeee.ffffff", Clock.UTC), (Lead(b" "),))

# `journalctl -o short-…`; with-unit has the unit's name in the place of the program's
JOURNAL = replace(SYSLOG, grammars=(*SYSLOG.grammars, _UNIX, *_MONOTONIC))

_CTIME = Grammar("ctime", Stamp("[www bbb _D hh:mm:ss YYYY]", Clock.LOCAL), (Lead(b" "),))
_ISO_COMMA = Grammar("dmesg-iso", Stamp("YYYY-MM-DDThh:mm:ss", Clock.LOCAL, tail=True), (Lead(b" "),))

KERNEL = Family("kernel", (*_UPTIMES, _CTIME, _ISO_COMMA, _RFC3164), source="kernel")

_CLOUD_WORDS = {b"DEBUG": "verbose", b"INFO": "info", b"WARNING": "warning", b"ERROR": "error", b"CRITICAL": "critical"}
CLOUD_INIT = Family(
    "cloud-init",
    (
        Grammar("cloud-init", Stamp("YYYY-MM-DD hh:mm:ss", Clock.UTC, tail=True), (Lead(b" - "), Lead(b" "))),
        _RFC3164,
        _RFC3339,
        *_UPTIMES,
    ),
    source="cloud-init",
)

AUDIT = Family(
    "audit",
    (
        Grammar("audit", Stamp("eeeeeeeeee", Clock.UTC, tail=True), (Lead(b":"),), anchor=b"audit("),
        _RFC3164,
        _RFC3339,
    ),
    source="audit",
)

SERIAL_CONSOLE = Family(
    "serial-console",
    (
        *_UPTIMES,
        _CTIME,
        _RFC3164,
        replace(vmsnapshot.FROZEN, source="vmsnapshot"),
        *(
            replace(grammar, source="waagent", component=grammar.component or "thread")
            for grammar in waagent.FAMILY.grammars
        ),
    ),
    source="serial-console",
    inner=_EMBEDDED,
)

LOG_COLLECTOR = Family(
    "log-collector",
    (
        Grammar(
            "results",
            Stamp("YYYY-MM-DDThh:mm:ss", Clock.UTC, tail=True),
            (*levels(b" ", b" ", _CLOUD_WORDS), Lead(b" ")),
        ),
    ),
    source="log-collector",
)

PACKAGES = Family(
    "packages",
    (
        Grammar("dpkg", Stamp("YYYY-MM-DD hh:mm:ss", Clock.LOCAL), (Lead(b" "),)),
        Grammar("apt", Stamp("Start-Date: YYYY-MM-DD  hh:mm:ss", Clock.LOCAL)),
        Grammar("dnf", Stamp("YYYY-MM-DDThh:mm:ss", Clock.LOCAL, tail=True), (Lead(b" "),)),
        _RFC3164,
    ),
    source="packages",
)
