"""Which handlers a record names, and which failures have nothing to do with each other."""

from __future__ import annotations

from analyzer.judging.handlers import Handlers
from analyzer.judging.incidents import Incident

from .support import analyse, failure, line, log, success

LIST = line("10:02", "Extension status: [('Contoso.Part1', 'error'), ('Contoso.Part10', 'error')]")
WAITED = line("10:03", "Event: name=Contoso.C, op=Enable, message=Dependent Extension Contoso.Part1 failed", "ERROR")


def handlers(*lines: str) -> tuple[Handlers, dict[str, Incident]]:
    incidents = analyse(log(*lines)).incidents
    by_key = {i.key: i for i in incidents if i.operation.id == "extension"}
    return Handlers(incidents), by_key


def test_a_name_within_another_one_is_not_named() -> None:
    found, by_key = handlers(failure("10:00", "Contoso.Part1"), failure("10:01", "Contoso.Part10"))
    record = by_key["Contoso.Part10"].evidence[0]
    assert found.named(record) == {"Contoso.Part10"}
    matter = found.matter(by_key["Contoso.Part1"])
    assert matter is not None
    assert matter.strangers == {"Contoso.Part10"}
    assert not matter.concerns(record)


def test_a_list_of_all_ties_nobody_together_and_a_wait_does() -> None:
    found, by_key = handlers(
        failure("10:00", "Contoso.Part1"),
        failure("10:01", "Contoso.Part10"),
        LIST,
        WAITED,
        failure("10:04", "Contoso.C"),
    )
    assert found.awaited(by_key["Contoso.Part10"]) == set()
    assert found.awaited(by_key["Contoso.C"]) == {"Contoso.Part1"}


def test_a_handler_that_works_is_no_stranger() -> None:
    found, by_key = handlers(success("09:00", "Contoso.Well"), failure("10:00", "Contoso.Part1"))
    assert found.matter(by_key["Contoso.Part1"]) is None


def test_a_record_is_looked_at_once() -> None:
    found, by_key = handlers(failure("10:00", "Contoso.Part1"), failure("10:01", "Contoso.Part10"))
    record = by_key["Contoso.Part1"].evidence[0]
    assert found.named(record) is found.named(record)
