"""The labelled bundles, damaged: which input a number stands for.

An input is one member of a labelled bundle (for its parser, for the reader of its events, for the line index, or as
the pipeline takes it: identified, read, scanned for every shipped pattern), a whole small bundle (analysed and told
as a document and on the terminal, or cleaned), or an archive (walked). Which one, and what is done to it, follows from
the seed and its number alone. `python -m tests.fuzz.many` reads them.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Sequence
from functools import cache

from analyzer.bundle import command_of
from analyzer.parsers.families import FAMILIES
from analyzer.parsers.registry import STATE_PARSERS
from analyzer.parsers.winevents.readers import READERS
from tests.fuzz import repair, states
from tests.fuzz.bundles import Files, labelled, labelled_kinds, packed
from tests.fuzz.damage import damaged
from tests.fuzz.logs import joined

CROP = 4 << 10
EVTX = b"ElfFile\0"
SHARES = (
    *(("parser", 0.785), ("lines", 0.04), ("member", 0.1), ("events", 0.05)),
    *(("archive", 0.02), ("bundle", 0.004), ("copy", 0.001)),
)
"""Of the inputs: a bundle takes as long as hundreds of state files."""
SCARCE = frozenset({"events-evtx"})  # a log is 70 KB at least, so there are few of them
MOST_IN_BUNDLE = 12 << 10


@cache
def _kinds() -> dict[str, tuple[str, ...]]:
    """Which kinds of member an input of a kind takes."""
    known = list(labelled_kinds())
    return {
        "parser": tuple(kind for kind in known if kind in STATE_PARSERS or kind == "command-output"),
        "lines": tuple(kind for kind in known if kind in FAMILIES),
        "events": tuple(kind for kind in known if kind in READERS),
        "member": tuple(known),
    }


def made(seed: int, number: int) -> tuple[str, str, bytes]:
    """What the input of a number is, the name of the target that reads it, and the input."""
    rng = random.Random(seed * 1_000_003 + number)
    what = rng.choices([name for name, _ in SHARES], [share for _, share in SHARES])[0]
    if what in ("bundle", "copy"):
        return what, "analysis" if what == "bundle" else "cleaning", joined(_bundle(rng).items())
    if what == "archive":
        return what, "archives", b"\n" + _archive(rng)
    kind, path, content = _member(what, rng)
    place = path.replace("\n", " ").encode("latin-1", "replace")
    if what == "lines":
        return what, "lines", f"{kind} {rng.choice((5, 300, 5000))}\n".encode() + content
    if what == "member":
        return what, "members", place + b"\n" + content
    if what == "events":
        return what, "evtx" if kind == "events-evtx" else kind, content
    if kind == "command-output":
        return what, "commands", (command_of(path) or path).encode("latin-1", "replace") + b"\n" + content
    return what, states.target_of(kind), f"{kind} ".encode() + place + b"\n" + content


def _member(what: str, rng: random.Random) -> tuple[str, str, bytes]:
    """A damaged member: its kind, its place, its content. Each kind comes as often as the others."""
    kinds = _kinds()[what]
    kind = rng.choice(kinds)
    if kind in SCARCE and rng.random() < 0.7:
        kind = rng.choice(kinds)
    path, content = rng.choice(labelled_kinds()[kind])
    other = rng.choice(labelled_kinds()[rng.choice(kinds)])[1]
    return kind, path, _damaged(_cropped(content, rng), rng, [other])


def _damaged(content: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    result = damaged(content, rng, others)
    return repair.evtx(result) if result.startswith(EVTX) and rng.random() < 0.6 else result


def _bundle(rng: random.Random) -> Files:
    """A small bundle of which some members are damaged, doubled, renamed or missing."""
    files = {path: _cropped(content, rng, MOST_IN_BUNDLE) for path, content in rng.choice(labelled()).items()}
    for path in rng.sample(list(files), min(len(files), rng.randrange(1, 5))):
        what = rng.random()
        if what < 0.08:
            del files[path]
        elif what < 0.16:
            other = rng.choice(labelled())
            name = rng.choice(list(other))
            files[name] = _cropped(other[name], rng, MOST_IN_BUNDLE)
        elif what < 0.24:
            files[damaged(path.encode(), rng).decode("latin-1")[:300]] = files.pop(path)
        else:
            files[path] = _damaged(files[path], rng, list(files.values()))
    return files


def _archive(rng: random.Random) -> bytes:
    """A damaged tar, or one whose compression is damaged."""
    files = {path: _cropped(content, rng, 2 << 10) for path, content in rng.choice(labelled()).items()}
    data = packed(files)
    return damaged(gzip.compress(data, 1, mtime=0), rng) if rng.random() < 0.5 else damaged(data, rng)


def _cropped(content: bytes, rng: random.Random, most: int = CROP) -> bytes:
    """Some lines from the begin or the middle of a long member; all of a short one; of an event log its first chunk."""
    if content.startswith(EVTX):
        return content[: 4096 + repair.CHUNK]
    if len(content) <= most or rng.random() < 0.4:
        return content[:most]
    at = content.rfind(b"\n", 0, rng.randrange(len(content))) + 1
    return content[at : at + most]
