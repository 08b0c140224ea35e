"""The timeline chart: a lane of density for each source, the incidents above, errors darker, marks through all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from analyzer.report import formatting, svg, words
from analyzer.report.axis import Axis

Json = Mapping[str, Any]

WIDTH, LEFT, RIGHT = 1080.0, 190.0, 12.0
LANE, GAP, BAR = 26.0, 8.0, 20.0
MAX_LANES, MAX_MARKS = 16, 24


def _bars(path: Iterable[tuple[float, float, float, float]]) -> str:
    """Rectangles (x, y, width, height) as one path, which is far smaller than an element each."""
    n = svg.number
    return "".join(f"M{n(x)} {n(y)}h{n(w)}v{n(h)}h{n(-w)}z" for x, y, w, h in path)


def _lane(lane: Json, top: float, axis: Axis, bins: int, tallest: float) -> list[str]:
    """One source: columns whose height grows with the logarithm of the count, so that one error stays visible."""
    step = axis.width / max(bins, 1)
    events, errors = [], []
    for index, count, bad in lane["bins"]:
        height = max(3.0, LANE * math.log1p(count) / tallest)
        x = axis.left + index * step
        events.append((x, top + LANE - height, max(step - 0.4, 1.0), height))
        if bad:
            tall = max(4.0, LANE * math.log1p(bad) / tallest)
            errors.append((x, top + LANE - tall, max(step - 0.4, 1.6), tall))
    total, worse = sum(row[1] for row in lane["bins"]), sum(row[2] for row in lane["bins"])
    told = f"{lane['source']}: {formatting.plural(total, 'event')}, {formatting.plural(worse, 'error')}"
    body = [
        svg.element("title", svg.escape(told)),
        svg.text(svg.clip_head(lane["source"], 27), LEFT - 10, top + LANE - 8, "lane-name", text_anchor="end"),
        svg.element("path", d=f"M{svg.number(LEFT)} {svg.number(top + LANE)}h{svg.number(axis.width)}", class_="base"),
        svg.element("path", d=_bars(events), class_="events") if events else "",
        svg.element("path", d=_bars(errors), class_="errors") if errors else "",
    ]
    return [svg.element("g", "".join(body))]


def _pack(bars: Sequence[Json], axis: Axis) -> list[tuple[int, float, float, Json]]:
    """(row, x, width, bar): incidents of one kind share rows; overlapping ones go below each other."""
    rows: list[tuple[str, float]] = []
    placed = []
    for bar in sorted(bars, key=lambda bar: (bar["lane"], bar["start"] or "", bar["label"])):
        start = formatting.parse_time(bar["start"]) or axis.start
        end = formatting.parse_time(bar["end"]) or (axis.end if bar["state"] == "open" else start)
        x = axis.x(start)
        width = max(axis.x(end) - x, 6.0)
        free = (n for n, (lane, until) in enumerate(rows) if lane == bar["lane"] and until + 2 < x)
        row = next(free, None)
        if row is None:
            row = len(rows)
            rows.append((bar["lane"], 0.0))
        rows[row] = (bar["lane"], x + width)
        placed.append((row, x, width, bar))
    return placed


def _incidents(placed: Sequence[tuple[int, float, float, Json]], top: float, bottom: float) -> list[str]:
    body = []
    named: dict[int, str] = {}
    for row, x, width, bar in placed:
        y = top + row * (BAR + 4)
        sign, word = words.incident_state(bar["state"])
        told = f"{bar['label']}: {word}, {formatting.period(bar['start'], bar['end'])}"
        content = svg.element("title", svg.escape(told, 400))
        if bar["state"] in {"failed", "degraded"}:
            content += svg.element("rect", x=x, y=y, width=width, height=bottom - y, class_="window")
        content += svg.element("rect", x=x, y=y, width=width, height=BAR, rx=3, class_=f"bar bar-{bar['state']}")
        if width >= 14:
            room = int((width - 8) / 6.2)
            label = svg.clip(f"{sign} {bar['label']}", room) if room > 5 else sign
            content += svg.text(label, x + 5, y + BAR - 6, f"bar-text on-{bar['state']}")
        body.append(svg.element("g", content))
        if named.get(row) is None:
            named[row] = bar["lane"]
            body.append(
                svg.text(svg.clip_head(bar["lane"], 27), LEFT - 10, y + BAR - 6, "lane-name strong", text_anchor="end")
            )
    return body


def _marks(marks: Sequence[Json], axis: Axis, top: float, bottom: float) -> list[str]:
    """Numbered flags; the numbers are explained in the list under the chart."""
    body, right_edge = [], [-1e9, -1e9, -1e9]
    for n, mark in enumerate(marks, 1):
        when = formatting.parse_time(mark["time"])
        if when is None or not axis.holds(when):
            continue
        x = axis.x(when)
        level = next((i for i, edge in enumerate(right_edge) if edge + 2 < x - 8), 2)
        right_edge[level] = x + 8
        y = top + level * 17
        body.append(
            svg.element(
                "g",
                svg.element("title", svg.escape(f"{mark['label']}, {formatting.moment(mark['time'])}"))
                + svg.element("path", d=f"M{svg.number(x)} {svg.number(y + 8)}V{svg.number(bottom)}", class_="mark")
                + svg.element("circle", cx=x, cy=y, r=8, class_="flag")
                + svg.text(n, x, y + 3.6, "flag-text", text_anchor="middle"),
            )
        )
    return body


def shown_marks(timeline: Json) -> list[Json]:
    """The marks the chart numbers, in the order of time."""
    timed = [mark for mark in timeline.get("marks") or () if formatting.parse_time(mark["time"])]
    return sorted(timed, key=lambda mark: (str(mark["time"]), str(mark["label"])))[:MAX_MARKS]


def timeline_svg(timeline: Json) -> str:
    """The chart of `document["timeline"]`, or '' where nothing in the bundle carries a time."""
    start, end = formatting.parse_time(timeline.get("start")), formatting.parse_time(timeline.get("end"))
    if start is None or end is None or not timeline["lanes"]:
        return ""
    axis = Axis(start, end, LEFT, WIDTH - LEFT - RIGHT)
    marks, lanes = shown_marks(timeline), timeline["lanes"][:MAX_LANES]
    placed = _pack(timeline.get("bars") or (), axis)
    rows = max((row + 1 for row, *_ in placed), default=0)
    bars_top = 14.0 + (40.0 if marks else 0.0)
    lanes_top = bars_top + rows * (BAR + 4) + 10
    bottom = lanes_top + len(lanes) * (LANE + GAP)
    tallest = max((math.log1p(row[1]) for lane in lanes for row in lane["bins"]), default=1.0) or 1.0
    body = _ticks(axis, bars_top, bottom)
    body += _incidents(placed, bars_top, bottom)
    for n, lane in enumerate(lanes):
        body += _lane(lane, lanes_top + n * (LANE + GAP), axis, timeline["bins"], tallest)
    body += _marks(marks, axis, 12.0, bottom)
    told = (
        f"Events of {formatting.plural(len(lanes), 'source')}, {formatting.period(timeline['start'], timeline['end'])}."
    )
    return svg.picture("timeline", WIDTH, bottom + 26, "Timeline of the bundle", told, body)


def _ticks(axis: Axis, top: float, bottom: float) -> list[str]:
    body = []
    for when, label in axis.ticks():
        x = axis.x(when)
        body.append(svg.element("path", d=f"M{svg.number(x)} {svg.number(top)}V{svg.number(bottom)}", class_="grid"))
        anchor = _anchor(when, axis)
        body.append(svg.text(label, x, bottom + 18, "tick", text_anchor=anchor))
    return body


def _anchor(when: datetime, axis: Axis) -> str:
    x = axis.x(when)
    if x > axis.left + axis.width - 30:
        return "end"
    return "start" if x < axis.left + 30 else "middle"
