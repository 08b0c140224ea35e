"""Whole runs, watched from inside: no network, no program started, no file touched outside the output."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.promises import work
from tests.shared import ROOT

GUARD = Path(__file__).with_name("guard")
FORBIDDEN = {
    "a connection": ("socket.", "import socket; socket.create_connection(('127.0.0.1', 9))"),
    "a name": ("socket.", "import socket; socket.getaddrinfo('example.com', 80)"),
    "a web page": ("urllib.Request", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')"),
    "a program": ("subprocess.Popen", "import subprocess; subprocess.run(['true'])"),
    "a shell": ("os.system", "import os; os.system('true')"),
    "another self": ("os.exec", "import os; os.execv('/bin/true', ['true'])"),
    "a spawned one": ("os.posix_spawn", "import os; os.posix_spawn('/bin/true', ['true'], {})"),
    "a fork": ("os.fork", "import os; os.fork() or os._exit(0)"),
    "a pickle": ("pickle.find_class", "import pickle; pickle.loads(b'cos\\nsystem\\n.')"),
    "a library": ("ctypes.dlopen", "import ctypes; ctypes.CDLL('libm.so.6')"),
    "a file": ("open", "open('../elsewhere', 'w')"),
    "a file for more": ("open", "open('../inbox/x', 'ab')"),
    "a folder": ("os.mkdir", "import os; os.mkdir('../elsewhere')"),
    "a removal": ("os.remove", "import os; os.remove('../kept')"),
    "a renaming": ("os.rename", "import os; os.rename('../kept', 'kept')"),
    "a link": ("os.symlink", "import os; os.symlink('/etc/passwd', 'link')"),
    "a named temporary file": ("tempfile.mkstemp", "import tempfile; tempfile.mkstemp(dir='..')"),
    "a database": ("sqlite3.connect", "import sqlite3; sqlite3.connect('../base')"),
}
ALLOWED = {
    "a file": "open('x', 'w').write('x')",
    "a nameless file": "import tempfile; tempfile.TemporaryFile().write(b'x')",
    "a file to read": "open('/etc/passwd').read()",
    "a folder": "import os; os.makedirs('a/b')",
    "its own helper": (
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-P', '-m', 'analyzer.batch.child', '1'], input=b'')"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return work.inbox(tmp_path_factory.mktemp("guarded"))


def guard(output: Path, log: Path) -> dict[str, str]:
    temporary = output.parent / "temporary"
    temporary.mkdir()
    return {
        "GUARD_LOG": str(log),
        "GUARD_OUTPUT": os.pathsep.join(str(output.parent / name) for name in ("output", "cache", "temporary")),
        "TMPDIR": str(temporary),
        "PYTHONPATH": f"{GUARD}{os.pathsep}{ROOT}",
        "XDG_CACHE_HOME": str(output.parent / "cache"),
    }


def attempt(script: str, place: Path) -> tuple[int, str]:
    """The exit code of a guarded script, and what the guard told."""
    output, log = place / "output", place / "log"
    output.mkdir()
    (place / "kept").write_text("kept")
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **guard(output, log)}
    code = subprocess.run([sys.executable, "-c", script], cwd=output, env=environment, capture_output=True).returncode
    return code, log.read_text()


@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_guard_bites(name: str, tmp_path: Path) -> None:
    event, script = FORBIDDEN[name]
    code, told = attempt(script, tmp_path)
    assert code
    assert told.startswith(event)
    assert (tmp_path / "kept").read_text() == "kept"


@pytest.mark.parametrize("name", ALLOWED)
def test_the_guard_lets_pass(name: str, tmp_path: Path) -> None:
    assert attempt(ALLOWED[name], tmp_path) == (0, "")


@pytest.mark.parametrize("name", sorted(work.commands(Path())))
def test_nothing_is_sent_run_or_touched(name: str, inbox: Path, tmp_path: Path) -> None:
    output, log = tmp_path / "output", tmp_path / "log"
    output.mkdir()
    done = work.done(work.commands(inbox)[name], output, guard(output, log))
    assert log.read_text() == ""
    assert done.returncode == 0, done.stderr.decode()
    assert not list(tmp_path.rglob("owned"))
    assert not Path("/tmp/owned").exists()
    assert {path.name for path in tmp_path.iterdir()} <= {"output", "log", "cache", "temporary"}
    assert list((tmp_path / "temporary").iterdir()) == []


def test_nothing_of_a_bundle_lies_in_the_output_but_in_reports(inbox: Path, tmp_path: Path) -> None:
    output, log = tmp_path / "output", tmp_path / "log"
    output.mkdir()
    work.done(work.commands(inbox)["analyze lure"], output, guard(output, log))
    assert sorted(path.name for path in output.rglob("*")) == [
        "e.jsonl",
        "r.html",
        "r.json",
        "r.md",
        "r.sarif",
        "r.xml",
    ]
