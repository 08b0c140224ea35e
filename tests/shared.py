"""Where the team's shared material lies, and how tests treat its absence: skipped with a word, except in CI."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
CORPUS = SHARED / "corpus"
IN_CI = os.environ.get("CI") == "true"
TICKETS = int(os.environ.get("VMTRIAGE_TICKETS", "20"))
"""Tickets of the tests about many. `make thorough` takes 500, and all labelled bundles where a day has some."""
THOROUGH = TICKETS >= 500


def needs(path: Path) -> Path:
    """The path; without it the test is skipped, and fails in CI."""
    if not path.exists():
        message = f"left out: {path.relative_to(ROOT.parent)} is not beside this checkout"
        if IN_CI:
            pytest.fail(message)
        pytest.skip(message)
    return path


def corpus_names() -> list[str]:
    """The labelled bundles, or one stand-in whose test says that they are missing."""
    folder = CORPUS / "bundles"
    return sorted(p.name.removesuffix(".tar.gz") for p in folder.glob("*.tar.gz")) if folder.is_dir() else ["missing"]
