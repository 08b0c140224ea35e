"""What a run looks for: all patterns in one numbering, and who asked for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from analyzer.clocks import happenings
from analyzer.document import lanes
from analyzer.judging import facts, operations
from analyzer.judging.operations import Marker, Operation
from analyzer.judging.unknown import LIKE_ERRORS, benign_patterns
from analyzer.matching.patterns import Pattern, PatternSet
from analyzer.signatures.load import load_folder
from analyzer.signatures.model import Signature


@dataclass(frozen=True)
class Plan:
    """The knowledge of a run. `evidence`, `markers` and `facts` map pattern numbers to their owners."""

    signatures: tuple[Signature, ...]
    operations: tuple[Operation, ...]
    patterns: PatternSet
    evidence: dict[tuple[str, str], int]
    markers: dict[int, Marker]
    facts: dict[int, str]
    unknown: int  # the pattern of error-like records
    benign: tuple[int, ...]  # patterns of what looks like an error and is none
    happenings: int  # the first of the patterns by which clocks are compared


def make_plan(signatures: Sequence[Signature]) -> Plan:
    """Number the patterns of the signatures, the operations and the log facts."""
    patterns: list[Pattern] = []
    evidence: dict[tuple[str, str], int] = {}
    for signature in signatures:
        for item in signature.evidence:
            if item.regex is not None:
                evidence[signature.id, item.key] = len(patterns)
                owner = f"{signature.id} {item.key}"
                patterns.append(Pattern(item.regex, item.source, owner, item.event_id, item.provider))
    table = operations.load_operations()
    markers: dict[int, Marker] = {}
    for marker in table.markers:
        markers[len(patterns)] = marker
        patterns.append(marker.pattern)
    fact_names: dict[int, str] = {}
    for name, pattern in facts.log_fact_patterns():
        fact_names[len(patterns)] = name
        patterns.append(pattern)
    patterns += lanes.patterns()
    benign = benign_patterns()
    first_happening = len(patterns)
    patterns += happenings.patterns()
    first_benign = len(patterns)
    patterns += [*benign, LIKE_ERRORS]
    return Plan(
        tuple(signatures),
        table.operations,
        PatternSet(patterns),
        evidence,
        markers,
        fact_names,
        unknown=len(patterns) - 1,
        benign=tuple(range(first_benign, first_benign + len(benign))),
        happenings=first_happening,
    )


@lru_cache(maxsize=4)
def shipped_plan(extra: tuple[Path, ...] = ()) -> Plan:
    """The plan of the shipped signatures, and of private packs beside them."""
    signatures = load_folder()
    for folder in extra:
        signatures += load_folder(folder)
    return make_plan(signatures)
