"""The timeline chart: incidents, steps and a lane of density for each source, on one axis; and the same closer up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from analyzer.language import _, plural
from analyzer.report import formatting, overlays, svg, timelinewords
from analyzer.report.axis import Axis
from analyzer.report.overlays import LEFT, RIGHT, ROW, WIDTH, lane_name
from analyzer.report.tracks import HEIGHT as TRACK
from analyzer.report.tracks import track

Json = Mapping[str, Any]

LANE, GAP = 26.0, 8.0
MAX_LANES, MAX_MARKS = 16, 24


def timeline_svg(timeline: Json) -> str:
    """The chart of `document["timeline"]`, or '' where nothing in the bundle carries a time."""
    marks = [(number, mark) for number, mark in enumerate(shown_marks(timeline), 1)]
    before = timeline.get("before")
    part = {**timeline, "start": before["start"]} if before else timeline
    return _chart("timeline", timeline, part, marks, _("Timeline of the bundle"))


def zoom_svg(timeline: Json) -> str:
    """The chart of the incident's time alone, or '' where that is not far shorter than the whole."""
    zoom = timeline.get("zoom")
    return _chart("zoom", timeline, zoom, (), zoom["label"]) if zoom else ""


def shown_marks(timeline: Json) -> list[Json]:
    """The marks the chart numbers, in the order of time."""
    timed = [mark for mark in timeline.get("marks") or () if formatting.parse_time(mark["time"])]
    return sorted(timed, key=lambda mark: (str(mark["time"]), str(mark["label"])))[:MAX_MARKS]


def _chart(ident: str, timeline: Json, part: Json, marks: Sequence[tuple[int, Json]], title: str) -> str:
    """One drawing: the lanes of `part`, the bars of the whole `timeline`."""
    start, end = formatting.parse_time(part.get("start")), formatting.parse_time(part.get("end"))
    if start is None or end is None or not part["lanes"]:
        return ""
    axis = Axis(start, end, LEFT, WIDTH - LEFT - RIGHT)
    bars = [bar for bar in timeline.get("bars") or () if overlays.reaches(bar, axis) and overlays.tells(bar, axis)]
    placed = overlays.pack(bars, axis)
    tracks = [drawn for item in timeline.get("tracks") or () if (drawn := track(item, axis))]
    flags = [(number, mark) for number, mark in marks if overlays.place_of(mark["time"], axis) is not None]
    bars_top = 22.0 + (24.0 if flags else 0.0)
    tracks_top = bars_top + max((row + 1 for row, *_rest in placed), default=0) * ROW + 8
    lanes_top = tracks_top + len(tracks) * TRACK + 8
    lanes = part["lanes"][:MAX_LANES]
    bottom = lanes_top + len(lanes) * (LANE + GAP)
    tallest = max((math.log1p(row[1]) for lane in lanes for row in lane["bins"]), default=1.0) or 1.0
    body = _ticks(axis, bars_top, bottom) + overlays.window(timeline.get("window"), axis, bars_top, bottom)
    body += overlays.incidents(placed, bars_top)
    for number, (name, drawing) in enumerate(tracks):
        top = tracks_top + number * TRACK
        body.append(
            lane_name(name, top + TRACK - 7) + svg.element("g", drawing, transform=f"translate(0 {svg.number(top)})")
        )
    guesses = {lane["source"]: lane.get("guesses") or () for lane in timeline["lanes"]}
    for number, lane in enumerate(lanes):
        top = lanes_top + number * (LANE + GAP)
        body += _lane(lane, guesses.get(lane["source"], ()), top, axis, part["bins"], tallest)
    body += overlays.flags(flags, axis, bottom)
    told = _("{sources}, {when}").format(
        sources=plural("Events of {n} source", "Events of {n} sources", len(lanes)),
        when=formatting.period(part["start"], part["end"]),
    )
    return svg.picture(ident, WIDTH, bottom + 26, title, told, body, **_scale(part, axis, lanes_top, bottom))


def _scale(part: Json, axis: Axis, top: float, bottom: float) -> dict[str, object]:
    """What the page's script needs in order to turn a place in the drawing into a moment."""
    begin, end = (round(when.timestamp() * 1000) for when in (axis.start, axis.end))
    return {
        "data_start": str(begin), "data_end": str(end), "data_bins": str(part["bins"]), "data_left": axis.left,
        "data_width": axis.width, "data_top": top, "data_bottom": bottom,
    }  # fmt: skip


def _lane(lane: Json, guesses: Sequence[Json], top: float, axis: Axis, bins: int, tallest: float) -> list[str]:
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
    told = [
        lane["source"],
        plural("{n} event", "{n} events", sum(row[1] for row in lane["bins"])),
        plural("{n} error", "{n} errors", sum(row[2] for row in lane["bins"])),
        *(timelinewords.guess(guess) for guess in guesses),
    ]
    sure = "\n".join(timelinewords.guess_mark(guess) for guess in guesses[:1])
    base = f"M{svg.number(LEFT)} {svg.number(top + LANE)}h{svg.number(axis.width)}"
    body = [
        svg.element("title", svg.escape(", ".join(told), 600)),
        svg.element("rect", x=0, y=top, width=axis.left + axis.width, height=LANE + GAP / 2, class_="catch"),
        lane_name(lane["source"], top + (LANE - 14 if sure else LANE - 8)),
        svg.text(sure, LEFT - 10, top + LANE - 2, "guess", text_anchor="end") if sure else "",
        svg.element("path", d=base, class_="base guessed" if sure else "base"),
        svg.element("path", d=svg.rectangles(events), class_="events") if events else "",
        svg.element("path", d=svg.rectangles(errors), class_="errors") if errors else "",
    ]
    return [svg.element("g", "".join(body), class_="lane", data_source=lane["source"])]


def _ticks(axis: Axis, top: float, bottom: float) -> list[str]:
    body = []
    for when, label in axis.ticks():
        x = axis.x(when)
        body.append(svg.element("path", d=f"M{svg.number(x)} {svg.number(top)}V{svg.number(bottom)}", class_="grid"))
        body.append(svg.text(label, x, bottom + 18, "tick", text_anchor=_anchor(when, axis)))
    return body


def _anchor(when: datetime, axis: Axis) -> str:
    x = axis.x(when)
    if x > axis.left + axis.width - 30:
        return "end"
    return "start" if x < axis.left + 30 else "middle"
