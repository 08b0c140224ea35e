"""The facts of all state files as one dictionary, whatever order the files came in."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.parsers.base import FactValue, StateResult

UNITED = frozenset({"certificates.present", "net.interfaces"})
"""Lists that many files contribute to: united, where every other fact is that of the newest file."""


def merge_facts(results: Iterable[tuple[str, StateResult]]) -> dict[str, FactValue]:
    """Facts of (path, result) pairs, applied in the order (as_of, path): the later one wins; names sorted.

    `certificates.required` follows from the newest settings of every extension: older settings may name certificates
    that were rotated away since.
    """
    facts: dict[str, FactValue] = {}
    united: dict[str, set[str]] = {}
    for _, result in sorted(results, key=lambda pair: (pair[1].as_of, pair[0])):
        for name, value in result.facts.items():
            if name in UNITED and isinstance(value, list):
                united.setdefault(name, set()).update(value)
            else:
                facts[name] = value
    facts |= {name: sorted(values) for name, values in united.items()}
    required = {str(value) for name, value in facts.items() if name.endswith("].settings_certificate")} - {"none"}
    if required:
        facts["certificates.required"] = sorted(required)
    return dict(sorted(facts.items()))
