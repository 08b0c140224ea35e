"""`config/N.settings`: what the goal state asked of an extension. Only its sequence and its certificate are told.

Neither public nor protected settings leave this module. The one exception is Azure Backup's task id and the time of
its command, which are no settings of a customer's but name the job.
"""

from __future__ import annotations

from analyzer.parsers.backup import BACKUP_HANDLER, command_facts
from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import EmptyError, UnreadableError, unreadable
from analyzer.parsers.jsonload import load_json
from analyzer.parsers.order import handler_order
from analyzer.parsers.paths import handler_path
from analyzer.parsers.values import as_dict, as_list, only_item, word

SOURCE = "settings"


def parse(path: str, data: bytes) -> StateResult:
    place = handler_path(path)
    result = StateResult(as_of=handler_order(place.version, place.sequence))
    settings: dict[str, object] = {}
    try:
        content = as_dict(load_json(data))
        if not isinstance(content.get("runtimeSettings"), list):
            raise UnreadableError("no runtimeSettings in it")
        settings = as_dict(only_item(as_list(content["runtimeSettings"])).get("handlerSettings"))
    except EmptyError as error:
        if place.sequence != 0:  # the agent writes an empty 0.settings for an extension that has none
            return unreadable(SOURCE, path, error, place.name)
    except UnreadableError as error:
        return unreadable(SOURCE, path, error, place.name)
    certificate = word(settings.get("protectedSettingsCertThumbprint")).upper()
    certificate = "none" if certificate == "NONE" else certificate
    fact = f"extension[{place.name}]"
    if place.sequence is not None:
        result.facts[f"{fact}.sequence"] = place.sequence
    result.facts[f"{fact}.settings_certificate"] = certificate
    if place.handler.startswith(BACKUP_HANDLER):
        result.facts |= command_facts(as_dict(settings.get("publicSettings")))
    text = f"settings {place.name or 'none'} sequence {word(place.sequence)} certificate {certificate}"
    result.events.append(StateEvent(SOURCE, text, component=place.name))
    return result
