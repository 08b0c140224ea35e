"""What no signature explains: templates of the error-like records, the rare and the near ones first.

When no cause stands out, these are the places to look at. A template is a record's first line with its numbers, names
and paths taken out, so that repeats fall together; what also occurs far from the failure is background and comes last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import tomli

from analyzer import resources
from analyzer.judging.findings import Findings, Found
from analyzer.judging.incidents import Incident
from analyzer.matching.patterns import Pattern
from analyzer.moments import iso

LIKE_ERRORS = Pattern(
    r"[Ee]rror|ERROR|[Ff]ailed|FAILED|[Ff]ailure|[Ee]xception|Traceback|[Dd]enied|[Tt]imed out|[Rr]efused|[Uu]nable to"
    r"|No such file|not found|[Pp]anic|segfault|[Aa]borted|[Cc]orrupt",
    (),
    "unknown errors",
)
MOST_SHOWN = 20
_NEAR = 60 * 60_000_000  # an hour around the incident
_MASKS = (
    (re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"), "<guid>"),
    (re.compile(r"https?://\S+"), "<url>"),
    (re.compile(r"(?:/[\w.@+-]+){2,}/?"), "<path>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"), "<ip>"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b|\b[0-9A-F]{16,}\b"), "<hex>"),
    (re.compile(r"\d+(?:[.:]\d+)*"), "<n>"),
)


def benign_patterns(path: Path | None = None) -> list[Pattern]:
    """Records that look like errors and are none (signatures/benign.toml)."""
    file = path or resources.folder("signatures") / "benign.toml"
    data = tomli.loads(file.read_text("utf-8"))
    return [Pattern(entry["match"], tuple(entry["source"]), f"benign: {entry['why']}") for entry in data["benign"]]


@dataclass
class Template:
    """Records that differ only in numbers and names. `near` counts those around the incident."""

    text: str
    found: list[Found]
    near: int

    @property
    def key(self) -> tuple[bool, float, int, str]:
        """Near ones first, then the share that lies near, then the rare."""
        return (self.near == 0, -self.near / len(self.found), len(self.found), self.text)


def mine(findings: Findings, pattern: int, explained: Iterable[int], incident: Incident | None) -> list[Template]:
    """Templates of the error-like records that no pattern in `explained` matched, the most telling first."""
    known = {findings.event(*place) for number in explained for place in findings.places(number)}
    groups: dict[tuple[str, str], list[Found]] = {}
    for found in findings.of(pattern):
        if findings.event(found.member, found.row) not in known:
            groups.setdefault((found.source, template(found.text)), []).append(found)
    templates = [
        Template(text, found, sum(_is_near(f, incident) for f in found)) for (_, text), found in groups.items()
    ]
    return sorted(templates, key=lambda t: t.key)[:MOST_SHOWN]


def template(text: str) -> str:
    """The record's telling line with its variable parts masked: the first that looks like an error, else the first."""
    lines = text.split("\n")
    line = next((x for x in lines if re.search(LIKE_ERRORS.regex, x)), lines[0])[:400]
    for mask, word in _MASKS:
        line = mask.sub(word, line)
    return " ".join(line.split())


def _is_near(found: Found, incident: Incident | None) -> bool:
    if incident is None or incident.start is None or found.time is None:
        return False
    return incident.start - _NEAR <= found.time <= (incident.end or incident.start) + _NEAR


def as_json(templates: list[Template]) -> list[dict[str, object]]:
    """In the shape `unknown[]` of the document."""
    return [
        {
            "template": t.text,
            "count": len(t.found),
            "first": iso(t.found[0].time),
            "last": iso(t.found[-1].time),
            "source": t.found[0].source,
            "level": t.found[0].level,
            "file": t.found[0].path,
            "line": t.found[0].line,
            "sample": t.found[0].text[:2_000],
        }
        for t in templates
    ]
