"""State of the VM as a flat dict: versions, configuration, extensions, disks (docs/architecture.md lists the names)."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from pathlib import Path

import tomli

from analyzer import resources
from analyzer.judging.findings import Findings
from analyzer.matching.compare import compare
from analyzer.matching.patterns import Pattern
from analyzer.parsers.base import FactValue, StateResult
from analyzer.parsers.merge import merge_facts


class Facts(dict[str, FactValue]):
    """Facts by name. An instance stands in brackets: `extension[Microsoft.X.Y].version`."""

    def matching(self, name: str) -> dict[str, FactValue]:
        """The facts of that name; '[*]' stands for every instance."""
        if "*" not in name:
            return {name: self[name]} if name in self else {}
        pattern = name.replace("[*]", "[[]*]")
        return {k: v for k, v in self.items() if fnmatch.fnmatchcase(k, pattern)}


def from_states(results: list[tuple[str, StateResult]]) -> Facts:
    """Merge what the state files told, by canonical path."""
    return Facts(merge_facts(results))


def log_fact_patterns(path: Path | None = None) -> list[tuple[str, Pattern]]:
    """(fact name, pattern) of the lines that tell facts: banners and the like."""
    file = path or resources.folder("signatures") / "facts.toml"
    data = tomli.loads(file.read_text("utf-8"))
    return [
        (entry["fact"], Pattern(entry["match"], tuple(entry["source"]), f"fact {entry['fact']}"))
        for entry in data["fact"]
    ]


def add_from_logs(facts: Facts, patterns: Mapping[int, str], findings: Findings) -> None:
    """The last line that tells a fact wins over earlier lines; a state file wins over lines."""
    for number, name in patterns.items():
        found = findings.of(number)
        if found and name not in facts:
            value = found[-1].get("value")
            if value:
                facts[name] = value


def derive(facts: Facts) -> None:
    """Facts that no file states: certificates that settings name and the folder lacks, settings without a status, a
    handler whose state and status disagree."""
    present, required = facts.get("certificates.present"), facts.get("certificates.required")
    if isinstance(present, list) and isinstance(required, list):
        missing = sorted(set(required) - set(present))
        if missing:
            facts["certificates.missing"] = missing
    for name in [n for n in facts if n.startswith("extension[") and n.endswith("].version")]:
        _about_handler(facts, name.removesuffix(".version"))
    if "agent.version" not in facts:
        reported = facts.get("agent.reported_version") or facts.get("agent.daemon_version")
        if reported is not None:
            facts["agent.version"] = reported


def _about_handler(facts: Facts, name: str) -> None:
    """`.without_status`: settings arrived and no status of that sequence was written. `.disagrees`: the handler counts
    as enabled and is not ready, or the other way round (both files are the agent's: HandlerState, HandlerStatus)."""
    sequence, reported = facts.get(f"{name}.sequence"), facts.get(f"{name}.status_sequence")
    if sequence is not None:
        facts[f"{name}.without_status"] = reported is None or compare("lt", reported, sequence)
    state, status = facts.get(f"{name}.handler_state"), facts.get(f"{name}.handler_status")
    if isinstance(state, str) and isinstance(status, str):
        facts[f"{name}.disagrees"] = (state.casefold() == "enabled") != (status.casefold() == "ready")
