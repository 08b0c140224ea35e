"""Runs the command in a process of its own whose address space has a limit, and says what it took."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.shared import ROOT

SPACE = 3 << 30  # bytes of addresses, which is more than is ever used: libraries reserve what they do not touch
MEMORY = 1 << 30
SECONDS = 60.0  # of the processor, the start of the program and all reports included: six times what any needs here

_RUN = """
import atexit, resource, runpy, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
took = open(sys.argv[2], "w")
def tell():
    used = resource.getrusage(resource.RUSAGE_SELF)
    # what the system says at the end counts the process that started this one, too
    peak = next(int(line.split()[1]) << 10 for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(used.ru_utime + used.ru_stime, peak, file=took, flush=True)
atexit.register(tell)
del sys.argv[1:3]
runpy.run_module("analyzer", run_name="__main__", alter_sys=True)
"""


@dataclass
class Ran:
    """How it ended, what it said, and what it took."""

    code: int
    said: str
    seconds: float
    memory: int
    document: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """All that is said of what was not read."""
        if not self.document:
            return self.said
        refused = [f"{each['path']}: {each['reason']}" for each in self.document["bundle"]["refused"]]
        return "\n".join(refused + [f"{each['path']}: {each['note']}" for each in self.document["coverage"]["files"]])

    @property
    def cause(self) -> str | None:
        named: str | None = self.document["verdict"]["cause"]
        return named

    @property
    def events(self) -> dict[str, int]:
        return {each["path"]: each["events"] for each in self.document["coverage"]["files"]}


def analyzed(bundle: Path, *options: str, memory: int = MEMORY, seconds: float = SECONDS) -> Ran:
    """`vmtriage analyze` with every report; it must end by itself, in the time and with the memory that it may take."""
    with tempfile.TemporaryDirectory() as folder:
        json_file = Path(folder) / "out.json"
        outputs = ["--json", json_file, "-o", Path(folder) / "out.html", "--md", Path(folder) / "out.md"]
        ran = run("analyze", bundle, *outputs, *options)
        if json_file.exists():
            ran.document = json.loads(json_file.read_bytes())
    assert ran.code in (0, 2, 3), ran.said
    assert "Traceback" not in ran.said, ran.said
    assert ran.memory < memory, f"{ran.memory >> 20} MiB"
    assert ran.seconds < seconds, f"{ran.seconds:.1f} s"
    return ran


def run(*words: object) -> Ran:
    """The command with these words."""
    with tempfile.NamedTemporaryFile("r") as took:
        command = [sys.executable, "-c", _RUN, str(SPACE), took.name, *map(str, words)]
        done = subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        text, figures = done.stdout.decode("utf-8", "replace"), took.read().split()
    assert len(figures) == 2, f"it ended with {done.returncode}: {text}"
    return Ran(done.returncode, text, float(figures[0]), int(figures[1]))
