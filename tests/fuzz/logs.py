"""Logs and bundles: the line index (blocks of any size give the same records), one file on the pipeline's way, and
a small bundle's whole way to its document, to the terminal and to a copy without secrets.

The first line of an input for `lines` is the kind of log and the size of the blocks, `syslog 7`; for `members` the
file's path. For `analysis` and `cleaning` a line `=== path` begins each file.
"""

from __future__ import annotations

import io
import json
import random
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from zlib import crc32

from analyzer.analysis import run
from analyzer.bundle import BundleError, decode_blocks, open_bundle
from analyzer.lines.component import Components
from analyzer.lines.index import LineIndex
from analyzer.parsers.families import CONVERTERS, FAMILIES
from analyzer.plan import shipped_plan
from analyzer.reading import pipeline
from analyzer.redaction.cleaning import write_clean
from analyzer.report.terminal import render_terminal
from analyzer.report.write import FORMS, render
from tests.fuzz.bundles import Files, Held, own, own_kinds, packed
from tests.fuzz.exports import JOURNALS
from tests.fuzz.finding import Broken
from tests.fuzz.target import Target, chosen, headed, pieces

KINDS = sorted(FAMILIES)
FILE = re.compile(rb"^=== (.{1,300})$", re.MULTILINE)
BLOCKS = (4 << 20, 4 << 10, 700)
MOST_BLOCKS = 16  # of an input: each block takes as long as many lines
Row = tuple[object, ...]


def indexed(data: bytes) -> None:
    line, rest = headed(data)
    kind, _, size = line.partition(" ")
    kind = chosen(kind, KINDS)
    wanted = int(size) if size.isdecimal() and size.isascii() and len(size) < 5 else 3
    block = max(wanted, len(rest) // MOST_BLOCKS)
    if kind in CONVERTERS:
        whole, parts = (b"".join(CONVERTERS[kind](decode_blocks(pieces(rest, n)))) for n in (len(rest), block))
        if parts != whole:
            raise Broken(f"blocks of {kind} matter where it is converted")
        rest = whole
    rows = _rows(kind, rest, len(rest))
    if b"".join(text for _, text in rows) != rest:
        raise Broken(f"records of {kind} are not the file")
    if _rows(kind, rest, block) != rows:
        raise Broken(f"blocks of {kind} matter")


def _rows(kind: str, data: bytes, size: int) -> list[tuple[Row, bytes]]:
    sources: dict[str, int] = {}
    components = Components()
    rows: list[tuple[Row, bytes]] = []
    for block in LineIndex(FAMILIES[kind], sources, "own", components).blocks(pieces(data, size)):
        names = list(sources)
        assert block.component is not None
        who = [components.names[code] for code in block.component.tolist()]
        for i in range(len(block.start)):
            start, end = int(block.start[i]), int(block.end[i])
            row: Row = (
                *(block.base + start, int(block.line[i]), int(block.raw[i]), int(block.clock[i]), int(block.level[i])),
                *(names[int(block.source[i])], int(block.message[i]), bool(block.stamped[i]), who[i]),
            )
            rows.append((row, block.buffer[start:end]))
    return rows


def log_seeds() -> Iterator[bytes]:
    choice = random.Random(1)
    for kind in KINDS:
        known = own_kinds().get(kind, [])
        for size in (3, 64):
            for _, content in choice.sample(known, min(3, len(known))):
                yield f"{kind} {size}\n".encode() + _some(content, choice, 900)
        yield f"{kind} 9\n2025-02-03 10:00:01 x\nFeb  3 10:00:01 h p: y\n".encode()
    yield from (b"journal 50\n" + text for text in JOURNALS)


def _some(content: bytes, choice: random.Random, most: int) -> bytes:
    at = content.rfind(b"\n", 0, choice.randrange(len(content) + 1)) + 1
    return content[at : at + most]


def member(data: bytes) -> None:
    """One file: identified, read, scanned for every shipped pattern."""
    path, content = headed(data)
    block = BLOCKS[crc32(path.encode("latin-1")) % len(BLOCKS)]
    no_failure(pipeline.read(Held({path or "x": content}, block), shipped_plan().patterns))


def member_seeds() -> Iterator[bytes]:
    choice = random.Random(3)
    for found in own_kinds().values():
        for path, content in choice.sample(found, min(2, len(found))):
            yield path.encode() + b"\n" + _some(content, choice, 1500)


def analysed(data: bytes) -> None:
    """A bundle: opened, read, judged, told as a document, on a terminal and in a form of report; all of its events."""
    try:
        bundle = open_bundle(io.BytesIO(packed(unjoined(data))))
    except BundleError:
        return
    with bundle:
        analysis = run(bundle, shipped_plan())
        no_failure(analysis.reading)
        document = analysis.to_json()
        rows = len(analysis.timeline)
        if rows > sum(info.events for info in analysis.reading.store.members):
            raise Broken("rows are more than events")
        analysis.text(range(0, rows, 1 + rows // 5))
    json.dumps(document, allow_nan=False).encode()
    text = render_terminal(document, colour=False, width=80, height=40)
    if any(ord(char) < 32 and char != "\n" for char in text):
        raise Broken("control characters reach the terminal")
    render(list(FORMS)[crc32(data) % len(FORMS)], document).encode("utf-8")


def cleaned(data: bytes) -> None:
    """A bundle written again without secrets and names: the copy can be opened and read."""
    with tempfile.TemporaryDirectory(prefix="vmtriage-fuzz-") as folder:
        copy = Path(folder) / "clean.tar.gz"
        try:
            done = write_clean(io.BytesIO(packed(unjoined(data))), copy, identity=True)
        except BundleError:
            return
        with open_bundle(copy) as bundle:
            members = sum(1 for found in bundle.members() if sum(map(len, found.blocks())) >= 0)
    if members != done.members + 1:
        raise Broken(f"copy holds {members} members, {done.members} and a notice were written")


def joined(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Files as one input for `analysis`."""
    return b"".join(b"=== " + path.encode("latin-1", "replace") + b"\n" + content + b"\n" for path, content in files)


def unjoined(data: bytes) -> Files:
    starts = list(FILE.finditer(data))
    files = {
        found[1].decode("latin-1"): data[found.end() + 1 : following.start() if following else len(data)]
        for found, following in zip(starts, [*starts[1:], None], strict=False)
    }
    return files or {"var/log/waagent.log": data}


def no_failure(reading: pipeline.Reading) -> None:
    """The pipeline takes a parser's mistake for a note; here it counts."""
    for info in reading.store.members:
        for note in info.notes:
            if note.startswith("reading it failed: "):
                raise Broken(f"{info.kind.replace('-', '_')} {note}")


def bundle_seeds() -> Iterator[bytes]:
    choice = random.Random(2)
    for files in choice.sample(own(), min(24, len(own()))):
        paths = choice.sample(list(files), min(5, len(files)))
        yield joined((path, _some(files[path], choice, 800)) for path in paths)


TARGETS = (
    Target(
        "lines",
        indexed,
        log_seeds,
        2048,
        ("parsers/*_log*.py", "parsers/waagent.py", "parsers/windows/*_logs.py"),
        True,
    ),
    Target("members", member, member_seeds, 4096, ("bundle/names.py", "bundle/windows_names.py"), True),
    Target("analysis", analysed, bundle_seeds, 6144, ("incidents.py", "clock.py", "facts.py"), True),
    Target("cleaning", cleaned, bundle_seeds, 6144, ("redaction_rules.py", "secrets/named.py"), True),
)
