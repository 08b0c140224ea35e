"""An event of Windows as text, the same for every kind of export: what signatures match on and what the report shows.

    Service Control Manager 7000: service VSS did not start: 0x80070422 ERROR_SERVICE_DISABLED: …
      service=VSS
      code=0x80070422 ERROR_SERVICE_DISABLED: …
      param1=Volume Shadow Copy
      param2=%%1058

The first line names the provider in its one spelling and the id; behind it stands the message, where the export has
none our own words, where we have none the values. Then the instance of a program that runs more than once
(`instance=MSSQL$PROD`), the derived fields (`derive`), then all values by name or position; further lines of a value
are indented by four.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.parsers.winevents import derive, undescribed
from analyzer.parsers.winevents.event import WinEvent
from analyzer.parsers.winevents.providers import canonical
from analyzer.parsers.winevents.rules import Plan, plan_for
from analyzer.parsers.winevents.wording import Template, lookup, sentence_for

NO_TEXT = "(no text)"

_MARKS = dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F)))  # marks of writing direction, around dates
_MOST_VALUES, _LONGEST_VALUES = 12, 300  # of an event without words: values and characters in the first line
_LONGEST_NAME = 200  # characters of a provider's name; a damaged export may hold anything there
_MOST_PLANS = 10_000  # kept at once; a hostile export may hold any number of providers and ids
_SHORT, _MOST_TEXTS = 1_500, 4_096  # characters of an event that is remembered, and how many are


@dataclass(frozen=True, slots=True)
class _Known:
    """What is the same for all events of a provider and id."""

    head: str
    instance: tuple[str, ...]  # its line, where the provider is one of several
    plan: Plan
    sentence: Template | None


_known: dict[tuple[str, str, str, int], _Known] = {}
_texts: dict[tuple[object, ...], str] = {}


def provider(event: WinEvent) -> str:
    """The event's provider in its one spelling."""
    return canonical(event.provider[:_LONGEST_NAME], event.event_source[:_LONGEST_NAME], event.guid[:64])


def text(event: WinEvent) -> str:
    """The event's text. Never raises, and the same event gives the same text.

    Most of a log is the same few services that start and stop: short texts are remembered."""
    key = (event.provider, event.event_source, event.guid, event.event_id, event.message, event.binary, *event.data)
    remembered = _texts.get(key)
    if remembered is None:
        remembered = _written(event)
        if len(remembered) + sum(len(part) for part in key[:6] if isinstance(part, str)) <= _SHORT:
            if len(_texts) >= _MOST_TEXTS:
                _texts.clear()
            _texts[key] = remembered
    return remembered


def _written(event: WinEvent) -> str:
    known = _about(event)
    message = plain(event.message).strip() if event.message else ""
    data = [(" ".join(name.split()), plain(value)) for name, value in event.data]
    if message in undescribed.NOTHING:
        message = ""
    elif message and not data and (values := undescribed.values(message)) is not None:
        message, data = "", [("", value) for value in values]
    fields = derive.fields(known.plan, data, event.binary, message)
    if message:
        words = message
    elif known.sentence:
        words = known.sentence.render(lookup(fields.get, data))
    else:
        words = _values(data)
    lines = [known.head + words, *known.instance]
    lines += [f"  {field}={value}" for field, value in fields.in_order()]
    for number, (name, value) in enumerate(data):
        if shown := value.strip():
            lines.append(
                f"  {name or f'data{number}'}=" + (shown if "\n" not in shown else shown.replace("\n", "\n    "))
            )
    return "\n".join(lines)


def _values(data: list[tuple[str, str]]) -> str:
    """The first values in one line; all of them stand below it."""
    shown = " | ".join(" ".join(value.split()) for _, value in data[:_MOST_VALUES] if value.strip())
    if len(shown) > _LONGEST_VALUES or len(data) > _MOST_VALUES:
        shown = f"{shown[:_LONGEST_VALUES]} …"
    return shown or NO_TEXT


def plain(words: str) -> str:
    """Line ends as \\n, without marks of writing direction and NULs."""
    if "\r" in words:
        words = words.replace("\r\n", "\n").replace("\r", "\n")
    if not words.isascii():
        words = words.translate(_MARKS)
    return words.replace("\0", "") if "\0" in words else words


def _about(event: WinEvent) -> _Known:
    key = (event.provider[:_LONGEST_NAME], event.event_source[:_LONGEST_NAME], event.guid[:64], event.event_id)
    known = _known.get(key)
    if known is None:
        if len(_known) >= _MOST_PLANS:
            _known.clear()
        name = canonical(*key[:3])
        own = next((" ".join(written.split()) for written in key[:2] if "$" in written), "")
        instance = (f"  instance={own}",) if own and own != name else ()
        head = f"{name} {event.event_id}: "
        known = _Known(head, instance, plan_for(name, event.event_id), sentence_for(name, event.event_id))
        _known[key] = known
    return known
