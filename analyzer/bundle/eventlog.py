"""Whether a file is an export of a Windows event log, and with what it was exported: by its first bytes alone.

Names say little: people save `System.evtx` as `log.txt`, and tools name every export alike. What is asked of a head
is what only such an export has, so that Linux logs, the agent's XML and JSON, and ordinary tables are none.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable

from analyzer.bundle.encoding import decode_head

EVTX_FILE, EVTX_CHUNK = b"ElfFile\0", b"ElfChnk\0"
NEAR = 4 << 10  # text and tables begin within these bytes, whatever heading was put before them
MOST_ROW = 32 << 10

_NAMESPACE = rb"http://schemas\.microsoft\.com/win/2004/08/events"
_PROLOG = re.compile(rb"(?:\s+|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>)+", re.DOTALL)
_ELEMENT = re.compile(rb"<((?:[\w.-]+:)?)([\w.-]+)[\s/>]")
_EVENT = re.compile(rb"<(?:[\w.-]+:)?Event\s[^<>]*" + _NAMESPACE)
_EVENT_CHILDREN = re.compile(rb"<((?:[\w.-]{1,40}:)?)System\s*>(?:[^<]|<(?!/?\1System)){0,2000}<\1EventID[\s>]")
_NO_EVENTS = re.compile(rb"<Events\s*(?:/>|>\s*</Events>)\s*\Z")
_REST_AND_EVENT = re.compile(rb"</Event>\s*<Event\s[^<>]*" + _NAMESPACE)
_HEADING_AND_EVENT = re.compile(rb"(?:[^\n<]{0,200}\n){1,5}[ \t]*<Event\s[^<>]*" + _NAMESPACE)

_EVENT_TYPE = rb"(?:[\w.]+\.)?System\.Diagnostics\.(?:Eventing\.Reader\.EventLogRecord|EventLogEntry)\b"
_CLIXML = re.compile(rb"<Objs\s[^<>]*http://schemas\.microsoft\.com/powershell/2004/04")
_CLIXML_EVENT = re.compile(rb"<T>" + _EVENT_TYPE)
_CSV_TYPE = re.compile(rb"#TYPE ([^\r\n]*)\r?\n")

_WEVTUTIL_TEXT = re.compile(rb"^Event ?\[\d+\]:?[ \t]*\r?\n[ \t]+Log Name:", re.MULTILINE)
# What the Event Viewer copies: nine labelled lines in any language, the third a time and the fourth an id, and a label.
_LABEL = rb"[ \t]*[^\s:][^:\n]{0,80}?(?::|\xef\xbc\x9a|\x81\x46|\xa3\xba)"
_DETAILS = re.compile(
    rb"^(?:%(label)s[^\n]*\n){2}%(label)s[^\n]*\d[:.]\d\d[^\n]*\n%(label)s[ \t]*\d{1,10}[ \t]*\r?\n"
    rb"(?:%(label)s[^\n]*\n){5}%(label)s[ \t]*\r?\n" % {b"label": _LABEL},
    re.MULTILINE,
)
_LISTED_TIME = re.compile(rb"^(?:TimeCreated|TimeGenerated|TimeWritten)[ \t]*: *\S", re.MULTILINE)
_LISTED_EVENT = re.compile(rb"^(?:ProviderName|Id|InstanceId|EventID|EntryType)[ \t]*: *\S", re.MULTILINE)

_JSON_KEY = re.compile(rb'"(\w{2,30})"\s*:')
_JSON_XML = {"System", "EventID"}
_RECORD_LINE = re.compile(rb"Record \d+\r?\n")

_WINEVENT, _WINEVENT_IDS = {"timecreated"}, {"id", "eventid"}
_EVENTLOG, _EVENTLOG_IDS = {"timegenerated", "timewritten"}, {"eventid", "instanceid"}
_ORIGINS = {"providername", "source", "message", "rendereddescription"}
_DELIMITERS = (b",", b";", b"\t", b"|")

_DATE = r"\d{1,4}\D{1,5}(?:\d{1,2}|[^\W\d]{3,12})\D{1,5}\d{1,4}"
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
_DATE_AND_CLOCK = re.compile(rf"{_DATE}\D{{1,20}}{_CLOCK}.{{0,12}}")
_DATE_ALONE, _CLOCK_ALONE = re.compile(_DATE + r"\D{0,4}"), re.compile(rf"\D{{0,12}}{_CLOCK}\D{{0,12}}")
_EVENT_ID = re.compile(r"\d{1,10}")
_ACCOUNT = re.compile(r"N/A|[^\\]+\\[^\\]+|S-1-[\d-]+")


def kind_of(head: bytes) -> str:
    """The kind of export that begins with `head` (64 to 128 KiB of the file as it is in the archive), or ''."""
    if head.startswith(EVTX_FILE) or EVTX_CHUNK in head:
        return "events-evtx"
    text = decode_head(head).lstrip(b" \t\r\n\0")
    first = text[:1]
    if first == b"<":
        return _xml(text) or ("events-xml" if _begins_within_an_event(text) else "")
    if first in (b"[", b"{"):
        return _json(text)
    return _lines(text)


def _xml(text: bytes) -> str:
    prolog = _PROLOG.match(text)
    text = text[prolog.end() :] if prolog else text
    root = _ELEMENT.match(text)
    if root is None:
        return ""
    if root[2] == b"Objs":
        return "events-clixml" if _CLIXML.match(text) and _CLIXML_EVENT.search(text) else ""
    if root[2] in (b"Event", b"Events"):
        known = _EVENT.search(text) or _EVENT_CHILDREN.search(text) or _NO_EVENTS.match(text)
        return "events-xml" if known else ""
    # wevtutil puts its events below a root of any name that it is asked for.
    opened = text.find(b">") + 1
    inner = _PROLOG.match(text, opened)
    return "events-xml" if opened and _EVENT.match(text, inner.end() if inner else opened) else ""


def _begins_within_an_event(text: bytes) -> bool:
    end, start = text.find(b"</Event>"), text.find(b"<Event ")
    return 0 <= end < start and _REST_AND_EVENT.match(text, end) is not None


def _json(text: bytes) -> str:
    keys = {key.decode() for key in _JSON_KEY.findall(text) if key[:1].isupper()}
    dumped = keys >= _JSON_XML and any(key.startswith("TimeCreated") for key in keys)
    return "events-json" if dumped or _are_properties(keys) else ""


def _lines(text: bytes) -> str:
    """Exports of lines and tables, and XML whose first part was cut off or has a heading."""
    if _begins_within_an_event(text) or _HEADING_AND_EVENT.match(text):
        return "events-xml"
    record = _RECORD_LINE.match(text)
    if record and text[record.end() : record.end() + 1] == b"{":
        return _json(text[record.end() :])
    if b"Log Name:" in text and _WEVTUTIL_TEXT.search(text):
        return "events-text"
    return "events-text" if _DETAILS.search(text[:NEAR]) or _is_list(text[:MOST_ROW]) else _table(text)


def _is_list(text: bytes) -> bool:
    """Whether PowerShell's Format-List wrote events."""
    if not any(name in text for name in (b"TimeCreated", b"TimeGenerated", b"TimeWritten")):
        return False
    return bool(_LISTED_TIME.search(text) and _LISTED_EVENT.search(text))


def _table(text: bytes) -> str:
    declared = _CSV_TYPE.match(text)
    if declared and re.match(_EVENT_TYPE, declared[1]):
        return "events-csv"
    lines = text[:NEAR].split(b"\n")
    if any(_is_header(line) for line in lines):
        return "events-csv"
    delimiter = max(_DELIMITERS, key=lines[0].count)
    if not 4 <= lines[0].count(delimiter) < 100:
        return ""
    rows = _rows(text[:MOST_ROW], delimiter.decode())
    return "events-viewer" if _is_viewer(rows) or _is_old_viewer(rows[0]) else ""


def _is_header(line: bytes) -> bool:
    """The names of properties that PowerShell puts over its columns."""
    if b"time" not in line.lower():
        return False
    labels = line.decode("ascii", "replace").strip("\r\ufeff")
    return any(_are_properties(label.strip('" ') for label in labels.split(d.decode())) for d in _DELIMITERS)


def _are_properties(names: Iterable[str]) -> bool:
    """Whether an event of Get-WinEvent or Get-EventLog has all of these, as far as they tell."""
    found = {name.lower() for name in names}
    timed = (found & _WINEVENT and found & _WINEVENT_IDS) or (found & _EVENTLOG and found & _EVENTLOG_IDS)
    return bool(timed and found & _ORIGINS)


def _rows(text: bytes, delimiter: str) -> list[list[str]]:
    """The first two rows; their labels may be in any code page."""
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError:
        decoded = text.decode("cp1252", "replace")
    rows: list[list[str]] = []
    try:
        for row in csv.reader(decoded.splitlines(keepends=True), delimiter=delimiter):
            rows.append(row)
            if len(rows) == 2:
                break
    except csv.Error:  # a NUL, or a carriage return that ends no line
        pass
    return rows or [[]]


def _is_viewer(rows: list[list[str]]) -> bool:
    """The labels' language is unknown, but there is none for the message, which comes last, behind a time and an id."""
    labels = [label.strip() for label in rows[0]]
    while labels and not labels[-1]:  # a spreadsheet fills all rows up to the same length
        labels.pop()
    if len(rows) < 2 or not 5 <= len(labels) <= 20 or len(rows[1]) <= len(labels):
        return False
    if any(label.isdigit() for label in labels):
        return False
    *columns, message = (cell.strip() for cell in rows[1])
    usual = _DATE_AND_CLOCK.fullmatch(columns[1]) and _EVENT_ID.fullmatch(columns[3])
    named = any(letter.isalpha() for letter in message[:500])
    times = sum(bool(_DATE_AND_CLOCK.fullmatch(cell)) for cell in columns)
    return bool(usual or (named and times == 1 and any(map(_EVENT_ID.fullmatch, columns))))


def _is_old_viewer(row: list[str]) -> bool:
    """Windows 2003: no labels; date, time, source, type, category, event, user, computer, description."""
    if len(row) < 9 or not _EVENT_ID.fullmatch(row[5].strip()):
        return False
    return bool(
        _DATE_ALONE.fullmatch(row[0].strip())
        and _CLOCK_ALONE.fullmatch(row[1].strip())
        and _ACCOUNT.fullmatch(row[6].strip())
    )
