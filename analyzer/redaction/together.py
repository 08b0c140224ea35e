"""Texts that are changed as one, because what one of them holds is understood from its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def together(change: Callable[[str], str], values: Sequence[str]) -> list[str]:
    """Each of `values` as it stands in their changed whole. `change` may neither add lines nor take any."""
    whole = change("\n".join(values)).split("\n")
    result, at = [], 0
    for value in values:
        count = value.count("\n") + 1
        result.append("\n".join(whole[at : at + count]))
        at += count
    return result
