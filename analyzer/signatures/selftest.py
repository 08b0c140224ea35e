"""Run the tests inside signature files: each is a small bundle that goes through the real parsers and the engine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer import resources
from analyzer.analysis import Analysis, run
from analyzer.bundle import open_bundle
from analyzer.bundle.magic import HEAD
from analyzer.bundle.model import Bundle, Member
from analyzer.plan import Plan, make_plan, shipped_plan
from analyzer.signatures.load import load_folder
from analyzer.signatures.model import Signature, SignatureTest


@dataclass
class MemoryMember:
    """A file of a test, held in memory."""

    path: str
    content: bytes
    declared_size: int | None = None
    modified: float = 0.0

    def head(self) -> bytes:
        return self.content[:HEAD]

    def blocks(self) -> Iterator[bytes]:
        yield self.content

    def packed(self) -> int:
        return len(self.content)


class MemoryBundle(Bundle):
    """A bundle of files held in memory, by path."""

    def __init__(self, files: Mapping[str, str | bytes], name: str = "test") -> None:
        super().__init__(name=name, kind="memory")
        self._files = [
            MemoryMember(path, content if isinstance(content, bytes) else content.removeprefix("\n").encode())
            for path, content in files.items()
        ]

    def members(self) -> Iterator[Member]:
        yield from self._files

    def sha256(self) -> str:
        digest = hashlib.sha256()
        for member in self._files:
            digest.update(f"{member.path} {len(member.content)} ".encode() + member.content)
        return digest.hexdigest()


def standing(analysis: Analysis, identity: str) -> str:
    """How a cause stands in an analysis: named · candidate · effect · noted · absent."""
    for cause in analysis.diagnosis.causes:
        if cause.signature.id == identity:
            return cause.state
    return "noted" if any(c.signature.id == identity for c in analysis.diagnosis.notes) else "absent"


def analyse_test(test: SignatureTest, plan: Plan) -> Analysis:
    return run(MemoryBundle(test.files, test.name), plan, test.at, test.symptom)


def run_tests(folder: Path | None = None, names: Sequence[str] = ()) -> tuple[list[str], int]:
    """(failures as 'file:line: words', tests run). `names` chooses signatures by id."""
    signatures = load_folder(folder)
    plan = shipped_plan() if folder is None else make_plan([*load_folder(), *signatures])
    chosen = [s for s in signatures if not names or s.id in names]
    failures: list[str] = healthy_failures(plan) if not names else []
    count = len(healthy_samples()) if not names else 0
    for signature in chosen:
        for test in signature.tests:
            count += 1
            failures += check(signature, test, plan)
    return failures, count


def healthy_samples() -> list[Path]:
    """The sample bundles in which nothing is wrong; they ship with the program."""
    return sorted(resources.folder("sample_bundles").glob("healthy-*.tar.gz"))


def healthy_failures(plan: Plan) -> list[str]:
    """Healthy samples on which a cause is named or found at all."""
    failures = []
    for path in healthy_samples():
        with open_bundle(path) as bundle:
            verdict = run(bundle, plan).diagnosis
        found = [c.signature.id for c in verdict.causes]
        if verdict.outcome != "no-fault" or found:
            failures.append(f"{path}:1: healthy, but {verdict.outcome}: {', '.join(found) or 'no causes'}")
    return failures


def check(signature: Signature, test: SignatureTest, plan: Plan) -> list[str]:
    """What is wrong with one test: its expectation, and any other signature that its positive sample names."""
    analysis = analyse_test(test, plan)
    verdict = analysis.diagnosis
    place = f"{signature.path}:{test.line}: test '{test.name}'"
    problems = []
    got = standing(analysis, signature.id)
    if got != test.expect:
        top = ", ".join(f"{c.signature.id} {c.judged.score:+.1f} {c.state}" for c in verdict.causes[:4]) or "no causes"
        seen = (
            ", ".join(f"{i.id} {i.outcome}{' resolved' if i.resolved else ''}" for i in analysis.incidents[:6])
            or "no incidents"
        )
        problems.append(f"{place}: expected {test.expect}, got {got} (outcome {verdict.outcome}; {top}; {seen})")
    named = verdict.cause
    if named is not None and named.signature.id != signature.id and test.expect in ("named", "absent"):
        problems.append(f"{place}: another signature is named: {named.signature.id} ({named.judged.score:+.1f})")
    return problems
