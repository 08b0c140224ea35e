"""PowerShell's Format-List of events: `Name : value` with all colons of an object in one column, values indented."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from analyzer.parsers.winevents.event import WinEvent
from analyzer.parsers.winevents.properties import event_in, is_of_event, layout
from analyzer.parsers.winevents.words import Levels

MOST_NAMES = 100  # of one object

_NAME = re.compile(r"[A-Za-z][\w ]{0,40}? {0,40}:(?= |$)", re.MULTILINE)
_BROKEN = re.compile(r"\n *")
BEGINS = re.compile(rf"(?:\A|^[ \t]*\n)(?={_NAME.pattern})", re.MULTILINE)


def event_of(record: str, levels: Levels) -> tuple[str, WinEvent] | None:
    """The event of an object, and its date; None where it is no event."""
    first = _NAME.match(record)
    if first is None:
        return None
    colon = first.end() - 1
    found = list(islice(_names(colon).finditer(record), MOST_NAMES))
    at = _layout(tuple(name[1].rstrip() for name in found))
    if not is_of_event(at):
        return None
    ends = [name.start() - 1 for name in found[1:]] + [len(record)]
    texts = [record[name.end() : end].rstrip() for name, end in zip(found, ends, strict=True)]
    message = at.get("message")
    for number, text in enumerate(texts):
        if "\n" in text:
            # A name that is too long for the console is broken; only a message has lines of its own.
            texts[number] = text.replace(f"\n{' ' * (colon + 2)}", "\n") if number == message else _BROKEN.sub("", text)
    event = event_in(texts, at, levels)
    return (texts[at["time"]], event) if event else None


@lru_cache(maxsize=128)
def _names(colon: int) -> re.Pattern[str]:
    """Matches a name whose colon is in this column, and the blank behind it."""
    return re.compile(rf"^([A-Za-z][^\n]{{{colon - 1}}}):(?: |$)", re.MULTILINE)


_layout = lru_cache(maxsize=64)(layout)
