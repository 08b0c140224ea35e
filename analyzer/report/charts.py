"""The timeline chart: incidents, steps and a lane of density for each source, on one axis; and the same closer up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from analyzer.language import _, plural
from analyzer.report import formatting, svg, timelinewords, words
from analyzer.report.axis import Axis
from analyzer.report.tracks import HEIGHT as TRACK
from analyzer.report.tracks import track

Json = Mapping[str, Any]

WIDTH, LEFT, RIGHT = 1080.0, 200.0, 14.0
LANE, GAP, BAR = 26.0, 8.0, 20.0
MAX_LANES, MAX_MARKS = 16, 24
_NAME = 29  # characters of a lane's name that there is room for
_FLAG = 9.0


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
    placed = _pack([bar for bar in timeline.get("bars") or () if _reaches(bar, axis) and _tells(bar, axis)], axis)
    tracks = [drawn for item in timeline.get("tracks") or () if (drawn := track(item, axis, ident))]
    flags = [(number, mark) for number, mark in marks if _when(mark["time"], axis) is not None]
    bars_top = 22.0 + (24.0 if flags else 0.0)
    tracks_top = bars_top + max((row + 1 for row, *_rest in placed), default=0) * (BAR + 4) + 8
    lanes_top = tracks_top + len(tracks) * TRACK + 8
    lanes = part["lanes"][:MAX_LANES]
    bottom = lanes_top + len(lanes) * (LANE + GAP)
    tallest = max((math.log1p(row[1]) for lane in lanes for row in lane["bins"]), default=1.0) or 1.0
    body = _ticks(axis, bars_top, bottom) + _window(timeline.get("window"), axis, bars_top, bottom)
    body += _incidents(placed, bars_top)
    for number, (name, drawing) in enumerate(tracks):
        top = tracks_top + number * TRACK
        body.append(
            _name(name, top + TRACK - 7) + svg.element("g", drawing, transform=f"translate(0 {svg.number(top)})")
        )
    guesses = {lane["source"]: lane.get("guesses") or () for lane in timeline["lanes"]}
    for number, lane in enumerate(lanes):
        top = lanes_top + number * (LANE + GAP)
        body += _lane(lane, guesses.get(lane["source"], ()), top, axis, part["bins"], tallest)
    body += _flags(flags, axis, bottom)
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


def _when(value: str | None, axis: Axis) -> float | None:
    """The place of a moment, None for one that the axis does not cover."""
    moment = formatting.parse_time(value)
    return axis.x(moment) if moment is not None and axis.holds(moment) else None


def _reaches(bar: Json, axis: Axis) -> bool:
    """Whether some of a bar's time is on the axis."""
    start = formatting.parse_time(bar["start"]) or axis.start
    return start <= axis.end and (formatting.parse_time(bar["end"]) or max(start, axis.start)) >= axis.start


def _tells(bar: Json, axis: Axis) -> bool:
    """Whether a bar says more than that all was well during the whole of the axis, as some do closer up."""
    start, end = formatting.parse_time(bar["start"]), formatting.parse_time(bar["end"])
    return bar["state"] != "succeeded" or start is None or end is None or start >= axis.start or end <= axis.end


def _name(label: str, y: float, class_: str = "lane-name") -> str:
    return svg.text(svg.clip_head(label, _NAME), LEFT - 10, y, class_, text_anchor="end")


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
        _name(lane["source"], top + (LANE - 14 if sure else LANE - 8)),
        svg.text(sure, LEFT - 10, top + LANE - 2, "guess", text_anchor="end") if sure else "",
        svg.element("path", d=base, class_="base guessed" if sure else "base"),
        svg.element("path", d=svg.rectangles(events), class_="events") if events else "",
        svg.element("path", d=svg.rectangles(errors), class_="errors") if errors else "",
    ]
    return [svg.element("g", "".join(body), class_="lane", data_source=lane["source"])]


def _pack(bars: Sequence[Json], axis: Axis) -> list[tuple[int, float, float, Json]]:
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


def _incidents(placed: Sequence[tuple[int, float, float, Json]], top: float) -> list[str]:
    body, named = [], set[str]()
    for row, x, width, bar in placed:
        y = top + row * (BAR + 4)
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
            body.append(_name(timelinewords.kind(bar["lane"]), y + BAR - 6, "lane-name strong"))
    return body


def _window(window: Json | None, axis: Axis, top: float, bottom: float) -> list[str]:
    """The incident's time, shaded through all lanes and named above them."""
    if not window or window["state"] == "succeeded" or not _reaches(window, axis):
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


def _flags(marks: Sequence[tuple[int, Json]], axis: Axis, bottom: float) -> list[str]:
    """Numbered flags, those of one place together ('1–3'); the numbers are explained in the list under the chart."""
    groups: list[list[tuple[float, int, Json]]] = []
    for number, mark in marks:
        x = _when(mark["time"], axis)
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
