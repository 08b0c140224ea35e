"""The table of events for the page: packed in blocks that its script unpacks when they are needed, and a few rows that
stand there as they are, for readers without a script and for paper.

The first block holds everything but the texts, since filters by source, level and time need that of all rows; each
other block holds the texts of BLOCK rows. A block is JSON, deflated, in base64.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from analyzer.language import _
from analyzer.moments import iso
from analyzer.report import formatting
from analyzer.report.timelinewords import LEVELS, QUALITIES

Json = Mapping[str, Any]

BLOCK = 10_000
MOST_STATIC = 40
MOST_STATIC_TEXT = 240
_SQUEEZED = 6  # of 9; more takes twice the time for a hundredth of the size


@dataclass(frozen=True)
class StaticRow:
    """A row that stands in the page as it is."""

    id: str
    time: str
    iso: str
    source: str
    level: str
    text: str
    place: str


def blocks(events: Json) -> list[str]:
    """The data of the page's blocks, the first one first."""
    texts = [text if text.isascii() and text.isprintable() else formatting.visible(text) for text in events["text"]]
    parts = [texts[start : start + BLOCK] for start in range(0, len(texts), BLOCK)]
    return [_packed(_index(events)), *(_packed(part) for part in parts)]


def _index(events: Json) -> dict[str, Any]:
    """All columns but the texts. Times are milliseconds, each as the distance to the one before."""
    moments = [moment // 1000 for moment in events["time"] if moment is not None]
    return {
        "block": BLOCK,
        "rows": len(events["time"]),
        "whole": events["everything"],
        "time": [later - earlier for earlier, later in pairwise([0, *moments])],
        **{name: events[name] for name in ("quality", "source", "level", "file", "line", "role")},
        **{name: [formatting.one_line(value) for value in events[name]] for name in ("sources", "files")},
        "names": events["levels"],
        "levels": [_(LEVELS[name]) if name in LEVELS else name for name in events["levels"]],
        "qualities": [_(QUALITIES[name]) if QUALITIES.get(name) else "" for name in events["qualities"]],
        "roles": events["roles"],
    }


def _packed(data: Any) -> str:
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":"), check_circular=False)
    return base64.b64encode(zlib.compress(plain.encode("utf-8", "replace"), _SQUEEZED)).decode("ascii")


def anchor(file: int, line: int) -> str:
    """What a link to a row says: the number of its file among the sorted ones, and the line."""
    return f"e-{file}-{line}"


def static_rows(events: Json) -> list[StaticRow]:
    """The incidents' markers and the evidence, in order of time, the evidence first where there are too many."""
    bits = [1 << events["roles"].index(name) for name in ("evidence", "incident")]
    chosen: list[int] = []
    for bit in bits:
        mine = [row for row, role in enumerate(events["role"]) if role & bit and row not in chosen]
        chosen += mine[-(MOST_STATIC - len(chosen)) :] if len(chosen) < MOST_STATIC else []
    return [_static(events, row) for row in sorted(chosen)]


def _static(events: Json, row: int) -> StaticRow:
    file, line = events["file"][row], events["line"][row]
    level = events["levels"][events["level"][row]]
    moment = events["time"][row]
    stamp = iso(moment) or ""
    return StaticRow(
        id=anchor(file, line),
        time=formatting.moment(stamp),
        iso=stamp,
        source=events["sources"][events["source"][row]],
        level="" if level == "none" else _(LEVELS.get(level, level)),
        text=formatting.visible(events["text"][row], MOST_STATIC_TEXT),
        place=f"{events['files'][file]}:{line}",
    )


def words() -> dict[str, str]:
    """What the script says."""
    return {
        "rows": _("Rows: {n} of {m}"),
        "searching": _("Rows: {n} of {m}, still searching"),
        "none": _("No row matches; clear a filter to see more."),
        "some": _("Quiet events are not in this table; vmtriage analyze --full-timeline lists all."),
        "back": _("Back to the evidence"),
        "noTime": _("no time"),
        "link": _("Link to this row"),
        "evidence": _("evidence"),
        "place": _("Place"),
        "old": _("This browser cannot unpack the whole table; a newer one can."),
        "badTime": _("No time such as 2026-11-21 03:40 (UTC)"),
        "close": _("Close"),
    }


def choices(names: Sequence[str], told: Mapping[str, str]) -> list[tuple[str, str]]:
    """(value, word) of a list to choose from."""
    return [(name, _(told[name]) if told.get(name) else name) for name in names]
