"""The reports that the browser opens: bundles of both systems for every outcome, analysed once in a process."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from analyzer.analysis import analyze
from analyzer.report.html import render_html
from tests.browser.hostile import hostile
from tests.generator import Agent, Files, Step, Syslog, Vm, agent_conf, as_tar, goal_state_files, os_files, stamps
from tests.generator.faults import LOCK
from tests.generator.healthy import SCRIPT
from tests.shared import ROOT

FOLDER = ROOT / "sample_bundles"
SAMPLES = tuple(sorted(path.name.removesuffix(".tar.gz") for path in FOLDER.glob("*.tar.gz")))
LONG_AGO = "2019-01-01T00:00Z"


@dataclass(frozen=True)
class Case:
    """What is analysed (a sample by its name, or made-up files), what was asked, and what comes out."""

    bundle: str | Callable[[], Files]
    outcome: str
    at: str | None = None
    symptom: str | None = None


def two_at_once() -> Files:
    """An installation that fails with dpkg's lock held and a name that does not resolve: either may be the cause."""
    vm = Vm("two at once", "app-07")
    agent, syslog = Agent(vm, "2.13.1.1"), Syslog(vm)
    start = stamps.utc("2025-03-18 05:02:17")
    ready = agent.boot(start)
    said = f"{LOCK}\ncurl: (6) Could not resolve host: packages.contoso.example"
    failed = Step(SCRIPT, install=True, exit_code=100, stderr=said)
    end = agent.goal_state(ready + timedelta(minutes=10), 2, [failed])
    agent.heartbeats(end, end + timedelta(hours=2))
    syslog.days(start, end + timedelta(hours=2))
    state = goal_state_files(vm, end, 2, [SCRIPT], agent.version)
    return agent.files() | syslog.files() | state | agent_conf() | os_files(vm)


CASES = {
    "named": Case("backup-freeze-busy", "named"),
    "named-windows": Case("windows-vss-writer-timeout", "named"),
    "no-fault": Case("healthy-agent", "no-fault"),
    "no-fault-windows": Case("windows-healthy", "no-fault"),
    "not-enough": Case("healthy-agent", "not-enough", at=LONG_AGO),
    "not-enough-windows": Case("windows-healthy", "not-enough", at=LONG_AGO),
    "platform": Case("backup-lock-on-resource-group", "platform", symptom="UserErrorRpCollectionLimitReached"),
    "undetermined": Case(two_at_once, "undetermined"),
    "hostile": Case(hostile, "named"),
} | {name: Case(name, "", None, None) for name in SAMPLES}


@cache
def document(name: str) -> dict[str, Any]:
    """The document of a case, or of a sample by its own name. Callers leave it as it is."""
    case = CASES[name]
    if isinstance(case.bundle, str):
        return analyze(FOLDER / f"{case.bundle}.tar.gz", case.at, case.symptom).to_json()
    with tempfile.TemporaryDirectory() as folder:
        return analyze(as_tar(case.bundle(), Path(folder) / f"{name}.tar", ""), case.at, case.symptom).to_json()


@cache
def html(name: str) -> str:
    return render_html(document(name))
