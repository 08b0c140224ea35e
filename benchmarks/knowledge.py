"""Made-up signatures by the hundred, and the log lines that they match: what a run with N signatures looks for.

The regexes are of the kinds that real signatures have: a literal with a bounded gap, an alternation, a class, an
optional part; each has a literal of its own.
"""

from __future__ import annotations

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


def phrases(count: int) -> list[str]:
    """The log text that each of the signatures matches, `{n}` and `{m}` standing for numbers."""
    return [f"Could not {verb} {thing} of slot {{m}}, {reason} (errno {{n}})" for verb, thing, reason in _words(count)]


def regexes(count: int) -> list[str]:
    """One regex a signature."""
    made = []
    for i, (verb, thing, reason) in enumerate(_words(count)):
        plain = f"Could not {verb} {thing} of slot "
        made.append(
            (
                rf"{plain}\d+, {reason} \(errno (?P<errno>\d+)\)",
                rf"{plain}.{{1,40}}?{reason}",
                rf"{plain}\d{{1,3}}, (?:{reason}|{REASONS[(i + 1) % 10]} again)",
                rf"{plain}[0-9]+,? {reason}(?: \(errno \d+\))?",
            )[i % 4]
        )
    return made


def _words(count: int) -> list[tuple[str, str, str]]:
    every = [(verb, thing, reason) for reason, thing, verb in product(REASONS, OBJECTS, VERBS)]
    if count > len(every):
        raise ValueError(f"there are {len(every)} made-up signatures, not {count}")
    return every[:count]


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
