"""The wording that ExtensionsConfig.xml and VmSettings.json share: two encodings of one goal state."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.parsers.base import FactValue, StateEvent, StateResult, first
from analyzer.parsers.scrub import scrub
from analyzer.parsers.values import word

SOURCE = "goal-state"
MAX_EXTENSIONS = 500


@dataclass(frozen=True)
class Requested:
    """One extension that the goal state asks for; `sequence` and `certificate` are '' where it gives none."""

    name: str
    version: str
    state: str
    sequence: str
    depends_on: tuple[str, ...]
    certificate: str
    line: int = 1


@dataclass(frozen=True)
class Family:
    """A channel for agent updates."""

    name: str
    version: str
    uris: int


def tell_features(result: StateResult, features: list[str]) -> None:
    result.facts["goal_state.required_features"] = [scrub(feature) for feature in features]
    if features:
        result.events.append(StateEvent(SOURCE, f"required features {', '.join(features)}"))


def tell_families(result: StateResult, families: list[Family]) -> None:
    result.facts["goal_state.families"] = [scrub(family.name) for family in families]
    for family in families:
        text = f"agent family {word(family.name)} version {word(family.version)} uris {family.uris}"
        result.events.append(StateEvent(SOURCE, text, component=family.name))


def tell_extensions(result: StateResult, extensions: list[Requested]) -> None:
    asked = first(extensions, MAX_EXTENSIONS, "extensions", result.problems)
    result.facts["goal_state.extensions"] = [scrub(extension.name) for extension in asked]
    for extension in asked:
        text = (
            f"requested extension {word(extension.name)} {word(extension.version)} state {word(extension.state)}"
            f" sequence {word(extension.sequence)} depends-on {word(', '.join(extension.depends_on))}"
            f" certificate {word(extension.certificate)}"
        )
        result.events.append(StateEvent(SOURCE, text, component=extension.name, line=extension.line))
        result.facts[f"extension[{extension.name}].requested_version"] = scrub(extension.version)
        result.facts[f"extension[{extension.name}].requested_state"] = scrub(extension.state)


def vm_facts(metadata: dict[str, str]) -> dict[str, FactValue]:
    """`vm.*` from InVMMetadata, whose fields have the same names in both files."""
    fields = {
        "vmId": "vm.id",
        "vmName": "vm.name",
        "vmSize": "vm.size",
        "location": "vm.location",
        "resourceGroupName": "vm.resource_group",
        "subscriptionId": "vm.subscription",
    }
    return {fact: scrub(metadata[key]) for key, fact in fields.items() if metadata.get(key)}
