"""Which records of a log have been read, so that none is read twice."""

from __future__ import annotations

from array import array

_BLOCK = 16  # neighbouring record ids that are kept together
_NONE = -(1 << 63) + 1  # no event has this time


class Seen:
    """Pairs of record id and time. A log of millions of records with running ids costs some 15 bytes for each."""

    def __init__(self) -> None:
        self._times: dict[int, array[int]] = {}
        self._others: set[tuple[int, int]] = set()  # ids that stand for several events

    def add(self, record_id: int, micros: int) -> bool:
        """False when the pair is known."""
        block, index = divmod(record_id, _BLOCK)
        times = self._times.get(block)
        if times is None:
            times = self._times[block] = array("q", (_NONE,)) * _BLOCK
        if times[index] == _NONE:
            times[index] = micros
            return True
        if times[index] == micros or (record_id, micros) in self._others:
            return False
        self._others.add((record_id, micros))
        return True
