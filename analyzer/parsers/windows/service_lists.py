"""Lists of services as commands print them: sc, Get-Service, Win32_Service, wmic, net start, as JSON too; and tasklist.

What is translated is never asked for: `sc` is read by the order of its lines and its numbers, tables by their columns'
English property names (PowerShell and WMI do not translate these).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from analyzer.parsers.content import UnreadableError
from analyzer.parsers.jsonload import load_json_text
from analyzer.parsers.values import as_int
from analyzer.parsers.windows.service import Service, start_of, state_of
from analyzer.parsers.winevents.services import key_of

_SC_NAME = re.compile(r"\s{0,8}SERVICE_NAME: {0,4}(\S.{0,255}?)\s*$")
_SC_FIELD = re.compile(
    r"\s{1,12}([^\s:][^:]{0,60}?)\s*: {1,4}([0-9a-f]{1,10})\b\s*(?:\(0x[0-9a-f]{1,8}\)|(\S.{0,60}))?"
)
_SC_MISSING = re.compile(r"\[SC\] \S{1,60} .{0,60}?\b1060\b")
_SC_ASKED = re.compile(
    r"\bsc(?:\.exe)?\s+(?:\\\\\S+\s+)?(?:query|queryex|qc)\s+\"?([\w$.-]{1,255})\"?\s*$", re.IGNORECASE
)
_LIST_FIELD = re.compile(r"([A-Za-z]{2,40}) {0,40}: (.{0,1000})$")
_JSON_NAME = re.compile(r'"(?:Service)?Name": {0,4}"([^"]{1,255})"')
_HEADER = re.compile(r"\b(?:Service)?Name\b", re.IGNORECASE)
_RULE = re.compile(r"(?:-+ +)+-+\s*$")
_TASK = re.compile(r"(\S.{0,80}?) {1,80}(\d{1,10}) (?:\S| )")

_FEWEST_STARTED = 5

_NAMES = ("name", "servicename")
_STATES = ("state", "status")
_STARTS = ("startmode", "starttype")
_CODES = ("exitcode", "win32exitcode")
_ACCOUNTS = ("startname", "username", "account")
_COLUMNS = frozenset((*_NAMES, *_STATES, *_STARTS, *_CODES, *_ACCOUNTS))


def sc(lines: list[str], asked: str = "") -> Iterator[Service]:
    """`sc query`, `sc queryex`, `sc qc`; of a service that does not exist only where it is known which one was `asked`
    for.

    Below the name stand, in this order: `query`: type, state, exit code, service exit code; `qc`: type, start type."""
    service: Service | None = None
    fields = 0
    for number, line in enumerate(lines, 1):
        name = _SC_NAME.match(line)
        if name:
            if service:
                yield service
            service, fields = Service(name.group(1), line=number), 0
            continue
        prompt = _SC_ASKED.search(line)
        if prompt:
            asked = prompt.group(1)
        if _SC_MISSING.match(line) and asked:
            yield Service(asked, missing=True, line=number)
        field = _SC_FIELD.match(line)
        if service and field:
            fields += 1
            _sc_field(service, fields, field)
    if service:
        yield service


def _sc_field(service: Service, position: int, field: re.Match[str]) -> None:
    label, number, word = field.group(1).upper(), as_int(field.group(2)) or 0, field.group(3) or ""
    if position == 2:
        if re.match(r"(?:\w+_START|DISABLED)\b", word):
            service.start = start_of(number)
        else:
            service.state = state_of(number)
    elif position == 3 and not service.start and service.state:
        service.exit_code = number
    elif label == "SERVICE_EXIT_CODE" and number and service.exit_code == 1066:
        service.exit_code = number  # 1066 says: see the service's own code


def properties(lines: list[str]) -> Iterator[Service]:
    """Format-List of Get-Service, Get-CimInstance Win32_Service or `wmic … /format:list` ('Name=RdAgent')."""
    current: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(lines, 1):
        found = _LIST_FIELD.match(line) or re.match(r"([A-Za-z]{2,40})=(.{0,1000})$", line)
        if not found:
            continue
        key = found.group(1).lower()
        if key in _COLUMNS:
            if key in current:
                yield from _service(current)
                current = {}
            current[key] = (found.group(2).strip(), number)
    yield from _service(current)


def table(lines: list[str]) -> Iterator[Service]:
    """A table with property names above a rule ('Status  Name  DisplayName') or, of wmic, above nothing."""
    columns: list[tuple[str, int, int]] = []
    for number, line in enumerate(lines, 1):
        if _HEADER.search(line) and ":" not in line and (found := _columns(line)):
            columns = found
        elif columns and line.strip() and not _RULE.match(line):
            cells = {word: (line[start:end].strip(), number) for word, start, end in columns}
            yield from _service({word: cell for word, cell in cells.items() if word in _COLUMNS})


def _columns(line: str) -> list[tuple[str, int, int]]:
    """(property, first column, end) of a heading that names services and something of them; [] of any other line."""
    words = [(found[0].lower(), found.start()) for found in re.finditer(r"\S+", line)]
    named = {word for word, _ in words}
    if not named.intersection(_NAMES) or not named.intersection((*_STATES, *_STARTS)):
        return []
    ends = [start for _, start in words[1:]] + [10_000]
    return [(word, start, end) for (word, start), end in zip(words, ends, strict=True)]


def comma_separated(lines: list[str]) -> Iterator[Service]:
    """Export-Csv, ConvertTo-Csv or `wmic … /format:csv`."""
    header: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#TYPE"):
            continue
        delimiter = ";" if line.count(";") > line.count(",") else ","
        cells = next(csv.reader([line[:10_000].replace("\r", " ")], delimiter=delimiter), [])
        if not header:
            header = [cell.strip().lower() for cell in cells]
            continue
        yield from _service({k: (v.strip(), number) for k, v in zip(header, cells, strict=False) if k in _COLUMNS})


def objects(lines: list[str]) -> Iterator[Service]:
    """ConvertTo-Json of Get-Service (its numbers are those of the system) or of Win32_Service."""
    text = "\n".join(lines).strip("\ufeff \n")
    if not text.startswith(("[", "{")):
        return
    try:
        document = load_json_text(text)
    except UnreadableError:
        return
    places = {name: number for number, line in reversed([*enumerate(lines, 1)]) for name in _JSON_NAME.findall(line)}
    for entry in document if isinstance(document, list) else [document]:
        if isinstance(entry, dict):
            fields = {key.lower(): str(value) for key, value in entry.items() if isinstance(value, str | int)}
            line = places.get(_first({key: (value, 1) for key, value in fields.items()}, _NAMES)[0], 1)
            yield from _service({key: (value, line) for key, value in fields.items() if key in _COLUMNS})


def _service(fields: dict[str, tuple[str, int]]) -> Iterator[Service]:
    name, line = _first(fields, _NAMES)
    state, start = state_of(_first(fields, _STATES)[0]), start_of(_first(fields, _STARTS)[0])
    if name and " " not in name and (state or start):
        code, account = as_int(_first(fields, _CODES)[0]), _first(fields, _ACCOUNTS)[0]
        yield Service(name, state, start, code, account, line=line)


def _first(fields: dict[str, tuple[str, int]], names: Iterable[str]) -> tuple[str, int]:
    return next((fields[name] for name in names if name in fields and fields[name][0]), ("", 1))


def started(lines: list[str]) -> Iterator[Service]:
    """`net start`: display names of what runs, indented by three blanks; a few of them must be known."""
    names = [(number, line.strip()) for number, line in enumerate(lines, 1) if re.match(r" {3}\S", line)]
    known = [Service(key, "running", line=number) for number, name in names if (key := key_of(name)) != name]
    if len(known) >= _FEWEST_STARTED:
        yield from known


def tasks(lines: list[str]) -> Iterator[tuple[str, int, int]]:
    """(image, process id, line) of `tasklist`, below its rule of '=' signs, or of Get-Process."""
    below = False
    columns: list[str] = []
    for number, line in enumerate(lines, 1):
        words = line.split()
        if line.startswith("====") and " =" in line:
            below = True
        elif below and (found := _TASK.match(line)) and "." in found.group(1):
            yield found.group(1).strip(), int(found.group(2)), number
        elif "ProcessName" in words and "Id" in words:
            columns = words
        elif columns and len(words) >= 3 and not _RULE.match(line):
            place = columns.index("Id") - len(columns)  # an empty cell (CPU) moves what stands left of it
            if -len(words) <= place and words[place].isdecimal():
                yield words[-1], int(words[place][:10]), number
