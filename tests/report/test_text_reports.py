"""Markdown for tickets and the verdict block for terminals."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
import sample
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.language import LANGUAGES
from analyzer.report.cells import cells, fit, fit_end, wrap
from analyzer.report.markdown import code, escaped, fence, render_markdown
from analyzer.report.terminal import render_terminal

HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("`*_[]()<>#|~$!@&;:/\\\n\r\t\x1b\x00\u202e\ud800 -+=1.wW漢字é")),
    max_size=60,
)

OUTCOMES = ("named", "no-fault", "platform", "undetermined", "not-enough")
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")


def crowded(outcome: str) -> dict[str, Any]:
    """A document with far more of everything than fits."""
    document = sample.for_outcome(outcome)
    for cause in document["causes"]:
        cause["evidence"] = cause["evidence"] * 9
        cause["remedy"] = cause["remedy"] * 9
    document["causes"] = document["causes"] * 1 + [
        cause | {"id": f"a/b-{n}", "state": "candidate"} for n in range(30) for cause in document["causes"][:1]
    ]
    document["verdict"]["ask"] = document["verdict"]["ask"] * 20
    document["verdict"]["headline"] += " and more" * 100
    document["coverage"]["missing"] = document["coverage"]["missing"] * 20
    return document


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("make", [sample.for_outcome, crowded])
def test_markdown_fits_a_ticket(outcome: str, make: Any) -> None:
    text = render_markdown(make(outcome))
    assert len(text.splitlines()) <= 60
    assert not CONTROLS.search(text)
    assert text.startswith("## ")
    assert "9f2c1de0b7a4466e" in text


def outside_fences(text: str) -> list[str]:
    """The lines that a Markdown reader takes for markup; fails where a fence stays open."""
    opened, lines = "", []
    for line in text.splitlines():
        ticks = re.match(r" *(`{3,})\s*$", line)
        if not opened and re.match(r" *`{3,}", line):
            assert ticks
            opened = ticks[1]
        elif opened and ticks and len(ticks[1]) >= len(opened):
            opened = ""
        elif not opened:
            lines.append(line)
    assert not opened
    return lines


MARKED = re.compile(
    r"\\[\\`*_\[\]#|~$!=:.+)-]"  # an escape
    r"|(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)"  # a code span
    r"|&(?:amp|lt|gt);|\*\*|_\(|\)_"  # an entity, our own emphasis
)


def prose(line: str) -> str:
    """A line without what a Markdown reader takes for plain text or code."""
    return MARKED.sub("", line)


def hostile(text: str) -> dict[str, Any]:
    """The sample with `text` wherever a bundle can put some."""
    document = copy.deepcopy(sample.document())
    document["bundle"]["name"] = text
    document["facts"] |= {"os.pretty": text, "agent.version": text, "extension[a].version": text}
    for cause in document["causes"]:
        cause["title"] = cause["summary"] = text
        for item in cause["evidence"]:
            item |= {"text": text, "file": text, "context": []}
    for incident in document["incidents"]:
        incident["title"] = incident["code"] = incident["key"] = text
    document["verdict"]["headline"] = text or "."
    document["verdict"]["ask"] = [{"what": text, "why": text, "command": text}]
    return document


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
def test_markdown_lets_nothing_of_a_bundle_out(text: str) -> None:
    shown = render_markdown(hostile(text))
    assert len(shown.splitlines()) <= 60
    assert not CONTROLS.search(shown)
    for line in outside_fences(shown):
        rest = prose(line.removeprefix("## ").removeprefix("### "))
        assert not re.search(r"[`*_\[\]<>~$|]|@\w|[#!]\d|://|www\.", rest, re.IGNORECASE), (line, rest)
        assert not re.match(r"\s*(?:[+>=]|#)", rest), line


@given(HOSTILE)
def test_a_code_span_holds_its_text(text: str) -> None:
    span = code(text)
    ticks = re.match("`+", span)
    assert ticks
    inner = span[len(ticks[0]) : -len(ticks[0])]
    assert len(ticks[0]) not in [len(run) for run in re.findall("`+", inner)]
    assert inner.startswith(" ") == inner.endswith(" ")
    assert inner.strip() or not text.strip()


def test_markdown_tells_cause_evidence_counter_evidence_and_steps() -> None:
    text = render_markdown(sample.document())
    for wanted in (
        "Cause named", "93 %", "`network/wireserver-blocked`", "waagent.log:4211: 2026", "### Speaks against it",
        "var/log/waagent.log:4302: 2026", "`systemctl restart walinuxagent`", "12.3 points behind",
        "- **requests to WireServer time out**: 14 such lines, 2026-11-21 03:12:09 – 03:41:55 UTC",
    ):  # fmt: skip
        assert wanted in text
    assert "no risk" not in text
    assert sample.SCRIPT not in "\n".join(outside_fences(text))


def test_markdown_tells_a_line_once() -> None:
    document = sample.document()
    again = [item | {"key": "again"} for item in document["causes"][0]["evidence"][:1]]
    document["causes"][0]["evidence"] = document["causes"][0]["evidence"][:1] + again
    text = render_markdown(document)
    assert text.count("waagent.log:4211:") == 1
    assert "- **again**: the same lines" in text


def test_markdown_says_how_much_is_left_out() -> None:
    assert re.search(r"- \d+ more in the report", render_markdown(crowded("named")))


def test_markdown_escaping() -> None:
    assert (
        escaped("a*b_[x](http://e) <b> @all #12 |")
        == "a\\*b\\_\\[x\\](http:\u200b//e) &lt;b&gt; @\u200ball \\#\u200b12 \\|"
    )
    assert escaped("168.63.129.16 is") == "168.63.129.16 is"
    assert escaped("1. one") == "1\\. one"
    assert escaped("- one") == "\\- one"
    assert escaped("&lt;b&gt;") == "&amp;lt;b&amp;gt;"
    assert code("a``b`") == "``` a``b` ```"
    assert fence(["```"]) == ["````", "```", "````"]


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("width", [1, 40, 60, 80, 200])
@pytest.mark.parametrize("make", [sample.for_outcome, crowded])
def test_terminal_fits_a_screen(outcome: str, width: int, make: Any) -> None:
    text = render_terminal(make(outcome), colour=False, width=width)
    lines = text.splitlines()
    assert len(lines) <= 24
    assert all(cells(line) <= max(40, width) for line in lines)
    assert not CONTROLS.search(text)
    text.encode("utf-8")


def test_terminal_tells_what_to_do_and_what_is_missing() -> None:
    text = render_terminal(sample.document(), colour=False, width=100)
    for wanted in (
        "Cause named", "93 %", "code 76", "var/log/waagent.log:4211", "Against it", "var/log/waagent.log:4302",
        "[changes data] iptables -D OUTPUT", "The goal states: tar czf goalstate.tgz",
    ):  # fmt: skip
        assert wanted in text


def test_terminal_colours_only_when_asked_and_says_the_same() -> None:
    plain = render_terminal(sample.document(), colour=False, width=100)
    coloured = render_terminal(sample.document(), colour=True, width=100)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[\d;]+m", "", coloured) == plain
    assert set(re.findall("\x1b.", coloured)) == {"\x1b["}


@pytest.mark.parametrize("height", [1, 12, 16, 24, 60])
def test_terminal_keeps_to_the_height_of_the_screen(height: int) -> None:
    text = render_terminal(crowded("named"), colour=False, width=80, height=height)
    assert len(text.splitlines()) <= max(12, min(height, 24))
    assert "Next steps" in text


def test_terminal_shows_whole_commands_or_words() -> None:
    document = sample.document()
    document["causes"][0]["remedy"][0]["command"] = "iptables -S " * 30
    text = render_terminal(document, colour=False, width=80)
    assert "1. List the guest's filter rules that touch 168.63.129.16." in text
    assert "iptables -S " not in text


@settings(max_examples=60, deadline=None)
@given(HOSTILE, st.integers(40, 120))
def test_terminal_lets_nothing_of_a_bundle_out(text: str, width: int) -> None:
    shown = render_terminal(hostile(text), colour=False, width=width)
    assert not CONTROLS.search(shown)
    assert all(cells(line) <= width for line in shown.split("\n"))
    assert len(shown.split("\n")) <= 25


def test_terminal_shows_a_command_without_its_controls() -> None:
    document = sample.document()
    document["causes"][0]["remedy"][0]["command"] = "echo \u2028\x1b[2J"
    shown = render_terminal(document, colour=False, width=80)
    assert "1. echo" in shown
    assert not CONTROLS.search(shown)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [40, 80])
def test_reports_fit_in_every_language(language: str, width: int) -> None:
    document = sample.document() | {"language": language}
    document["causes"][0]["title"] = document["verdict"]["headline"] = "防火牆丟棄了送往 WireServer 的流量，" * 9
    assert all(cells(line) <= width for line in render_terminal(document, colour=False, width=width).splitlines())
    assert len(render_markdown(document).splitlines()) <= 60


def test_cells() -> None:
    assert [cells(text) for text in ("abc", "漢字", "e\u0301", "ก็", "…")] == [3, 4, 1, 1, 1]


@given(HOSTILE, st.integers(4, 60), st.integers(1, 4))
def test_text_fits_and_loses_nothing_that_fits(text: str, width: int, lines: int) -> None:
    rows = wrap(text, width, lines)
    assert 1 <= len(rows) <= lines
    assert all(cells(row) <= width for row in [*rows, fit(text, width), fit_end(text, width)])
    if not rows[-1].endswith("…") and "⟦" not in text:
        assert "".join("".join(rows).split()) == "".join(fit(text, 10_000).split())


def test_wrapping_breaks_at_spaces_and_between_wide_characters() -> None:
    assert wrap("one two three", 8, 3) == ["one two", "three"]
    assert wrap("one two three four", 8, 2) == ["one two", "three …"]
    assert wrap("漢字漢字漢字", 8, 3) == ["漢字漢字", "漢字"]
    assert wrap("abcdefghij", 4, 3) == ["abcd", "efgh", "ij"]
    assert fit_end("/var/log/waagent.log:12", 12) == "…gent.log:12"
