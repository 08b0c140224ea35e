"""SIGINT and SIGTERM at any time: one line, the shell's exit code, nothing half-written, nothing lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analyzer import stopping
from analyzer.aside import whole
from tests.faults.commands import BEFORE, LINUX, WINDOWS, earlier, environment, left, started, until_it_listens

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="left out: signals are looked at through /proc")

COMMANDS = {
    "analyze": (
        ["analyze", str(LINUX), "-o", "a.html", "--json", "a.json", "--events", "a.csv"],
        "a.html a.json a.csv",
    ),
    "timeline": (["timeline", str(WINDOWS), "-o", "t.csv"], "t.csv"),
    "timeline to a pipe": (["timeline", str(WINDOWS)], ""),
    "redact": (["redact", str(LINUX), "-o", "clean.tar.gz"], "clean.tar.gz"),
    "diff": (["diff", str(LINUX), str(LINUX), "-o", "d.html", "--json", "d.json"], "d.html d.json"),
    "signatures test": (["signatures", "test", "filesystem/disk-full"], ""),
}
MOMENTS = 3  # for each command and signal


@pytest.mark.thorough
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda s: s.name)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_signal_at_any_time(name: str, number: signal.Signals, tmp_path: Path) -> None:
    arguments, outputs = COMMANDS[name]
    dice = random.Random(f"{name} {number}")
    for moment in range(MOMENTS):
        folder = tmp_path / str(moment)
        folder.mkdir()
        earlier(folder, outputs.split())
        process = started(arguments, folder)
        until_it_listens(process)
        time.sleep(dice.choice((dice.uniform(0, 0.3), dice.uniform(0.3, 3))))
        process.send_signal(number)
        _, said = process.communicate(timeout=120)
        assert left(folder) == sorted(outputs.split())
        if process.returncode == 0:  # it was done
            continue
        assert process.returncode == 128 + number, said.decode()
        assert said.decode() == f"vmtriage: stopped by {number.name}; nothing half-written is left behind\n"
        for output in folder.iterdir():
            assert output.read_bytes() == BEFORE.encode() or _is_whole(output)


def _is_whole(output: Path) -> bool:
    """Whether a report was done before the signal came."""
    text = output.read_text("utf-8").rstrip()
    return {".html": text.endswith("</html>"), ".json": text.endswith("}"), ".csv": text.startswith("time,")}[
        output.suffix
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda s: s.name)
def test_a_signal_in_the_middle_of_writing(number: signal.Signals, tmp_path: Path) -> None:
    """The program sends it to itself between two writes, so that this moment is certainly met."""
    earlier(tmp_path, ["report.html"])
    script = (
        "import os, pathlib\n"
        "from analyzer.aside import whole\n"
        "from analyzer.stopping import run\n"
        "def command():\n"
        "    with whole(pathlib.Path('report.html')) as file:\n"
        "        file.write(b'half')\n"
        f"        os.kill(os.getpid(), {int(number)})\n"
        "        file.write(b'whole')\n"
        "run(command)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment(), capture_output=True)
    assert done.returncode == 128 + number
    assert done.stderr.decode().count("\n") == 1
    assert (tmp_path / "report.html").read_text() == BEFORE
    assert left(tmp_path) == ["report.html"]


def test_a_stop_that_a_destructor_swallows_still_keeps_the_earlier_report(tmp_path: Path) -> None:
    earlier(tmp_path, ["report.html"])
    script = (
        "import os, pathlib, signal\n"
        "from analyzer.aside import whole\n"
        "from analyzer.stopping import run\n"
        "class Gone:\n"
        "    def __del__(self):\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "def command():\n"
        "    Gone()\n"
        "    with whole(pathlib.Path('report.html')) as file:\n"
        "        file.write(b'new')\n"
        "run(command)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment(), capture_output=True)
    assert done.returncode == 143
    assert done.stderr.decode() == "vmtriage: stopped by SIGTERM; nothing half-written is left behind\n"
    assert (tmp_path / "report.html").read_text() == BEFORE
    assert left(tmp_path) == ["report.html"]


def test_a_signal_during_an_import_waits_for_its_end(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import os, signal, time\n"
        "os.kill(os.getpid(), signal.SIGTERM)\n"
        "time.sleep(0.1)\n"
        "print('imported', flush=True)\n"
    )
    script = (
        "import time\n"
        "from analyzer.stopping import run\n"
        "def command():\n"
        "    import slow\n"
        "    time.sleep(300)\n"
        "run(command)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment(), capture_output=True, timeout=120
    )
    assert (done.returncode, done.stdout) == (143, b"imported\n")


def test_what_a_library_makes_of_a_stop_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "_came", [signal.SIGTERM])
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)

    def command() -> None:
        raise OSError("interrupted")

    with pytest.raises(SystemExit) as ended:
        stopping.run(command)
    assert ended.value.code == 143


def test_a_stop_takes_the_file_beside_away(tmp_path: Path) -> None:
    def stop() -> None:
        with whole(tmp_path / "new.html"):
            raise stopping.Stopped(signal.SIGINT)

    with pytest.raises(stopping.Stopped):
        stop()
    assert left(tmp_path) == []
