"""What is wrong with signature files, each problem as file:line: words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from analyzer.matching.literals import required
from analyzer.parsers.winevents.providers import canonical
from analyzer.signatures import sound
from analyzer.signatures.load import load_file, signature_files
from analyzer.signatures.model import (
    EXPECTATIONS,
    KINDS,
    OPERATIONS,
    PLATFORMS,
    RISKS,
    ROLES,
    Evidence,
    Signature,
    SignatureError,
)

_PLACE = re.compile(r"\{(\w+)\.(\w+)(?:\|[^}]*)?\}")
_BUILT_IN = {"count", "first", "last"}
_LATER_LINE = re.compile(r"^\^\(\?!\[\\s\\S\]")  # after the line that it forbids, '^' holds again
_NESTED = re.compile(r"\((?:\?:|\?P<\w+>)?[^()]*[+*][^()]*\)[+*{]")  # (a+)+ and its like
POSITIVE = ("named", "noted")
NEAR_MISS = ("absent", "candidate", "effect")


def lint_folder(folder: Path | None = None) -> list[str]:
    """Problems of all files below a folder (the shipped ones by default), in order of file and line."""
    from analyzer import resources

    root = folder or resources.folder("signatures")
    problems: list[tuple[str, int, str]] = []
    loaded: list[Signature] = []
    for path in signature_files(root):
        try:
            loaded.append(load_file(path, root))
        except SignatureError as error:
            problems.append((str(path), 0, str(error)))
    known = {s.id for s in loaded} | ({s.id for s in _shipped()} if folder is not None else set())
    for signature in loaded:
        for line, words in _problems(signature, known):
            problems.append((str(signature.path), line, f"{signature.path}:{line}: {words}"))
    problems += [
        (str(c[0].path), 1, f"{c[0].path}:1: explains goes in a circle: {' -> '.join(s.id for s in c)}")
        for c in _cycles(loaded)
    ]
    return [words for _, _, words in sorted(problems)]


def _shipped() -> list[Signature]:
    from analyzer.signatures.load import load_folder

    return load_folder()


def _problems(signature: Signature, known: set[str]) -> Iterator[tuple[int, str]]:
    if signature.kind not in KINDS:
        yield 1, f"kind is one of {', '.join(KINDS)}"
    for value in signature.platforms:
        if value not in PLATFORMS:
            yield 1, f"unknown platform '{value}'"
    for value in signature.operations:
        if value not in OPERATIONS:
            yield 1, f"unknown operation '{value}'"
    for value in signature.explains:
        if value not in known:
            yield 1, f"explains '{value}', which is no signature"
    for remedy in signature.remedies:
        if remedy.risk not in RISKS:
            yield 1, f"risk is one of {', '.join(RISKS)}"
        for key in remedy.when:
            if all(evidence.key != key for evidence in signature.evidence):
                yield 1, f"a remedy waits for '{key}', which is no evidence"
    for platform in signature.platforms:
        if not signature.steps(platform):
            yield 1, "no remedy" if not signature.remedies else f"no remedy for {platform}"
    unsound = list(sound.problems(signature))
    yield from unsound
    if unsound:  # what is asked below follows references and reads regexes
        return
    keys = [e.key for e in signature.evidence]
    used = {key for e in signature.evidence for key in e.references}
    for evidence in signature.evidence:
        if evidence.role == "part" and evidence.key not in used:
            yield evidence.line, f"'{evidence.key}' is a part of nothing"
    if not any(e.role == "required" for e in signature.evidence):
        yield 1, "no required evidence"
    for evidence in signature.evidence:
        yield from _evidence(evidence, signature, keys)
    yield from _places(signature, "the summary", signature.summary)
    for remedy in signature.remedies:
        yield from _places(signature, "a command", remedy.command or "")
    yield from _tests(signature)


def _evidence(evidence: Evidence, signature: Signature, keys: list[str]) -> Iterator[tuple[int, str]]:
    line, key = evidence.line, evidence.key
    if evidence.role not in ROLES:
        yield line, f"'{key}': role is one of {', '.join(ROLES)}"
    if keys.count(key) > 1:
        yield line, f"'{key}' is defined twice"
    if evidence.role != "part" and evidence.weight <= 0:
        yield line, f"'{key}' has no weight"
    operators = [o for o in ("match", "absent", "any", "every", "sequence", "fact") if getattr(evidence, o)]
    by_id = bool(evidence.provider or evidence.event_id)
    if len(operators) > 1 or not (operators or by_id) or (by_id and operators not in ([], ["match"])):
        yield line, f"'{key}' needs exactly one operator, has {', '.join(operators) or 'none'}"
    for other in evidence.references:
        if other not in keys:
            yield line, f"'{key}' refers to '{other}', which is no evidence here"
    if evidence.operator not in ("match", "absent", "event") and evidence.near:
        yield line, f"'{key}' has no effect with 'near': give it to the parts"
    if evidence.operator not in ("match", "any", "event") and evidence.at_least:
        yield line, f"'{key}' has no effect with 'at_least': give it to the parts"
    if evidence.operator in ("match", "absent", "event") and not evidence.source:
        yield line, f"'{key}' names no source"
    if by_id and not (evidence.provider and evidence.event_id):
        yield line, f"'{key}' needs provider and event_id together"
    for name in evidence.provider:
        if canonical(name) != name:
            yield line, f"'{key}' never meets provider '{name}': texts of events call it '{canonical(name)}'"
    if evidence.match or evidence.absent:
        yield from _regex(evidence)


def _regex(evidence: Evidence) -> Iterator[tuple[int, str]]:
    text = evidence.match or evidence.absent or ""
    if required(text) is None and not evidence.provider:
        yield evidence.line, f"'{evidence.key}' has no literal of five characters or more to look for first"
    if _LATER_LINE.search(text):
        yield evidence.line, f"'{evidence.key}' forbids words for one line only; for the whole record begin with \\A"
    if _NESTED.search(text):
        yield evidence.line, f"'{evidence.key}' repeats a repetition and may backtrack without bound"


def _places(signature: Signature, what: str, words: str) -> Iterator[tuple[int, str]]:
    by_key = {e.key: e for e in signature.evidence}
    for key, name in _PLACE.findall(words):
        evidence = by_key.get(key)
        if evidence is None:
            yield 1, f"{what} uses {{{key}.{name}}}, and there is no evidence '{key}'"
        elif name not in _BUILT_IN and not any(f"(?P<{name}>" in text for text in _regexes(evidence, by_key)):
            yield evidence.line, f"{what} uses {{{key}.{name}}}, and no regex of '{key}' captures it"


def _regexes(evidence: Evidence, by_key: dict[str, Evidence]) -> list[str]:
    parts = [by_key[key] for key in evidence.parts if key in by_key]
    return [evidence.match or "", *(text for part in parts for text in _regexes(part, by_key))]


def _tests(signature: Signature) -> Iterator[tuple[int, str]]:
    for test in signature.tests:
        if test.expect not in EXPECTATIONS:
            yield test.line, f"expect is one of {', '.join(EXPECTATIONS)}"
    if not any(t.expect in POSITIVE for t in signature.tests):
        yield 1, "no positive test (named or noted)"
    if not any(t.expect in NEAR_MISS for t in signature.tests):
        yield 1, "no near-miss test (absent, candidate or effect)"


def _cycles(signatures: list[Signature]) -> Iterator[list[Signature]]:
    """A circle of `explains` from its smallest id, then those that no signature of it takes part in."""
    by_id = {s.id: s for s in signatures}
    explained = {s.id: [other for other in s.explains if other in by_id] for s in signatures}
    while explained:
        try:
            TopologicalSorter(explained).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1][:0:-1]  # each is explained by the next one, and the first stands last too
            start = circle.index(min(circle))
            yield [by_id[name] for name in [*circle[start:], *circle[: start + 1]]]
            explained = {
                name: [other for other in others if other not in circle]
                for name, others in explained.items()
                if name not in circle
            }
        else:
            return
