"""Markdown for tickets and the verdict block for terminals."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sample

from analyzer.report.markdown import code, escaped, fence, render_markdown
from analyzer.report.terminal import cells, render_terminal

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


def test_markdown_fences_close_where_they_should() -> None:
    opened = None
    for line in render_markdown(sample.document()).splitlines():
        ticks = re.match(r"\s*(`{3,})$", line)
        if ticks and opened is None:
            opened = ticks[1]
        elif ticks and ticks[1] == opened:
            opened = None
        elif opened:
            assert opened not in line
    assert opened is None


def test_markdown_tells_cause_evidence_counter_evidence_and_steps() -> None:
    text = render_markdown(sample.document())
    for wanted in (
        "Cause named", "93 %", "`network/wireserver-blocked`", "`var/log/waagent.log:4211`", "### Speaks against it",
        "`var/log/waagent.log:4302`", "`systemctl restart walinuxagent`", "12.3 points behind",
    ):  # fmt: skip
        assert wanted in text
    assert sample.SCRIPT not in re.sub(r"(`{3,}).*?\1", "", text, flags=re.DOTALL)


def test_markdown_escaping() -> None:
    assert escaped("a*b_[x](http://e) <b> @all # |") == (
        r"a\*b\_\[x\](http&#58;//e) \<b\> &#64;all \# \|"
    )  # fmt: skip
    assert code("a``b`") == "``` a``b` ```"
    assert fence(["```"]) == ["````", "```", "````"]


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("width", [1, 40, 80, 200])
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
        "[changes data] iptables -D OUTPUT", "tar czf goalstate.tgz",
    ):  # fmt: skip
        assert wanted in text


def test_terminal_colours_only_when_asked_and_says_the_same() -> None:
    plain = render_terminal(sample.document(), colour=False, width=100)
    coloured = render_terminal(sample.document(), colour=True, width=100)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[\d;]+m", "", coloured) == plain
    assert set(re.findall("\x1b.", coloured)) == {"\x1b["}
