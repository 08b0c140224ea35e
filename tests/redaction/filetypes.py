"""One planted secret as each kind of file of a bundle holds it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from tests.generator import event_evtx, event_xml
from tests.generator.windows.events import Event, Kind

STAMP = "2026-11-21T03:12:09.301922Z"
NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"


def log(text: str) -> bytes:
    lines = [f"{STAMP} INFO ExtHandler ExtHandler ProcessGoalState started [incarnation 1]"]
    lines += [f"{STAMP} ERROR ExtHandler ExtHandler [CGI] Command failed: {text}"]
    return ("\n".join([*lines, f"{STAMP} INFO ExtHandler ExtHandler done"]) + "\n").encode()


def as_json(text: str) -> bytes:
    return json.dumps({"operation": "Enable", "lines": ["before", f"got {text}"]}, indent=1).encode()


def status(text: str) -> bytes:
    """A status file, in which a message is JSON again."""
    inner = json.dumps({"error": {"code": 7, "details": f"stderr: {text}"}})
    substatus = {"name": "x", "status": "error", "formattedMessage": {"lang": "en-US", "message": inner}}
    body = {"operation": "Enable", "status": "error", "code": 7, "substatus": [substatus]}
    return json.dumps([{"version": 1.0, "timestampUTC": STAMP, "status": body}]).encode()


def xml(text: str) -> bytes:
    return (
        f'<?xml version="1.0"?><Log><Entry note={quoteattr(text)}>x</Entry><Entry>{escape(text)}</Entry></Log>'.encode()
    )


def ini(text: str) -> bytes:
    return f"[main]\nlevel = 3\n# {text}\n{text}\nother = 1\n".encode()


def table(text: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([["time", "level", "message"], [STAMP, "error", text], [STAMP, "info", "x"]])
    return out.getvalue().encode()


def events(text: str) -> bytes:
    head = "<Provider Name='PowerShell'/><EventID Qualifiers='0'>800</EventID><Level>4</Level>"
    system = f"{head}<TimeCreated SystemTime='{STAMP}'/><Channel>Application</Channel><Computer>vm</Computer>"
    data = f"<EventData><Data>{escape(text)}</Data><Data Name='HostApplication'>{escape(text)}</Data></EventData>"
    message = f"<RenderingInfo Culture='en-US'><Message>{escape(text)}</Message></RenderingInfo>"
    event = f"<Event xmlns='{NAMESPACE}'><System>{system}</System>{data}{message}</Event>"
    return f"\ufeff<Events>{event}</Events>".encode("utf-16")


def packed(text: str) -> bytes:
    return gzip.compress(log(text), mtime=0)


def nested(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("inner/handler.log"), log(text))
        archive.writestr(zipfile.ZipInfo("inner/x.json"), as_json(text))
    return out.getvalue()


def evtx(texts: list[str]) -> bytes:
    """A binary log of Windows with one event a text."""
    kind = Kind("PowerShell", 800, 4, "Application", "%1")
    when = datetime(2026, 11, 21, 3, 12, 9, tzinfo=UTC)
    events = [Event(kind, when, number + 1, "vm", (text,)) for number, text in enumerate(texts)]
    return event_evtx.evtx(events, event_xml.Exporter())


TYPES: dict[str, Callable[[str], bytes]] = {
    "var/log/waagent.log": log,
    "var/lib/waagent/A.B-1.0.0.0/config/x.json": as_json,
    "var/lib/waagent/A.B-1.0.0.0/status/0.status": status,
    "var/lib/waagent/some.xml": xml,
    "etc/some.conf": ini,
    "export/table.csv": table,
    "export/Application.xml": events,
    "var/log/azure/A.B/handler.log.1.gz": packed,
    "var/log/azure/A.B/history.zip": nested,
}
"""Where a bundle holds it, and how it is written there."""
