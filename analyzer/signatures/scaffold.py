"""A first signature file from a pasted log line: its regex generalised, its test filled in, the rest to be written.

`signatures test` then says how the cause stands when that line is all there is, `lint` what is still to be done.
"""

from __future__ import annotations

import re
from pathlib import Path

from analyzer.aside import whole
from analyzer.bundle.sniff import by_content
from analyzer.lines.index import LineIndex
from analyzer.matching.text import plain_text
from analyzer.parsers.families import FAMILIES

_ID = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")
_PLACES = {
    "waagent": "var/log/waagent.log",
    "vmsnapshot": "var/log/azure/Microsoft.Azure.RecoveryServices.VMSnapshotLinux/extension.log",
    "vmsnapshot-shell": "var/log/azure/Microsoft.Azure.RecoveryServices.VMSnapshotLinux/shell.log",
    "extension-log": "var/log/azure/Contoso.Example.HandlerLinux/extension.log",
    "syslog": "var/log/syslog",
    "kernel": "var/log/kern.log",
    "cloud-init": "var/log/cloud-init.log",
    "audit": "var/log/audit/audit.log",
    "serial-console": "serial-console.log",
}
_VARIABLE = (
    (re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"), r"[0-9a-fA-F-]{36}"),
    (re.compile(r"https?://[^\s\]]+"), r"https?://[^\s\]]+"),
    (re.compile(r"(?:/[\w.@+-]+){2,}/?"), r"/\S+"),
    (re.compile(r"\d+(?:\.\d+)+"), r"[\d.]+"),
    (re.compile(r"\d+"), r"\d+"),
)
_THREADS = re.compile(
    r"^(?:Daemon|ExtHandler|MonitorHandler|EnvHandler|MainThread) (?:(?:Daemon|ExtHandler) |\[\S+\] )?"
)


def scaffold(identity: str, line: str) -> str:
    """The text of a new signature file. ValueError when the id is none or the line says nothing."""
    if not _ID.fullmatch(identity):
        raise ValueError(f"'{identity}' is no id such as network/no-route")
    line = line.strip("\n")
    if len(line.strip()) < 8:
        raise ValueError("the line is too short to be matched by")
    if "'''" in line:
        raise ValueError("the line holds ''', which ends a text of TOML: paste it without")
    kind, source = by_content(line.encode() + b"\n") or ("text-log", "other")
    message = _THREADS.sub("", _message(kind, source, line))
    return _TEMPLATE.format(
        title=_plain(message)[:70],
        source=source,
        regex=generalise(message),
        place=_PLACES.get(kind, "var/log/other.log"),
        line=line,
    )


def _message(kind: str, source: str, line: str) -> str:
    """The line behind its stamp and level."""
    family = FAMILIES.get(kind)
    if family is None:
        return line
    index = LineIndex(family, {}, source)
    for block in index.blocks([line.encode() + b"\n"]):
        return plain_text(block.buffer[int(block.start[0] + block.message[0]) : int(block.end[0])])
    return line


def generalise(message: str) -> str:
    """A regex for the message with its numbers, paths, addresses and ids left open."""
    message = message.split("\n")[0][:300].rstrip()
    result, at = "", 0
    spans: list[tuple[int, int, str]] = []
    for pattern, replacement in _VARIABLE:
        for match in pattern.finditer(message):
            if all(match.end() <= s or match.start() >= e for s, e, _ in spans):
                spans.append((match.start(), match.end(), replacement))
    for start, end, replacement in sorted(spans):
        result += re.escape(message[at:start]).replace(r"\ ", " ") + replacement
        at = end
    return result + re.escape(message[at:]).replace(r"\ ", " ")


def _plain(text: str) -> str:
    return re.sub(r"[\"\\\x00-\x1f]", "", text.split("\n")[0]).strip()


def write(folder: Path, identity: str, line: str) -> Path:
    """Write the scaffold below a folder; FileExistsError when the signature is there already."""
    text = scaffold(identity, line)
    path = folder / f"{identity}.toml"
    if path.exists():
        raise FileExistsError(f"{path} is there already")
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as file:
        file.write(text.encode())
    return path


_TEMPLATE = """schema = 1
title = "{title}"
kind = "fault"
platforms = ["linux"]
operations = ["agent", "extension", "backup"]
[cause]
summary = "Seen {{line.count}} times between {{line.first}} and {{line.last}}."
why = "The mechanism: what fails, what the agent or handler does then, and what the portal shows."
explains = []
[[remedy]]
step = "What to look at first."
risk = "none"
[[evidence]]
key = "line"
role = "required"
weight = 5
label = "what the line says, in words"
source = ["{source}"]
match = '''{regex}'''
[[test]]
name = "the line that was pasted"
expect = "named"
[test.files]
"{place}" = '''
{line}
'''
"""
