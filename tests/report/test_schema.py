"""The JSON Schema describes what the reports are given, and describes all of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import sample

from analyzer import resources

SCHEMA = json.loads((resources.folder("templates") / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@pytest.mark.parametrize("outcome", ["named", "no-fault", "platform", "undetermined", "not-enough"])
def test_the_sample_follows_the_schema(outcome: str) -> None:
    VALIDATOR.check_schema(SCHEMA)
    assert [error.message for error in VALIDATOR.iter_errors(sample.for_outcome(outcome))] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), 2),
        (("verdict", "outcome"), "guilty"),
        (("verdict", "confidence"), 1.5),
        (("bundle", "sha256"), "abc"),
        (("causes", 0, "id"), "Not An Id"),
        (("causes", 0, "evidence", 0, "time"), "2026-11-21 03:12:09"),
        (("causes", 0, "surprise"), 1),
    ],
)
def test_the_schema_refuses_what_breaks_the_contract(path: tuple[Any, ...], value: Any) -> None:
    document = copy.deepcopy(sample.document())
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not VALIDATOR.is_valid(document)


def properties(node: Any) -> Iterator[tuple[str, Any]]:
    """Every named property of the schema."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield from node["properties"].items()
        for inner in node.values():
            yield from properties(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from properties(inner)


def test_every_property_says_what_it_is() -> None:
    silent = [name for name, node in properties(SCHEMA) if "description" not in node and "$ref" not in node]
    assert silent == []
