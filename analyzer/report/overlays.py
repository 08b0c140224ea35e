"""What lies over the timeline's lanes: incidents as bars, the time of the report's own, numbered flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.report import formatting, svg, timelinewords, words
from analyzer.report.axis import Axis

Json = Mapping[str, Any]
Placed = tuple[int, float, float, Json]
"""(row, x, width, bar)."""

WIDTH, LEFT, RIGHT = 1080.0, 200.0, 14.0
BAR, ROW = 20.0, 24.0  # the height of an incident's bar, and of a row of them
_NAME = 29  # characters of a lane's name that there is room for
_FLAG = 9.0


def place_of(value: str | None, axis: Axis) -> float | None:
    """The place of a moment, None for one that the axis does not cover."""
    moment = formatting.parse_time(value)
    return axis.x(moment) if moment is not None and axis.holds(moment) else None


def reaches(bar: Json, axis: Axis) -> bool:
    """Whether some of a bar's time is on the axis."""
    start = formatting.parse_time(bar["start"]) or axis.start
    return start <= axis.end and (formatting.parse_time(bar["end"]) or max(start, axis.start)) >= axis.start


def tells(bar: Json, axis: Axis) -> bool:
    """Whether a bar says more than that all was well during the whole of the axis, as some do closer up."""
    start, end = formatting.parse_time(bar["start"]), formatting.parse_time(bar["end"])
    return bar["state"] != "succeeded" or start is None or end is None or start >= axis.start or end <= axis.end


def lane_name(label: str, y: float, class_: str = "lane-name") -> str:
    return svg.text(svg.clip_head(label, _NAME), LEFT - 10, y, class_, text_anchor="end")


def pack(bars: Sequence[Json], axis: Axis) -> list[Placed]:
    """(row, x, width, bar): incidents of one kind share rows; overlapping ones go below each other."""
    rows: list[tuple[str, float]] = []
    placed = []
    for bar in sorted(bars, key=lambda bar: (bar["lane"], bar["start"] or "", bar["label"])):
        start = formatting.parse_time(bar["start"]) or axis.start
        end = formatting.parse_time(bar["end"]) or (axis.end if bar["state"] == "open" else start)
        x = axis.x(start)
        width = max(axis.x(end) - x, 6.0)
        x = min(x, axis.left + axis.width - width)
        free = (n for n, (lane, until) in enumerate(rows) if lane == bar["lane"] and until + 2 < x)
        row = next(free, None)
        if row is None:
            row = len(rows)
            rows.append((bar["lane"], 0.0))
        rows[row] = (bar["lane"], x + width)
        placed.append((row, x, width, bar))
    return placed


def incidents(placed: Sequence[Placed], top: float) -> list[str]:
    body, named = [], set[str]()
    for row, x, width, bar in placed:
        y = top + row * ROW
        sign, word = words.incident_state(bar["state"])
        told = f"{bar['label']}: {word}, {formatting.period(bar['start'], bar['end'])}"
        content = svg.element("title", svg.escape(told, 400))
        content += svg.element("rect", x=x, y=y, width=width, height=BAR, rx=3, class_=f"bar bar-{bar['state']}")
        if width >= 14:
            room = int((width - 8) / 6.2)
            label = svg.clip(f"{sign} {bar['label']}", room) if room > 5 else sign
            content += svg.text(label, x + 5, y + BAR - 6, f"bar-text on-{bar['state']}")
        elif bar["state"] in ("failed", "degraded"):
            content += svg.text(sign, x + width + 2, y + BAR - 6, f"bar-sign sign-{bar['state']}")
        body.append(svg.element("g", content))
        if bar["lane"] not in named:
            named.add(bar["lane"])
            body.append(lane_name(timelinewords.kind(bar["lane"]), y + BAR - 6, "lane-name strong"))
    return body


def window(window: Json | None, axis: Axis, top: float, bottom: float) -> list[str]:
    """The incident's time, shaded through all lanes and named above them."""
    if not window or window["state"] == "succeeded" or not reaches(window, axis):
        return []
    start, end = (formatting.parse_time(window[edge]) or axis.start for edge in ("start", "end"))
    x = axis.x(start)
    width = max(axis.x(end) - x, 2.0)
    label = f"{words.incident_state(window['state'])[0]} {window['label']}"
    anchor, at = ("end", x + width) if x > axis.left + axis.width / 2 else ("start", x)
    title = svg.element("title", svg.escape(f"{label}, {formatting.period(window['start'], window['end'])}", 400))
    return [
        svg.element(
            "g",
            title
            + svg.element("rect", x=x, y=top - 8, width=width, height=bottom - top + 8, class_="window")
            + svg.element(
                "path", d=f"M{svg.number(x)} {svg.number(top - 8)}V{svg.number(bottom)}", class_="window-edge"
            )
            + svg.text(svg.clip(label, 60), at, top - 12, "window-name", text_anchor=anchor),
            class_="incident",
        )
    ]


def flags(marks: Sequence[tuple[int, Json]], axis: Axis, bottom: float) -> list[str]:
    """Numbered flags, those of one place together ('1–3'); the numbers are explained in the list under the chart."""
    groups: list[list[tuple[float, int, Json]]] = []
    for number, mark in marks:
        x = place_of(mark["time"], axis)
        if x is None:
            continue
        if groups and x - groups[-1][0][0] < 2.4 * _FLAG:
            groups[-1].append((x, number, mark))
        else:
            groups.append([(x, number, mark)])
    body = []
    for group in groups:
        x, label = group[0][0], str(group[0][1]) if len(group) == 1 else f"{group[0][1]}–{group[-1][1]}"
        half = _FLAG if len(label) < 3 else 6.0 + 3.2 * len(label)
        middle = min(max(x, half), WIDTH - half)
        told = "; ".join(f"{n}: {mark['label']}, {formatting.moment(mark['time'])}" for _x, n, mark in group)
        content = (
            svg.element("title", svg.escape(told, 1_000))
            + svg.element("path", d=f"M{svg.number(x)} 18V{svg.number(bottom)}", class_="mark")
            + svg.element("rect", x=middle - half, y=2, width=2 * half, height=2 * _FLAG, rx=_FLAG, class_="flag")
            + svg.text(label, middle, 2 + _FLAG + 3.6, "flag-text", text_anchor="middle")
        )
        body.append(svg.element("g", content))
    return body
