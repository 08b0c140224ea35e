"""What a Windows file is by its first bytes: lines of its logs, keys of its state files, lines that a command prints.

Words that a command translates are never asked for; what stays the same in every language is: numbers in brackets,
GUIDs, rules of '=' signs, names of services and of registry types.
"""

from __future__ import annotations

import re

from analyzer.bundle.shapes import grammars, marks

_US = rb"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d"
_ISO = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?"
_WORD = rb"(?:INFO|WARN|ERROR|TRACE|HEART|DEBUG)"
_NET = rb"(?:Information|Info|Warning|Error|Verbose)"
_GUID = rb"\{[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\}"

GRAMMARS = grammars(
    (
        rb"\[(?:" + _US + rb"\.\d\d|" + _ISO + rb")\] (?:Executing: |Execution Complete)",
        "command-execution",
        "command-execution",
    ),
    (_ISO + rb" (?:\[\w+\] +)?(?:Executing: |Execution Complete)", "command-execution", "command-execution"),
    (rb"\[\d{3,6}\+\d{8}\] \[" + _US, "plugin-log", "extension:unknown"),
    (_ISO + rb"\t\[" + _NET + rb"\]:\t", "plugin-log", "extension:unknown"),
    (rb"\S+\.exe " + _NET + rb": 0 : \[\d{1,2}/\d{1,2}/\d{4} ", "trace-log", "extension:unknown"),
    # the proxy agent fills its header to 34 columns, so more blanks follow the level than the agent writes
    (
        rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{3}Z? \[(?:INFO|WARN)\] {3,4}\S",
        "guest-proxy-agent",
        "guest-proxy-agent",
    ),
    (rb"\[\d{8}\] (?:\[" + _US + rb"\.\d+\]|" + _ISO + rb") \[[A-Z]+\] ", "windows-agent", "waappagent"),
    (rb"\[" + _US + rb"\.\d+\] \[" + _WORD + rb"\] ", "windows-agent", "waappagent"),
    (_ISO + rb" \[" + _WORD + rb"\] {1,2}\S", "windows-agent", "waappagent"),
    (_ISO + rb" \[" + _NET + rb"\]:", "windows-backup", "vmsnapshot"),
    (rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d, (?:Info|Perf|Warning|Error|Fatal\w*) ", "windows-setup", "setup"),
    (rb">>>  (?:\[|Section start \d{4}/)", "windows-setup", "setup"),
    (rb"=== (?:Verbose l|L)ogging started: |MSI \([cs]\) \([0-9A-F]{2}[:!][0-9A-F]{2}\) \[", "windows-setup", "setup"),
)
INSTALLER = re.compile(rb"TransparentInstaller|VM Health Report|\"reportTime\"")
"""TransparentInstaller.log has the grammar of WaAppAgent.log; this is in it alone."""

MARKS = marks(
    ((rb"\A\s*\{\s*\"reportTime\"\s*:",), "health-report", "services"),
    ((rb"\A\s*(?:Windows Registry Editor Version \d|REGEDIT4)",), "registry-export", "registry"),
    ((rb"^HKEY_[A-Z_]+\\", rb"^ {4}\S.{0,200}? {4}REG_[A-Z_]+ {4}"), "registry-export", "registry"),
    ((rb"\A\s*[\[{]", rb"\"HK(?:EY_[A-Z_]+|LM|CU|U|CR)\\\\"), "registry-export", "registry"),
    ((rb"<Event time=[\"']\d{4}-", rb"category=[\"']"), "setup-events", "setup"),
    (
        (
            rb"\A\s*(?:<\?xml[^>]*>\s*)?<configuration[\s>]",
            rb"<system\.serviceModel>|<runtime\s*/>|<configProtectedData",
        ),
        "machine-config",
        "config",
    ),
)

_END = rb"[ \t\r]*\n"
_WRITER = (
    rb"^[^\s:][^\n:]{2,60}: ['\"][^'\"\n]{1,200}['\"]"
    + _END
    + rb"(?:[ \t]+[^\s:][^\n:]{1,60}: "
    + _GUID
    + _END
    + rb"){1,2}"
)

COMMANDS = tuple(
    tuple(re.compile(pattern, re.MULTILINE) for pattern in patterns)
    for patterns in (
        (rb"^vssadmin \d\.\d - ",),
        (_WRITER + rb"[ \t]+[^\s:][^\n:]{1,60}: (?:\[\d+\]|\d+\.)",),  # writers and providers without their heading
        (rb"\([A-Z]:\)\\\\\?\\Volume\{",),  # shadows and their storage
        (rb"^SERVICE_NAME: \S|^\[SC\] ",),
        (rb"^Status +Name +DisplayName\s*$",),  # Get-Service
        (rb"^Name +: \S[^\n]*\n(?:[^\n]*\n){0,15}?(?:Status|State|StartType|StartMode) +: \w",),
        (rb"\A\s*(?:#TYPE \S*ServiceController\s*\n)?\"?(?:Node,|[^\n]{0,400}\b(?:StartType|StartMode)\b)",),
        (rb"^(?:=+ ){3,}=+\s*$",),  # tasklist
        (rb"\b\d{1,2}\.\d{1,2}\.\d{4,5} .{1,30} \d{4,5}\s*$", rb" \[0?1\]: "),  # systeminfo
        (rb"WinHTTP",),
        (rb"^(?:TcpTestSucceeded|PingSucceeded) +: (?:True|False)",),
        (rb"^\S{4,30} {2,40}\{(?:current|default|bootmgr)\}\s*$",),  # bcdedit
        (rb"^BitLocker [^\n]{5,80}\d+\.\d+\.\d+",),  # manage-bde
        (rb"^Handles .*\bProcessName\s*$|^ NPM\(K\) .*\bProcessName\s*$",),  # Get-Process
        (rb"^ {3}\S[^\n]{0,60}?(?: \.){2,30} ?: ",),  # ipconfig
        (rb"^={20,}\s*$", rb"^ +0\.0\.0\.0 +0\.0\.0\.0 |^ *\d+\.\.\.(?:[0-9a-f]{2} ){6}"),  # route print
        (rb"^[^\n:]{3,40}: \d\([^\n)]*\)\s*\n[^\n:]{3,40}: \d+",),  # w32tm /query /status
        (rb"^(?:PS )?[A-Z]:\\[^\n>]*> ?\S",),  # a prompt and what was typed behind it
    )
)
"""All of a row's patterns occur in what a command printed. To be asked last: a log may quote such a line."""
