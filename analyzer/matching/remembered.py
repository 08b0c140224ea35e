"""What the literals of each regex are, kept between runs: finding them takes longer than reading a small bundle.

The file lies in the user's cache folder and may be missing, old, damaged or not writable: then the literals are worked
out again. A regex is its own key, so that an edited signature never meets old literals, the file's name tells the code
that worked them out, and its first line is the checksum of the rest: a wrong literal would lose matches in silence.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from analyzer.aside import whole
from analyzer.matching import literals

MOST_BYTES = 16 << 20
MOST_REGEXES = 20_000  # of several plans together

Literals = dict[str, frozenset[str] | None]


def required(regexes: Iterable[str]) -> Literals:
    """`literals.required` of each regex. `re.error` for one that does not parse."""
    place = _place()
    known = _read(place) if place else {}
    wanted = set(regexes)
    missing = sorted(wanted - known.keys())
    if missing:
        known |= {regex: literals.required(regex) for regex in missing}
        if place:
            _write(place, known if len(known) <= MOST_REGEXES else {regex: known[regex] for regex in wanted})
    return {regex: known[regex] for regex in wanted}


def _place() -> Path | None:
    code = Path(literals.__file__).read_bytes() + sys.version.encode()
    try:
        folder = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    except RuntimeError:  # a user without a home, as in some containers
        return None
    return Path(folder) / "vmtriage" / f"literals-{hashlib.sha256(code).hexdigest()[:16]}.json"


def _read(place: Path) -> Literals:
    try:
        if place.stat().st_size > MOST_BYTES:
            return {}
        checksum, _, text = place.read_bytes().partition(b"\n")
    except OSError:
        return {}
    if checksum != _checksum(text):
        return {}
    return {regex: None if found is None else frozenset(found) for regex, found in json.loads(text).items()}


def _write(place: Path, known: Literals) -> None:
    data = {regex: None if found is None else sorted(found) for regex, found in sorted(known.items())}
    text = json.dumps(data).encode()
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        with whole(place) as file:
            file.write(_checksum(text) + b"\n" + text)


def _checksum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode()
