"""A time axis: where its ticks are and what they say. All in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_STEPS = (
    1, 2, 5, 10, 15, 30,
    _MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE,
    _HOUR, 2 * _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR,
    _DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY, 30 * _DAY, 91 * _DAY, 182 * _DAY, 365 * _DAY, 1_825 * _DAY,
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Axis:
    """Maps moments between `start` and `end` to the pixels from `left` to `left + width`."""

    start: datetime
    end: datetime
    left: float
    width: float

    @property
    def seconds(self) -> float:
        """Length of the axis, never zero."""
        return max((self.end - self.start).total_seconds(), 1e-3)

    def x(self, when: datetime) -> float:
        """The pixel of a moment, kept inside the axis."""
        share = (when - self.start).total_seconds() / self.seconds
        return self.left + self.width * min(1.0, max(0.0, share))

    def holds(self, when: datetime) -> bool:
        """Whether the axis covers the moment."""
        return self.start <= when <= self.end

    def ticks(self, wanted: int = 8) -> list[tuple[datetime, str]]:
        """At most `wanted` round moments with labels; a label says the date where the day changes."""
        step = next((size for size in _STEPS if self.seconds / size <= wanted), None)
        if step is None:
            step = round(self.seconds / wanted)
        offset = (self.start - _EPOCH).total_seconds()
        moment = _EPOCH + timedelta(seconds=-(-offset // step) * step)
        ticks: list[tuple[datetime, str]] = []
        shown_day = None
        while moment <= self.end:
            ticks.append((moment, self._label(moment, step, moment.date() != shown_day)))
            shown_day = moment.date()
            if (self.end - moment).total_seconds() < step:
                break  # the next one might lie beyond what a date can hold
            moment += timedelta(seconds=step)
        return ticks

    def _label(self, moment: datetime, step: float, new_day: bool) -> str:
        if step >= 365 * _DAY or (step >= 28 * _DAY and self.start.year != self.end.year):
            return f"{moment:%b %Y}"
        if step >= _DAY:
            return f"{moment.day} {moment:%b}"
        clock = f"{moment:%H:%M:%S}" if step < _MINUTE else f"{moment:%H:%M}"
        return f"{moment.day} {moment:%b} {clock}" if new_day else clock
