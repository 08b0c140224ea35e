"""Every operator and modifier of the signature format, in bundles of a few lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from .support import LOG, SYSLOG, evidence, failure, held, line, log, success

ALPHA = evidence("alpha", "match = 'alpha happened'", "part")
BETA = evidence("beta", "match = 'beta happened'", "part")
GAMMA = evidence("gamma", "match = 'gamma happened'", "part")


def test_match_and_its_captures(tmp_path: Path) -> None:
    found = held(
        tmp_path,
        evidence("e", "match = 'disk (?P<disk>\\w+) is full'"),
        log(line("09:58", "disk sda is full"), line("09:59", "disk sdb is full\n  go on"), failure("10:00")),
    )["e"]
    assert (found.holds, found.count) == (True, 2)
    assert [f.get("disk") for f in found.found] == ["sda", "sdb"]
    assert [f.line for f in found.found] == [1, 2]
    assert found.found[1].text.endswith("\n  go on")


@pytest.mark.parametrize(
    ("lines", "holds"),
    [
        ((line("09:00", "alpha happened"), failure("10:00")), True),
        ((failure("10:00"), line("10:04", "alpha happened")), True),
        ((failure("10:00"), line("10:06", "alpha happened")), False),
        ((line("08:00", "alpha happened"), success("09:00"), failure("10:00")), False),
        ((success("08:00"), line("09:00", "alpha happened"), failure("10:00")), True),
        ((failure("08:00"), line("08:01", "alpha happened"), success("09:00"), failure("10:00")), False),
    ],
    ids=["before", "within the slack", "afterwards", "before a success", "after a success", "in a healed failure"],
)
def test_what_counts_for_an_incident(tmp_path: Path, lines: tuple[str, ...], holds: bool) -> None:
    assert held(tmp_path, evidence("e", "match = 'alpha happened'"), log(*lines))["e"].holds is holds


@pytest.mark.parametrize(("persists", "holds"), [("true", True), ("false", False)])
def test_persists(tmp_path: Path, persists: str, holds: bool) -> None:
    """State that was logged once outlives a success in between, but does not reach back in time."""
    text = evidence("e", f"match = 'alpha happened'\npersists = {persists}")
    assert (
        held(tmp_path, text, log(line("08:00", "alpha happened"), success("09:00"), failure("10:00")))["e"].holds
        is holds
    )
    later = log(failure("10:00"), line("10:30", "alpha happened"))
    assert not held(tmp_path, text, later)["e"].holds


def test_source_is_respected(tmp_path: Path) -> None:
    text = evidence("e", "match = 'alpha happened'", source="sys*")
    inside = {LOG: failure("10:00"), SYSLOG: "2025-03-01T09:59:00Z host app: alpha happened\n"}
    assert held(tmp_path, text, inside)["e"].holds
    assert not held(tmp_path, text, log(line("09:59", "alpha happened"), failure("10:00")))["e"].holds


@pytest.mark.parametrize(
    ("seen", "any_holds", "every_holds"),
    [(("alpha", "beta"), True, True), (("beta",), True, False), ((), False, False)],
)
def test_any_and_every(tmp_path: Path, seen: tuple[str, ...], any_holds: bool, every_holds: bool) -> None:
    text = ALPHA + BETA + evidence("one", "any = ['alpha', 'beta']") + evidence("all", "every = ['alpha', 'beta']")
    found = held(tmp_path, text, log(*(line("09:59", f"{word} happened") for word in seen), failure("10:00")))
    assert (found["one"].holds, found["all"].holds) == (any_holds, every_holds)
    assert found["one"].count == len(seen)
    assert len(found["all"].found) == (2 if every_holds else 0)


def test_references_may_stand_in_any_order(tmp_path: Path) -> None:
    text = evidence("top", "every = ['middle']") + evidence("middle", "any = ['alpha']", "part") + ALPHA
    assert held(tmp_path, text, log(line("09:59", "alpha happened"), failure("10:00")))["top"].holds


@pytest.mark.parametrize(
    ("times", "within", "holds"),
    [
        (("09:50", "09:51", "09:52"), None, True),
        (("09:50", "09:52", "09:51"), None, False),
        (("09:50", "09:51", "09:55"), "5m", True),
        (("09:50", "09:51", "09:56"), "5m", False),
        (("09:50", "09:50", "09:50"), "0s", True),
    ],
)
def test_sequence(tmp_path: Path, times: tuple[str, str, str], within: str | None, holds: bool) -> None:
    words = dict(zip(("alpha", "beta", "gamma"), times, strict=True))
    lines = sorted(line(clock, f"{word} happened") for word, clock in words.items())
    limit = f"\nwithin = '{within}'" if within else ""
    text = ALPHA + BETA + GAMMA + evidence("e", f"sequence = ['alpha', 'beta', 'gamma']{limit}")
    assert held(tmp_path, text, log(*lines, failure("10:00")))["e"].holds is holds


def test_a_sequence_takes_its_latest_chain(tmp_path: Path) -> None:
    """An early first part does not spoil the chain that fits."""
    lines = (line("08:00", "alpha happened"), line("09:50", "alpha happened"), line("09:51", "beta happened"))
    text = ALPHA + BETA + evidence("e", "sequence = ['alpha', 'beta']\nwithin = '5m'")
    found = held(tmp_path, text, log(*lines, failure("10:00")))["e"]
    assert [f.line for f in found.found] == [2, 3]


@pytest.mark.parametrize(
    ("limit", "times", "holds"),
    [
        ("{ count = 3 }", ("08:00", "09:00"), False),
        ("{ count = 3 }", ("08:00", "09:00", "09:50"), True),
        ("{ count = 3, within = '15m' }", ("08:00", "09:00", "09:50"), False),
        ("{ count = 3, within = '15m' }", ("08:00", "09:40", "09:45", "09:55"), True),
        ("{ count = 3, within = '15m' }", ("08:00", "09:39", "09:45", "09:55"), False),
    ],
)
def test_at_least(tmp_path: Path, limit: str, times: tuple[str, ...], holds: bool) -> None:
    lines = [line(clock, "alpha happened") for clock in times]
    text = evidence("e", f"match = 'alpha happened'\nat_least = {limit}")
    part = ALPHA + evidence("some", f"any = ['alpha']\nat_least = {limit}")
    found = held(tmp_path, text + part, log(*lines, failure("10:00")))
    assert (found["e"].holds, found["some"].holds) == (holds, holds)


ANCHORED = (
    line("08:00", "beta happened"),
    line("08:30", "alpha happened"),
    line("09:00", "beta happened"),
    line("09:30", "alpha happened"),
    line("09:45", "beta happened"),
    failure("10:00"),
)


@pytest.mark.parametrize(
    ("near", "lines"),
    [
        ("side = 'after', anchor = 'first'", [3, 5]),
        ("side = 'after', anchor = 'last'", [5]),
        ("side = 'before', anchor = 'first'", [1]),
        ("side = 'before', anchor = 'last'", [1, 3]),
        ("side = 'both', within = '15m'", [5]),
        ("side = 'before', within = '30m'", [1, 3]),
        ("side = 'after', within = '30m'", [3, 5]),
        ("within = '5m'", []),
        ("side = 'both'", [1, 3, 5]),
    ],
)
def test_near(tmp_path: Path, near: str, lines: list[int]) -> None:
    text = ALPHA + evidence("e", f"match = 'beta happened'\nnear = {{ evidence = 'alpha', {near} }}")
    found = held(tmp_path, text, log(*ANCHORED))["e"]
    assert [f.line for f in found.found] == lines
    assert found.holds is bool(lines)


def test_near_what_never_happened(tmp_path: Path) -> None:
    text = GAMMA + evidence("e", "match = 'beta happened'\nnear = { evidence = 'gamma' }")
    assert not held(tmp_path, text, log(*ANCHORED))["e"].holds


def test_a_record_is_not_near_itself(tmp_path: Path) -> None:
    text = ALPHA + evidence("e", "match = 'alpha happened'\nnear = { evidence = 'alpha' }")
    assert not held(tmp_path, text, log(*ANCHORED))["e"].holds


@pytest.mark.parametrize(("lines", "after"), [(("alpha", "beta"), True), (("beta", "alpha"), False)])
def test_in_one_second_the_file_tells_the_order(tmp_path: Path, lines: tuple[str, str], after: bool) -> None:
    """Recovery in the line above a failure of the same second does not refute it."""
    text = ALPHA + evidence("e", "match = 'beta happened'\nnear = { evidence = 'alpha', side = 'after' }")
    written = [line("09:59", f"{word} happened") for word in lines]
    assert held(tmp_path, text, log(*written, failure("10:00")))["e"].holds is after


@pytest.mark.parametrize(
    ("lines", "holds"),
    [
        ((line("10:40", "anything"),), True),
        ((line("10:20", "anything"),), False),
        ((line("10:20", "beta happened"), line("10:40", "anything")), False),
        ((line("10:36", "beta happened"), line("10:40", "anything")), True),
    ],
    ids=["covered", "the log ends too early", "it happened", "it happened too late"],
)
def test_absent_after(tmp_path: Path, lines: tuple[str, ...], holds: bool) -> None:
    """A silence counts only while the log goes on."""
    near = "near = { evidence = 'seen', side = 'after', within = '35m' }"
    text = evidence("e", f"absent = 'beta happened'\n{near}")
    assert held(tmp_path, text, log(line("09:00", "begin"), failure("10:00"), *lines))["e"].holds is holds


@pytest.mark.parametrize(("begin", "holds"), [("09:10", True), ("09:50", False)])
def test_absent_before(tmp_path: Path, begin: str, holds: bool) -> None:
    near = "near = { evidence = 'seen', side = 'before', within = '30m' }"
    text = evidence("e", f"absent = 'beta happened'\n{near}")
    assert held(tmp_path, text, log(line(begin, "begin"), failure("10:00")))["e"].holds is holds


def test_absent_in_a_source_that_is_not_there(tmp_path: Path) -> None:
    text = evidence("e", "absent = 'beta happened'", source="syslog")
    found = held(tmp_path, text, log(line("09:00", "begin"), failure("10:00"), line("11:00", "end")))["e"]
    assert (found.holds, found.checked) == (False, False)
