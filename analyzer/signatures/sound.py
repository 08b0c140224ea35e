"""What must hold of a signature, or the engine cannot use it. `lint` asks for more, but nobody has to heed it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

from analyzer.matching.literals import required
from analyzer.signatures.model import Evidence, Signature


def problems(signature: Signature) -> Iterator[tuple[int, str]]:
    """(line, words) of all that the engine would stumble over."""
    by_key = {evidence.key: evidence for evidence in signature.evidence}
    for evidence in signature.evidence:
        if evidence.operator == "none":
            yield evidence.line, f"'{evidence.key}' needs exactly one operator, has none"
        for text in (evidence.match, evidence.absent, evidence.value if evidence.comparison == "matches" else None):
            words = _no_regex(text) if text else None
            if words is not None:
                yield evidence.line, f"'{evidence.key}' is no regex: {words}"
        if _leads_back(evidence, by_key):
            yield evidence.line, f"'{evidence.key}' refers to itself"


def _no_regex(text: str) -> str | None:
    """Why it is none. Short records are searched by `re`, long ones by `regex`, literals by `re`'s parser."""
    try:
        re.compile(text, re.MULTILINE)
        regex.compile(text, regex.MULTILINE)
        required(text)
    except (re.error, regex.error, OverflowError) as error:
        return str(error)
    except RecursionError:
        return "its groups are nested too deep"
    return None


def _leads_back(evidence: Evidence, by_key: dict[str, Evidence]) -> bool:
    seen: set[str] = set()
    todo = list(evidence.references)
    while todo:
        key = todo.pop()
        if key == evidence.key:
            return True
        if key in by_key and key not in seen:
            seen.add(key)
            todo += by_key[key].references
    return False
