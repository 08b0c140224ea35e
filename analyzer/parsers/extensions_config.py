"""`ExtensionsConfig*.xml`: the goal state's extensions, agent families, required features and status blob.

Settings inside it are JSON in text; of them only the certificate's thumbprint is read.
"""

from __future__ import annotations

from collections import defaultdict

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, filled, unreadable
from analyzer.parsers.jsonload import load_json_text
from analyzer.parsers.order import goal_state_order
from analyzer.parsers.requested import Family, Requested, tell_extensions, tell_families, tell_features, vm_facts
from analyzer.parsers.scrub import scrub
from analyzer.parsers.values import as_dict, as_int, as_list, as_text, only_item, ticks_iso, word
from analyzer.parsers.xmlload import Element, attribute, line_of, load_xml, text_at

SOURCE = "goal-state"
_NOT_SAVED = "Could not redact "  # what the agent saves when it cannot take the secrets out; the goal state was fine


def parse(path: str, data: bytes) -> StateResult:
    try:
        text = filled(data).strip()
        if text.startswith(_NOT_SAVED):
            return StateResult(problems=[f"the agent did not save it: {scrub(text, 200)}"])
        root = load_xml(data, "Extensions")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error)
    incarnation = attribute(root, "goalStateIncarnation")
    metadata = root.find("InVMGoalStateMetaData")
    created = ticks_iso(attribute(metadata, "createdOnTicks"))
    result = StateResult(as_of=goal_state_order(path, as_int(incarnation), created))
    if created:
        result.facts["goal_state.created"] = created
    has_blob = bool(text_at(root, "StatusUploadBlob"))
    result.facts["goal_state.status_blob"] = has_blob
    extensions = _extensions(root, path, result)
    text = (
        f"extensions config incarnation {word(incarnation)} status blob {'present' if has_blob else 'missing'}"
        f" extensions {len(extensions)}"
    )
    result.events.insert(0, StateEvent(SOURCE, text, level="info" if has_blob else "warning"))
    tell_features(result, [scrub(text_at(item, "Name")) for item in root.iterfind("RequiredFeatures/RequiredFeature")])
    tell_families(result, [_family(item) for item in root.iterfind("GuestAgentExtension/GAFamilies/GAFamily")])
    tell_extensions(result, extensions)
    vm = root.find("InVMMetadata")
    if vm is not None:
        result.facts |= vm_facts({str(key): str(value) for key, value in vm.attrib.items()})
    return result


def _family(item: Element) -> Family:
    uris = sum(1 for uri in item.iterfind("Uris/Uri") if (uri.text or "").strip())
    return Family(scrub(text_at(item, "Name")), text_at(item, "Version"), uris)


def _extensions(root: Element, path: str, result: StateResult) -> list[Requested]:
    """Plugins joined with their settings; handler names are compared without regard to case, as the agent does."""
    settings: dict[str, list[Element]] = defaultdict(list)
    for plugin in root.iterfind("PluginSettings/Plugin"):
        settings[attribute(plugin, "name").lower()].append(plugin)
    found = []
    for plugin in root.iterfind("Plugins/Plugin"):
        name, version, state = (scrub(attribute(plugin, key)) for key in ("name", "version", "state"))
        given = settings.get(name.lower(), [])
        runtime = [item for entry in given for item in entry.iterfind("RuntimeSettings")]
        instances = [item for entry in given for item in entry.iterfind("ExtensionRuntimeSettings")]
        for item in instances:
            instance = scrub(attribute(item, "name"))
            found.append(
                Requested(
                    f"{name}.{instance}",
                    version,
                    attribute(item, "state") or state,
                    attribute(item, "seqNo"),
                    _depends_on(given, instance),
                    _certificate(item, path, result),
                    line_of(plugin),
                )
            )
        if not instances:
            sequence = attribute(runtime[0], "seqNo") if runtime else ""
            certificate = _certificate(runtime[0], path, result) if runtime else ""
            depends_on = _depends_on(given, "")
            found.append(Requested(name, version, state, sequence, depends_on, certificate, line_of(plugin)))
    return found


def _depends_on(given: list[Element], instance: str) -> tuple[str, ...]:
    names = []
    for entry in given:
        for dependency in entry.iterfind("DependsOn"):
            if attribute(dependency, "name") == instance:
                for item in dependency.iterfind("DependsOnExtension"):
                    parts = [attribute(item, "handler"), attribute(item, "extension")]
                    names.append(scrub(".".join(part for part in parts if part)))
    return tuple(name for name in names if name)


def _certificate(item: Element, path: str, result: StateResult) -> str:
    text = (item.text or "").strip()
    if not text:
        return ""
    try:
        settings = as_dict(load_json_text(text)).get("runtimeSettings")
    except UnreadableError as error:
        line = line_of(item) + error.line - 1
        told = unreadable(SOURCE, path, UnreadableError(f"settings of an extension are {error.why}", line))
        result.events += told.events
        result.problems += told.problems
        return ""
    handler = as_dict(only_item(as_list(settings)).get("handlerSettings"))
    return as_text(handler.get("protectedSettingsCertThumbprint")).upper()
