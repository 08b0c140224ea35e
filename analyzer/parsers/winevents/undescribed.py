"""Messages that only say that there is no message: the values that they list are the event's.

An export made on a machine without the provider's texts says 'The description for Event ID … cannot be found' and
lists the values behind it: the Event Viewer one a line, Get-EventLog in quotes. As values they are worth more.
"""

from __future__ import annotations

import re

NOTHING = frozenset({"N/A", "(null)", "(NULL)"})
"""What stands for no message at all."""

_LISTED = re.compile(
    r"(?:information was included with the event|Informationen wurden mit dem Ereignis gespeichert"
    r"|informations suivantes étaient incluses avec l['’]événement"
    r"|información siguiente se incluyó con el evento)\s?:[^\S\n]*\n(?P<values>[\s\S]*)"
)
_QUOTED = re.compile(r"The following information is part of the event:\s*(?P<values>'[\s\S]*')\s*\Z")
_SORRY = re.compile(
    r"\n(?:The message resource is present|The handle is invalid|The specified resource (?:type|language ID)"
    r"|The system cannot find message text|The locale specific resource|The publisher has been disabled"
    r"|Die Meldungsressource ist vorhanden)[\s\S]*\Z"
)
_SEARCHED = 1200  # characters within which the list begins
_BEGINS = re.compile(r"(?:The description for|Die Beschreibung für|La description de|No se encuentra la descripción)")


def values(message: str) -> list[str] | None:
    """The values of an event whose message could not be made; None for any other message."""
    if not _BEGINS.match(message):
        return None
    if quoted := _QUOTED.search(message):
        return quoted["values"][1:-1].split("', '")
    listed = _LISTED.search(message)
    if listed is None or listed.start() > _SEARCHED:
        return None
    lines = _SORRY.sub("", listed["values"].rstrip()).split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    return [line.strip() for line in lines]
