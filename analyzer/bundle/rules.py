"""The form of the tables that tell a member by its path."""

from __future__ import annotations

import re
from typing import NamedTuple

SKIP = "skip"
HANDLER = r"[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z0-9_]+)+"
VERSION = r"-\d+(?:\.\d+)+"


class Rule(NamedTuple):
    """`pattern` is searched in the canonical path without rotation and copy marks."""

    pattern: re.Pattern[str]
    kind: str
    source: str  # '{folder}' is the group of that name; of a skipped file, the reason


def rules(*rows: tuple[str, str, str]) -> tuple[Rule, ...]:
    """A table from (pattern, kind, source); case never counts."""
    return tuple(Rule(re.compile(pattern, re.IGNORECASE), kind, source) for pattern, kind, source in rows)
