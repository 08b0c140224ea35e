"""All that templates/timeline.html.j2 shows: the charts, the words beside them, and the table of events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from analyzer.language import _, grouped, plural
from analyzer.report import eventtable, formatting, timelinewords
from analyzer.report.charts import shown_marks, timeline_svg, zoom_svg

Json = Mapping[str, Any]

LEGEND = ("events", "errors", "bad", "degraded", "good", "open", "guess")


def timeline_view(document: Json) -> dict[str, Any]:
    """The template's variables."""
    timeline, events = document["timeline"], document.get("events")
    return {
        "timeline_svg": Markup(timeline_svg(timeline)),  # noqa: S704 - svg.py escapes what it is given
        "zoom_svg": Markup(zoom_svg(timeline)),  # noqa: S704
        "zoom": timeline.get("zoom"),
        "before": _before(timeline),
        "marks": shown_marks(timeline),
        "legend": _legend(),
        "lane_rows": [_lane(lane) for lane in timeline["lanes"]],
        "track_rows": [_track(track) for track in timeline.get("tracks") or ()],
        "events": _events(events) if events and events["time"] else None,
    }


def _before(timeline: Json) -> str:
    """What the chart leaves out on its left."""
    before = timeline.get("before")
    if not before:
        return ""
    return _("The chart begins at {when}; {events} before that, the first at {first}.").format(
        when=formatting.moment(before["start"]),
        events=plural("{n} event lies", "{n} events lie", before["events"]),
        first=formatting.moment(timeline["start"]),
    )


def _legend() -> list[tuple[str, str]]:
    """(class of the sample, what it stands for)."""
    words = (
        _("events of a source (taller is more, logarithmic)"),
        _("errors among them"),
        _("✕ failed"),
        _("△ degraded"),
        _("✓ done, succeeded"),
        _("… no end in the log"),
        _("≈ a guess is in these times"),
    )
    return list(zip(LEGEND, words, strict=True))


def _lane(lane: Json) -> dict[str, Any]:
    return {
        "source": lane["source"],
        "events": sum(row[1] for row in lane["bins"]),
        "errors": sum(row[2] for row in lane["bins"]),
        "guesses": "; ".join(timelinewords.guess(guess) for guess in lane.get("guesses") or ()) or _("exact"),
    }


def _track(track: Json) -> dict[str, Any]:
    """A row of bars in figures, for those who do not see the drawing."""
    failed = [item for item in track["items"] if item["state"] == "failed"]
    last = track["items"][-1]
    return {
        "title": track["title"],
        "steps": len(track["items"]) + track["left_out"],
        "failed": len(failed),
        "last": f"{last['title']}, {formatting.moment(last['start'])}",
        "last_failed": f"{failed[-1]['title']}, {formatting.moment(failed[-1]['start'])}" if failed else "",
    }


def _events(events: Json) -> dict[str, Any]:
    blocks = eventtable.blocks(events)
    return {
        "blocks": [(f"events-{number}", Markup(data)) for number, data in enumerate(blocks)],  # noqa: S704 - base64
        "words": Markup(_script_json(eventtable.words())),  # noqa: S704 - has no "<"
        "sources": sorted(events["sources"]),
        "levels": eventtable.choices(["critical", "error", "warning", "info", "verbose"], timelinewords.LEVELS),
        "static": eventtable.static_rows(events),
        "shown": len(events["time"]),
        "told": _told(events),
    }


def _told(events: Json) -> str:
    """What is in the table, and what is not."""
    if events["everything"] and not events["left_out"]:
        return plural("The one event of the bundle.", "All {n} events of the bundle.", len(events["time"]))
    total = grouped(events["total"])
    rows = plural("{n} event of {total}", "{n} events of {total}", len(events["time"]), total=total)
    if events["everything"]:
        return _("{rows} in the bundle, evenly thinned.").format(rows=rows)
    told = _(
        "{rows} in the bundle: the evidence and what stands around it, the steps of the chart, warnings and errors, "
        "the time of the incident, the first and the last of each source."
    ).format(rows=rows)
    if events["left_out"]:
        left = plural("{n} warning or error", "{n} warnings and errors", events["left_out"])
        told += " " + _("Left out, evenly thinned: {left}.").format(left=left)
    return told


def _script_json(value: object) -> str:
    """JSON that can stand in a script element."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
