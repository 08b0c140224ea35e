"""The sample bundles are what the generator writes, and vmtriage says of each what its label says."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from analyzer.analysis import analyze
from analyzer.evaluate import evaluate_folder
from tests import samples
from tests.generator import Agent, Backup, Extension, Step, Vm, as_folder, stamps, tar_bytes
from tests.shared import ROOT

FOLDER = ROOT / "sample_bundles"
BY_NAME = {sample.name: sample for sample in samples.SAMPLES}
GENERATIONS = ("2.0.16", "2.2.20", "2.2.45", "2.2.46", "2.2.54.2", "2.7.3.0", "2.9.1.1", "2.15.0.1")


@pytest.mark.parametrize("name", BY_NAME)
def test_committed_bundle_is_what_the_generator_writes(name: str) -> None:
    """Byte for byte inside the compression, whose form depends on the zlib at hand."""
    packed = (FOLDER / f"{name}.tar.gz").read_bytes()
    assert len(packed) <= samples.MOST
    assert gzip.decompress(packed) == tar_bytes(BY_NAME[name].write())


def test_table_and_labels_are_current() -> None:
    assert (FOLDER / "expected.json").read_text("utf-8") == samples.expected()
    assert (FOLDER / "README.md").read_text("utf-8") == samples.readme()
    assert {p.name.removesuffix(".tar.gz") for p in FOLDER.glob("*.tar.gz")} == set(BY_NAME)


@pytest.mark.parametrize("name", BY_NAME)
def test_verdict_is_what_the_label_says(name: str, tmp_path: Path) -> None:
    sample = BY_NAME[name]
    label = tmp_path / "expected.json"
    label.write_text(json.dumps({name: sample.label}), "utf-8")
    (outcome,) = evaluate_folder(FOLDER, label)
    assert outcome.error is None
    assert outcome.right, f"{outcome.outcome} {outcome.cause}, ahead: {outcome.top[:3]}"
    if not sample.accept:
        assert outcome.outcome == "no-fault"


@pytest.mark.parametrize("version", GENERATIONS)
def test_every_generation_of_the_agent_is_read_with_its_clock(version: str, tmp_path: Path) -> None:
    vm = Vm(f"generation {version}", "gen-01", zone="Asia/Kolkata")
    start = stamps.utc("2025-11-03 20:00:00")
    agent = Agent(vm, version)
    ready = agent.boot(start)
    probe = Extension("Contoso.Tools.Probe", "1.4.2")
    end = agent.goal_state(ready + timedelta(minutes=3), 2, [Step(probe, install=True)])
    files = agent.files() | {"etc/timezone": b"Asia/Kolkata\n"}
    analysis = analyze(as_folder(files, tmp_path / "bundle"))
    times = analysis.timeline["time"].dropna()
    assert abs(times.min() - pd.Timestamp(start)) < pd.Timedelta("1s")
    assert abs(times.max() - pd.Timestamp(end)) < pd.Timedelta("2s")
    assert analysis.to_json()["facts"]["agent.daemon_version"] == version
    assert analysis.to_json()["verdict"]["outcome"] == "no-fault"


@pytest.mark.parametrize("ending", ["success", "guest"])
def test_a_backup_that_heals_blames_nothing(ending: str, tmp_path: Path) -> None:
    agent = Agent(Vm(f"heals {ending}", "heal-01"), "2.15.0.1")
    agent.boot(stamps.utc("2025-12-01 10:00:00"))
    backup = Backup(agent)
    for day, outcome in enumerate(["success", "freeze-busy", "no-network", "script-failed", ending]):
        backup.night(stamps.utc("2025-12-01 23:00:00") + timedelta(days=day), outcome)
    document = analyze(as_folder(agent.files() | backup.files(), tmp_path / "bundle")).to_json()
    runs = [i for i in document["incidents"] if i["kind"] == "backup"]
    assert [run["outcome"] for run in runs] == ["succeeded", "failed", "failed", "failed", "succeeded"]
    assert document["verdict"]["outcome"] == "no-fault"
