"""extension.log and shell.log of VMSnapshotLinux, all grammars mixed in one file.

Sources: azure-linux-extensions VMBackup/main/Utils/HandlerUtil.py:356 (stamps), WaagentLib.py (Python 2), fsfreezer.py
(the block of lines that is kept in memory while mounts are frozen), handle.sh:11 (shell.log). UTC since 2021-09 on
Python 3; Python 2 and hutil.error() lines are local time.
"""

from __future__ import annotations

from analyzer.lines.grammar import Family, Grammar, Lead, levels
from analyzer.lines.stamp import Clock, Stamp

_WORDS = {b"Info": "info", b"Warning": "warning", b"Error": "error", b"Verbose": "verbose", b"Critical": "critical"}
_FROZEN = levels(b"  ", b"  ", _WORDS)
_LOCAL = (
    Lead(b" ERROR:", "error"),
    Lead(b" WARNING:", "warning"),
    Lead(b" [", keep=1),
)

PYTHON3 = Grammar("py3", Stamp("YYYY-MM-DD hh:mm:ss", Clock.UTC, tail=True), (Lead(b" [", keep=1),))
FROZEN = Grammar("frozen", Stamp("YYYY/MM/DD hh:mm:ss.ffffff", Clock.UTC), _FROZEN)
# Python 2 stamps the line with local time and, behind it, the event with UTC
PYTHON2_FROZEN = Grammar("py2-frozen", Stamp("dddd/dd/dd dd:dd:dd YYYY-MM-DD hh:mm:ss.ffffff", Clock.UTC), _FROZEN)
PYTHON2 = Grammar("py2", Stamp("YYYY/MM/DD hh:mm:ss", Clock.LOCAL), (*_LOCAL, Lead(b" ")))

FAMILY = Family("vmsnapshot", (PYTHON3, FROZEN, PYTHON2_FROZEN, PYTHON2), source="vmsnapshot")

SHELL = Family(
    "vmsnapshot-shell",
    tuple(
        Grammar("date", Stamp(shape.replace("ZZZ", zone), clock), (Lead(b"- "), Lead(b"-")))
        for zone, clock in (("UTC", Clock.UTC), ("GMT", Clock.UTC), ("www", Clock.LOCAL), ("wwww", Clock.LOCAL))
        for shape in (
            "www bbb _D hh:mm:ss ZZZ YYYY",
            "www bbb _D hh:mm:ss pp ZZZ YYYY",
            "www _D bbb YYYY hh:mm:ss pp ZZZ",
        )
    ),
    source="vmsnapshot-shell",
)
"""`date -u` since 2021-09, local `date` before; in the process's locale, so with AM and PM or without."""
