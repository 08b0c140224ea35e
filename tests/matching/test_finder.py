"""The search for literals finds what a naive search finds: every place, each once, whatever it learnt from."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analyzer.lines.stamp import HEAD
from analyzer.matching import finder as finder_module
from analyzer.matching.finder import SHORTEST, LiteralFinder
from analyzer.plan import shipped_plan

Places = list[tuple[int, int]]


def naive(literals: Sequence[bytes], text: bytes) -> Places:
    """(number of the literal, its place), overlapping ones too."""

    def places(literal: bytes) -> Iterator[int]:
        at = text.find(literal)
        while at >= 0:
            yield at
            at = text.find(literal, at + 1)

    return sorted((number, at) for number, literal in enumerate(literals) for at in places(literal))


def found(finder: LiteralFinder, text: bytes, behind: bytes = b"") -> Places:
    """What the finder finds; `behind` goes on where the text ends and is not to be searched."""
    numbers, at = finder.find(text + behind.ljust(HEAD, b"\0"), len(text))
    return sorted(zip(numbers.tolist(), at.tolist(), strict=True))


ALPHABETS = st.sampled_from([b"a", b"ab", b"abc", b"ab\n ", bytes(range(256)), b"\0a", b"\0\xff"])


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[bytes], list[bytes]]:
    """(literals, texts): of few letters, so that much is found; literals are cut out of the texts, prolonged by a byte,
    and share beginnings and ends."""
    letters = draw(ALPHABETS)
    written = st.lists(st.sampled_from(letters), max_size=120).map(bytes)
    texts = draw(st.lists(written, min_size=1, max_size=4))
    literals = draw(st.lists(written.filter(lambda b: len(b) >= SHORTEST), max_size=4))
    whole = b"".join(texts)
    for _ in range(draw(st.integers(0, 5))):
        begin = draw(st.integers(0, len(whole)))
        cut = whole[begin : begin + draw(st.integers(SHORTEST, 100))] + draw(st.sampled_from([b"", b"", b"a", b"\xff"]))
        if len(cut) >= SHORTEST:
            literals += [cut, cut[:-1], cut[1:]] if len(cut) > SHORTEST else [cut]
    return literals, texts


@settings(max_examples=250, deadline=None)
@given(cases(), st.binary(max_size=HEAD))
@example(([b"aaaaa", b"aaaaaa", b"aaaaaaaaa"], [b"a" * 40]), b"a" * HEAD)
@example(([b"abcdef", b"abcdeg", b"bcdef", b"abcdef"], [b"xabcdefabcdegabcdef"]), b"")
@example(([b"abcde"], [b"abcde", b"", b"abcd", b"xabcde"]), b"abcde")
def test_equals_a_naive_search(case: tuple[list[bytes], list[bytes]], behind: bytes) -> None:
    check(*case, behind)


def check(literals: list[bytes], texts: list[bytes], behind: bytes) -> None:
    """One finder for all texts: it learns from the first and meets the others."""
    finder = LiteralFinder(literals)
    for text in texts:
        assert found(finder, text, behind) == naive(literals, text)


@pytest.fixture
def cramped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of 16 places, steps and samples of a few bytes, and the choice made again at every block."""
    for name, value in (("_BITS", 4), ("_STEP", 16), ("_SAMPLE", 32), ("_WASTED", -1.0), ("_PATIENCE", 0)):
        monkeypatch.setattr(finder_module, name, value)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases(), st.binary(max_size=HEAD))
def test_nothing_of_it_depends_on_sizes(cramped: None, case: tuple[list[bytes], list[bytes]], behind: bytes) -> None:
    check(*case, behind)


def test_the_choice_is_made_again_where_it_was_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learnt from a text in which the literal's first half is rare; in the next it stands everywhere."""
    monkeypatch.setattr(finder_module, "_PATIENCE", 1_000)
    learnt: list[int] = []
    learn = LiteralFinder._learn

    def counted(self: LiteralFinder, buffer: bytes, end: int) -> None:
        learnt.append(end)
        learn(self, buffer, end)

    monkeypatch.setattr(LiteralFinder, "_learn", counted)
    finder = LiteralFinder([b"abcdefgh12345678"])
    first, second = b"12345678" * 500, b"abcdefgh" * 500 + b"abcdefgh12345678"
    for text in (first, second, second, second + b"z", first, first):
        assert found(finder, text) == naive(finder.literals, text)
    assert learnt[:2] == [4_000, 4_016]


LONG = bytes(random.Random(3).choices(range(33, 127), k=300))


@pytest.mark.parametrize("size", [5, 6, 7, 8, 9, 16, 17, 63, 64, 65, 300])
@pytest.mark.parametrize("at", [0, 1, 2, 3, 7])
def test_every_length_at_every_alignment(size: int, at: int) -> None:
    """At the begin, in the middle and at the very end; one byte short of the end; one byte wrong anywhere."""
    literal = LONG[:size]
    finder = LiteralFinder([literal])
    gap = b"." * at
    assert found(finder, gap + literal) == [(0, at)]
    assert found(finder, gap + literal + gap + literal) == [(0, at), (0, 2 * at + size)]
    assert found(finder, gap + literal[:-1], literal[-1:]) == []
    for wrong in {0, 1, size // 2, size - 2, size - 1}:
        assert found(finder, gap + literal[:wrong] + b"\0" + literal[wrong + 1 :] + gap) == []


@pytest.mark.parametrize("learnt", [b"", b"." * 100, LONG, LONG[:40] * 20])
def test_at_the_edges_of_steps(learnt: bytes) -> None:
    """Literals that begin on one side of a step's edge and end on the other, and at the sample's end."""
    step = finder_module._STEP
    literals = [LONG[:5], LONG[40:60], LONG[100:300], LONG[3:11]]
    finder = LiteralFinder(literals)
    found(finder, learnt)
    text = bytearray(b"." * (2 * step + 10))
    for edge in (step, 2 * step):
        for shift in (-9, -4, -3, -1, 0):
            text[edge + shift * 5 : edge + shift * 5 + 5] = LONG[:5]
        text[edge - 400 : edge - 200] = LONG[100:300]
        text[edge - 170 : edge - 150] = LONG[40:60]
    text[step - 10 : step + 10] = LONG[40:60]
    assert found(finder, bytes(text)) == naive(literals, bytes(text))
    assert len(naive(literals, bytes(text))) > 10


def test_the_same_literal_twice() -> None:
    assert found(LiteralFinder([b"abcdef", b"abcdef"]), b"xabcdef") == [(0, 1), (1, 1)]


@pytest.mark.parametrize("literals", [[], [b"abcde"]])
@pytest.mark.parametrize("text", [b"", b"a", b"abcd"])
def test_hardly_a_text(literals: list[bytes], text: bytes) -> None:
    assert found(LiteralFinder(literals), text, b"abcdeabcde") == []


def test_a_short_literal_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 5"):
        LiteralFinder([b"abcde", b"abcd"])


def test_all_literals_of_the_shipped_patterns() -> None:
    """Three thousand literals in a text that is made of them: whole, cut and run together."""
    literals = shipped_plan().patterns.literals
    draw = random.Random(11)
    parts = []
    for _ in range(1_500):
        literal = draw.choice(literals)
        parts.append(literal[: draw.choice((len(literal), len(literal), len(literal) - 1, len(literal) // 2))])
    text = draw.choice((b"", b" ")).join(parts)
    finder = LiteralFinder(literals)
    assert found(finder, text) == naive(literals, text)
    assert len(found(finder, text)) > 1_500
