"""Files that hold what a command of Windows printed: one command's output, or a console's with prompts between them.

A file's name says little and its language may be any, so every reader looks at every output and takes what it knows;
the other lines are told as they stand, as those of Linux commands are. An output is what stands between two prompts
(`C:\\>vssadmin list writers`), else the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from posixpath import basename

from analyzer.parsers.base import StateEvent, StateResult, first, shortened
from analyzer.parsers.content import EmptyError, unreadable
from analyzer.parsers.scrub import scrub
from analyzer.parsers.windows import network, service, service_lists, system, vssadmin
from analyzer.parsers.windows.told import Told
from analyzer.parsers.winevents.codepage import text_of
from analyzer.parsers.winevents.event import Notes

SOURCE = "command-output"
MAX_LINES = 20_000
MAX_LINE = 2_000  # characters
MAX_EVENTS = 5_000  # of lines that no reader knows
_PROMPT = re.compile(r"(?:PS )?[A-Za-z]:\\[^>\n]{0,260}> ?(\S.{0,500})$")
_SC = re.compile(r"sc(?:\.exe)?\s+(?:query|queryex|qc)\s+\"?([\w$.-]{1,255})", re.IGNORECASE)
_RENAMED = {
    "writers": "vssadmin",
    "providers": "vssadmin",
    "shadowstorage": "vssadmin",
    "proxy": "netsh",
    "time": "w32tm",
}


@dataclass
class _Output:
    """`first` is the number of the first line in the file."""

    command: str
    typed: str
    first: int
    lines: list[str]


def parse(path: str, data: bytes) -> StateResult:
    notes = Notes()
    text = "".join(text_of(iter([data]), notes)).replace("\0", "")  # a console writes in its own code page
    if not text.strip():
        return unreadable(SOURCE, path, EmptyError())
    result = StateResult(problems=notes.words)
    lines = shortened((line.rstrip("\r") for line in text.split("\n")), MAX_LINE, result.problems)
    for output in _outputs(path, first(lines, MAX_LINES, "lines", result.problems)):
        _tell(result, output)
    return result


def _outputs(path: str, lines: Sequence[str]) -> list[_Output]:
    name = re.split(r"[_. ]", basename(path), maxsplit=1)[0].lower()
    outputs = [_Output(_RENAMED.get(name, scrub(name, 60)), basename(path).partition(".")[0], 1, [])]
    for number, line in enumerate(lines, 1):
        prompt = _PROMPT.match(line)
        if prompt:
            typed = prompt.group(1).strip()
            word = re.split(r"[\s|]", typed, maxsplit=1)[0].rpartition("\\")[2].lower().removesuffix(".exe")
            outputs.append(_Output(scrub(word, 60), typed, number + 1, []))
        else:
            outputs[-1].lines.append(line)
    return outputs


def _tell(result: StateResult, output: _Output) -> None:
    services = _services(output)
    tolds = [services, *(reader(output.lines) for reader in _READERS)]
    for told in tolds:
        result.facts |= told.facts
        result.problems += told.problems
        result.events += [replace(event, line=event.line + output.first - 1) for event in told.events]
    used = set[int]().union(*(told.used for told in tolds))
    known = output.first > 1 or output.command in _KNOWN
    spoken = next((event.component for told in tolds[1:] for event in told.events), "")
    _as_they_stand(result, output, used, output.command if known or not spoken else spoken)


def _as_they_stand(result: StateResult, output: _Output, used: set[int], component: str) -> None:
    left = [(number, line) for number, line in enumerate(output.lines, 1) if line.strip() and number not in used]
    for number, line in first(left, MAX_EVENTS, f"lines of {component}", result.problems):
        event = StateEvent(SOURCE, scrub(line.strip()), component=component, line=number + output.first - 1)
        result.events.append(event)


def _services(output: _Output) -> Told:
    named = next((key for key in service.OF_AGENT if key.lower() in output.typed.lower()), "")
    typed = _SC.match(output.typed)
    found = [*service_lists.sc(output.lines, typed.group(1) if typed else named)]
    for reader in _LISTS:
        found = found or [*reader(output.lines)]
    result = service.tell(found)
    told = Told(result.facts, result.events, problems=result.problems)
    if found:  # headings, rules and what else stands around a list are its own
        told.used = {*range(min(one.line for one in found) - 3, max(one.line for one in found) + 13)}
    for image, number, line in service_lists.tasks(output.lines):
        text = f"process {scrub(image, 100)}: pid {number}"
        told.events.append(StateEvent(service.SOURCE, text, component=scrub(image, 100), line=line))
        told.used.add(line)
    return told


_LISTS = (
    service_lists.objects,
    service_lists.table,
    service_lists.comma_separated,
    service_lists.properties,
    service_lists.started,
)
_READERS: tuple[Callable[[list[str]], Told], ...] = (
    vssadmin.read,
    system.systeminfo,
    system.time_service,
    system.time_zone,
    system.boot_options,
    network.proxy,
    network.adapters,
    network.routes,
    network.firewall,
    network.connection,
)
_KNOWN = frozenset(
    {"vssadmin", "systeminfo", "w32tm", "tzutil", "netsh", "ipconfig", "route", "bcdedit", "wmic", "net", "sc"}
)
