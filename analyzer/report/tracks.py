"""One row of the timeline's bars: the steps of a lane, each with a sign and a word for how it went."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from analyzer.language import _, plural
from analyzer.report import formatting, svg
from analyzer.report.axis import Axis
from analyzer.report.timelinewords import step_state

Json = Mapping[str, Any]

HEIGHT = 24.0
_TOP, _BAR = 4.0, 15.0
_NARROW = 9.0  # steps that are drawn narrower than this share one shape, which tells how many they are
_CHARACTER = 6.4
_MOST = 60  # steps of a row that have a shape and words of their own


def track(item: Json, axis: Axis) -> tuple[str, str] | None:
    """(name, drawing from y = 0 on) of a track, None where none of its steps is on the axis."""
    shapes = [shape for step in item["items"] if (shape := _place(step, axis))]
    if not shapes:
        return None
    singles = [(x, width, step) for x, width, step in shapes if width >= _NARROW or step["state"] == "failed"]
    if len(singles) > _MOST:
        failed = [shape for shape in singles if shape[2]["state"] == "failed"]
        singles = sorted((failed + [shape for shape in singles if shape not in failed])[:_MOST], key=lambda s: s[0])
    kept = {id(step) for _x, _width, step in singles}
    drawing = _together([(x, width, step) for x, width, step in shapes if id(step) not in kept])
    begins = [*sorted(x for x, _width, _step in shapes), axis.left + axis.width]
    for number, (x, width, step) in enumerate(singles):
        following = begins[bisect_right(begins, x, hi=len(begins) - 1)]
        drawing += _single(x, width, step, following - x, bool(number % 2))
    return item["title"], drawing


def _place(step: Json, axis: Axis) -> tuple[float, float, Json] | None:
    """(x, width, step) where some of its time is on the axis. A moment is a narrow bar."""
    start = formatting.parse_time(step["start"])
    if start is None or start > axis.end:
        return None
    end = formatting.parse_time(step["end"]) or (axis.end if step["state"] in ("lasts", "open") else start)
    if end < axis.start:
        return None
    x = axis.x(start)
    width = max(axis.x(end) - x, 3.0)
    return min(x, axis.left + axis.width - width), width, step


def _together(shapes: list[tuple[float, float, Json]]) -> str:
    """Narrow steps as one shape for each state."""
    drawing = ""
    for state in sorted({step["state"] for _x, _width, step in shapes}):
        mine = [(x, width, step) for x, width, step in shapes if step["state"] == state]
        if len(mine) == 1:
            told = _told(mine[0][2])
        else:
            told = f"{plural('{n} step', '{n} steps', len(mine))}: {step_state(state)[1]}"
        path = svg.rectangles((x, _TOP, width, _BAR) for x, width, _step in mine)
        drawing += svg.element(
            "g", svg.element("title", svg.escape(told, 400)) + svg.element("path", d=path, class_=f"step step-{state}")
        )
    return drawing


def _single(x: float, width: float, step: Json, room: float, odd: bool) -> str:
    """A step with its own words: inside of its bar where they fit, behind it where the next one is far."""
    state = step["state"]
    sign = step_state(state)[0]
    content = svg.element("title", svg.escape(_told(step), 400))
    shade = " odd" if odd and state == "lasts" else ""
    content += svg.element("rect", x=x, y=_TOP, width=width, height=_BAR, rx=2, class_=f"step step-{state}{shade}")
    label = f"{sign} {step['title']}".strip()
    fits = int((width - 6) / _CHARACTER)
    if len(label) > fits >= len(step["number"]) > 0:
        label = f"{sign} {step['number']}".strip()
    if fits >= min(len(label), 4):
        content += svg.text(svg.clip(label, fits), x + 4, _TOP + _BAR - 4, f"step-text on-{state}")
    elif int((room - width - 6) / _CHARACTER) >= len(label):
        content += svg.text(label, x + width + 4, _TOP + _BAR - 4, "step-text beside")
    elif state == "failed":
        content += svg.text(sign, x + width / 2, _TOP - 0.5, "step-text beside sign", text_anchor="middle")
    return svg.element("g", content)


def _told(step: Json) -> str:
    """All about a step, for the pointer and for screen readers."""
    word = step_state(step["state"])[1]
    if step["end"] and step["end"] != step["start"]:
        lasted = formatting.length(step["start"], step["end"])
        when = f"{formatting.period(step['start'], step['end'])} ({lasted})"
    else:
        when = formatting.moment(step["start"])
    if not word:
        return f"{step['title']}, {when}"
    return _("{step}: {state}, {when}").format(step=step["title"], state=word, when=when)
