"""Reports change only when somebody means it: the kept ones are what is made today, and every process makes the same.

Where a change is meant, `python -m tests.golden` writes them anew; the difference goes into the commit.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import cases
from tests.golden import made
from tests.shared import ROOT

PLACES = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LANG": "C", "LC_ALL": "C", "COLUMNS": "80"},
    {"PYTHONHASHSEED": "4242", "TZ": "Asia/Kathmandu", "LANG": "tr_TR.UTF-8", "LC_ALL": "C.UTF-8", "COLUMNS": "200"},
)


@pytest.mark.parametrize("name", made.KEPT)
def test_reports_are_the_kept_ones(name: str) -> None:
    for ending, text in made.reports(name).items():
        kept = made.FOLDER / f"{name}.{ending}"
        assert text.splitlines() == kept.read_text("utf-8").splitlines(), "python -m tests.golden writes it anew"


def test_nothing_else_is_kept() -> None:
    expected = {f"{name}.{ending}" for name in made.KEPT for ending in ("md", "txt")}
    expected |= {f"{name}.html" for name in made.WITH_HTML}
    assert {path.name for path in made.FOLDER.iterdir()} == expected


@pytest.mark.parametrize("name", ["backup-freeze-busy", "windows-vss-writer-timeout"])
def test_same_bundle_same_bytes(name: str, tmp_path: Path) -> None:
    """Whatever the process's hash seed, zone, language, width and folder, and however often."""
    bundle, made_in = cases.FOLDER / f"{name}.tar.gz", []
    for number, place in enumerate(PLACES):
        folder = tmp_path / str(number)
        folder.mkdir()
        command = [sys.executable, "-m", "analyzer", "analyze", str(bundle), "-o", "a.html", "--md", "a.md"]
        environment = os.environ | place | {"PYTHONPATH": str(ROOT)}
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, timeout=120)
        made_in.append((folder / "a.html").read_bytes() + (folder / "a.md").read_bytes())
    assert made_in[0] == made_in[1]
    here = cases.html(name).encode("utf-8")
    assert made_in[0][: len(here)] == here
    assert str(tmp_path).encode() not in made_in[0], "no path of the machine is in it"
