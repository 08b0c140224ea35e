"""Patterns found in blocks of records: as a regex on every record would find them, at any size of blocks."""

from __future__ import annotations

import base64
import zlib
from functools import cache

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzer.lines.index import LineIndex
from analyzer.matching import matcher as matcher_module
from analyzer.matching import scanner as scanner_module
from analyzer.matching.patterns import Pattern, PatternSet
from analyzer.matching.scanner import Scanner
from analyzer.matching.text import MOST_TEXT, plain_text
from analyzer.parsers.families import FAMILIES
from analyzer.parsers.waagent import unpack_events

STAMP = b"2025-03-01T10:00:00.000001Z INFO ExtHandler "
OWN = ("waagent",)
PATTERNS = (
    Pattern("alpha beta", OWN, "a"),
    Pattern(r"alpha (?P<word>\w+) gamma", OWN, "b"),
    Pattern(r"(?:gamma|delta)!", (), "c"),
    Pattern(r"alpha[\s\S]{0,40}?omega", OWN, "d"),
    Pattern(r"^beta beta", OWN, "e"),
    Pattern(r"\d{3}", OWN, "f"),
    Pattern("beta delta", ("syslog",), "g"),
    Pattern(r"(?P<w>al\w+|be\w+)", OWN, "h", literal="beta", repeat=True),
    Pattern("beta\ngamma", OWN, "i"),
    Pattern("größe", OWN, "j"),
    Pattern("omega", ("way*",), "k"),
    Pattern("ExtHandler alpha", ("waag*",), "l"),
)
LINE_ENDS = ["\n", "\r\n", "\n" + STAMP.decode()]  # lines go on and records begin
WORDS = st.sampled_from(
    ["alpha", "beta", "gamma", "delta!", "gamma!", "omega", "123", "größe", "message=eJx", "\0", *LINE_ENDS]
)
Found = list[tuple[int, int, int, str, tuple[tuple[str, str], ...]]]


@cache
def asked(patterns: tuple[Pattern, ...]) -> PatternSet:
    """One set for all texts, as in a run over many files."""
    return PatternSet(patterns)


def scan(patterns: tuple[Pattern, ...], data: bytes, size: int = 1 << 20) -> tuple[Found, Scanner]:
    """(pattern, row, line, text, captures) of all hits in a waagent.log."""
    sources: dict[str, int] = {}
    scanner = Scanner(asked(patterns))
    index = LineIndex(FAMILIES["waagent"], sources, "waagent")
    row = 0
    for block in index.blocks(data[i : i + size] for i in range(0, len(data), size)):
        scanner.scan(block, 0, row, list(sources))
        row += len(block.start)
    scanner.finish()
    hits = [
        (h.pattern, h.row, h.line, h.text, tuple(sorted(h.captures.items())))
        for hs in scanner.hits.values()
        for h in hs.kept
    ]
    return sorted(hits), scanner


def naive(patterns: tuple[Pattern, ...], data: bytes) -> Found:
    """The same by a regex on every record."""
    hits: Found = []
    row = 0
    sources: dict[str, int] = {}
    for block in LineIndex(FAMILIES["waagent"], sources, "waagent").blocks([data]):
        for i in range(len(block.start)):
            text = unpack_events(plain_text(block.buffer[int(block.start[i] + block.message[i]) : int(block.end[i])]))
            for number, pattern in enumerate(patterns):
                if not pattern.wants("waagent") or pattern.literal not in text:
                    continue
                matches = list(regex.finditer(pattern.regex, text, regex.MULTILINE))
                for match in matches if pattern.repeat else matches[:1]:
                    captures = {k: v for k, v in match.groupdict().items() if v is not None}
                    hits.append((number, row, int(block.line[i]), text, tuple(sorted(captures.items()))))
            row += 1
    return sorted(hits)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=30), st.integers(1, 400))
@example(["alpha", "\r\n", "beta", "\r\n", "gamma!"], 7)
def test_equals_a_regex_on_every_record(words: list[str], size: int) -> None:
    data = STAMP + " ".join(words).encode()
    found, scanner = scan(PATTERNS, data, size)
    assert found == naive(PATTERNS, data)
    assert scanner.problems == []


def test_a_clean_line_costs_no_regex() -> None:
    _, scanner = scan(PATTERNS[:5], (STAMP + b"nothing to see\n") * 500)
    assert scanner.searches == 0


def packed(text: str) -> str:
    return "message=" + base64.b64encode(zlib.compress(text.encode())).decode()


EVENT = "Event: name=Contoso.Tools, op=Enable, {}, duration=5"
PACKED = (
    Pattern(r"op=(?P<op>\w+), message=Non-zero exit code", OWN, "inside"),
    Pattern(r"Event: name=(?P<name>[\w.]+)", OWN, "outside"),
    Pattern(r"exit code: \d{2}\b", OWN, "short", literal="exit code"),
    Pattern(r"\d{2}\b", OWN, "unfiltered"),
    Pattern("never there", OWN, "none"),
)


def test_a_packed_event_is_searched_unpacked() -> None:
    """Each pattern once a record, whether its literal stands in the packed part or beside it."""
    data = STAMP + EVENT.format(packed("Non-zero exit code: 51, x")).encode() + b"\n" + STAMP + b"plain\n"
    found, _ = scan(PACKED, data)
    text = "ExtHandler " + EVENT.format("message=Non-zero exit code: 51, x")
    assert found == [
        (0, 0, 1, text, (("op", "Enable"),)),
        (1, 0, 1, text, (("name", "Contoso.Tools"),)),
        (2, 0, 1, text, ()),
        (3, 0, 1, text, ()),
    ]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(("Non-zero exit code: 51", "other", None)), max_size=8), st.integers(1, 300))
def test_packed_events_in_any_blocks(messages: list[str | None], size: int) -> None:
    lines = [EVENT.format("message=plain" if m is None else packed(m)) for m in messages]
    data = b"".join(STAMP + line.encode() + b"\n" for line in lines)
    assert scan(PACKED, data, size)[0] == naive(PACKED, data)


@pytest.mark.parametrize(
    "broken", ["message=eJ", "message=eJx!!", "message=eJ" + "A" * 400, "message=eJwrzi0qAQAIFAJ5"[:-3]]
)
def test_what_does_not_unpack_stays(broken: str) -> None:
    found, scanner = scan(PACKED, STAMP + EVENT.format(broken).encode() + b"\n")
    assert [(n, text) for n, _, _, text, _ in found if n == 1] == [(1, f"ExtHandler {EVENT.format(broken)}")]
    assert scanner.problems == []


def test_a_bomb_is_unpacked_to_a_limit() -> None:
    bomb = base64.b64encode(zlib.compress(b"x" * (64 << 20), 9)).decode()
    assert len(unpack_events(f"message={bomb}")) < 2 << 20


def test_hits_are_capped_and_counted() -> None:
    """The first and the last are kept, and none is forgotten in the count."""
    keep = scanner_module.KEEP
    lines = 3 * keep + 7
    _, scanner = scan(PATTERNS[:1], b"".join(STAMP + b"alpha beta %d\n" % i for i in range(lines)), 50_000)
    hits = scanner.hits[0, 0]
    assert hits.count == lines
    assert [h.row for h in hits.kept] == [*range(keep), *range(lines - keep, lines)]


def test_few_hits_are_all_kept() -> None:
    keep = scanner_module.KEEP
    _, scanner = scan(PATTERNS[:1], (STAMP + b"alpha beta\n") * (keep + 3))
    assert [h.row for h in scanner.hits[0, 0].kept] == list(range(keep + 3))


def test_a_regex_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A problem of coverage that names the pattern and the line; other patterns go on."""
    monkeypatch.setattr(matcher_module, "REGEX_SECONDS", 0.05)
    slow = Pattern(r"alpha (?:x|xx)+[yz]", OWN, "the slow one")
    data = STAMP + b"fine\n" + STAMP + b"alpha beta alpha " + b"x" * 40 + b"\n"
    found, scanner = scan((slow, PATTERNS[0]), data)
    assert [(n, row) for n, row, *_ in found] == [(1, 1)]
    ((member, line, words),) = scanner.problems
    assert (member, line) == (0, 2)
    assert "the slow one" in words


def test_a_long_record_is_searched_around_each_literal() -> None:
    """Two patterns whose literals lie far apart in one record are both found."""
    data = STAMP + b"alpha beta " + b"x" * (4 * MOST_TEXT) + b" gamma! " + b"y" * MOST_TEXT + b"\n"
    found, _ = scan(PATTERNS[:3], data)
    assert [n for n, *_ in found] == [0, 2]
    assert all(len(text) <= MOST_TEXT for *_, text, _ in found)


def test_no_patterns_at_all() -> None:
    found, scanner = scan((), STAMP + EVENT.format(packed("x")).encode())
    assert (found, scanner.hits) == ([], {})


def test_plain_text() -> None:
    assert plain_text(b"a\r\nb\xff\r\n") == "a\nb\ufffd"
