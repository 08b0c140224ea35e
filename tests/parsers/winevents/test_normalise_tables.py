"""The shipped tables about events: they fit together, and every entry can be reached."""

from __future__ import annotations

import re
import string

import pytest

from analyzer.parsers.winevents import codes, services
from analyzer.parsers.winevents.binary import READERS
from analyzer.parsers.winevents.kinds import KINDS
from analyzer.parsers.winevents.providers import canonical
from analyzer.parsers.winevents.rules import EVERYTHING, plan_for
from analyzer.parsers.winevents.tables import table
from analyzer.parsers.winevents.wording import sentence_for

EVENTS = table("fields")["event"]
FIELDS = table("fields")["fields"]
KEYS = {"provider", "id", "data", "message", "on_data", "binary", "blocks", "said", "codes"}


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.mark.parametrize("number", range(len(EVENTS)))
def test_a_rule_is_sound(number: int) -> None:
    rule = EVENTS[number]
    assert set(rule) <= KEYS
    assert all(canonical(provider) == provider for provider in listed(rule["provider"]))
    assert set(rule.get("data", {})) <= set(FIELDS)
    assert rule.get("binary", "vss") in READERS
    for expression in rule.get("message", ()):
        groups = re.compile(expression).groupindex
        assert groups, "an expression gives a field"
        assert set(groups) <= set(FIELDS)
    for places in rule.get("data", {}).values():
        assert places
        assert all(isinstance(place, int) or place.strip() for place in places)
    for event_id in rule.get("id", (1,)):
        assert plan_for(listed(rule["provider"])[0], event_id).places or "data" not in rule


def test_every_field_is_given_by_a_rule_and_says_what_it_is() -> None:
    given = {field for rule in EVENTS for field in rule.get("data", {})}
    given |= {group for rule in EVENTS for text in rule.get("message", ()) for group in re.compile(text).groupindex}
    derived = {"state", "stopped_at", "writer_service", "provider_name"}  # from binary parts, blocks and other fields
    assert given | derived == set(FIELDS)
    assert all(kind in KINDS and meaning for kind, meaning in FIELDS.values())
    assert {kind for kind, _ in FIELDS.values()} == set(KINDS)
    assert EVERYTHING in FIELDS or any(EVERYTHING in p for rule in EVENTS for p in rule.get("data", {}).values())


def test_no_two_rules_for_an_event_give_the_same_field_from_values() -> None:
    seen: set[tuple[str, int, str]] = set()
    for rule in EVENTS:
        for provider in listed(rule["provider"]):
            for event_id in rule.get("id", ()):
                for field in rule.get("data", {}):
                    assert (provider, event_id, field) not in seen
                    seen.add((provider, event_id, field))


def test_sentences_are_for_known_providers_and_name_what_can_be_there() -> None:
    for provider, sentences in table("sentences")["words"].items():
        assert canonical(provider) == provider
        for number, text in sentences.items():
            assert text[0] not in string.whitespace
            assert "\n" not in text
            template = sentence_for(provider, int(number))
            assert template is not None
            shown = template.render(lambda name: f"<{name}>")
            assert not set("{}") & set(shown.replace("<", "").replace(">", "")), "braces and brackets are closed"
            assert "[" not in shown
            bare = template.render(lambda name: "")
            assert "[" not in bare
            for name in re.findall(r"\{(.*?)\}", text):
                assert name in FIELDS or name.isdigit() or re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", name)
                if name in FIELDS and name not in ("code", "bugcheck"):
                    assert _gives(provider, int(number), name), f"{provider} {number}: nothing gives {name}"


def _gives(provider: str, event_id: int, field: str) -> bool:
    plan = plan_for(provider, event_id)
    found = {place.field for place in plan.places} | {name for pattern in plan.patterns for name in pattern.fields}
    if plan.blocks:
        found |= {"writer", "volume", "context", "process"}
    if plan.binary is READERS["last-alive"]:
        found |= {"stopped_at"}
    return field in found


def test_no_name_belongs_to_two_providers_or_services() -> None:
    names: dict[str, str] = {}
    for provider, others in table("providers")["providers"].items():
        for name in (provider, *others):
            assert names.setdefault(name.casefold(), provider) == provider
    keys: dict[str, str] = {}
    for key, displayed in table("services")["services"].items():
        for name in displayed:
            assert keys.setdefault(name.casefold(), key) == key


def test_every_service_is_found_by_its_key_and_all_its_names() -> None:
    for key, names in table("services")["services"].items():
        assert {services.key_of(name) for name in (key, key.upper(), *names)} == {key}
    for writer, service in table("services")["writers"].items():
        assert services.writer_service(writer.upper()) == service


def test_every_word_for_a_state_tells_it() -> None:
    for name, told in (("state", services.state), ("start", services.start_type)):
        for entry in table("services")[name]:
            assert {told(word) for word in entry["words"]} == {entry["is"]}


@pytest.mark.parametrize(
    ("words", "start"),
    [
        ("auto start", "auto"), ("demand start", "demand"), ("boot start", "boot"), ("system start", "system"),
        ("disabled", "disabled"), ("Automatisch starten", "auto"), ("démarrage à la demande", "demand"),
        ("自動的な開始", "auto"), ("something else", "something else"),
    ],
)  # fmt: skip
def test_start_types(words: str, start: str) -> None:
    assert services.start_type(words) == start


def test_codes_are_spelt_one_way_and_their_texts_name_known_ones() -> None:
    data = table("codes")
    for group in ("codes", "bugchecks"):
        assert all(re.fullmatch("0x[0-9a-f]{8}", code) for code in data[group])
    assert set(data["said"]) <= set(data["win32"])
    for number, texts in data["said"].items():
        for text in texts:
            assert codes.said(f"… {text}.") == 0x80070000 | int(number)
    for code in data["codes"]:
        assert codes.scan(f"x {code} y") == [int(code, 16)]
