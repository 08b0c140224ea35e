"""`diskinfo.txt` of the disk inspection service: how full the disks of a VM are that was looked at from outside.

Its `df` table is that of the inspecting machine, whose own root stands in it; the VM's disks are the ones with a
block of statvfs values behind (docs/diskinfo.md of azure-diskinspect-service):

    [Device: /dev/sda1, mountpoint: / ]
    bsize: 4096 …
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from analyzer.parsers.base import StateEvent, StateResult, first
from analyzer.parsers.content import UnreadableError, filled, unreadable
from analyzer.parsers.scrub import scrub

SOURCE = "command-output"
MAX_BLOCKS = 200

_BLOCK = re.compile(r"\s{0,20}\[Device: ?([^,\]]{1,200}), ?mountpoint: ?([^\]]{0,500}?)\s?\]")
_VALUE = re.compile(r"\s{0,20}(frsize|bsize|blocks|bfree|bavail|files|ffree|favail): (\d{1,20})\s*$", re.ASCII)
_LETTER = re.compile(r"\s{0,20}([A-Z]:)\s{0,20}(/dev/\S{1,100})")


@dataclass
class _Disk:
    device: str
    mount: str
    line: int
    values: dict[str, int] = field(default_factory=dict)


def parse(path: str, data: bytes) -> StateResult:
    try:
        lines = filled(data).split("\n")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error, "df")
    disks, letters = _read(lines)
    result = StateResult(problems=[] if disks else ["no disk of the VM in it"])
    for disk in first(disks, MAX_BLOCKS, "disks", result.problems):
        name = letters.get(disk.device) or disk.mount or disk.device
        use = _percent(disk.values, "blocks", "bfree", "bavail")
        inodes = _percent(disk.values, "files", "ffree", "favail")
        available = disk.values.get("bavail", 0) * (disk.values.get("frsize") or disk.values.get("bsize", 0)) // 1024
        if use is not None:
            result.facts |= {f"disk[{name}].use_percent": use, f"disk[{name}].available_kb": available}
        if inodes is not None:
            result.facts[f"disk[{name}].inode_percent"] = inodes
        text = f"{disk.device} use {_shown(use)} available {available} KiB inodes {_shown(inodes)} mounted on {name}"
        result.events.append(StateEvent(SOURCE, text, component="df", line=disk.line))
    return result


def _read(lines: list[str]) -> tuple[list[_Disk], dict[str, str]]:
    disks: list[_Disk] = []
    letters: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        block, value, letter = _BLOCK.match(line), _VALUE.match(line), _LETTER.match(line)
        if block:
            disks.append(_Disk(scrub(block.group(1).strip(), 200), scrub(block.group(2).strip(), 300), number))
        elif value and disks:
            disks[-1].values[value.group(1)] = int(value.group(2))
        elif letter:
            letters[letter.group(2)] = letter.group(1)
    return disks, letters


def _percent(values: dict[str, int], total: str, free: str, available: str) -> int | None:
    """As df rounds it: used of what users could have, upwards; None where the file system has no such limit."""
    used = values.get(total, 0) - values.get(free, 0)
    usable = used + values.get(available, 0)
    return min(-(-used * 100 // usable), 100) if used >= 0 and usable > 0 else None


def _shown(percent: int | None) -> str:
    return "-" if percent is None else f"{percent}%"
