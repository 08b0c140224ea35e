"""Which incident is the question, which cause is named for it, and when nothing is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .support import (
    BACKUP_LOG,
    HANDLER,
    LOG,
    SYSLOG,
    analyse,
    backup,
    cause,
    evidence,
    failure,
    line,
    log,
    micros,
    required,
    signature,
    success,
)

HANDLER_STATUS = "var/lib/waagent/Contoso.B-1.2.3/config/HandlerStatus"
AGENT_OK = "Goal state initialization completed."


def test_the_last_unresolved_failure_is_chosen(tmp_path: Path) -> None:
    files = log(
        failure("08:00", "Contoso.A", 7),
        success("08:30", "Contoso.A"),
        failure("09:00", "Contoso.B", 8),
        failure("11:30", "Contoso.C", 9),
        success("11:40", "Contoso.C"),
    )
    analysis = analyse(files, signature(tmp_path, "x/any", required("Non-zero exit code: 8")))
    chosen = analysis.diagnosis.incident
    assert chosen is not None
    assert (chosen.key, chosen.outcome, chosen.resolved) == ("Contoso.B", "failed", False)
    assert analysis.diagnosis.outcome == "named"


HEALED = log(failure("02T08:00", code=7), success("02T08:30"), failure("04T09:00", code=8))


@pytest.mark.parametrize(
    ("at", "named"),
    [
        (None, "x/eight"),
        ("2025-03-02T08:10:00Z", "x/seven"),
        ("2025-03-02T10:10+02:00", "x/seven"),
        ("2025-03-04 09:30", "x/eight"),
    ],
)
def test_at_chooses(tmp_path: Path, at: str | None, named: str) -> None:
    """A failure that healed is judged when it was asked for."""
    signatures = [
        signature(tmp_path, f"x/{word}", required(f"Non-zero exit code: {code}"))
        for word, code in (("seven", 7), ("eight", 8))
    ]
    analysis = analyse(HEALED, *signatures, at=at)
    verdict = analysis.diagnosis
    assert verdict.cause is not None
    assert verdict.cause.signature.id == named


@pytest.mark.parametrize("at", ["2025-02-27T08:00:00Z", "2025-03-09T08:00:00Z"])
def test_at_outside_the_bundle(tmp_path: Path, at: str) -> None:
    analysis = analyse(HEALED, signature(tmp_path, "x/any", required("Non-zero exit code: ")), at=at)
    assert (analysis.diagnosis.outcome, analysis.diagnosis.causes) == ("not-enough", [])


def test_at_between_two_failures(tmp_path: Path) -> None:
    """Within the bundle, but nothing was going on: an answer about another day would be a wrong one."""
    analysis = analyse(
        HEALED, signature(tmp_path, "x/any", required("Non-zero exit code: ")), at="2025-03-03T08:00:00Z"
    )
    assert (analysis.diagnosis.outcome, analysis.diagnosis.incident) == ("not-enough", None)


def test_at_a_good_time_shows_the_attempt_of_then(tmp_path: Path) -> None:
    """And not the long stretch in which the handler was enabled again and again."""
    runs = "".join(
        f"2025-03-0{day} 01:30:0{s}.000000 [Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0.9230.0] {words}\n"
        for day in (1, 2, 3)
        for s, words in enumerate((f"{NUMBER} {day}", "Enable,success,1,,x"))
    )
    handler = "".join(success(f"0{day}T01:00") for day in (1, 2, 3, 4))
    analysis = analyse(log(handler) | {BACKUP_LOG: runs}, at="2025-03-02T01:35:00Z")
    assert analysis.diagnosis.outcome == "no-fault"
    assert analysis.diagnosis.incident is not None
    assert (analysis.diagnosis.incident.operation.id, analysis.diagnosis.incident.key) == ("backup", "2")


def test_at_prefers_what_happened_then_to_state_without_a_time() -> None:
    state = {
        HANDLER_STATUS: '{"name": "Contoso.B", "version": "1.2.3", "status": "NotReady", "code": 1, "message": "x"}'
    }
    chosen = analyse(log(failure("10:00")) | state, at="2025-03-01T09:50:00Z").diagnosis.incident
    assert chosen is not None
    assert chosen.start == micros("10:00")


@pytest.mark.parametrize("at", ["yesterday noon", "12:30", "", "2025-13-01"])
def test_at_that_is_none(at: str) -> None:
    with pytest.raises(ValueError, match="moment"):
        analyse(HEALED, at=at)


BOTH = {
    LOG: line("09:00", AGENT_OK) + failure("10:00", "Contoso.A"),
    BACKUP_LOG: backup("09:00", "sequence number from environment variable is 5")
    + backup("09:05", "Enable,error,2,failed"),
}


@pytest.mark.parametrize(
    ("symptom", "kind"),
    [
        (None, "extension"),
        ("ExtensionSnapshotFailedNoNetwork", "backup"),
        ("VMExtensionProvisioningError", "extension"),
    ],
)
def test_a_symptom_chooses(tmp_path: Path, symptom: str | None, kind: str) -> None:
    analysis = analyse(BOTH, symptom=symptom)
    assert analysis.diagnosis.incident is not None
    assert analysis.diagnosis.incident.kind == kind


@pytest.mark.parametrize(("back", "kind"), [("05:01:00", "backup"), ("07:30:00", "agent"), (None, "agent")])
def test_what_kept_the_operation_away(back: str | None, kind: str) -> None:
    """The last backup went well, and the agent was away since then: for a moment, for hours, for good."""
    stopped = "Mar  1 05:00:00 web07 systemd[1]: Stopped Azure Linux Agent.\n"
    started = f"Mar  1 {back} web07 systemd[1]: Started Azure Linux Agent.\n" if back else ""
    ran = backup("02:00", "The sequence number from environment variable is 5") + backup("02:01", "Enable,success,1,,x")
    later = "Mar  1 09:00:00 web07 CRON[1]: (root) CMD (true)\n"
    analysis = analyse(
        {BACKUP_LOG: ran, SYSLOG: stopped + started + later}, symptom="GuestAgentSnapshotTaskStatusError"
    )
    assert analysis.diagnosis.incident is not None
    assert analysis.diagnosis.incident.kind == kind


def test_a_failure_that_healed_is_no_fault(tmp_path: Path) -> None:
    files = log(failure("09:00"), success("09:30"))
    analysis = analyse(files, signature(tmp_path, "x/any", required("Non-zero exit code: ")))
    assert (analysis.diagnosis.outcome, analysis.diagnosis.causes, analysis.diagnosis.notes) == ("no-fault", [], [])


def test_nothing_failed(tmp_path: Path) -> None:
    analysis = analyse(log(success("09:30")))
    assert analysis.diagnosis.outcome == "no-fault"
    assert analysis.diagnosis.incident is not None


def test_nothing_ended(tmp_path: Path) -> None:
    analysis = analyse(log(line("09:30", "nothing of note")))
    assert (analysis.diagnosis.outcome, analysis.diagnosis.incident) == ("not-enough", None)
    assert analysis.diagnosis.reasons


NUMBER = "The sequence number from environment variable is"
WENT_WELL = backup("02:00", f"{NUMBER} 5") + backup("02:01", "Enable,success,1,,x")
GOES_ON = backup("08:00", f"{NUMBER} 6") + backup("08:01", "Enable,success,4,,x")
STILL = "begun at 2025-03-01 08:00:00 UTC, was still under way when the bundle was taken"


@pytest.mark.parametrize(
    ("ran", "symptom", "outcome", "told"),
    [
        (WENT_WELL + GOES_ON, None, "no-fault", True),
        (WENT_WELL + GOES_ON, "GuestAgentSnapshotTaskStatusError", "not-enough", True),
        (GOES_ON, None, "not-enough", True),
        (GOES_ON + backup("08:02", "Enable,success,1,,x"), None, "no-fault", False),
        (GOES_ON + backup("08:20", "nothing of note"), None, "undetermined", False),
        (WENT_WELL, None, "no-fault", False),
    ],
)
def test_a_run_that_the_bundle_was_taken_in(ran: str, symptom: str | None, outcome: str, told: bool) -> None:
    """Its end is not known: what went well before it does not speak for it."""
    analysis = analyse({BACKUP_LOG: ran}, symptom=symptom)
    assert analysis.diagnosis.outcome == outcome
    assert (STILL in analysis.verdict["headline"]) == told


ROOT, EFFECT = "the pump broke", "Non-zero exit code: "


ENABLED = "Plugin enabled (handler name: Contoso.Other, extension name: , version: 1.0), Code: 0"


@pytest.mark.parametrize(("words", "outcome"), [(ENABLED, "no-fault"), ("nothing of note", "not-enough")])
def test_an_extension_that_had_not_ended_is_told(words: str, outcome: str) -> None:
    state = {"name": HANDLER, "operation": "Enable", "status": "transitioning", "code": 0}
    report = [{"version": "1.0", "timestampUTC": "2025-03-01T09:50:00Z", "status": state}]
    files = {
        "WindowsAzure/Logs/WaAppAgent.log": "[00000004] 2025-03-01T09:00:00.1Z [INFO]  WindowsAzureGuestAgent starting."
        f" Version 2.7.41491.1010\n[00000011] 2025-03-01T09:30:00.1Z [INFO]  {words}\n",
        f"Packages/Plugins/{HANDLER}/1.0.0/Status/3.status": json.dumps(report),
    }
    analysis = analyse(files)
    assert analysis.diagnosis.outcome == outcome
    assert f"of {HANDLER}) had not ended when the bundle was taken" in analysis.verdict["headline"]


@pytest.mark.parametrize(("weight", "outcome"), [(4, "undetermined"), (5, "undetermined"), (3.4, "named")])
def test_a_small_margin_is_undetermined(tmp_path: Path, weight: float, outcome: str) -> None:
    one = signature(tmp_path, "x/one", required(EFFECT, 5))
    two = signature(tmp_path, "x/two", required("Contoso", weight))
    verdict = analyse(log(failure("10:00")), one, two).diagnosis
    assert verdict.outcome == outcome
    assert (verdict.cause is None) is (outcome != "named")
    assert (verdict.confidence is None) is (outcome != "named")


@pytest.mark.parametrize("weight", [3.4, 4, 5, 9])
def test_rivals_share_what_one_of_them_is(tmp_path: Path, weight: float) -> None:
    """Two that are told with 80 % each would be told with more than there is."""
    sure, other = required(EFFECT, 5), required("Contoso", weight)
    rivals = [
        signature(tmp_path, "x/one", sure),
        signature(tmp_path, "x/two", other),
        signature(tmp_path, "x/3", other),
    ]
    causes = analyse(log(failure("10:00")), *rivals).diagnosis.causes
    assert len(causes) == 3
    assert sum(c.confidence for c in causes) == pytest.approx(1, abs=0.002)
    assert [c.confidence for c in causes] == sorted((c.confidence for c in causes), reverse=True)


def test_an_earlier_request_of_the_handler_is_another_matter(tmp_path: Path) -> None:
    first = signature(tmp_path, "x/first", required("the pipe broke", 6))
    second = signature(tmp_path, "x/second", required("the pump broke", 5))

    def attempt(hour: str, number: int, words: str) -> str:
        settings = line(f"{hour}:00", f"[{HANDLER}-1.0.0] Update settings file: {number}.settings")
        return settings + line(f"{hour}:01", words) + failure(f"{hour}:01")

    files = log(attempt("09", 4, "the pipe broke"), attempt("10", 5, "the pump broke"))
    analysis = analyse(files, first, second)
    assert analysis.diagnosis.cause is not None
    assert analysis.diagnosis.cause.signature.id == "x/second"
    again = log(attempt("09", 4, "the pipe broke"), attempt("10", 4, "the pump broke"))
    assert analyse(again, first, second).diagnosis.outcome == "undetermined"


@pytest.mark.parametrize(("first", "cause", "other"), [("03T10:00", "x/now", 0.6), ("09T05:00", "x/now", 3.0)])
def test_what_failed_an_earlier_attempt_fades(tmp_path: Path, first: str, cause: str, other: float) -> None:
    """Without a success between them two attempts are one failure, and the last one is the question."""
    before = signature(tmp_path, "x/before", required("Non-zero exit code: 51", 6))
    now = signature(tmp_path, "x/now", required("Non-zero exit code: 127", 5))
    files = log(failure(first, code=51), failure("09T10:00", code=127))
    verdict = analyse(files, before, now).diagnosis
    assert verdict.cause is not None
    assert verdict.cause.signature.id == cause
    assert verdict.causes[1].judged.score == pytest.approx(other, abs=0.05)
    soon = analyse(log(failure("09T08:00", code=51), failure("09T10:00", code=127)), before, now).diagnosis
    assert (soon.outcome, soon.causes[0].judged.score) == ("undetermined", 6)


def test_two_handlers_that_fail_have_each_their_own_cause(tmp_path: Path) -> None:
    """What names another handler says nothing of a handler's own causes; a disk is everybody's."""
    files = log(failure("10:00", "Contoso.A", 51), failure("10:20", "Contoso.B", 127))
    one, other = required("Non-zero exit code: 51"), required("Non-zero exit code: 127")
    own = [signature(tmp_path, "x/one", one, explains=["x/other"]), signature(tmp_path, "x/other", other)]
    verdict = analyse(files, *own).diagnosis
    assert verdict.incident is not None
    assert verdict.incident.key == "Contoso.B"
    assert [(c.signature.id, c.state, c.judged.score) for c in verdict.causes] == [
        ("x/other", "named", 5.0),
        ("x/one", "candidate", 2.5),
    ]
    common = signature(tmp_path, "x/one", one, operations=["extension", "backup"], explains=["x/other"])
    assert [(c.signature.id, c.state) for c in analyse(files, common, own[1]).diagnosis.causes] == [
        ("x/one", "named"),
        ("x/other", "effect"),
    ]


def test_two_handlers_may_fail_by_the_same_cause(tmp_path: Path) -> None:
    """That one of them shows it more clearly takes nothing from what the other shows."""
    files = log(
        failure("10:00", "Contoso.A", 51), line("10:01", "Contoso.A gave up"), failure("10:20", "Contoso.B", 51)
    )
    more = evidence("told", "match = 'gave up'")
    verdict = analyse(files, signature(tmp_path, "x/one", required("Non-zero exit code: 51") + more)).diagnosis
    assert verdict.incident is not None
    assert verdict.incident.key == "Contoso.B"
    assert [(c.signature.id, c.state, c.judged.score) for c in verdict.causes] == [("x/one", "named", 5.0)]


def test_a_handler_that_waited_fails_by_the_other_ones_cause(tmp_path: Path) -> None:
    waited = "Event: name=Contoso.B, op=ExtensionProcessing, message=Dependent Extension Contoso.A did not succeed"
    files = log(failure("10:00", "Contoso.A", 51), line("10:01", waited, "ERROR"))
    verdict = analyse(files, signature(tmp_path, "x/one", required("Non-zero exit code: 51"))).diagnosis
    assert verdict.incident is not None
    assert verdict.incident.key == "Contoso.B"
    assert verdict.cause is not None
    assert verdict.cause.judged.score == 5


def test_too_weak_to_be_named(tmp_path: Path) -> None:
    verdict = analyse(log(failure("10:00")), signature(tmp_path, "x/weak", required(EFFECT, 3.9))).diagnosis
    assert (verdict.outcome, verdict.causes[0].state) == ("undetermined", "candidate")


def test_what_speaks_against_counts(tmp_path: Path) -> None:
    text = required(EFFECT, 5) + evidence("refuted", "match = 'all is well'", "against").replace(
        "weight = 1", "weight = 2"
    )
    one = signature(tmp_path, "x/one", text)
    assert analyse(log(failure("10:00")), one).diagnosis.outcome == "named"
    verdict = analyse(log(failure("10:00"), line("10:01", "all is well")), one).diagnosis
    assert (verdict.outcome, verdict.causes[0].judged.score) == ("undetermined", 3.0)


def test_a_failure_of_another_kind_is_not_explained(tmp_path: Path) -> None:
    one = signature(tmp_path, "x/one", required(EFFECT), operations=["backup"])
    verdict = analyse(log(failure("10:00")), one).diagnosis
    assert (verdict.outcome, verdict.causes) == ("undetermined", [])


def test_a_note_is_never_named(tmp_path: Path) -> None:
    note = signature(tmp_path, "x/note", required(EFFECT, 9), kind="note")
    verdict = analyse(log(failure("10:00")), note).diagnosis
    assert (verdict.outcome, verdict.causes) == ("undetermined", [])
    assert [c.signature.id for c in verdict.notes] == ["x/note"]


@pytest.mark.parametrize(("weight", "notes"), [(5, ["x/one"]), (3.9, [])])
def test_a_fault_by_which_nothing_failed_is_a_note(tmp_path: Path, weight: float, notes: list[str]) -> None:
    one = signature(tmp_path, "x/one", required(ROOT, weight))
    verdict = analyse(log(success("09:00"), line("10:00", ROOT), success("11:00")), one).diagnosis
    assert (verdict.outcome, verdict.causes, [c.signature.id for c in verdict.notes]) == ("no-fault", [], notes)


def test_the_platform_needs_a_symptom(tmp_path: Path) -> None:
    """An attempt that went well in the guest is no fault, unless the portal shows a failure."""
    good = backup("09:00", "sequence number from environment variable is 5") + backup("09:05", "Enable,success,1,ok")
    text = required("Enable,success,1").replace("waagent", "vmsnapshot")
    text += evidence("asked", "fact = 'symptom.operation'\neq = 'backup'", "required")
    platform = signature(tmp_path, "x/platform", text, kind="platform", operations=["backup"])
    assert analyse({BACKUP_LOG: good}, platform).diagnosis.outcome == "no-fault"
    verdict = analyse({BACKUP_LOG: good}, platform, symptom="ExtensionSnapshotFailedNoNetwork").diagnosis
    assert (verdict.outcome, verdict.causes[0].state) == ("platform", "named")


def test_distance_fades(tmp_path: Path) -> None:
    """A record days before the failure says less than one beside it; state that persists keeps most of it."""
    text = (
        required(EFFECT)
        + evidence("far", f"match = '{ROOT}'")
        + evidence("state", f"match = '{ROOT}'\npersists = true")
    )
    found = cause(
        analyse(log(line("01T10:00", ROOT), failure("05T10:00")), signature(tmp_path, "x/one", text)), "x/one"
    )
    assert found is not None
    factors = {p.held.evidence.key: p.factor for p in found.judged.points}
    assert factors["seen"] == 1.0
    assert 0.1 <= factors["far"] < 0.2
    assert factors["state"] == 0.6


def test_state_among_alternatives_keeps_its_weight(tmp_path: Path) -> None:
    text = (
        required(EFFECT)
        + evidence("state", f"match = '{ROOT}'\npersists = true", "part")
        + evidence("one", "any = ['state']")
    )
    found = cause(
        analyse(log(line("01T10:00", ROOT), failure("05T10:00")), signature(tmp_path, "x/one", text)), "x/one"
    )
    assert found is not None
    assert {p.held.evidence.key: p.factor for p in found.judged.points}["one"] == 0.6


def test_what_stands_there_on_good_days_too(tmp_path: Path) -> None:
    days = [log(line(f"{d:02d}T09:59", ROOT), success(f"{d:02d}T10:00"))[LOG] for d in range(1, 7)]
    one = signature(tmp_path, "x/one", required(ROOT, 5))
    files = {LOG: "".join(days) + line("07T09:59", ROOT) + failure("07T10:00")}
    verdict = analyse(files, one).diagnosis
    assert (verdict.outcome, verdict.causes[0].judged.score) == ("undetermined", 1.0)


def test_first_is_when_it_began(tmp_path: Path) -> None:
    one = signature(tmp_path, "x/one", required(ROOT))
    found = cause(analyse(log(line("09:00", ROOT), line("09:30", ROOT), failure("10:00")), one), "x/one")
    assert found is not None
    assert (found.judged.first, found.judged.last) == (micros("09:00"), micros("09:30"))
