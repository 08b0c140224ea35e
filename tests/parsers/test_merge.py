"""Facts of many files: the newest wins, whatever order the members came in."""

from __future__ import annotations

import json
from itertools import permutations

from analyzer.parsers import agent_status, extension_status, handler_status, settings
from analyzer.parsers.base import StateResult
from analyzer.parsers.merge import merge_facts

LIB = "var/lib/waagent"
OLD, NEW = "A" * 40, "B" * 40


def status(version: str, sequence: int, word: str) -> tuple[str, StateResult]:
    path = f"{LIB}/X.Y-{version}/status/{sequence}.status"
    return path, extension_status.parse(path, json.dumps([{"status": {"status": word, "code": 0}}]).encode())


def setting(sequence: int, thumbprint: str) -> tuple[str, StateResult]:
    path = f"{LIB}/X.Y-1.9/config/{sequence}.settings"
    handler = {"protectedSettingsCertThumbprint": thumbprint}
    return path, settings.parse(path, json.dumps({"runtimeSettings": [{"handlerSettings": handler}]}).encode())


def test_versions_and_sequences_are_numbers() -> None:
    members = [status("1.9", 12, "error"), status("1.10", 2, "success"), status("1.10", 10, "warning")]
    for order in permutations(members):
        facts = merge_facts(order)
        assert (facts["extension[X.Y].status"], facts["extension[X.Y].status_sequence"]) == ("warning", 10)


def test_only_the_newest_settings_require_their_certificate() -> None:
    for order in permutations([setting(9, OLD), setting(10, NEW)]):
        assert merge_facts(order)["certificates.required"] == [NEW]


def test_a_handlers_own_file_outranks_what_was_reported() -> None:
    handler = {"handlerName": "X.Y", "handlerVersion": "1.9", "status": "Unresponsive", "code": 0}
    content = {"timestampUTC": "2030-01-01T00:00:00Z", "aggregateStatus": {"handlerAggregateStatus": [handler]}}
    reported = ("s.json", agent_status.parse("s.json", json.dumps(content).encode()))
    path = f"{LIB}/X.Y-1.9/config/HandlerStatus"
    own = (path, handler_status.parse(path, b'{"status": "Ready", "code": 0}'))
    for order in permutations([reported, own]):
        facts = merge_facts(order)
        assert facts["extension[X.Y].handler_status"] == "Ready"
        assert facts["extension[X.Y].reported_status"] == "Unresponsive"


def test_lists_that_many_files_give_are_united_and_no_others() -> None:
    results = [
        ("b", StateResult(facts={"certificates.present": ["B"], "goal_state.extensions": ["old"]}, as_of="1")),
        ("a", StateResult(facts={"certificates.present": ["A"], "goal_state.extensions": ["new"]}, as_of="2")),
    ]
    assert merge_facts(results) == {"certificates.present": ["A", "B"], "goal_state.extensions": ["new"]}
