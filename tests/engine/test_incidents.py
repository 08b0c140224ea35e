"""From markers to incidents: attempts and stretches of failures, and what resolves them."""

from __future__ import annotations

import pytest

from analyzer.analysis import run
from analyzer.judging.findings import Found
from analyzer.judging.incidents import Incident, Mark, build
from analyzer.judging.operations import Operation
from analyzer.plan import shipped_plan
from analyzer.signatures.selftest import MemoryBundle

from .support import micros

MINUTE = 60_000_000
RUN = Operation("backup", "backup", "run", "Backup run", stalls_after=10 * MINUTE)
TRACK = Operation("handler", "extension", "track", "Extension operation")
QUIET = Operation("report", "agent", "track", "Reporting", quiet=20 * MINUTE)
VOICE = Operation(
    "process", "agent", "track", "Agent", silent_after=45 * MINUTE, voice="waagent", witnesses=("syslog",)
)


def mark(outcome: str, clock: str | None, row: int = 0, **captures: str) -> Mark:
    found = Found(
        time=micros(clock) if clock else None,
        quality="exact",
        source="waagent",
        level="info",
        member=0,
        row=row,
        path="var/log/waagent.log",
        line=row + 1,
        text=outcome,
        captures=tuple(sorted(captures.items())),
    )
    return outcome, found


def built(operation: Operation, *marks: Mark, ends: dict[str, int] | None = None, end: str = "23:00") -> list[Incident]:
    return build([operation], {operation.id: list(marks)}, ends or {"waagent": micros(end)}, micros(end))


def shape(incidents: list[Incident]) -> list[tuple[str, str, bool]]:
    return [(i.key, i.outcome, i.resolved) for i in incidents]


def test_failures_until_a_success_are_one() -> None:
    found = built(
        TRACK,
        mark("failure", "10:00", code="1"),
        mark("failure", "10:05", code="2"),
        mark("success", "10:10"),
        mark("failure", "11:00"),
    )
    assert shape(found) == [("", "failed", True), ("", "succeeded", True), ("", "failed", False)]
    first, good, last = found
    assert (first.start, first.end, first.resolved_at, first.code) == (
        micros("10:00"),
        micros("10:05"),
        micros("10:10"),
        "2",
    )
    assert (first.since, last.since) == (None, micros("10:10"))
    assert [len(i.evidence) for i in found] == [2, 1, 1]
    assert [i.id for i in found] == ["handler-1", "handler-2", "handler-3"]
    assert good.start == good.end == micros("10:10")


def test_a_failure_of_another_request_is_another_incident() -> None:
    found = built(
        TRACK,
        mark("start", "10:00", seq="4"),
        mark("failure", "10:01"),
        mark("failure", "10:30"),
        mark("start", "12:00", seq="5"),
        mark("failure", "12:01", seq="5"),
    )
    assert shape(found) == [("", "failed", False)] * 2
    assert [(i.start, i.sequence) for i in found] == [(micros("10:01"), "4"), (micros("12:01"), "5")]


def test_a_failure_whose_request_is_not_known_goes_on() -> None:
    found = built(TRACK, mark("failure", "10:01"), mark("failure", "12:01", seq="5"), mark("failure", "12:30"))
    assert [(i.start, i.end) for i in found] == [(micros("10:01"), micros("12:30"))]


def test_what_sums_up_a_failure_that_is_over_is_none() -> None:
    found = built(
        TRACK, mark("failure", "10:00"), mark("success", "10:05"), mark("echo", "10:20"), mark("echo", "10:50")
    )
    assert shape(found) == [("", "failed", True), ("", "succeeded", True), ("", "failed", False)]
    assert found[2].start == micros("10:50")
    assert shape(built(TRACK, mark("failure", "10:00"), mark("echo", "10:20"))) == [("", "failed", False)]
    assert shape(built(TRACK, mark("echo", "10:20"))) == [("", "failed", False)]


def test_the_order_of_marks_does_not_matter() -> None:
    marks = [mark("failure", "10:00"), mark("success", "10:10"), mark("failure", "11:00"), mark("start", "10:55")]
    assert built(TRACK, *marks) == built(TRACK, *reversed(marks))


def test_every_key_has_its_track() -> None:
    found = built(
        TRACK, mark("failure", "10:00", key="A"), mark("success", "10:01", key="B"), mark("success", "10:02", key="A")
    )
    assert shape(found) == [("A", "failed", True), ("B", "succeeded", True), ("A", "succeeded", True)]


def test_a_start_opens_the_attempt() -> None:
    (found,) = built(TRACK, mark("start", "09:30"), mark("failure", "10:00"))
    assert found.start == micros("09:30")


def test_a_start_long_before_is_another() -> None:
    (found,) = built(TRACK, mark("start", "07:30"), mark("failure", "10:00"))
    assert found.start == micros("10:00")


def test_a_start_that_led_to_success_is_used_up() -> None:
    found = built(TRACK, mark("start", "09:30"), mark("success", "09:40"), mark("failure", "10:00"))
    assert found[-1].start == micros("10:00")


def test_state_without_time() -> None:
    """It says how things stand: it fails after all that is timed, and heals nothing."""
    assert shape(built(TRACK, mark("success", "10:00"), mark("failure", None))) == [
        ("", "succeeded", True),
        ("", "failed", False),
    ]
    assert shape(built(TRACK, mark("success", None), mark("failure", "10:00"))) == [("", "failed", False)]
    (alone,) = built(TRACK, mark("success", None))
    assert (alone.outcome, alone.start) == ("succeeded", None)


def test_a_degraded_track() -> None:
    assert shape(built(TRACK, mark("degraded", "10:00"))) == [("", "degraded", False)]
    assert shape(built(TRACK, mark("degraded", "10:00"), mark("failure", "10:01"))) == [("", "failed", False)]


@pytest.mark.parametrize(("end", "resolved"), [("10:15", False), ("10:21", True)])
def test_quiet(end: str, resolved: bool) -> None:
    """A track that logs its failures only has recovered when its source goes on without one."""
    (found,) = built(QUIET, mark("failure", "10:00"), end=end)
    assert (found.resolved, found.resolved_at) == (resolved, micros("10:20") if resolved else None)


def test_quiet_needs_the_source_to_go_on() -> None:
    (found,) = built(QUIET, mark("failure", "10:00"), ends={"waagent": micros("10:01"), "syslog": micros("12:00")})
    assert not found.resolved


@pytest.mark.parametrize(("syslog", "count"), [("10:40", 0), ("10:46", 1)])
def test_silence(syslog: str, count: int) -> None:
    ends = {"waagent": micros("10:00"), "syslog": micros(syslog)}
    found = [i for i in built(VOICE, mark("success", "09:30"), ends=ends) if i.outcome == "failed"]
    assert len(found) == count
    assert [(i.start, i.since) for i in found] == [(micros("10:00"), micros("09:30"))] * count


def test_who_never_spoke_cannot_fall_silent() -> None:
    assert built(VOICE, mark("failure", "09:30"), ends={"waagent": micros("10:00"), "syslog": micros("23:00")})[
        0
    ].end == micros("09:30")


def test_runs_by_number() -> None:
    found = built(
        RUN,
        mark("start", "10:00", run="5"),
        mark("progress", "10:01"),
        mark("failure", "10:02", code="2"),
        mark("start", "11:00", run="6"),
        mark("success", "11:02"),
    )
    assert shape(found) == [("5", "failed", True), ("6", "succeeded", True)]
    assert (found[0].resolved_at, found[0].code, found[1].since) == (micros("11:00"), "2", None)


def test_the_same_number_tried_by_another_interpreter() -> None:
    """Python 2 fails, handle.sh tries python 3: one attempt, and the last word counts."""
    marks = [
        mark("start", "10:00", run="5"),
        mark("failure", "10:00:10"),
        mark("start", "10:01", run="5"),
        mark("success", "10:03"),
    ]
    (found,) = built(RUN, *marks)
    assert (found.outcome, found.start, found.end) == ("succeeded", micros("10:00"), micros("10:03"))


def test_the_same_number_much_later_is_another_attempt() -> None:
    found = built(
        RUN,
        mark("start", "10:00", run="5"),
        mark("failure", "10:01"),
        mark("start", "17:00", run="5"),
        mark("success", "17:01"),
    )
    assert shape(found) == [("5", "failed", True), ("5", "succeeded", True)]


def test_a_call_with_nothing_to_do_is_no_attempt() -> None:
    marks = [
        mark("start", "10:00", run="5"),
        mark("success", "10:02"),
        mark("start", "12:00", run="6"),
        mark("repeat", "12:00"),
    ]
    assert shape(built(RUN, *marks)) == [("5", "succeeded", True)]


def test_a_repeat_does_not_undo_a_verdict() -> None:
    marks = [mark("start", "10:00", run="5"), mark("failure", "10:02"), mark("repeat", "10:03")]
    assert shape(built(RUN, *marks)) == [("5", "failed", False)]


def test_a_degraded_run() -> None:
    """It went well, but gave less than was asked for: no later run is needed to call it a failure."""
    marks = [mark("start", "10:00", run="5"), mark("degraded", "10:01"), mark("success", "10:02")]
    assert shape(built(RUN, *marks)) == [("5", "degraded", False)]
    assert shape(built(RUN, *marks, mark("start", "11:00", run="6"), mark("success", "11:01")))[0] == (
        "5",
        "degraded",
        True,
    )


@pytest.mark.parametrize(("end", "outcome"), [("10:10", "open"), ("10:12", "failed")])
def test_a_run_without_an_end(end: str, outcome: str) -> None:
    (found,) = built(RUN, mark("start", "10:00", run="5"), mark("progress", "10:01"), end=end)
    assert found.outcome == outcome


def test_a_number_that_comes_late() -> None:
    """The first lines of an attempt name no number; its key is the number that follows."""
    (found,) = built(RUN, mark("start", "10:00"), mark("progress", "10:01", run="5"), mark("failure", "10:02", run="5"))
    assert (found.key, found.outcome, found.start) == ("5", "failed", micros("10:00"))


def test_numbers_that_overlap() -> None:
    marks = [
        mark("start", "10:00", run="5"),
        mark("start", "10:01", run="6"),
        mark("failure", "10:02", run="5"),
        mark("success", "10:03", run="6"),
    ]
    assert shape(built(RUN, *marks)) == [("5", "failed", True), ("6", "succeeded", True)]


def test_starts_without_numbers_part_the_attempts() -> None:
    """Where no number tells them apart, a start after a verdict, or after a hang, is the next attempt."""
    marks = [
        mark("start", "10:00"),
        mark("start", "10:01"),
        mark("failure", "10:02"),
        mark("start", "11:00"),
        mark("progress", "11:01"),
        mark("start", "12:00"),
        mark("success", "12:01"),
        mark("success", "12:02", run="9"),
    ]
    assert shape(built(RUN, *marks)) == [("", "failed", True), ("", "failed", True), ("9", "succeeded", True)]


def test_an_operation_stands_back_where_another_tells_more() -> None:
    traces = Operation("traces", "backup", "track", "Traces", unless="backup")
    trace = {"traces": [mark("failure", "10:02")]}
    alone = build([RUN, traces], trace, {}, micros("11:00"))
    assert [i.operation.id for i in alone] == ["traces"]
    beside = build([RUN, traces], trace | {"backup": [mark("success", "10:00")]}, {}, micros("11:00"))
    assert [i.operation.id for i in beside] == ["backup"]


@pytest.mark.parametrize(
    ("extensions", "outcome"),
    [("", "no-fault"), ('<Plugin name="Contoso.A" version="1.0" state="enabled" />', "named")],
)
def test_a_marker_may_ask_for_a_fact(extensions: str, outcome: str) -> None:
    """Extensions that are switched off are no failure while nobody asks for one."""
    blob = '<StatusUploadBlob statusBlobType="BlockBlob">https://contoso.blob.core.windows.net/x</StatusUploadBlob>'
    config = f'<Extensions goalStateIncarnation="2"><Plugins>{extensions}</Plugins>{blob}</Extensions>'
    files = {
        "etc/waagent.conf": "Extensions.Enabled=n\n",
        "var/lib/waagent/ExtensionsConfig.2.xml": config,
        "var/log/waagent.log": "2025-03-01T10:00:00Z INFO ExtHandler ExtHandler Goal state initialization completed.\n",
    }
    assert run(MemoryBundle(files), shipped_plan()).diagnosis.outcome == outcome
