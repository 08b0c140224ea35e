"""What Windows writes while it is set up, updated and given devices. All of these stamp local time.

    2023-01-05 10:11:12, Info                  SYSPRP text     setupact, setuperr, CBS, DISM: the level fills 22 columns
    >>>  Section start 2012/03/14 17:05:06.143                 setupapi: what follows belongs to the section
    01/15/2024 10:00:00:123 text                               NetSetup
    2016-01-01<tab>10:00:00:123<tab>text                       WindowsUpdate of the older kind

Verbose MSI logs have the time of day alone, so their lines are untimed.
"""

from __future__ import annotations

from analyzer.lines.grammar import Family, Grammar, Lead, levels
from analyzer.lines.stamp import Clock, Stamp

_COLUMNS = 22
_WORDS = {
    b"Info": "info",
    b"Perf": "verbose",
    b"Warning": "warning",
    b"Error": "error",
    b"Fatal": "critical",
    b"FatalError": "critical",
}
_FILLED = tuple(Lead(b", " + word.ljust(_COLUMNS), level) for word, level in _WORDS.items())

SETUP = Family(
    "windows-setup",
    (
        Grammar(
            "panther", Stamp("YYYY-MM-DD hh:mm:ss", Clock.LOCAL), (*_FILLED, *levels(b", ", b" ", _WORDS), Lead(b", "))
        ),
        *(
            Grammar("section", Stamp("YYYY/MM/DD hh:mm:ss", Clock.LOCAL, tail=True), anchor=words)
            for words in (b">>>  Section start ", b"<<<  Section end ", b"[Boot Session: ")
        ),
        Grammar("netsetup", Stamp("MM/DD/YYYY hh:mm:ss:fff", Clock.LOCAL), (Lead(b" "),)),
        Grammar("windows-update", Stamp("YYYY-MM-DD\thh:mm:ss:fff", Clock.LOCAL), (Lead(b"\t"),)),
    ),
    source="setup",
)
