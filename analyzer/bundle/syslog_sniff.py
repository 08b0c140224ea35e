"""Logs of the system by their first bytes: syslog in its forms, and the journal in the forms that journalctl writes."""

from __future__ import annotations

from analyzer.bundle.shapes import grammars, marks

MONTH_DAY = rb"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
ISO_ZONE = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)"
SHORT_FULL = rb"[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [A-Z+-][A-Z\d]{1,4}"
_SAID_BY = rb" \S+ [^\s:]+(?:\[\d+\])?: "
_DATA = rb"(?:-(?:\s|$)|\[[^\s\]=\"]+[ \]])"
_UPTIME = rb"\[ *\d+\.\d{6}[^\]\n]{0,30}\] "
_PROGRAM = rb"[^\s:\[\]]+\[\d+\]: "

GRAMMARS = grammars(
    (rb"(?:<\d+>)?(?:" + MONTH_DAY + rb"(?:\.\d{1,9})?|" + ISO_ZONE + rb")" + _SAID_BY, "syslog", "syslog"),
    (rb"(?:<\d{1,3}>)?1 " + ISO_ZONE + rb" \S+ \S+ \S+ \S+ " + _DATA, "syslog", "syslog"),
    (ISO_ZONE + rb" \S+ [^\s:\[\]]+ (?:-|\d+) [^\s:]+ " + _DATA, "syslog", "syslog"),
    (rb"(?:\d{10}\.\d{6}|" + SHORT_FULL + rb")" + _SAID_BY, "journal", "syslog"),
)

MARKS = marks(
    ((rb"\A-- (?:Logs begin|Journal begins|Boot|No entries|Logs) ",), "journal", "syslog"),
    ((rb'\A\s*(?:data: |\x1e)?\{[^\n]{0,60000}?"__REALTIME_TIMESTAMP"',), "journal", "syslog"),
    ((rb'\A\s*\{\r?\n\t"', rb'^\t"__REALTIME_TIMESTAMP" : "'), "journal", "syslog"),
    ((rb"^__CURSOR=s=", rb"^__REALTIME_TIMESTAMP=\d"), "journal", "syslog"),
    ((rb"^[A-Z(][^\[\n]{10,50} \[s=[0-9a-f]{32};i=", rb"^    _BOOT_ID=[0-9a-f]{32}"), "journal", "syslog"),
    # journalctl -o short-monotonic: a host stands behind the uptime, which the kernel's own messages lack
    (
        (
            rb"^" + _UPTIME + rb"(\S+) (?:kernel: |" + _PROGRAM + rb").*\n"
            rb"(?:.*\n){0,20}?" + _UPTIME + rb"\1 " + _PROGRAM,
        ),
        "journal",
        "syslog",
    ),
)
