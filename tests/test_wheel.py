"""The wheel in an empty environment: the command runs there and finds its signatures, templates and samples."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.shared import ROOT

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
LOCKED = ["install", "--require-hashes", "-r", str(ROOT / "requirements" / "runtime.txt")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    offline = ["--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*PIP, "wheel", *offline, "--wheel-dir", str(folder), str(ROOT)], check=True)
    return next(folder.glob("vmtriage-*.whl"))


@pytest.fixture(scope="module", params=["lent", pytest.param("locked", marks=pytest.mark.thorough)])
def command(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of an environment that has the wheel, and its libraries: lent by this one, though not what this one
    has of the checkout; or installed as they are pinned, and no others."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    pip = [*PIP, "--python", str(folder / "bin" / "python")]
    if request.param == "lent":
        (place,) = folder.glob("lib/python*/site-packages")
        (place / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    else:
        subprocess.run([*pip, *LOCKED], check=True)
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    return folder / "bin" / "vmtriage"


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
