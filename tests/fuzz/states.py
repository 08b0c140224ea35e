"""Every parser of a state file and of what a command prints. The first line of an input names the kind, or for
`commands` the command.

A parser raises nothing; what it gives can be stored, merged, compared and written as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from analyzer.judging.facts import derive, from_states
from analyzer.parsers.base import StateResult
from analyzer.parsers.registry import STATE_PARSERS, parse_command
from analyzer.parsers.scrub import MAX_TEXT
from analyzer.reading import records
from analyzer.reading.store import Store
from tests.fuzz.bundles import own_kinds
from tests.fuzz.finding import Broken
from tests.fuzz.handmade import COMMANDS, WINDOWS_COMMANDS
from tests.fuzz.target import Target, chosen, headed

XML = (
    *("goal-state", "extensions-config", "shared-config", "hosting-environment", "ovf-env"),
    *("setup-events", "machine-config", "agent-config"),
)
TEXT = (
    *("handler-state", "certificate", "waagent-conf", "vmbackup-conf", "marker", "os-release", "supportconfig"),
    *("diskinfo", "script-plugin-config"),
)
WINDOWS = ("windows-command", "registry-export", "health-report", "setup-events", "machine-config", "agent-config")
JSON = tuple(sorted(set(STATE_PARSERS) - set(XML) - set(TEXT) - set(WINDOWS)))
HANDLER = "var/lib/waagent/Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0.9"
PATHS = {
    "certificates": "var/lib/waagent/Certificates.json",
    "certificate": "var/lib/waagent/0123456789ABCDEF0123456789ABCDEF01234567.crt",
    "extension-status": f"{HANDLER}/status/4.status",
    "settings": f"{HANDLER}/config/4.settings",
    "handler-state": f"{HANDLER}/config/HandlerState",
    "handler-status": f"{HANDLER}/config/HandlerStatus",
    "policy": "etc/waagent_policy.json",
    "script-plugin-config": "etc/azure/VMSnapshotScriptPluginConfig.json",
    "vmbackup-conf": "etc/azure/vmbackup.conf",
    "marker": f"{HANDLER}/mrseq",
}
PLAIN = (b"{}", b'[{"a": 1}]', b"<a b='c'>d</a>", b"a=b\n[c]\nd: e\n")
LONGEST_TEXT = 4 * MAX_TEXT  # characters of an event; a parser cuts what a file tells


def of(kinds: Sequence[str]) -> Callable[[bytes], None]:
    """The target for the parsers of these kinds."""

    def run(data: bytes) -> None:
        word, rest = headed(data)
        kind, _, path = word.partition(" ")
        kind = chosen(kind, kinds)
        path = path or PATHS.get(kind, f"var/lib/waagent/A.B-1.0/{kind}")
        _check(path, STATE_PARSERS[kind](path, rest))

    return run


def target_of(kind: str) -> str:
    """The target for the parser of a kind."""
    groups = {"xml-state": XML, "text-state": TEXT, "windows-state": WINDOWS}
    return next((name for name, kinds in groups.items() if kind in kinds), "json-state")


def command(data: bytes) -> None:
    word, rest = headed(data)
    _check("commands/x.txt", parse_command(word, "commands/x.txt", rest))


def _check(path: str, result: StateResult) -> None:
    for event in result.events:
        if event.line < 1 or not event.source:
            raise Broken("event without a place or a source")
        if len(event.text) > LONGEST_TEXT:
            raise Broken(f"text of {len(event.text)} characters")
        event.text.encode("utf-8")
        event.component.encode("utf-8")
    for words in result.problems:
        words.encode("utf-8")
    for name, value in result.facts.items():
        name.encode("utf-8")
        json.dumps(value, allow_nan=False).encode("utf-8")
    if result.events:
        block = records.of_states(Store(), result.events)
        if len(block.start) != len(result.events):
            raise Broken("records and events are not as many")
    derive(from_states([(path, result), (path + "2", result)]))


def seeds_of(kinds: Sequence[str]) -> Callable[[], Iterator[bytes]]:
    def seeds() -> Iterator[bytes]:
        for kind in kinds:
            found = sorted({content for _, content in own_kinds().get(kind, [])}, key=len)
            for content in [*found[:2], *found[len(found) // 2 :][:2], *found[-2:]]:
                yield kind.encode() + b"\n" + content[:3000]
            yield from (kind.encode() + b"\n" + text for text in PLAIN)

    return seeds


def command_seeds() -> Iterator[bytes]:
    yield from (command.encode() + b"\n" + printed for command, printed in COMMANDS.items())


def windows_seeds() -> Iterator[bytes]:
    yield from (b"windows-command\n" + printed.encode() for printed in WINDOWS_COMMANDS)
    yield from seeds_of(WINDOWS)()


TARGETS = (
    Target("json-state", of(JSON), seeds_of(JSON), 4096, ("parsers/*.py",)),
    Target("xml-state", of(XML), seeds_of(XML), 4096, ("parsers/*.py", "parsers/windows/setup_events.py")),
    Target("text-state", of(TEXT), seeds_of(TEXT), 2048, ("parsers/*.py",)),
    Target("windows-state", of(WINDOWS), windows_seeds, 4096, ("parsers/windows/*.py",)),
    Target("commands", command, command_seeds, 2048, ("parsers/*_commands.py", "parsers/command_output.py")),
)
