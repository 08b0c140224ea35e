"""Every place of many literals in a block of bytes, in time that hardly grows with their number.

A library's automaton (Aho-Corasick) reads one byte after the other and so takes two to four times as long as all the
rest of a run; this file is the one trick that the speed of the whole needs. A literal of five bytes or more holds, at
one of two neighbouring offsets, a word of four bytes that begins at an even place of the text, whatever place the
literal has. So only the words at even places are looked up, in a table of the literals' words; what is found is then
compared with the whole literal, exactly. Which of a literal's words stand for it is learnt from the text itself: the
rarest ones. That choice changes the speed and never the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.lines.stamp import HEAD

SHORTEST = 5  # bytes: a word of four at each of two offsets
_BITS = 18  # 256 KiB of table stay in the processor's second cache
_FACTOR = np.uint32(2_654_435_761)  # Knuth's multiplicative hash
_STEP = 1 << 20  # bytes that are looked at together, so that intermediate arrays stay in the cache
_SAMPLE = 1 << 20  # bytes that the rarity of words is learnt from
_WASTED = 0.04  # share of words that were looked up and led nowhere, above which the choice is made again
_PATIENCE = 32 << 20  # bytes before that happens again

Ints = npt.NDArray[np.int64]


class LiteralFinder:
    """Finds literals of SHORTEST bytes or more. ValueError for a shorter one."""

    def __init__(self, literals: Sequence[bytes]) -> None:
        if any(len(literal) < SHORTEST for literal in literals):
            raise ValueError(f"a literal has at least {SHORTEST} bytes")
        self.literals = list(literals)
        self.lengths = np.array([len(literal) for literal in literals], dtype=np.int64)
        self._words, self._masks = _padded(self.literals)
        self._grams, self._of, self._offset = _grams(self.literals)
        self._often = np.zeros(1 << _BITS, dtype=np.int64)
        self._learnt = 0  # bytes of the largest sample so far
        self._since = 0

    def find(self, buffer: bytes, end: int) -> tuple[Ints, Ints]:
        """(number of the literal, its place) for every occurrence in buffer[:end], in no order. `buffer` must go on
        for HEAD bytes behind `end`."""
        if not self.literals or end < SHORTEST:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        if self._learnt < _SAMPLE and end > 2 * self._learnt:
            self._learn(buffer, end)
        at, gram = self._look_up(buffer, end)
        found = self._compare(buffer, end, at, gram)
        self._since += end
        if len(at) - len(found[0]) > _WASTED * end / 2 and self._since > _PATIENCE:
            self._learn(buffer, end)
        return found

    def _learn(self, buffer: bytes, end: int) -> None:
        """Choose each literal's rarest word for even and for odd places, by how often the words' hashes occur."""
        size = min(end, _SAMPLE)
        for shift in range(4):
            words = np.frombuffer(buffer, dtype="<u4", count=max(size // 4 - 1, 0), offset=shift)
            self._often += np.bincount(_hash(words), minlength=1 << _BITS)
        group = self._of * 2 + self._offset % 2
        order = np.lexsort((self._often[_hash(self._grams)], group))
        first = np.flatnonzero(np.diff(group[order], prepend=-1))
        chosen = order[first]
        chosen = chosen[np.argsort(self._grams[chosen], kind="stable")]
        self._chosen, begin = np.unique(self._grams[chosen], return_index=True)
        self._begin = np.append(begin, len(chosen))
        self._literal, self._shift = self._of[chosen], self._offset[chosen]
        self._table = np.zeros(1 << _BITS, dtype=np.bool_)
        self._table[_hash(self._chosen)] = True
        self._learnt, self._since = max(size, self._learnt), 0

    def _look_up(self, buffer: bytes, end: int) -> tuple[Ints, Ints]:
        """(place, number of the chosen word) wherever a chosen word stands at an even place."""
        places: list[Ints] = []
        numbers: list[Ints] = []
        for start in range(0, end, _STEP):
            for shift in (0, 2):
                count = (min(end + HEAD - 4, start + _STEP) - start) // 4
                words = np.frombuffer(buffer, dtype="<u4", count=count, offset=start + shift)
                hit = np.flatnonzero(self._table.take(_hash(words), mode="clip"))  # twice as fast as [] here
                word = words[hit]
                number = np.searchsorted(self._chosen, word)
                number[number == len(self._chosen)] = 0
                real = self._chosen[number] == word
                places.append(hit[real] * 4 + (start + shift))
                numbers.append(number[real])
        return np.concatenate(places), np.concatenate(numbers)

    def _compare(self, buffer: bytes, end: int, at: Ints, gram: Ints) -> tuple[Ints, Ints]:
        """The places where not only the word but the whole literal stands."""
        many = self._begin[gram + 1] - self._begin[gram]
        before = np.cumsum(many) - many
        entry = np.arange(int(many.sum())) - np.repeat(before - self._begin[gram], many)
        literal = self._literal[entry]
        start = np.repeat(at, many) - self._shift[entry]
        inside = (start >= 0) & (start + self.lengths[literal] <= end)
        literal, start = literal[inside], start[inside]
        view: npt.NDArray[Any] = np.ndarray((len(buffer) - 7,), dtype="S8", buffer=buffer, strides=(1,))
        settled: list[tuple[Ints, Ints]] = []
        for i in range(self._words.shape[1]):
            text = view[start + 8 * i].view(np.uint64)
            same = (text & self._masks[literal, i]) == self._words[literal, i]
            literal, start = literal[same], start[same]
            done = self.lengths[literal] <= 8 * (i + 1)
            settled.append((literal[done], start[done]))
            literal, start = literal[~done], start[~done]
            if len(literal) == 0:
                break
        return np.concatenate([s[0] for s in settled]), np.concatenate([s[1] for s in settled])


def _hash(words: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    mixed: npt.NDArray[np.uint32] = (words * _FACTOR) >> np.uint32(32 - _BITS)
    return mixed


def _padded(literals: Sequence[bytes]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """The literals as rows of 8-byte words, and which of their bits count."""
    width = (max(map(len, literals), default=8) + 7) // 8 * 8
    words = np.frombuffer(b"".join(x.ljust(width, b"\0") for x in literals), dtype=np.uint64)
    masks = np.frombuffer(b"".join((b"\xff" * len(x)).ljust(width, b"\0") for x in literals), dtype=np.uint64)
    shape = (len(literals), width // 8)
    return words.reshape(shape), masks.reshape(shape)


def _grams(literals: Sequence[bytes]) -> tuple[npt.NDArray[np.uint32], Ints, Ints]:
    """(word, literal, offset in the literal) of all words of four bytes."""
    text = b"".join(literals) + bytes(4)
    view: npt.NDArray[Any] = np.ndarray((len(text) - 3,), dtype="S4", buffer=text, strides=(1,))
    lengths = np.array([len(literal) for literal in literals], dtype=np.int64)
    count = lengths - 3
    literal = np.repeat(np.arange(len(literals)), count)
    offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    place = np.repeat(np.cumsum(lengths) - lengths, count) + offset
    return view[place].view(np.uint32), literal, offset
