"""Every way in which engineers receive an event log: format -> (writer, ending of its file name).

All writers take the same events, oldest first, and the machine on which somebody exports. What a format loses (data,
message, channel, fractions of seconds, the zone) is lost as in the real one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from . import event_clixml, event_evtx, event_powershell, event_text, event_xml
from .event_xml import Exporter
from .windows.events import Event

Writer = Callable[[Sequence[Event], Exporter], bytes]


@dataclass(frozen=True)
class Format:
    """`zone`: the times say what they are relative to. `fraction`: digits of a second. `data`: the values are in it.
    `oem`: in the code page of the console, which the file does not name."""

    write: Writer
    ending: str
    zone: bool = False
    fraction: int = 0
    data: bool = False
    message: bool = True
    channel: bool = True
    level: bool = True
    oem: bool = False


FORMATS: dict[str, Format] = {
    "evtx": Format(event_evtx.evtx, ".evtx", zone=True, fraction=6, data=True, message=False),
    "viewer-xml": Format(event_xml.viewer_xml, ".xml", zone=True, fraction=6, data=True),
    "viewer-xml-plain": Format(event_xml.viewer_xml_plain, ".xml", zone=True, fraction=6, data=True, message=False),
    "wevtutil-xml": Format(event_xml.wevtutil_xml, ".xml", zone=True, fraction=6, data=True, message=False, oem=True),
    "wevtutil-xml-utf16": Format(event_xml.wevtutil_xml_utf16, ".xml", zone=True, fraction=6, data=True, message=False),
    "wevtutil-rendered": Format(event_xml.wevtutil_rendered, ".xml", zone=True, fraction=6, data=True, oem=True),
    "wevtutil-text": Format(event_text.wevtutil_text, ".txt", fraction=3, oem=True),
    "wevtutil-text-zulu": Format(event_text.wevtutil_text_zulu, ".txt", zone=True, fraction=6),
    "viewer-csv": Format(event_text.viewer_csv, ".csv", channel=False),
    "viewer-txt": Format(event_text.viewer_txt, ".txt", channel=False),
    "format-list": Format(event_text.format_list, ".txt", channel=False, level=False),
    "details": Format(event_text.details, ".txt", zone=True, fraction=6, data=True),
    "winevent-csv": Format(event_powershell.winevent_csv, ".csv"),
    "winevent-csv-short": Format(event_powershell.winevent_csv_short, ".csv"),
    "eventlog-csv": Format(event_powershell.eventlog_csv, ".csv", channel=False),
    "json-5.1": Format(event_powershell.json_51, ".json", zone=True, fraction=3, data=True),
    "json-7": Format(event_powershell.json_7, ".json", zone=True, fraction=6),
    "clixml": Format(event_clixml.clixml, ".xml", zone=True, fraction=6, data=True),
}


def export(name: str, events: Sequence[Event], by: Exporter) -> bytes:
    return FORMATS[name].write(events, by)
