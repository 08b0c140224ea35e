"""Made-up signatures by the hundred, and the log lines that they match: what a run with N signatures looks for.

The regexes are of the kinds that real signatures have: a literal with a bounded gap, an alternation, a class, an
optional part; each has a literal of its own.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import product
from pathlib import Path

VERBS = ("mount", "download", "decrypt", "upload", "install", "unzip", "resolve", "register", "parse", "chmod")
OBJECTS = (
    "the resource disk", "the handler package", "the protected settings", "the status blob", "the host certificate",
    "the extension manifest", "the host name", "the snapshot provider", "the goal state document", "the lock file",
)  # fmt: skip
REASONS = (
    "permission denied", "no space left", "connection reset", "name not known", "file is truncated",
    "time limit reached", "device is busy", "digest differs", "quota exceeded", "entry is missing",
)  # fmt: skip


SHAPES = (
    ("Could not {verb} {thing} of slot {{m}}, {reason} (errno {{n}})",
     r"Could not {verb} {thing} of slot \d+, {reason} \(errno (?P<errno>\d+)\)"),
    ("[{{h}}] {thing}: {verb} ended with {{n}}, {reason} after {{m}} attempts",
     r"\[\S+\] {thing}: {verb} ended with \d{{1,6}}, (?:{reason}|{other} again)"),
    ("{reason} while the agent tried to {verb} {thing}, HTTP status {{m}} from 168.63.129.16",
     r"{reason} while the agent tried to {verb} {thing}.{{1,40}}?168\.63\.129\.16"),
    ("Exception in attempt {{m}} to {verb} {thing}: [Errno {{n}}] {reason}: '/var/lib/waagent/{{g}}'",
     r"attempt \d+ to {verb} {thing}: (?:\[Errno \d+\] )?{reason}: '(?P<path>[^']{{1,200}})'"),
)  # fmt: skip
"""(what the agent would log, the regex for it): with a literal in front, behind a class, in the middle, optional."""


def phrases(count: int) -> list[str]:
    """The log text that each of the signatures matches, `{n}`, `{m}`, `{g}` and `{h}` standing for what varies."""
    words = enumerate(_words(count))
    return [SHAPES[i % 4][0].format(verb=verb, thing=thing, reason=reason) for i, (verb, thing, reason) in words]


def regexes(count: int) -> list[str]:
    """One regex a signature."""
    words = enumerate(_words(count))
    return [
        SHAPES[i % 4][1].format(verb=verb, thing=thing, reason=reason, other=REASONS[(i + 1) % 10])
        for i, (verb, thing, reason) in words
    ]


def _words(count: int) -> list[tuple[str, str, str]]:
    every = [(verb, thing, reason) for reason, thing, verb in product(REASONS, OBJECTS, VERBS)]
    if count > len(every):
        raise ValueError(f"there are {len(every)} made-up signatures, not {count}")
    return every[:count]


def readable(path: Path) -> Path:
    """The shipped regexes for lines, one a line, as far as ripgrep can read them: it looks neither ahead nor behind."""
    from analyzer.plan import shipped_plan

    patterns = [p.regex for p in shipped_plan().patterns.patterns if not p.providers]
    plain = [re.sub(r"\(\?P<\w+>", "(?:", regex) for regex in dict.fromkeys(patterns)]
    path.write_text("".join(f"{regex}\n" for regex in plain if not _BEYOND.search(regex) and _read(regex)), "utf-8")
    return path


def _read(regex: str) -> bool:
    return (
        shutil.which("rg") is not None
        and subprocess.run(["rg", "--no-unicode", "-e", regex, "/dev/null"], stderr=subprocess.DEVNULL).returncode < 2
    )


_BEYOND = re.compile(r"\(\?<?[=!]|\(\?>|\(\?P=|\\[1-9]|\n")


def write_signatures(folder: Path, count: int) -> Path:
    """`count` signature files, as they would be loaded from a private pack."""
    area = folder / "bench"
    area.mkdir(parents=True, exist_ok=True)
    for number, regex in enumerate(regexes(count)):
        (area / f"cause-{number:04d}.toml").write_text(_FILE.format(number=number, regex=regex), "utf-8")
    return folder


_FILE = """\
schema = 1
title = "Made-up cause {number}"
kind = "fault"
platforms = ["linux"]
operations = ["agent", "extension"]
[cause]
summary = "It happened {{it.count}} times."
why = "It is made up for measuring."
[[remedy]]
step = "None."
risk = "none"
[[evidence]]
key = "it"
role = "required"
weight = 5
source = ["waagent"]
match = '''{regex}'''
"""
