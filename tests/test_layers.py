"""Imports run one way, along the flow of the data."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared import ROOT

LAYERS: tuple[tuple[str, ...], ...] = (
    (
        "analyzer",
        "clocks",
        "reading",
        "judging",
        "document",
        "redaction",
        "resources",
        "version",
        "memory",
        "language",
        "progress",
        "moments",
        "exitcodes",
        "judging.asks",
        "stopping",
        "aside",
    ),
    ("bundle",),
    ("lines",),
    ("parsers",),
    ("reading.column",),
    ("reading.store", "matching.literals", "matching.compare"),
    ("signatures.model", "signatures.shapes", "signatures.sound", "signatures.load"),
    ("matching.finder", "matching.effort", "matching.text", "matching.remembered"),
    ("matching.matcher", "matching.patterns", "matching.scanner"),
    ("reading.clipped",),
    ("reading.records", "reading.loud"),
    ("clocks.happenings", "clocks.zones", "clocks.years"),
    (
        "clocks.meetings",
        "clocks.twins",
        "clocks.zonechoice",
        "clocks.exports",
        "clocks.exportzones",
        "clocks.vmzone",
        "clocks.duplicates",
    ),
    ("reading.pipeline", "clocks.clock"),
    (
        "judging.findings",
        "judging.facts",
        "judging.operations",
        "document.lanes",
        "timeline",
        "reading.walk",
    ),
    ("judging.incidents", "judging.handlers", "judging.evidence", "judging.coverage"),
    ("judging.unknown",),
    (
        "judging.scoring",
        "judging.calibration",
        "judging.releases",
        "judging.symptoms",
        "judging.symptom_file",
        "judging.symptom_text",
    ),
    ("judging.question", "judging.cascade"),
    ("judging.diagnosis", "plan"),
    (
        "redaction.secrets",
        "redaction.rules",
        "redaction.identity",
        "redaction.together",
        "redaction.redactor",
        "redaction.documents",
        "redaction.cleaning",
    ),
    (
        "document.exhibits",
        "document.telling",
        "document.swimlanes",
        "document.chartdata",
        "document.eventrows",
        "document.events",
        "document.incidents",
        "document.missing",
        "document.causes",
        "document.verdict",
        "document.whole",
    ),
    ("analysis",),
    ("signatures.lint", "signatures.scaffold", "signatures.selftest", "signatures.messages", "evaluate", "report"),
    ("batch", "compare"),
    ("web",),
    ("commands",),
    ("cli",),
)
"""From the bundle to the report. A module may import from its own layer and from those above it in this list."""


def layer_of(module: str) -> int:
    name = module.removeprefix("analyzer.")
    fits = [
        (len(entry), number)
        for number, layer in enumerate(LAYERS)
        for entry in layer
        if name == entry or name.startswith(entry + ".")
    ]
    if not fits:
        raise AssertionError(f"{module} stands in no layer; put it where it belongs in LAYERS")
    return max(fits)[1]


def modules() -> list[Path]:
    return sorted((ROOT / "analyzer").rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST) -> Iterator[str]:
    """Modules that are imported at run time, inside functions too; not those for type checking only."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "analyzer":
            for alias in node.names:
                inner = ROOT.joinpath(*node.module.split("."), alias.name)
                yield (
                    f"{node.module}.{alias.name}"
                    if inner.with_suffix(".py").exists() or inner.is_dir()
                    else node.module
                )
        yield from imported(node)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_run_one_way(path: Path) -> None:
    module = name_of(path)
    if module in ("analyzer", "analyzer.__main__", "analyzer.cli"):
        return  # the package's face imports lazily; the command line may import everything
    wrong = [i for i in imported(ast.parse(path.read_text("utf-8"))) if layer_of(i) > layer_of(module)]
    assert wrong == []


def test_code_names_no_cause() -> None:
    """Knowledge belongs in signatures: no module mentions the id of one."""
    ids = {
        p.relative_to(ROOT / "signatures").with_suffix("").as_posix() for p in (ROOT / "signatures").glob("*/*.toml")
    }
    found = [(path.name, i) for path in modules() for i in ids if f'"{i}"' in path.read_text("utf-8")]
    assert found == []
