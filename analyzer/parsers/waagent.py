"""waagent.log and CommandExecution.log of every agent generation, 2.0 to 2.15.

Sources: WALinuxAgent azurelinuxagent/common/logger.py at 2.2.26, 2.2.40, 2.2.46, 2.2.47 and 2.14; archive/2.0
waagent:3276-3365. Slash stamps are the VM's local time, ISO stamps are UTC (since 2.2.46). One file mixes them when an
old daemon runs a self-updated agent.
"""

from __future__ import annotations

import base64
import re
import zlib

from analyzer.lines.grammar import Family, Grammar, Lead, levels
from analyzer.lines.stamp import Clock, Stamp

_WORDS = {b"INFO": "info", b"WARNING": "warning", b"ERROR": "error", b"VERBOSE": "verbose"}

ISO = Grammar("iso", Stamp("YYYY-MM-DDThh:mm:ss", Clock.UTC, tail=True), levels(b" ", b" ", _WORDS))
SLASH = Grammar("slash", Stamp("YYYY/MM/DD hh:mm:ss.ffffff", Clock.LOCAL), levels(b" ", b" ", _WORDS))
LEGACY = Grammar(
    "legacy",
    Stamp("YYYY/MM/DD hh:mm:ss", Clock.LOCAL),
    (Lead(b" ERROR:", "error", keep=6), Lead(b" WARNING:", "warning", keep=8), Lead(b" ")),
    component="none",
    old=True,
)

FAMILY = Family("waagent", (ISO, SLASH, LEGACY), source="waagent", component="thread")
EMBEDDED = Family("waagent", (ISO, SLASH), source="waagent", component="thread")

PACKED = b"message=eJ"
"""Begins an event text that agents 2.2.31 to 2.2.54 wrote as zlib and base64 (common/event.py of those tags)."""

_PACKED = re.compile(r"message=(eJ[A-Za-z0-9+/]+={0,2})")
_MOST_UNPACKED = 1 << 20


def unpack_events(text: str) -> str:
    """Replace packed event messages by their text; what does not unpack stays as it is."""

    def plain(match: re.Match[str]) -> str:
        try:
            packed = base64.b64decode(match[1], validate=True)
            return "message=" + zlib.decompressobj().decompress(packed, _MOST_UNPACKED).decode("utf-8", "replace")
        except (ValueError, zlib.error):
            return match[0]

    return _PACKED.sub(plain, text)
