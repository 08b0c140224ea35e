"""Tickets that belong together: those with a named cause by it, the others by the likeness of their unknown errors.

A ticket without a named cause joins the template (judging/unknown.py) that it shares with most other such tickets; one
that shares none stands among its like by outcome alone. So every group can be explained in one line.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from analyzer.batch.store import Store

_MOST_TEMPLATES = 8  # of a ticket, the best: unknown.py puts the rare and near ones first
_COMMON = 0.5  # a template that so large a share of all analysed tickets has is noise, not a likeness
_FEW = 8  # tickets; below this nothing can be told to be common


@dataclass
class Group:
    """Tickets of one kind. `key` is the cause's id, or made of the template; `members` are row ids of `bundles`."""

    key: str
    title: str
    kind: str  # named · platform · alike · undetermined · not-enough · no-fault · failed
    known: bool  # whether there was such a group before this run
    members: list[int] = field(default_factory=list)


def groups(store: Store, run: int) -> list[Group]:
    """All groups, the large ones first within their kind. `run` is the latest one, in which they count as seen; a run
    that was stopped and the one that went on from there are one to whoever looks at the groups."""
    rows = store.rows("SELECT id, status, reason, outcome, cause, headline FROM bundles ORDER BY name, key")
    alike = _alike(store)
    found: dict[str, Group] = {}
    for row in rows:
        kind, key, title = _place(dict(row), alike)
        found.setdefault(key, Group(key, title, kind, False)).members.append(row["id"])
    seen, before = store.groups_seen(list(found), run), store.run_before(run)
    for key, group in found.items():
        group.known = seen[key] <= before
    order = ("named", "platform", "alike", "undetermined", "not-enough", "failed", "no-fault")
    return sorted(found.values(), key=lambda g: (order.index(g.kind), -len(g.members), g.title, g.key))


def _place(row: dict[str, str | int | None], alike: dict[int, str]) -> tuple[str, str, str]:
    """(kind, key, title) of the group that a ticket belongs to."""
    outcome, number = row["outcome"], row["id"]
    assert isinstance(number, int)
    if row["status"] == "failed":
        return "failed", "failed", ""
    if outcome in ("named", "platform"):
        return str(outcome), f"cause:{row['cause']}", str(row["headline"])
    if outcome in ("undetermined", "not-enough") and number in alike:
        return "alike", f"alike:{alike[number]}", alike[number]
    return str(outcome), str(outcome), ""


def _alike(store: Store) -> dict[int, str]:
    """For each ticket without a cause the template that it shares with most others, where it shares one."""
    total = store.rows("SELECT count(*) AS n FROM bundles WHERE status = 'analysed'")[0]["n"]
    everywhere = {
        row["template"]
        for row in store.rows("SELECT template, count(DISTINCT bundle) AS n FROM unknown GROUP BY template")
        if total >= _FEW and row["n"] > _COMMON * total
    }
    templates: dict[int, list[str]] = {}
    for row in store.rows(
        "SELECT u.bundle, u.template FROM unknown u JOIN bundles b ON b.id = u.bundle"
        " WHERE b.outcome IN ('undetermined', 'not-enough') ORDER BY u.rowid"
    ):
        own = templates.setdefault(row["bundle"], [])
        if len(own) < _MOST_TEMPLATES and row["template"] not in everywhere and row["template"] not in own:
            own.append(row["template"])
    shared = Counter(template for own in templates.values() for template in own)
    return {
        bundle: max(own, key=lambda template: (shared[template], -own.index(template)))
        for bundle, own in templates.items()
        if own and max(shared[template] for template in own) > 1
    }
