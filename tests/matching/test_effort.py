"""The bound under which a regex runs without a time limit: never too long for a hostile text, never another result."""

from __future__ import annotations

import re
import time

import pytest
import regex as timed
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from analyzer.matching import matcher as matcher_module
from analyzer.matching.effort import longest
from analyzer.matching.matcher import Matcher
from analyzer.matching.patterns import Pattern
from benchmarks.knowledge import regexes

FULL = 4_096
SLOW = 4.0  # seconds of this process that no search under the bound takes; what is refused would take hours

REPEATED_REPETITIONS = (
    r"(a+)+b", r"(?:a*)*b", r"(?:a|a)*b", r"(?:a|ab)*c", r"(?:\w+\s?)+!", r"(.*)*x", r"(?:a?){30}a{30}",
    r"(?:a{1,3}){9}b", r"(?:(?:ab)+c?)+d", r"^(?:a|aa)+$", r"(?:x(?:a|bb)){2,}y", r"(?:[^,]*,)+!",
)  # fmt: skip
NOT_WEIGHED = (r"(a+)\1+b", r"(?P<q>['\"]).*(?P=q)", r"(?>a+)b", r"a++b", r"(a)?(?(1)b|c)")
POLYNOMIAL = (
    (r"a*a*a*b", 64), (r"a*a*a*a*b", 0), (r"\s*\s*\s*\s*x", 0), (r".*a.*b.*c", 64), (r"\d+\d+\d+\d+\d+x", 0),
    (r"a*[^b]*b", 256), (r"(a*)[^b]*b", 256), (r"(?:a|b)(?:a*|b*)(?:a*|b*)(?:a*|b*)c", 64), (r"(?=.*a.*b).*c", 256),
    (r"(?i)a*Aa*Aa*A!", 64), (r"(?i:a*Aa*Aa*A)!", 64), (r"(?a:[^\w]*é[^\w]*é[^\w]*é)", 64),
    (r"(?:a|b|cc)(?:a|b|cc)(?:a|b|cc)(?:a|b|cc)(?:a|b|cc)(?:a|b|cc)(?:a|b|cc)(?:a|b|cc)(?:a|b|cc)(?:a|b|cc)d", 1_024),
)  # fmt: skip
SAFE = (
    r"Connection refused", r"\[Errno 111\] Connection (?:refused|reset)", r"^\s*Daemon started$", r"disk .{0,40}? full",
    r"\[(?P<key>[\w.]+?)-\d[\d.]*\] Target handler state: (?:enabled|disabled)", r"failed(?! again)", r".*",
    r"handler (?P<key>\S+) \S+ status Ready", r"name=(?P<handler>[\w.]+), op=Enable, message=", r"(?:ab)*c",
    r"GET http://\S* -- IOError", r"(?i:timeout) expired", r"(?:x(?:a|b)){2,}y",
)  # fmt: skip


@pytest.mark.parametrize("regex", [*REPEATED_REPETITIONS, *NOT_WEIGHED])
def test_always_under_the_limit(regex: str) -> None:
    assert longest(regex) == 0


@pytest.mark.parametrize(("regex", "most"), POLYNOMIAL)
def test_quick_on_short_texts_alone(regex: str, most: int) -> None:
    assert longest(regex) <= most


@pytest.mark.parametrize("regex", SAFE)
def test_quick_on_every_ordinary_text(regex: str) -> None:
    assert longest(regex) == FULL


def test_the_bound_is_wide_enough_to_be_of_use() -> None:
    """A record has one or two hundred characters."""
    assert min(map(longest, regexes(1_000))) >= 256


def seconds(search: re.Pattern[str], text: str) -> float:
    begin = time.process_time()
    search.search(text)
    return time.process_time() - begin


@pytest.mark.parametrize("regex", [*(r for r, _ in POLYNOMIAL), *SAFE])
def test_a_hostile_text_under_the_bound(regex: str) -> None:
    search = re.compile(regex, re.MULTILINE)
    for text in ("a", "ab", " ", "[a", "handler a ", "é", "A"):
        assert seconds(search, (text * FULL)[: longest(regex)]) < SLOW


ATOMS = st.sampled_from((
    "a", "b", "ab", ".", "[^a]", "[^b]", "[ab]", "[^ab]", r"\w", r"\d", r"\S", r"\s", "^", "$", r"\b", "\n", "(a)",
    "(?:ab|a)", "(?:ab|ba)", "(?:a|bb|)", "(?=a)", "(?!b)", "(?=.*b)", "(?<=a)", "(?i:AB)", "(?i:b*)", "(?P<x>b+)",
    "(?:a*b)",
))  # fmt: skip
REPEATS = st.sampled_from(["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{0,3}", "{1,40}?", "{0,300}"])
PIECES = st.tuples(ATOMS, REPEATS).map("".join)


def _compiles(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


@st.composite
def written(draw: st.DrawFn) -> str:
    """A regex that somebody might write in haste, which Python's parser takes."""
    text = "".join(draw(st.lists(PIECES, min_size=1, max_size=6)))
    if draw(st.booleans()):
        text = f"(?:{text}){draw(REPEATS)}{draw(PIECES)}"
    if draw(st.booleans()):
        text = f"{text}|{draw(PIECES)}"
    assume(_compiles(text))
    return text


TEXTS = st.text("ab c1\nAB", max_size=60)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(written(), st.lists(TEXTS, min_size=1, max_size=4))
@example(r"(?:a|ab)(?:c|bc)?$", ["abc", "ab\nc"])
def test_both_searches_find_the_same(regex: str, texts: list[str]) -> None:
    quick, limited = re.compile(regex, re.MULTILINE), timed.compile(regex, timed.MULTILINE)
    for text in texts:
        if len(text) > longest(regex):
            continue
        one, other = quick.search(text), limited.search(text, timeout=60)
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert one.span() == other.span()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(written(), st.sampled_from(["a", "b", "ab", "aab", " ", "1", "a ", "A"]), st.text("ab 1!", max_size=2))
def test_whatever_is_allowed_is_quick(regex: str, repeated: str, behind: str) -> None:
    size = longest(regex)
    text = (repeated * size)[: max(size - len(behind), 0)] + behind
    assert len(text) <= max(size, 2)
    if size:
        assert seconds(re.compile(regex, re.MULTILINE), text) < SLOW


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(written(), st.lists(TEXTS, max_size=5), st.integers(0, 70))
def test_a_matcher_does_not_show_which_search_it_took(regex: str, texts: list[str], bound: int) -> None:
    """The same records and captures, whether all, some or none of the texts lie under the bound."""
    assume(longest(regex))
    whole, split = Matcher(Pattern(regex, (), "x")), Matcher(Pattern(regex, (), "x"))
    split._longest = bound
    assert split.among(texts) == whole.among(texts)
    assert [bool(split.captures(text)) for text in texts] == [bool(whole.captures(text)) for text in texts]


def test_a_text_beyond_the_bound_runs_under_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """One slow record is told; its neighbours are found."""
    monkeypatch.setattr(matcher_module, "REGEX_SECONDS", 0.05)
    matcher = Matcher(Pattern(r"(?:a|aa)+$", (), "x"))
    assert matcher.among(["aaa", "a" * 60 + "!", "b", "aa"]) == ([0, 3], [1])
    with pytest.raises(TimeoutError):
        matcher.captures("a" * 60 + "!")
