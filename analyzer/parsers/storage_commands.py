"""Facts in the output of `df`, `mount`, `findmnt` and in /proc/mounts: how full, how mounted.

Rows are recognised by their shape, not by their headers' words, which follow the system's language.
"""

from __future__ import annotations

import re

from analyzer.parsers.base import FactValue
from analyzer.parsers.scrub import scrub

MAX_MOUNTS = 500

_SIZE = re.compile(r"(\d{1,20}(?:[.,]\d{1,6})?)([KMGTPEZ])?i?B?$", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})%$", re.ASCII)
_BLOCK = re.compile(r"(\d{1,10})([KMG])?B?[- ][Bb]l[oö]", re.ASCII)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6, "Z": 7}
# read-only images are full by construction, and say nothing about the disk
_IMAGES = frozenset({"squashfs", "iso9660", "udf", "erofs", "cramfs"})
_PSEUDO = frozenset(
    [
        "proc",
        "sysfs",
        "devpts",
        "cgroup",
        "cgroup2",
        "pstore",
        "bpf",
        "securityfs",
        "debugfs",
        "tracefs",
        "hugetlbfs",
        "mqueue",
        "configfs",
        "fusectl",
        "autofs",
        "binfmt_misc",
        "rpc_pipefs",
        "nsfs",
        "efivarfs",
        "selinuxfs",
        "ramfs",
        "fuse.gvfsd-fuse",
        "fuse.portal",
        "fuse.lxcfs",
    ]
)
_TREE = "├─└│ `|-"


def df(lines: list[str], problems: list[str]) -> dict[str, FactValue]:
    """`disk[mount].use_percent`, `.available_kb` (KiB), and from `df -i` `.inode_percent`."""
    facts: dict[str, FactValue] = {}
    left = 0
    inodes, typed, unit, carried = False, False, 1024, ""
    for line in lines:
        row = _df_row(f"{carried} {line}" if carried else line, typed)
        carried = ""
        if row is None:
            if "%" in line:
                inodes = "node" in line.lower() or "IUse" in line or "nœud" in line
                typed = line.split()[1:2] in (["Type"], ["Typ"])
                unit = _block_bytes(line)
            elif len(line.split()) == 1:
                carried = line.strip()  # without -P a long device has a line of its own
            continue
        device, fstype, available, percent, mount = row
        if fstype in _IMAGES or device.startswith("/dev/loop"):
            continue
        if len(facts) > 4 * MAX_MOUNTS:
            left += 1
            continue
        fact = f"disk[{scrub(mount, 300)}]"
        if inodes:
            facts[f"{fact}.inode_percent"] = percent
            continue
        facts[f"{fact}.use_percent"] = percent
        kib = _kib(available, unit)
        if kib is not None:
            facts[f"{fact}.available_kb"] = kib
        if fstype:
            facts[f"{fact}.fstype"] = fstype
    _left_out(left, problems)
    return facts


def mount(lines: list[str], problems: list[str]) -> dict[str, FactValue]:
    """`disk[mount].fstype` and `.options` of what is no kernel interface; the last mount on a point counts."""
    facts: dict[str, FactValue] = {}
    left = 0
    for line in lines:
        row = _mount_row(line)
        if not row or row[1] in _PSEUDO:
            continue
        fact = f"disk[{scrub(row[0], 300)}]"
        if len(facts) < 2 * MAX_MOUNTS or f"{fact}.options" in facts:
            facts[f"{fact}.fstype"], facts[f"{fact}.options"] = scrub(row[1], 100), scrub(row[2], 1_000)
        else:
            left += 1
    _left_out(left, problems)
    return facts


def _left_out(rows: int, problems: list[str]) -> None:
    if rows:
        problems.append(f"{rows} file systems behind the first {MAX_MOUNTS} were left out")


def _df_row(line: str, typed: bool) -> tuple[str, str, str, int, str] | None:
    """(device, type or '', available, percent, mount) of a row; None for headers and everything else."""
    words = line.split()
    for index in range(3, min(len(words) - 1, 16)):
        percent = _PERCENT.match(words[index])
        if percent and words[index + 1].startswith("/") and all(_SIZE.match(word) for word in words[index - 3 : index]):
            before = words[: index - 3]
            fstype = before.pop() if typed and len(before) > 1 else ""
            mounted = " ".join(words[index + 1 :])
            return " ".join(before), fstype, words[index - 1], int(percent.group(1)), mounted
    return None


def _block_bytes(header: str) -> int:
    found = _BLOCK.search(header)
    return int(found.group(1)) * 1024 ** _POWERS[found.group(2) or ""] if found else 1024


def _kib(size: str, unit: int) -> int | None:
    found = _SIZE.match(size)
    if not found:
        return None
    number, suffix = float(found.group(1).replace(",", ".")), found.group(2)
    if suffix:
        return int(number * 1024 ** (_POWERS[suffix] - 1))
    return int(number) * unit // 1024


def _mount_row(line: str) -> tuple[str, str, str] | None:
    """(mount, type, options) of a row of mount, /proc/mounts or findmnt."""
    if " type " in line and line.rstrip().endswith((")", "]")):
        left, _, right = line.partition(" type ")
        fstype, _, options = right.partition(" ")
        place = left.partition(" on ")[2]
        return (place, fstype, options.partition(")")[0].strip("( ")) if place.startswith("/") else None
    words = line.lstrip(_TREE).split()
    if len(words) == 6 and words[1].startswith("/") and words[4].isdigit() and words[5].isdigit():
        return words[1].replace("\\040", " "), words[2], words[3]
    if len(words) == 4 and words[0].startswith("/") and words[3].partition(",")[0] in ("rw", "ro"):
        return words[0].replace("\\x20", " "), words[2], words[3]
    return None
