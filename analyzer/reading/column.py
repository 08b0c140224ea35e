"""An array that grows in place: what a long log's events are kept in, at no more memory than they need."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

_SECOND = 1_024


class Column:
    """Values of one type, appended in pieces.

    Pieces put together at the end would need the memory twice. Growing by an eighth costs little, since the system
    moves large arrays without copying them."""

    def __init__(self, kind: Any) -> None:
        self._array: npt.NDArray[Any] = np.zeros(0, dtype=kind)
        self._size = 0

    def extend(self, values: npt.NDArray[Any]) -> None:
        """Append values, cast to the column's type. Arrays that `values` gave before are no longer to be used."""
        size = self._size + len(values)
        if size > len(self._array):
            # one piece is all that most files have, of which a bundle may hold a hundred thousand
            self._array.resize(max(_SECOND, size, len(self._array) * 9 // 8) if self._size else size, refcheck=False)
        self._array[self._size : size] = values
        self._size = size

    def become(self, values: npt.NDArray[Any]) -> None:
        """Hold these values, as they are, in place of the ones so far."""
        self._array, self._size = values, len(values)

    def values(self) -> npt.NDArray[Any]:
        """All values so far, not copied."""
        return self._array[: self._size]
