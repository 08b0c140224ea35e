"""`/etc/azure/vmbackup.conf`, and `workload.conf` beside it: options of Azure Backup that the customer sets.

The extension looks every option up in the section [SnapshotThread], spelled exactly so, and falls back to defaults
without a word when the header is missing or the file does not parse (VMBackup/main/Utils/HandlerUtil.py
get_value_from_configfile): then nothing in it has any effect.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from posixpath import basename

from analyzer.parsers.base import StateEvent, StateResult, first
from analyzer.parsers.content import UnreadableError, config_unreadable, filled
from analyzer.parsers.ini import Ini, Option, read_ini
from analyzer.parsers.scrub import scrub

SOURCE = "config"
SECTION = "SnapshotThread"
MAX_OPTIONS = 500
_SECRET_KEY = re.compile(r"cred|pass|secret|key|token|string", re.IGNORECASE)


def parse(path: str, data: bytes) -> StateResult:
    """Facts `vmbackup.*` come from vmbackup.conf alone; other INI files give only events."""
    try:
        ini = read_ini(filled(data))
    except UnreadableError as error:
        return config_unreadable(path, error)
    name = basename(path)
    result = StateResult()
    options = first(ini.options, MAX_OPTIONS, "options", result.problems)
    for option in options:
        if option.value and not _SECRET_KEY.search(option.key):
            text = f"config {name}: {scrub(option.key)}={scrub(option.value, 1_000)}"
            result.events.append(StateEvent(SOURCE, text, component=name, line=option.line))
    if name == "vmbackup.conf":
        _tell_snapshot_thread(result, ini, options, data.startswith(codecs.BOM_UTF8))
    return result


def _tell_snapshot_thread(result: StateResult, ini: Ini, options: Sequence[Option], has_mark: bool) -> None:
    lost = [option for option in ini.options if not option.section]
    has_section = SECTION in ini.sections and not has_mark
    result.facts["vmbackup.has_section"] = has_section
    for option in options:
        if option.section in (SECTION, "") and not _SECRET_KEY.search(option.key):
            result.facts[f"vmbackup.{scrub(option.key, 200)}"] = scrub(option.value, 1_000)
    if not has_section and (lost or SECTION.lower() in (section.lower() for section in ini.sections)):
        mark = " (a byte order mark hides it)" if has_mark and SECTION in ini.sections else ""
        _malformed(result, f"no [{SECTION}] section{mark}", lost[0].line if lost else 1)
    elif lost:
        _malformed(result, f"an option stands before the [{SECTION}] section", lost[0].line)
    elif ini.odd_lines:
        _malformed(result, f"line {ini.odd_lines[0]} is no option", ini.odd_lines[0])


def _malformed(result: StateResult, why: str, line: int) -> None:
    text = f"config vmbackup.conf malformed: {why}"
    result.events.append(StateEvent(SOURCE, text, level="error", component="vmbackup.conf", line=line))
    result.problems.append(f"malformed: {why}")
