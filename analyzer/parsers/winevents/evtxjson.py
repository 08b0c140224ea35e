"""An event whose XML was turned into JSON, as tools that dump .evtx files do.

Attributes stand under '#attributes' or in '<element>_attributes', the text beside attributes under '#text'.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.parsers.winevents.event import WinEvent
from analyzer.parsers.winevents.properties import number_in, text_in
from analyzer.parsers.winevents.xmlevent import MOST_DEPTH, MOST_VALUES, level_of, set_time, value

ATTRIBUTES, TEXT = "#attributes", "#text"
_BESIDE = "_attributes"


def element(found: dict[str, Any]) -> dict[str, Any] | None:
    """The <Event> in an object; None where it has none."""
    inner = found.get("Event", found)
    if isinstance(inner, dict) and isinstance(inner.get("System"), dict) and "EventID" in inner["System"]:
        return inner
    return None


def event_of(root: dict[str, Any]) -> WinEvent | None:
    """The event of an <Event>; None where it has no number."""
    system = root["System"]
    number = number_in(_text(system["EventID"]))
    if number is None:
        return None
    provider = _attributes(system, "Provider")
    event = WinEvent(
        provider=_text(provider.get("Name")),
        event_id=number & 0xFFFF,
        level=level_of(_text(system.get("Level"))),
        channel=_text(system.get("Channel")),
        record_id=number_in(_text(system.get("EventRecordID"))) or 0,
        event_source=_text(provider.get("EventSourceName")),
        guid=_text(provider.get("Guid")),
        computer=_text(system.get("Computer")),
    )
    set_time(event, _text(_attributes(system, "TimeCreated").get("SystemTime")))
    for section, content in root.items():
        if section == "EventData":
            _event_data(content, event)
        elif section == "RenderingInfo" and isinstance(content, dict):
            event.message = _text(content.get("Message"))
        elif section not in ("System", ATTRIBUTES) and not section.endswith(_BESIDE):
            event.data += [(name, value(text)) for name, text in _leaves("", content, 0)]
    del event.data[MOST_VALUES:]
    return event


def _event_data(content: object, event: WinEvent) -> None:
    if not isinstance(content, dict):
        return
    for name, held in content.items():
        if name == "Binary":
            event.binary = _text(held).strip()
        elif name != ATTRIBUTES and not name.endswith(_BESIDE):
            texts = held.get(TEXT, "") if isinstance(held, dict) else held
            label = _text(_attributes(content, name).get("Name")) if isinstance(held, dict) else ""
            label = label or ("" if name == "Data" else _element_name(name, content))
            event.data += [(label, value(_text(text))) for text in (texts if isinstance(texts, list) else [texts])]


def _leaves(name: str, content: object, depth: int) -> Iterator[tuple[str, str]]:
    """Innermost elements with their text, and attributes as 'element.attribute'."""
    if depth > MOST_DEPTH:
        return
    if isinstance(content, list):
        for item in content:
            yield from _leaves(name, item, depth + 1)
    elif isinstance(content, dict):
        for inner, held in content.items():
            if inner == ATTRIBUTES or inner.endswith(_BESIDE):
                owner = name if inner == ATTRIBUTES else _element_name(inner.removesuffix(_BESIDE), content)
                for attribute, text in held.items() if isinstance(held, dict) else ():
                    if attribute != "xmlns" and not attribute.startswith("xmlns:"):
                        yield f"{owner}.{attribute}", _text(text)
            else:
                yield from _leaves(name if inner == TEXT else _element_name(inner, content), held, depth + 1)
    else:
        yield name, _text(content)


def _element_name(key: str, siblings: dict[str, Any]) -> str:
    """Of several elements with one name, JSON has the second as 'name_1'."""
    first, _, number = key.rpartition("_")
    return first if first in siblings and number.isdecimal() else key


def _attributes(siblings: dict[str, Any], name: str) -> dict[str, Any]:
    found = siblings.get(name)
    inside = found.get(ATTRIBUTES) if isinstance(found, dict) else None
    beside = siblings.get(name + _BESIDE)
    return next((held for held in (inside, beside) if isinstance(held, dict)), {})


def _text(found: object) -> str:
    return text_in(found.get(TEXT) if isinstance(found, dict) else found)
