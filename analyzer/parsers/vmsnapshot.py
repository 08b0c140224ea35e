"""extension.log and shell.log of VMSnapshotLinux, all grammars mixed in one file.

Sources: azure-linux-extensions VMBackup/main/Utils/HandlerUtil.py:356 (stamps), WaagentLib.py (Python 2), fsfreezer.py
(the block of lines that is kept in memory while mounts are frozen), handle.sh:11 (shell.log). All but the outer stamps
of Python 2 and the lines of hutil.error(), which are local time, turned from local time to UTC with commit 38faf63e
of 2021-09-02 (a build reaches a VM some weeks later).
"""

from __future__ import annotations

import numpy as np

from analyzer.lines.grammar import Family, Grammar, Lead, levels
from analyzer.lines.stamp import Clock, Stamp

_UTC_SINCE = int(np.datetime64("2021-10-01", "us").astype(np.int64))
_WORDS = {b"Info": "info", b"Warning": "warning", b"Error": "error", b"Verbose": "verbose", b"Critical": "critical"}
_FROZEN = levels(b"  ", b"  ", _WORDS)
_LOCAL = (
    Lead(b" ERROR:", "error"),
    Lead(b" WARNING:", "warning"),
    Lead(b" [", keep=1),
)

PYTHON3 = Grammar(
    "py3", Stamp("YYYY-MM-DD hh:mm:ss", Clock.UTC, tail=True, utc_since=_UTC_SINCE), (Lead(b" [", keep=1),)
)
FROZEN = Grammar("frozen", Stamp("YYYY/MM/DD hh:mm:ss.ffffff", Clock.UTC, utc_since=_UTC_SINCE), _FROZEN)
# Python 2 stamps the line with local time and, behind it, the event with UTC
PYTHON2_FROZEN = Grammar(
    "py2-frozen",
    Stamp("dddd/dd/dd dd:dd:dd YYYY-MM-DD hh:mm:ss.ffffff", Clock.UTC, utc_since=_UTC_SINCE),
    _FROZEN,
)
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
