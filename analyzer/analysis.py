"""The analysis of one bundle: `run` takes it through every stage, `Analysis` holds what came out.

open -> read (index, match, state) -> clock -> findings, facts, incidents -> verdict
"""

from __future__ import annotations

import os
import time
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from analyzer import memory
from analyzer.bundle import open_bundle
from analyzer.bundle.layout import Layout, canonical, recognise
from analyzer.bundle.model import Bundle, Limits
from analyzer.clocks import clock, happenings
from analyzer.clocks.clock import Times
from analyzer.judging import asks, coverage, incidents
from analyzer.judging.coverage import SourceCover
from analyzer.judging.diagnosis import Verdict, diagnose
from analyzer.judging.evidence import Evaluator
from analyzer.judging.facts import Facts, add_from_logs, derive, from_states
from analyzer.judging.findings import Findings
from analyzer.judging.incidents import Incident, Mark
from analyzer.judging.question import Request
from analyzer.judging.releases import add_ages, load_releases
from analyzer.judging.symptoms import load_symptoms
from analyzer.judging.unknown import Template, mine
from analyzer.language import _, current, using
from analyzer.plan import Plan, shipped_plan
from analyzer.progress import stage
from analyzer.reading import pipeline
from analyzer.reading.pipeline import Reading

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.redaction.redactor import Redactor
    from analyzer.timeline import Timeline


class UnknownSymptom(ValueError):
    """The text that was given as a symptom is none that the table knows."""


@dataclass
class Analysis:
    """What one bundle told. `to_json()` is the document that every report is made from."""

    bundle: Bundle
    layout: Layout
    reading: Reading
    times: Times
    findings: Findings
    facts: Facts
    incidents: list[Incident]
    covers: dict[str, SourceCover]
    request: Request
    symptom_text: str | None
    diagnosis: Verdict
    unknown: list[Template]
    timings: dict[str, float] = field(default_factory=dict)
    language: str = "en"
    identity: bool = False  # hide names, addresses and ids in the document
    everything: bool = False  # all events in the document, not only those that matter
    redactor: Redactor | None = None  # of the document, so that other outputs show the same stand-ins
    _timeline: Timeline | None = None
    _document: dict[str, Any] | None = None

    @property
    def platform(self) -> str:
        """Whose signatures and remedies apply: linux or windows."""
        return platform_of(self.layout)

    @property
    def timeline(self) -> pd.DataFrame:
        """All events as the DataFrame of the event schema (docs/architecture.md); built when first asked for."""
        return self._built().frame

    def text(self, rows: Iterable[int]) -> list[str]:
        """The text of these rows (positions in `timeline`), read again from the bundle."""
        from analyzer import timeline

        built = self._built()
        return timeline.texts(self.reading, [(int(built.member[i]), int(built.row[i])) for i in rows])

    def _built(self) -> Timeline:
        from analyzer import timeline

        if self._timeline is None:
            shown = {(f.member, f.row) for c in self.diagnosis.causes for h in c.judged.held.values() for f in h.found}
            self._timeline = timeline.build(self.reading, self.times, shown)
        return self._timeline

    def to_json(self) -> dict[str, Any]:
        """The JSON document (templates/report.schema.json), redacted."""
        from analyzer.document.whole import make_document

        if self._document is None:
            with using(self.language):
                self._document = make_document(self)
        return self._document

    @property
    def verdict(self) -> dict[str, Any]:
        """The verdict part of the document: outcome, cause, confidence, headline, incident."""
        result: dict[str, Any] = self.to_json()["verdict"]
        return result


def analyze(
    source: str | os.PathLike[str] | BinaryIO,
    at: str | None = None,
    symptom: str | None = None,
    *,
    limits: Limits | None = None,
    signatures: Sequence[Path] = (),
    language: str = "en",
    identity: bool = False,
    everything: bool = False,
) -> Analysis:
    """Analyse a bundle (a folder, an archive, a lone log, '-' for stdin).

    `at` is a moment (ISO 8601, UTC unless it names a zone), `symptom` a portal code or message, `language` a tag of
    `analyzer.language.LANGUAGES` for the sentences of the document and the reports; `identity` hides names, addresses
    and ids there as well as secrets, `everything` lists all events in it. Raises BundleError when the bundle cannot be
    read at all, ValueError for an `at` that is no time or a language without a catalogue, UnknownSymptom.
    """
    with using(language):
        analysis = run(open_bundle(source, limits or Limits()), shipped_plan(tuple(signatures)), at, symptom)
    analysis.identity, analysis.everything = identity, everything
    return analysis


def run(bundle: Bundle, plan: Plan, at: str | None = None, symptom: str | None = None) -> Analysis:
    """Take an opened bundle through every stage."""
    request = _request(at, symptom)
    started = time.perf_counter()
    reading = pipeline.read(bundle, plan.patterns)
    layout = recognise([i.path for i in reading.store.members], {i.kind for i in reading.store.members})
    for info in reading.store.members:
        info.canonical = canonical(info.path, layout.root)
    read_done = time.perf_counter()
    stage(_("Weighing the evidence"))
    bundle.hash_meanwhile()
    memory.give_back()
    facts = from_states(reading.states)
    if "os.timezone" not in facts and "os.utc_offset" not in facts:
        facts |= happenings.stated_zone(plan.happenings, reading.scanner, reading.store)
    zone, offset = (str(facts[name]) if name in facts else None for name in ("os.timezone", "os.utc_offset"))
    told = happenings.told(plan.happenings, reading.scanner)
    moments = happenings.moments(plan.happenings, reading.scanner)
    times = clock.resolve(reading.store, zone, offset, told, moments)
    reading.store.settle(times.utc)
    for member, notes in times.notes.items():
        reading.store.members[member].notes[:0] = notes
    findings = Findings(reading.scanner, reading.store, times)
    add_from_logs(facts, plan.facts, findings)
    derive(facts)
    covers = coverage.sources(reading.store, times)
    add_ages(facts, coverage.span(covers)[1], load_releases())
    ends = {name: cover.last for name, cover in covers.items() if cover.last is not None}
    rhythms = {name: cover.rhythm for name, cover in covers.items() if cover.rhythm is not None}
    found = incidents.build(
        plan.operations,
        _marks(plan, findings, facts, covers),
        ends,
        coverage.span(covers)[1],
        rhythms,
        {name for name, cover in covers.items() if cover.doubtful},
    )
    evaluator = Evaluator(
        findings, facts, plan.evidence, {n: (c.first, c.last) for n, c in covers.items()}, platform_of(layout)
    )
    lost = coverage.lost(reading.store, covers, asks.sources())
    verdict = diagnose(plan.signatures, found, evaluator, request, coverage.span(covers), lost)
    unknown = mine(findings, plan.unknown, [*plan.evidence.values(), *plan.facts, *plan.benign], verdict.incident)
    timings = {"read": read_done - started, "diagnose": time.perf_counter() - read_done}
    return Analysis(
        bundle,
        layout,
        reading,
        times,
        findings,
        facts,
        found,
        covers,
        request,
        symptom,
        verdict,
        unknown,
        timings,
        current(),
    )


def platform_of(layout: Layout) -> str:
    """The system that the bundle is of; Linux where nothing tells."""
    return layout.os if layout.os in ("linux", "windows") else "linux"


def _request(at: str | None, symptom: str | None) -> Request:
    from analyzer.moments import parse_moment

    resolved = None
    if symptom is not None:
        resolved = load_symptoms().resolve(symptom)
        if resolved is None:
            raise UnknownSymptom(f"'{symptom}' is no portal code or message that symptoms.toml knows")
    return Request(parse_moment(at) if at is not None else None, resolved)


def _marks(plan: Plan, findings: Findings, facts: Facts, sources: Container[str]) -> dict[str, list[Mark]]:
    marks: dict[str, list[Mark]] = {}
    for number, marker in plan.markers.items():
        if marker.fact and not any(facts.matching(marker.fact).values()):
            continue
        if any(source in sources for source in marker.without):
            continue
        marks.setdefault(marker.operation, []).extend((marker.outcome, found) for found in findings.of(number))
    return marks
