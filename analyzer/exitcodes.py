"""What a handler's exit code means, in words: `signatures/exitcodes.toml`."""

from __future__ import annotations

import fnmatch
from functools import lru_cache

import tomli

from analyzer import resources
from analyzer.language import knowledge


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[str, dict[str, str]], ...]:
    data = tomli.loads((resources.folder("signatures") / "exitcodes.toml").read_text("utf-8"))
    return tuple((entry["name"], dict(entry["codes"])) for entry in data["handler"])


def words(handler: str, code: str) -> str:
    """The meaning of a code, '' when none is known. The handler's own table comes before what all share."""
    for name, codes in _table():
        if fnmatch.fnmatchcase(handler or "?", name) and code in codes:
            return knowledge(codes[code])
    return ""
