"""Which numbers of a log's records are missing: damage, or the log's circle, took those events away."""

from __future__ import annotations

from itertools import groupby

from analyzer.parsers.winevents.evtx_records import Record

_MOST_IN_CHUNK = 2400  # records; a number further off than that is damaged itself
_MOST_RUNS = 50_000


class Numbers:
    """The numbers that occur, as runs."""

    def __init__(self) -> None:
        self._runs: list[tuple[int, int]] = []  # first and last

    def add(self, records: list[Record]) -> None:
        """The records of one chunk."""
        numbers = [record.record_id for record in records if not record.stale]
        # How far a number is ahead of its place in the chunk stays the same as long as none is missing.
        leads = [number - place for place, number in enumerate(numbers)]
        for place in range(1, len(leads) - 1):
            if leads[place - 1] == leads[place + 1]:
                leads[place] = leads[place - 1]
        place = 0
        for lead, group in groupby(leads):
            behind = place + len(list(group))
            near = [*leads[max(0, place - 1) : place], *leads[behind : behind + 1]]
            if behind - place > 1 or not near or min(abs(lead - other) for other in near) < _MOST_IN_CHUNK:
                self._run(lead + place, lead + behind - 1)
            place = behind

    def _run(self, first: int, last: int) -> None:
        if self._runs and self._runs[-1][1] + 1 == first:
            self._runs[-1] = (self._runs[-1][0], last)
        elif len(self._runs) < _MOST_RUNS:
            self._runs.append((first, last))

    def missing(self) -> list[tuple[int, int]]:
        """First and last number of each hole, but for those before the log's first record and behind its last."""
        holes: list[tuple[int, int]] = []
        due: int | None = None
        for first, last in sorted(self._runs):
            if due is not None and first > due:
                holes.append((due, first - 1))
            due = max(due or 0, last + 1)
        return holes
