"""Who wrote a record: the agent's thread or handler, or the program of a syslog line, as a small code."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analyzer.lines.stamp import HEAD, Heads, Ints

_SPACE, _BRACKET, _CLOSE, _COLON = 0x20, 0x5B, 0x5D, 0x3A


@dataclass
class Components:
    """Codes of component names over the whole bundle; code 0 is 'no component'."""

    names: list[str] = field(default_factory=lambda: [""])
    _known: dict[str, int] = field(default_factory=dict)

    def code(self, name: str) -> int:
        if name and name not in self._known:
            self._known[name] = len(self.names)
            self.names.append(name)
        return self._known[name] if name else 0

    def codes(self, rule: str, heads: Heads) -> npt.NDArray[np.int32]:
        """The code of each message, whose first HEAD bytes are given."""
        if rule == "none" or len(heads) == 0:
            return np.zeros(len(heads), dtype=np.int32)
        begin, end = (_thread if rule == "thread" else _program)(heads, _line_end(heads))
        return self._words(heads, begin, end)

    def _words(self, heads: Heads, begin: Ints, end: Ints) -> npt.NDArray[np.int32]:
        """Codes of heads[begin:end], one look-up a distinct word and not one a line."""
        columns = np.arange(HEAD)[None, :]
        inside = (columns >= begin[:, None]) & (columns < end[:, None])
        masked = np.where(inside, heads, 0)
        words = np.ascontiguousarray(masked).view(np.uint64)
        factors = np.array(
            [0x9E3779B97F4A7C15 + 2 * i * 0x632BE59BD9B4E019 & (2**64 - 1) for i in range(words.shape[1])], np.uint64
        )
        keys = (
            (words * factors[None, :]).sum(axis=1, dtype=np.uint64)
            ^ (begin.astype(np.uint64) << np.uint64(32))
            ^ end.astype(np.uint64)
        )
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        table = np.zeros(len(first), dtype=np.int32)
        for i, row in enumerate(first):
            table[i] = self.code(heads[row, begin[row] : end[row]].tobytes().decode("utf-8", "replace"))
        return table[inverse]


def _first(heads: Heads, byte: int, begin: Ints) -> Ints:
    """Column of the byte's first place at or behind `begin`; HEAD where there is none."""
    here = (heads == byte) & (np.arange(HEAD)[None, :] >= begin[:, None])
    return np.where(here.any(axis=1), here.argmax(axis=1), HEAD).astype(np.int64)


def _line_end(heads: Heads) -> Ints:
    """Column of the first control character, which no name holds; HEAD where there is none."""
    control = heads < _SPACE
    return np.where(control.any(axis=1), control.argmax(axis=1), HEAD).astype(np.int64)


def _thread(heads: Heads, line: Ints) -> tuple[Ints, Ints]:
    """waagent: the handler in brackets where there is one, else the thread or, in older agents, the prefix
    (azurelinuxagent/common/logger.py)."""
    zero = np.zeros(len(heads), dtype=np.int64)
    bracket = _first(heads, _BRACKET, zero)
    space = _first(heads, _SPACE, zero)
    handler = ((bracket == 0) | (bracket == space + 1)) & (bracket < line)
    begin = np.where(handler, bracket + 1, 0)
    end = np.where(handler, _first(heads, _CLOSE, np.minimum(begin, HEAD - 1)), space)
    return begin, np.minimum(end, line)


def _program(heads: Heads, line: Ints) -> tuple[Ints, Ints]:
    """syslog: 'host program[pid]:' or 'host program:' (RFC 3164)."""
    zero = np.zeros(len(heads), dtype=np.int64)
    begin = np.minimum(_first(heads, _SPACE, zero) + 1, HEAD)
    stop = np.minimum(_first(heads, _COLON, begin), _first(heads, _BRACKET, begin))
    bare = (_first(heads, _SPACE, begin) < stop) | (stop >= line)
    return begin, np.where(bare, begin, stop)
