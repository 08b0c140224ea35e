"""Compares two documents: which is older, whether they are of one VM, and what is otherwise in the newer one."""

from __future__ import annotations

from typing import Any

from analyzer.compare.errors import is_complete, new_errors
from analyzer.compare.facts import fact_changes
from analyzer.compare.model import CauseChange, Change, Difference, IncidentChange, Json, Side, SourceChange
from analyzer.compare.table import Table, load
from analyzer.report.background import fact_text
from analyzer.report.formatting import parse_time


def compare(a: Json, b: Json) -> Difference:
    """What changed from the older of two documents to the newer one, whichever was given first."""
    ends = parse_time(a["timeline"].get("end")), parse_time(b["timeline"].get("end"))
    swapped = ends[0] is not None and ends[1] is not None and ends[0] > ends[1]
    before, after = (b, a) if swapped else (a, b)
    table = load()
    groups, passing = fact_changes(before["facts"], after["facts"], table)
    incidents, left_behind = _incidents(before, after)
    return Difference(
        language=a["language"],
        before=_side(before, "B" if swapped else "A"),
        after=_side(after, "A" if swapped else "B"),
        swapped=swapped,
        same_bundle=a["bundle"]["sha256"] == b["bundle"]["sha256"],
        certainly_others=_others(before, after, table, certain=True),
        perhaps_others=_others(before, after, table, certain=False),
        groups=groups,
        passing=passing,
        causes=_causes(before, after),
        incidents=incidents,
        left_behind=left_behind,
        errors=new_errors(before, after),
        errors_complete=is_complete(before),
        sources=_sources(before, after),
        hole=_hole(before, after),
    )


def _side(document: Json, letter: str) -> Side:
    verdict, bundle, timeline = document["verdict"], document["bundle"], document["timeline"]
    return Side(
        letter=letter,
        name=bundle["name"],
        sha256=bundle["sha256"],
        outcome=verdict["outcome"],
        headline=verdict["headline"],
        cause=verdict["cause"],
        confidence=verdict["confidence"],
        first=timeline.get("start"),
        last=timeline.get("end"),
        zone=document["coverage"]["clock"]["zone"] or "",
        refused=len(bundle["refused"]),
    )


def _others(before: Json, after: Json, table: Table, *, certain: bool) -> tuple[Change, ...]:
    """What tells the VM and is not the same in both."""
    told = [
        Change(fact, "changed", fact_text(before["facts"][fact]), fact_text(after["facts"][fact]))
        for fact, sure in table.identity
        if sure == certain and fact in before["facts"] and fact in after["facts"]
    ]
    systems = {document["bundle"]["os"] for document in (before, after)}
    if certain and len(systems) == 2 and "unknown" not in systems:
        told.append(Change("os", "changed", before["bundle"]["os"], after["bundle"]["os"]))
    return tuple(change for change in told if change.before.casefold() != change.after.casefold())


def _causes(before: Json, after: Json) -> tuple[CauseChange, ...]:
    """Causes and notes that came, went or stand otherwise, in the newer document's order, then what went."""
    old, new = ({c["id"]: c for c in [*d["causes"], *d["notes"]]} for d in (before, after))
    result = []
    for identity in [*new, *(key for key in old if key not in new)]:
        was, now = (_standing(side.get(identity)) for side in (old, new))
        if was != now:
            cause = new.get(identity) or old[identity]
            kind: Any = "appeared" if was is None else "gone" if now is None else "changed"
            result.append(CauseChange(identity, cause["title"], kind, was, now))
    return tuple(result)


def _standing(cause: Json | None) -> tuple[str, float] | None:
    if cause is None:
        return None
    return ("note" if cause["kind"] == "note" else cause["state"]), round(float(cause["score"]), 2)


def _incidents(before: Json, after: Json) -> tuple[tuple[IncidentChange, ...], int]:
    """Operations that the older bundle does not know, and those that it saw otherwise; how many it alone has."""
    old, new = ({(i["kind"], i["key"], i["start"]): i for i in d["incidents"]} for d in (before, after))
    end = parse_time(before["timeline"].get("end"))
    result = []
    for key, item in new.items():
        was = (old[key]["outcome"], old[key]["resolved"]) if key in old else None
        now = item["outcome"], item["resolved"]
        ended = parse_time(item["end"] or item["start"])
        if was == now or (was is None and end is not None and ended is not None and ended <= end):
            continue
        result.append(
            IncidentChange(
                kind="appeared" if was is None else "changed",
                title=item["title"],
                area=item["kind"],
                start=item["start"],
                end=item["end"],
                code=item["code"] or "",
                before=was,
                after=now,
            )
        )
    return tuple(result), len([key for key in old if key not in new])


def _sources(before: Json, after: Json) -> tuple[SourceChange, ...]:
    old, new = ({s["source"]: s["events"] for s in d["coverage"]["sources"]} for d in (before, after))
    gone = [SourceChange(name, "gone", events) for name, events in old.items() if name not in new]
    return (*gone, *(SourceChange(name, "appeared", events) for name, events in new.items() if name not in old))


def _hole(before: Json, after: Json) -> tuple[str, str] | None:
    end, start = before["timeline"].get("end"), after["timeline"].get("start")
    first, last = parse_time(end), parse_time(start)
    return (end, start) if first is not None and last is not None and first < last else None
