"""Words that try to become markup, templates, formulas or orders to a terminal, in every kind of file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.bundle.identify import identify
from analyzer.parsers.families import FAMILIES
from analyzer.parsers.registry import PLACES
from analyzer.parsers.winevents.readers import READERS
from tests.bundle.archives import write_folder
from tests.generator.event_exports import FORMATS
from tests.generator.event_xml import Exporter
from tests.generator.windows.events import Event, Kind
from tests.hostile.check import BAIT, ESCAPES, FORMULAS, MARKUP, TEMPLATES, survive
from tests.hostile.files import bundle, logs, states

PARTS = (*MARKUP, *TEMPLATES, *FORMULAS, *ESCAPES)
OTHERS = {"health-report", "command-output"}
"""Kinds that a bundle gives in another way than as a file of their own."""


def test_every_kind_has_a_file() -> None:
    made = states(BAIT).keys() | logs(BAIT).keys()
    assert made >= (PLACES.keys() | FAMILIES.keys()) - OTHERS
    assert not made - (PLACES.keys() | FAMILIES.keys() | OTHERS)


@pytest.mark.parametrize("kind", sorted((PLACES.keys() | FAMILIES.keys()) - OTHERS))
def test_the_file_is_what_it_is_meant_to_be(kind: str) -> None:
    path, content = {**states("said"), **logs("said")}[kind]
    assert identify(path, content).kind == kind


@pytest.mark.parametrize("words", [BAIT, *FORMULAS[:2], *MARKUP[1:3], *ESCAPES[::2]], ids=range(8))
def test_in_every_field_of_every_file(tmp_path: Path, words: str) -> None:
    """All of them in one line, and some alone: what stands first in a field, or ends it, has another effect."""
    outcome = survive(write_folder(tmp_path / "bundle", bundle(states(words), logs(words))))
    assert outcome.analysis is not None
    failed = [info.path for info in outcome.analysis.reading.store.members if "failed" in " ".join(info.notes)]
    assert not failed
    shown = outcome.outputs["html"] + outcome.outputs["jsonl"]
    assert "Evil.Corp" in shown


def events() -> list[Event]:
    kind = Kind("VSS", 8193, 2, "Application", "Volume Shadow Copy Service error: %1 %2", ("param1", "param2"))
    when = datetime(2030, 1, 13, 12, 30, 30, tzinfo=UTC)
    said = [words.translate(dict.fromkeys(range(32))) for words in (BAIT, *PARTS)]
    return [Event(kind, when, 100 + number, "HOST", (words, words)) for number, words in enumerate(said)]


def test_in_events_of_every_export(tmp_path: Path) -> None:
    files = {f"{name}{form.ending}": form.write(events(), Exporter()) for name, form in FORMATS.items()}
    outcome = survive(write_folder(tmp_path / "bundle", files))
    assert outcome.analysis is not None
    kinds = {info.kind for info in outcome.analysis.reading.store.members if info.events}
    assert kinds >= READERS.keys()
