"""The prefilter never loses a match: every match of a regex holds one of the literals that it is looked for by."""

from __future__ import annotations

import re

import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.matching.literals import EVERYDAY, MOST_ALTERNATIVES, is_plain, required

REGEXES = (
    r"Connection refused",
    r"\[Errno 111\] Connection (?:refused|reset)",
    r"(?:GET|POST|PUT) http://168\.63\.129\.16(?::80)?/\S* -- IOError .{0,60}?(?:\[Errno 111\]|Connection refused)",
    r"Event: name=(?P<handler>[\w.]+), op=Enable, message=\[Extension(?:Operation)?Error\] code: (?P<code>-?\d+)",
    r"Enable,(?:success|transitioning),(?:4|1,Transitioning)",
    r"\*{6} \d\. |proceeded for accepting signals",
    r"(?P<code>[1-9]\d*) returned from handle\.py",
    r"[Nn]o space left on device",
    r"[Pp]ermission [Dd]enied",
    r"(?:No|no) such (?:file|host|device)",
    r"(?:Error|Fehler|Errore){1,3} occurred",
    r"(?:abcde|fghij){2}",
    r"(?:abcde)?fghij",
    r"(?:abcde)*fghij",
    r"(?:abcde)+",
    r"failing(?:ly)?",
    r"failed(?! again)",
    r"(?<=op=)Enable",
    r"^Daemon started$",
    r"\bdisk full\b",
    r"(?i:timeout) expired now",
    r"timed(?-i:out)s",
    r"one\ntwo three",
    r"head[\s\S]{0,400}?tail end",
    r"(?:\w+ )?returned code (?P<n>\d+)(?: |$)",
    r"(?>atomic) group",
    r"possess++ive",
    r"a{4}bcdef",
    r"x.y.zzzzz",
    r"[abc][def]ghij",
    r"(ab|cd)(ef|gh)(ij|kl)",
    r"(?:(?:inner one|inner two) outer|else branch)",
    r"(?P<q>['\"])quoted(?P=q)",
    r"ERROR:(?:Enable|Installation|Update|Uninstall) failed for (?P<key>\S+)",
    r"\(u?'(?P<key>[\w.]+)', u?'error'\)",
    r"(?:Socket IOError|HTTPException) .{0,40}\[Errno 111\]",
    r"größer als|übergroß",
    r"Kernel panic - not syncing|(?:watchdog: )?BUG: soft lockup",
    r"error: file .* not found\.\s*grub rescue",
    r"(?m)^line start here",
    r"tab\there",
    r"\x41BCDE\u0046",
)


@pytest.mark.parametrize("pattern", REGEXES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_every_match_holds_a_literal(pattern: str, data: st.DataObject) -> None:
    literals = required(pattern)
    assert literals is not None
    text = data.draw(st.from_regex(pattern.replace("(?>", "(?:").replace("++", "+")))
    if regex.search(pattern, text, regex.MULTILINE):
        assert any(literal in text for literal in literals)
    windows = text.replace("\n", "\r\n")
    if regex.search(pattern, windows.replace("\r\n", "\n"), regex.MULTILINE):
        assert any(literal in windows for literal in literals)


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        (r"Connection refused", {"Connection refused"}),
        (r"Connection re(?:fused|set)", {"Connection refused", "Connection reset"}),
        (r"[Nn]o space left", {"No space left", "no space left"}),
        (r"(?:abcd)?efghij", {"efghij", "abcdefghij"}),
        (r"abcd.*efghijk", {"efghijk"}),
        (r"foo(?!x)bar", {"foobar"}),
        (r"(?:abcde|fghij){2}", {"abcde", "fghij"}),
        (r"one two\nthree", {"one two"}),
        (r"one two[\n ]three", {"one two"}),
    ],
)
def test_the_most_telling_literals(pattern: str, literals: set[str]) -> None:
    assert required(pattern) == frozenset(literals)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\d+",
        r"(?i)connection refused",
        r"(?:connection|\d+)",
        r"(?:long literal|ab)",
        r"abc",
        r"(?:abcdef)?",
        r".*",
        r"",
    ],
)
def test_no_literal(pattern: str) -> None:
    assert required(pattern) is None


def test_a_broken_regex() -> None:
    with pytest.raises(re.error):
        required("(")


WORDS = st.text("ab(|)*+?.{}\\d", min_size=1, max_size=14)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.just("word"), st.just("other"), WORDS), min_size=1, max_size=4).map("".join), st.data())
def test_random_regexes(pattern: str, data: st.DataObject) -> None:
    """Regexes that nobody would write."""
    try:
        re.compile(pattern)
        literals = required(pattern)
    except (re.error, OverflowError):
        return
    if literals is None:
        return
    assert 1 <= len(literals) <= MOST_ALTERNATIVES
    text = data.draw(st.from_regex(pattern))
    assert any(literal in text for literal in literals)


@pytest.mark.parametrize(
    ("pattern", "plain"),
    [
        (r"Connection refused", True),
        (r"Connection re(?:fused|set)", True),
        (r"[Nn]o space left on \[device\]", True),
        (r"(?:one phrase|(?:two|three) phrases)", True),
        (r"(Connection) refused", False),  # captures
        (r"(?P<x>Connection refused)", False),
        (r"^Connection refused", False),
        (r"Connection refused$", False),
        (r"\bConnection refused", False),
        (r"Connection.refused", False),
        (r"Connection refused\d", False),
        (r"Connections? refused", False),
        (r"Connection refused(?!x)", False),
        (r"(?i)Connection refused", False),
        (r"(?i:Connection) refused", False),
        (r"Connection refused|abc", False),  # 'abc' is too short to be looked for
        (r"Connection[^x]refused", False),
        (r"Connection[a-c]refused", False),
        (r"Connection\nrefused", False),
        (r"(?:Connection refused|reset by\nthe peer)", False),
        (r"\d", False),  # nothing to look for: its regex sees every record
        (r"[a-z]", False),
        (r"", False),
    ],
)
def test_plain(pattern: str, plain: bool) -> None:
    """Nothing but its literals: no regex need run."""
    assert is_plain(pattern) is plain


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(st.just("phrase"), st.just("(?:other|words)"), WORDS), min_size=1, max_size=4).map("".join),
    st.data(),
)
def test_a_plain_regex_matches_wherever_a_literal_stands(pattern: str, data: st.DataObject) -> None:
    try:
        compiled = re.compile(pattern, re.MULTILINE)
        literals = required(pattern)
    except (re.error, OverflowError):
        return
    if is_plain(pattern):
        assert literals is not None
        text = (
            data.draw(st.text("abo (\n")) + data.draw(st.sampled_from(sorted(literals))) + data.draw(st.text("abs)\n"))
        )
        assert compiled.search(text)


@pytest.mark.parametrize("phrase", EVERYDAY)
def test_what_stands_in_many_lines_is_not_looked_for_first(phrase: str) -> None:
    """As long as the regex holds something else."""
    assert required(rf"{re.escape(phrase)}\d+ rarely seen") == frozenset((" rarely seen",))
    assert required(rf"{re.escape(phrase)}\d+") == frozenset((phrase,))
