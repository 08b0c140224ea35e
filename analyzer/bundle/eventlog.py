"""Whether a file is an export of a Windows event log, and with what it was exported: by its first bytes alone.

Names say little: people save `System.evtx` as `log.txt`, and tools name every export alike. What is asked of a head
is what only such an export has, so that Linux logs, the agent's XML and JSON, and ordinary tables are none.
"""

from __future__ import annotations

import csv
import re

from analyzer.bundle.encoding import decode_head

EVTX_FILE, EVTX_CHUNK = b"ElfFile\0", b"ElfChnk\0"
NEAR = 4 << 10  # an export that begins with a prompt or a heading does so within these bytes
MOST_HEADER = 4 << 10

_NAMESPACE = rb"http://schemas\.microsoft\.com/win/2004/08/events"
_PROLOG = re.compile(rb"(?:\s+|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>)+", re.DOTALL)
_ELEMENT = re.compile(rb"<((?:[\w.-]+:)?)([\w.-]+)[\s/>]")
_EVENT_OF_WINDOWS = re.compile(rb"<(?:[\w.-]+:)?Event\s[^>]*" + _NAMESPACE)
_EVENT_CHILDREN = re.compile(rb"<((?:[\w.-]+:)?)System\s*>.*?<\1EventID[\s>]", re.DOTALL)
_NO_EVENTS = re.compile(rb"<Events\s*(?:/>|>\s*</Events>)\s*\Z")
_EVENTS_IN_A_ROW = re.compile(rb"</Event>\s*<Event\s[^>]*" + _NAMESPACE)
_EVENT_LINE = re.compile(rb"^\s*<Event\s[^>]*" + _NAMESPACE, re.MULTILINE)

_EVENT_TYPE = rb"(?:[\w.]+\.)?System\.Diagnostics\.(?:Eventing\.Reader\.EventLogRecord|EventLogEntry)\b"
_CLIXML = re.compile(rb"<Objs\s[^>]*http://schemas\.microsoft\.com/powershell/2004/04")
_CLIXML_EVENT = re.compile(rb"<T>" + _EVENT_TYPE)
_CSV_TYPE = re.compile(rb"#TYPE ([^\r\n]*)\r?\n")

_WEVTUTIL_TEXT = re.compile(rb"^Event\[\d+\]:?[ \t]*\r?\n[ \t]+Log Name:", re.MULTILINE)
_DETAILS = re.compile(rb"^[ \t]*Log Name:[^\n]*\n(?:[^\n]*\n){0,3}?[ \t]*Event ID:\s*\d", re.MULTILINE)
_LIST_OF_RECORDS = re.compile(rb"^(?:TimeCreated|TimeGenerated|TimeWritten)\s*: *\S", re.MULTILINE)
_LIST_OF_EVENTS = re.compile(rb"^(?:ProviderName|Id|InstanceId|EventID|EntryType)\s*: *\S", re.MULTILINE)

_JSON_KEY = re.compile(rb'"([#\w]+)"\s*:')
_JSON_EVENT = re.compile(rb'"Event"\s*:\s*\{(?:(?!"System").){0,400}"System"\s*:\s*\{', re.DOTALL)
_RECORD_LINE = re.compile(rb"Record \d+\r?\n")

_TIMES, _IDS = {"timecreated", "timegenerated", "timewritten"}, {"id", "eventid", "instanceid"}
_ORIGINS = {"providername", "source", "message"}
_DATE = r"\d{1,4}\D{1,5}(?:\d{1,2}|[^\W\d]{3,12})\D{1,5}\d{1,4}"
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
_DATE_AND_CLOCK = re.compile(rf"{_DATE}\D{{1,20}}{_CLOCK}.{{0,12}}")
_DATE_ALONE, _CLOCK_ALONE = re.compile(_DATE + r"\D{0,4}"), re.compile(rf"\D{{0,12}}{_CLOCK}\D{{0,12}}")
_EVENT_ID = re.compile(r"\d{1,10}")
_ACCOUNT = re.compile(r"N/A|[^\\]+\\[^\\]+|S-1-[\d-]+")


def kind_of(head: bytes) -> str:
    """The kind of export that begins with `head` (the first 128 KiB of the file as it is in the archive), or ''."""
    if head.startswith(EVTX_FILE) or EVTX_CHUNK in head:
        return "events-evtx"
    text = decode_head(head).lstrip(b" \t\r\n\0")
    first = text[:1]
    if first == b"<":
        return _xml(text)
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
        known = _EVENT_OF_WINDOWS.search(text) or _EVENT_CHILDREN.search(text) or _NO_EVENTS.match(text)
        return "events-xml" if known else ""
    # wevtutil puts its events below a root of any name that it is asked for.
    opened = text.find(b">") + 1
    inner = _PROLOG.match(text, opened)
    return "events-xml" if opened and _EVENT_OF_WINDOWS.match(text, inner.end() if inner else opened) else ""


def _json(text: bytes) -> str:
    keys = {key.decode().lower() for key in _JSON_KEY.findall(text)}
    if keys & _TIMES and keys & _IDS and keys & (_ORIGINS | {"entrytype"}):
        return "events-json"
    return "events-json" if _JSON_EVENT.search(text) and "eventid" in keys else ""


def _lines(text: bytes) -> str:
    """Exports of lines and tables, and XML whose first part was cut off or has a heading."""
    if _EVENTS_IN_A_ROW.search(text) or _EVENT_LINE.search(text[:NEAR]):
        return "events-xml"
    record = _RECORD_LINE.match(text)
    if record and text[record.end() : record.end() + 1] == b"{":
        return _json(text[record.end() :])
    if b"Event[" in text and _WEVTUTIL_TEXT.search(text):
        return "events-text"
    if b"Log Name:" in text[:NEAR] and _DETAILS.search(text[:NEAR]):
        return "events-text"
    if _LIST_OF_RECORDS.search(text[:NEAR]) and _LIST_OF_EVENTS.search(text[:NEAR]):
        return "events-text"
    return _table(text)


def _table(text: bytes) -> str:
    declared = _CSV_TYPE.match(text)
    if declared:
        text = text[declared.end() :]
        if re.match(_EVENT_TYPE, declared[1]):
            return "events-csv"
    header = text[:MOST_HEADER].partition(b"\n")[0]
    delimiter = max((b",", b";", b"\t"), key=header.count)
    if header.count(delimiter) < 2:
        return ""
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError:
        decoded = text.decode("cp1252", "replace")
    rows = _records(decoded, delimiter.decode(), 2)
    names = {label.strip().lower() for label in rows[0]} if rows else set()
    if names & _TIMES and names & _IDS and names & _ORIGINS:
        return "events-csv"
    return "events-viewer" if _is_viewer(rows) or (rows and _is_old_viewer(rows[0])) else ""


def _records(text: str, delimiter: str, most: int) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter):
            rows.append(row)
            if len(rows) == most:
                break
    except csv.Error:  # a quote that no one closes makes a field longer than any is
        pass
    return rows


def _is_viewer(rows: list[list[str]]) -> bool:
    """The labels' language is unknown, but they lack one for the message, and each has its place."""
    if len(rows) < 2 or not 5 <= len(rows[0]) <= 20 or len(rows[1]) <= len(rows[0]):
        return False
    when, number = rows[1][1].strip(), rows[1][3].strip()
    return bool(_DATE_AND_CLOCK.fullmatch(when) and _EVENT_ID.fullmatch(number)) and not any(
        label.strip().isdigit() for label in rows[0]
    )


def _is_old_viewer(row: list[str]) -> bool:
    """Windows 2003: no labels; date, time, source, type, category, event, user, computer, description."""
    if len(row) < 9 or not _EVENT_ID.fullmatch(row[5].strip()):
        return False
    return bool(
        _DATE_ALONE.fullmatch(row[0].strip())
        and _CLOCK_ALONE.fullmatch(row[1].strip())
        and _ACCOUNT.fullmatch(row[6].strip())
    )
