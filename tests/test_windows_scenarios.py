"""The generated Windows VMs: every Windows cause is among them, and vmtriage judges them as their labels say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.evaluate import Outcome, evaluate_folder
from tests.generator.windows.scenarios import SCENARIOS

pytestmark = pytest.mark.thorough

TOP1 = 0.95  # what a change of the engine or a signature must keep
CAUSES = {
    "windows/guest-agent-stopped",
    "windows/guest-agent-crash",
    "windows/service-start-timeout",
    "windows/firewall-blocked",
    "windows/backup-provider-disabled",
    "windows/vss-writer-timeout",
    "windows/vss-writer-failed",
    "windows/vss-service-failed",
    "windows/shadow-storage-exhausted",
    "windows/sql-vss-conflict",
    "windows/com-plus-failed",
    "windows/msdtc-failed",
    "windows/machine-keys-denied",
    "windows/dotnet-missing",
    "windows/tls-misconfigured",
    "windows/bitlocker-locked",
    "windows/antivirus-interferes",
    "windows/applocker-blocked",
    "windows/disk-io-error",
    "windows/wmi-broken",
    "windows/unexpected-shutdown",
}
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("windows")
    for scenario in SCENARIOS:
        scenario.put(folder)
    (folder / "expected.json").write_text(json.dumps({s.name: s.label for s in SCENARIOS}), "utf-8")
    return folder


@pytest.fixture(scope="module")
def outcomes(folder: Path) -> list[Outcome]:
    return evaluate_folder(folder, folder / "expected.json", jobs=2)


def test_every_windows_cause_is_told_and_many_are_healthy() -> None:
    assert len(BY_NAME) == len(SCENARIOS)
    assert {scenario.accept[0] for scenario in SCENARIOS if scenario.accept} >= CAUSES
    assert sum(bool(scenario.accept) for scenario in SCENARIOS) >= 30
    assert sum(not scenario.accept for scenario in SCENARIOS) >= 6


@pytest.mark.parametrize("name", ["sql-vss-conflict", "healthy-self-update-ja"])
def test_the_same_bytes_each_time(name: str) -> None:
    assert BY_NAME[name].write() == BY_NAME[name].write()


def test_none_is_broken(outcomes: list[Outcome]) -> None:
    assert [f"{o.label.name}: {o.error}" for o in outcomes if o.error] == []


def test_no_healthy_vm_is_blamed(outcomes: list[Outcome]) -> None:
    assert [f"{o.label.name}: {o.cause}" for o in outcomes if o.blamed] == []


def test_top_1(outcomes: list[Outcome]) -> None:
    wrong = [f"{o.label.name}: {o.outcome} {o.cause}" for o in outcomes if not o.right]
    assert 1 - len(wrong) / len(outcomes) >= TOP1, wrong
