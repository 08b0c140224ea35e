"""The wheel in an empty environment: the command runs there and finds its signatures, templates and samples."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.shared import ROOT


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], check=True)
    wheel = next(folder.glob("vmtriage-*.whl"))
    venv.create(folder / "empty", with_pip=True)
    python = folder / "empty" / "bin" / "python"
    subprocess.run(
        [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install", str(wheel)], check=True
    )
    return folder / "empty" / "bin" / "vmtriage"


def test_it_analyses_there(command: Path, tmp_path: Path) -> None:
    sample = ROOT / "sample_bundles" / "backup-freeze-busy.tar.gz"
    done = subprocess.run(
        [str(command), "analyze", str(sample), "--json", "-"], cwd=tmp_path, capture_output=True, check=True
    )
    assert json.loads(done.stdout)["verdict"]["outcome"] == "named"
    assert (tmp_path / "backup-freeze-busy.report.html").exists()


def test_it_carries_its_data(command: Path, tmp_path: Path) -> None:
    script = (
        "from analyzer import resources as r; "
        "print(*(r.folder(n) for n in ('signatures', 'templates', 'sample_bundles')))"
    )
    python = command.parent / "python"
    done = subprocess.run([str(python), "-c", script], cwd=tmp_path, capture_output=True, check=True, text=True)
    folders = [Path(p) for p in done.stdout.split()]
    assert all(command.parent.parent in folder.parents for folder in folders)
    assert (folders[0] / "symptoms.toml").exists()
    assert list(folders[1].glob("*.html*"))
    assert list(folders[2].glob("healthy-*.tar.gz"))


def test_its_own_tests_hold_there(command: Path, tmp_path: Path) -> None:
    """`signatures test` needs nothing of the checkout."""
    done = subprocess.run(
        [str(command), "signatures", "test", "filesystem/disk-full"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
