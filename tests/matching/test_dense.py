"""Patterns that match record after record: the first KEEP hits of a file and the last are kept, all are counted, and
nothing of it depends on the size of the blocks or on how texts are made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from random import Random

import numpy as np
import pytest
import regex
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analyzer.lines.index import Block, LineIndex
from analyzer.lines.stamp import HEAD
from analyzer.matching import scanner as scanner_module
from analyzer.matching import text as text_module
from analyzer.matching.patterns import Hit, Pattern
from analyzer.matching.scanner import KEEP, Scanner
from analyzer.matching.text import Texts, plain_text, uncoloured
from analyzer.parsers.families import FAMILIES
from analyzer.parsers.waagent import unpack_events
from tests.matching.test_scanner import EVENT, OWN, asked, packed

STAMP = b"2025-03-01T10:00:00.000001Z INFO "
PATTERNS = (
    Pattern("alpha beta", OWN, "plain"),
    Pattern(r"alpha bet(?P<letter>\w)", OWN, "regex"),
    Pattern(r"alpha (?:beta|gamma)", OWN, "plain choice"),
    Pattern(r"alpha beta (?P<even>\d*[02468])\b", OWN, "every other record"),
    Pattern(r"(?P<n>\d)\d*", OWN, "every match", literal="alpha beta", repeat=True),
    Pattern("größer als", OWN, "not ASCII"),
    Pattern(r"^alpha", OWN, "begins"),
    Pattern(r"\d{2}", OWN, "unfiltered"),
    Pattern("alpha beta", ("syslog",), "not asked here"),
    Pattern("alpha beta", OWN, "the same again"),
)
KINDS = {
    "hit": "alpha beta {}",
    "two": "alpha beta {} alpha gamma alpha beta {}",
    "below": "nothing\nalpha beta {}\n",
    "other": "omega {}",
    "crlf": "alpha beta {}\r",
    "coloured": "\x1b[0;31malpha beta\x1b[0m {}",
    "foreign": "größer als alpha beta {}",
    "packed": EVENT,
}
RUNS = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(1, 15)), max_size=6)
Runs = Sequence[tuple[str, int]]
Kept = dict[int, tuple[int, list[Hit]]]


def log(runs: Runs) -> bytes:
    """So many records of each kind after one another, each with its number."""
    kinds = [kind for kind, count in runs for _ in range(count)]
    bodies = [KINDS[k].format(packed(f"alpha beta {n}") if k == "packed" else n, n) for n, k in enumerate(kinds)]
    return b"".join(STAMP + body.encode() + b"\n" for body in bodies)


def blocks(data: bytes, size: int) -> list[tuple[int, Block]]:
    """(number of the first record, block)."""
    found, row = [], 0
    pieces = (data[i : i + size] for i in range(0, len(data), size))
    for block in LineIndex(FAMILIES["waagent"], {}, "waagent").blocks(pieces):
        found.append((row, block))
        row += len(block.start)
    return found


def scan(members: Iterable[tuple[int, int, Block]], finish: bool = False) -> Scanner:
    """Scan (member, first record, block) in this order; `finish` is called behind every block, or at the end alone."""
    scanner = Scanner(asked(PATTERNS))
    for member, row, block in members:
        scanner.scan(block, member, row, ["waagent"])
        if finish:
            scanner.finish()
    scanner.finish()
    assert scanner.problems == []
    return scanner


def kept(scanner: Scanner, member: int = 0) -> Kept:
    return {number: (hits.count, hits.kept) for (number, of), hits in sorted(scanner.hits.items()) if of == member}


def records(data: bytes) -> list[tuple[int, int, str]]:
    """(row, line, text) of each record, whole."""
    found = []
    for row, block in blocks(data, max(len(data), 1)):
        for i, (start, end) in enumerate(zip((block.start + block.message).tolist(), block.end.tolist(), strict=True)):
            found.append((row + i, int(block.line[i]), unpack_events(plain_text(block.buffer[start:end]))))
    return found


def expected(data: bytes, keep: int, member: int = 0) -> Kept:
    """The same from a regex on every record."""
    every: dict[int, list[Hit]] = {}
    for row, line, text in records(data):
        for number, pattern in enumerate(PATTERNS[:-1]):
            if not pattern.wants("waagent") or pattern.literal not in text:
                continue
            matches = list(regex.finditer(pattern.regex, text, regex.MULTILINE))
            for match in matches if pattern.repeat else matches[:1]:
                every.setdefault(number, []).append(Hit(number, member, row, line, text, match.groupdict()))
    return {number: (len(hits), hits[:keep] + hits[keep:][-keep:]) for number, hits in sorted(every.items())}


@pytest.fixture(params=[0, 10_000], ids=["decoded as a whole", "decoded one by one"])
def three(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Three hits are kept at either end; the texts of a block are made in one of two ways."""
    monkeypatch.setattr(scanner_module, "KEEP", 3)
    monkeypatch.setattr(text_module, "FEW", request.param)
    return 3


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RUNS, st.integers(60, 900))
@example([("hit", 15), ("other", 2), ("hit", 1)], 120)
@example([("hit", 14), ("packed", 1)], 300)
@example([("packed", 3), ("hit", 9), ("packed", 9), ("two", 3)], 700)
@example([("two", 9), ("coloured", 9), ("foreign", 9), ("crlf", 9)], 150)
def test_equals_a_regex_on_every_record(three: int, runs: Runs, size: int) -> None:
    data = log(runs)
    assert kept(scan((0, *block) for block in blocks(data, size))) == expected(data, three)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(RUNS, min_size=2, max_size=3), st.integers(50, 900), st.booleans(), st.randoms(use_true_random=False))
def test_members_do_not_mix(three: int, runs: list[Runs], size: int, finish: bool, draw: Random) -> None:
    """One behind the other or by turns, whether `finish` is called between them or not."""
    members = [[(number, *block) for block in blocks(log(r), size)] for number, r in enumerate(runs)]
    turns = [number for number, member in enumerate(members) for _ in member]
    draw.shuffle(turns)
    for order in (sorted(turns), turns):
        queues = [iter(member) for member in members]
        scanner = scan([next(queues[number]) for number in order], finish)
        for number, r in enumerate(runs):
            assert kept(scanner, number) == expected(log(r), three, number)


@pytest.mark.parametrize("size", [3_000, 40_000, 1 << 20])
@pytest.mark.parametrize(
    "runs",
    [
        [("hit", KEEP)],
        [("hit", 2 * KEEP)],
        [("hit", 2 * KEEP + 1)],
        [("other", 700), ("hit", 3 * KEEP + 7)],
        [("hit", 3 * KEEP), ("other", 900), ("hit", 3)],
        [("hit", 3), ("other", 900), ("two", 2 * KEEP), ("other", 900)],
        [("hit", KEEP - 1), ("packed", 2), ("hit", KEEP + 200), ("packed", 2)],
        [("crlf", 1_100), ("foreign", 600)],
    ],
    ids=str,
)
def test_at_full_size(runs: Runs, size: int) -> None:
    data = log(runs)
    assert kept(scan((0, *block) for block in blocks(data, size))) == expected(data, KEEP)


def test_what_was_put_off_costs_nothing() -> None:
    """Of ten thousand hits the texts of the first and the last are made, those of a plain pattern alone without regex;
    no block between them is decoded."""
    data = log([("hit", 10_000)])
    scanner = Scanner(asked(PATTERNS[:1]))
    for row, block in blocks(data, 100_000):
        scanner.scan(block, 0, row, ["waagent"])
    scanner.finish()
    assert (scanner.hits[0, 0].count, scanner.searches) == (10_000, 0)
    assert scanner.decoded == 2 * KEEP + 1  # the last record comes in a block of its own


RECORDS = st.lists(
    st.sampled_from([b"plain", b"two\nlines", b"crlf\r\nbelow\r", b"\xc3\xa4", b"\xff", b"\x1b[1mred", b"\0", b""])
)


@settings(max_examples=100, deadline=None)
@given(RECORDS, st.data())
def test_texts_of_few_and_of_many(records: list[bytes], data: st.DataObject) -> None:
    """Whether the block is decoded as a whole makes no difference to any record."""
    content = b"".join(STAMP + body + b"\n" for body in records)
    for _, block in blocks(content, data.draw(st.integers(20, 300))):
        begin, end = (block.start + block.message).tolist(), block.end.tolist()
        texts = [Texts(block, wanted).of(begin, end) for wanted in (1, text_module.FEW, 1_000_000)]
        assert texts == [[plain_text(block.buffer[b:e]) for b, e in zip(begin, end, strict=True)]] * 3


COLOURED = st.lists(
    st.sampled_from(["\x1b[0m", "\x1b[1;31m", "\x1b[K", "\x1b", "[0m", "a", "bc", "ä", "\n"]), max_size=20
)


@settings(max_examples=100, deadline=None)
@given(COLOURED)
def test_where_colours_were(parts: list[str]) -> None:
    """What is left are the bytes of the text without its colours, each told where it stands."""
    data = STAMP + "".join(parts).encode()
    for _, block in blocks(data, len(data)):
        clean = uncoloured(block)
        if clean is None:
            assert b"\x1b" not in block.buffer
            continue
        whole = block.buffer[: int(block.end[-1])]
        cut = {at for m in re.finditer(rb"\x1b\[[0-9;]*[A-Za-z]", whole) for at in range(*m.span())}
        left = [at for at in range(len(whole)) if at not in cut]
        assert clean.buffer == bytes(whole[at] for at in left) + bytes(HEAD)
        assert clean.places(np.arange(clean.end)).tolist() == left
