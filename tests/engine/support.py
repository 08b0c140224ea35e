"""Small bundles and small signatures for tests of the engine. The day is 1 March 2025 unless a line names another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analyzer.analysis import Analysis, run
from analyzer.bundle.model import Member
from analyzer.judging.cascade import Cause
from analyzer.judging.evidence import Held
from analyzer.plan import make_plan
from analyzer.signatures.load import load_file
from analyzer.signatures.model import Signature
from analyzer.signatures.selftest import MemoryBundle, MemoryMember

HANDLER = "Contoso.Tools.Setup"
LOG = "var/log/waagent.log"
SYSLOG = "var/log/syslog"


def line(clock: str, words: str, level: str = "INFO") -> str:
    """A record of waagent.log at '10:00', '10:00:05' or '02T10:00'."""
    day, _, time = clock.rpartition("T")
    time += ":00" if time.count(":") == 1 else ""
    return f"2025-03-{day or '01'}T{time}.000000Z {level} ExtHandler ExtHandler {words}\n"


def failure(clock: str, handler: str = HANDLER, code: int = 1) -> str:
    """A handler's enable command that failed: opens or continues the incident of its track."""
    words = (
        f"Event: name={handler}, op=Enable, message=[ExtensionOperationError] Non-zero exit code: {code}, x, duration=5"
    )
    return line(clock, words, "ERROR")


def success(clock: str, handler: str = HANDLER) -> str:
    """The agent reports the handler's success: ends the track's incident."""
    return line(clock, f"Extension status: [('{handler}', 'success')]")


def backup(clock: str, words: str) -> str:
    """A record of the backup extension's log."""
    return f"2025-03-01 {clock}:00.000000 [Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0.9230.0] {words}\n"


BACKUP_LOG = "var/log/azure/Microsoft.Azure.RecoveryServices.VMSnapshotLinux/extension.log"


def micros(text: str) -> int:
    """Microseconds UTC of ISO text without a zone; '10:00' is on the day of the tests."""
    moment = datetime.fromisoformat(text if "T" in text else f"2025-03-01T{text}")
    return (moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


_HEAD = """schema = 1
title = "{title}"
kind = "{kind}"
platforms = ["linux"]
operations = {operations}
[cause]
summary = "s"
why = "w"
explains = {explains}
"""


def signature(
    folder: Path,
    identity: str,
    evidence: str,
    *,
    kind: str = "fault",
    operations: Sequence[str] = ("extension",),
    explains: Sequence[str] = (),
) -> Signature:
    """A signature from the TOML of its evidence, loaded as a file would be."""
    path = folder / f"{identity}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = _HEAD.format(title=identity, kind=kind, operations=list(operations), explains=list(explains))
    path.write_text(head + evidence)
    return load_file(path, folder)


def required(match: str, weight: float = 5, more: str = "") -> str:
    """The TOML of one required evidence 'seen'."""
    return f"""[[evidence]]
key = "seen"
role = "required"
weight = {weight}
source = ["waagent"]
match = '{match}'
{more}
"""


def evidence(key: str, text: str, role: str = "supports", source: str = "waagent") -> str:
    """The TOML of one evidence; a part has no weight of its own."""
    weight = "" if role == "part" else "weight = 1\n"
    return f"[[evidence]]\nkey = '{key}'\nrole = '{role}'\n{weight}source = ['{source}']\n{text}\n"


def log(*lines: str) -> dict[str, str]:
    """A bundle of one waagent.log."""
    return {LOG: "".join(lines)}


def analyse(
    files: Mapping[str, str | bytes], *signatures: Signature, at: str | None = None, symptom: str | None = None
) -> Analysis:
    """Take a bundle of texts through every stage with these signatures alone."""
    return run(MemoryBundle(files), make_plan(signatures), at, symptom)


def cause(analysis: Analysis, identity: str) -> Cause | None:
    """Where the signature stands among the causes and notes."""
    found = [*analysis.diagnosis.causes, *analysis.diagnosis.notes]
    return next((c for c in found if c.signature.id == identity), None)


def states(analysis: Analysis) -> dict[str, str]:
    return {c.signature.id: c.state for c in analysis.diagnosis.causes}


def held(folder: Path, evidence: str, files: dict[str, str]) -> dict[str, Held]:
    """How each evidence stands beside a failure that is found for sure. The bundle must hold `failure(…)`."""
    always = required("Non-zero exit code: ")
    found = cause(analyse(files, signature(folder, "x/tested", always + evidence)), "x/tested")
    assert found is not None
    return found.judged.held


class OrderedBundle(MemoryBundle):
    """A bundle of texts whose members come in a given order; its hash does not tell the order."""

    def __init__(self, files: Mapping[str, str | bytes], order: Sequence[str]) -> None:
        super().__init__(files)
        self._order = list(order)

    def members(self) -> Iterator[Member]:
        by_path = {member.path: member for member in self._files}
        yield from (by_path[path] for path in self._order)


class SlicedMember(MemoryMember):
    """A file that comes in blocks of a few bytes."""

    def blocks(self) -> Iterator[bytes]:
        yield from (self.content[i : i + 7] for i in range(0, len(self.content), 7))


class SlicedBundle(MemoryBundle):
    """A bundle of such files."""

    def members(self) -> Iterator[Member]:
        yield from (SlicedMember(member.path, member.content) for member in self._files)
