"""`VmSettings*.json`: the goal state as HostGAPlugin gives it (agents from 2.5 on), from Fabric or by FastTrack."""

from __future__ import annotations

from typing import Any

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, filled, unreadable
from analyzer.parsers.jsonload import load_json
from analyzer.parsers.order import goal_state_order
from analyzer.parsers.requested import Family, Requested, tell_extensions, tell_families, tell_features, vm_facts
from analyzer.parsers.scrub import scrub
from analyzer.parsers.values import as_bool, as_dict, as_list, as_text, only_item, ticks_iso, word

SOURCE = "goal-state"
_NOT_SAVED = "Could not redact "  # as in ExtensionsConfig.xml


def parse(path: str, data: bytes) -> StateResult:
    try:
        text = filled(data).strip()
        if text.startswith(_NOT_SAVED):
            return StateResult(problems=[f"the agent did not save it: {scrub(text, 200)}"])
        content = load_json(data)
        if not isinstance(content, dict):
            raise UnreadableError("not an object")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error)
    created = ticks_iso(content.get("extensionsLastModifiedTickCount"))
    result = StateResult(as_of=goal_state_order(path, created=created))
    if created:
        result.facts["goal_state.created"] = created
    origin = as_text(content.get("extensionGoalStatesSource"))
    if origin:
        result.facts["goal_state.source"] = origin
    has_blob = bool(as_text(as_dict(content.get("statusUploadBlob")).get("value")))
    result.facts["goal_state.status_blob"] = has_blob
    extensions = [item for entry in as_list(content.get("extensionGoalStates")) for item in _requested(as_dict(entry))]
    text = (
        f"vm settings source {word(origin)} status blob {'present' if has_blob else 'missing'}"
        f" extensions {len(extensions)} on hold {str(as_bool(content.get('onHold')) or False).lower()}"
    )
    result.events.append(StateEvent(SOURCE, text, created, "info" if has_blob else "warning"))
    features = [as_text(as_dict(entry).get("name")) for entry in as_list(content.get("requiredFeatures"))]
    tell_features(result, features)
    tell_families(result, [_family(as_dict(entry)) for entry in as_list(content.get("gaFamilies"))])
    tell_extensions(result, extensions)
    metadata = as_dict(content.get("inVMMetadata"))
    result.facts |= vm_facts({key: as_text(value) for key, value in metadata.items()})
    return result


def _family(entry: dict[str, Any]) -> Family:
    return Family(as_text(entry.get("name")), as_text(entry.get("version")), len(as_list(entry.get("uris"))))


def _requested(entry: dict[str, Any]) -> list[Requested]:
    name, version, state = (as_text(entry.get(key)) for key in ("name", "version", "state"))
    settings = [as_dict(item) for item in as_list(entry.get("settings"))]
    if not as_bool(entry.get("isMultiConfig")):
        certificate = _certificate(only_item(settings))
        sequence = as_text(entry.get("settingsSeqNo"))
        return [Requested(name, version, state, sequence, _depends_on(entry, ""), certificate)]
    return [
        Requested(
            f"{name}.{as_text(item.get('extensionName'))}",
            version,
            as_text(item.get("extensionState")) or state,
            as_text(item.get("seqNo")),
            _depends_on(entry, as_text(item.get("extensionName"))),
            _certificate(item),
        )
        for item in settings
    ]


def _certificate(settings: dict[str, Any]) -> str:
    return as_text(settings.get("protectedSettingsCertThumbprint")).upper()


def _depends_on(entry: dict[str, Any], instance: str) -> tuple[str, ...]:
    """HostGAPlugin writes the key as DependsOnExtension or dependsOnExtension."""
    names = []
    for dependency in (as_dict(item) for item in as_list(entry.get("dependsOn"))):
        if as_text(dependency.get("name")) == instance:
            for item in as_list(dependency.get("dependsOnExtension", dependency.get("DependsOnExtension"))):
                parts = [as_text(as_dict(item).get(key)) for key in ("handler", "extension")]
                names.append(".".join(part for part in parts if part))
    return tuple(name for name in names if name)
