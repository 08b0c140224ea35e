"""Signatures and tables from strangers, and what people type: moments, durations, portal symptoms."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from analyzer import resources
from analyzer.analysis import run
from analyzer.judging.symptom_file import read_symptoms
from analyzer.judging.symptoms import SymptomError, SymptomTable, load_symptoms
from analyzer.language import using
from analyzer.moments import parse_moment
from analyzer.parsers.stamps import parse_iso
from analyzer.plan import make_plan
from analyzer.report import formatting
from analyzer.signatures import lint
from analyzer.signatures.load import duration, load_folder
from analyzer.signatures.model import SignatureError
from tests.fuzz.bundles import Held
from tests.fuzz.finding import Broken
from tests.fuzz.target import Target

lint._shipped = cache(lint._shipped)  # a lint of one file reads all shipped ones beside it


SMALL = rb"""schema = 1
title = "x"
kind = "fault"
platforms = ["linux"]
operations = ["agent"]
[cause]
summary = "a {k.x}"
why = "b"
[[evidence]]
key = "k"
role = "required"
weight = 5.0
source = "waagent"
at_least = {count = 1, within = "1h"}
match = '(?i)a+b{2,3}literal(?P<x>y|z)'
[[evidence]]
key = "l"
role = "supports"
weight = 1
fact = "os.id"
in = ["ubuntu"]
"""


SAMPLE = {
    "var/log/waagent.log": b"""2025-02-03T10:00:00.000001Z INFO Daemon Daemon Azure Linux Agent Version:2.2.46
2025-02-03T10:00:01.000001Z ERROR ExtHandler ExtHandler aabbliteralz: Event: name=A.B, op=Enable, message=failed
""",
    "etc/os-release": b'ID=ubuntu\nVERSION_ID="22.04"\n',
}


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="vmtriage-fuzz-")
    (Path(folder.name) / "area").mkdir()
    return folder


def signature(data: bytes) -> None:
    """A pack of one file: refused with its place, or used. `lint` tells places too."""
    root = Path(_folder().name)
    path = root / "area" / "cause.toml"
    path.write_bytes(data)
    for problem in lint.lint_folder(root):
        _placed(path, problem)
    try:
        [loaded] = load_folder(root)
    except SignatureError as error:
        _placed(path, str(error))
        return
    analysis = run(Held(SAMPLE), make_plan([loaded]))
    json.dumps(analysis.to_json(), allow_nan=False).encode()


def _placed(path: Path, problem: str) -> None:
    if not re.match(rf"{re.escape(str(path))}:\d+: ", problem):
        raise Broken(f"place is missing in the message: {problem}")


def signature_seeds() -> Iterator[bytes]:
    found = sorted(resources.folder("signatures").glob("*/*.toml"), key=lambda path: path.stat().st_size)
    yield from (path.read_bytes() for path in [*found[:8], *found[len(found) // 2 :][:4]])
    yield SMALL


def moment(data: bytes) -> None:
    """What people type for a time or a duration, and how times are shown."""
    text = data.decode("utf-8", "surrogateescape")
    for read in (parse_moment, duration):
        try:
            read(text)
        except ValueError as error:
            str(error)
    parse_iso(text)
    for language in ("en", "ru", "zh-Hant"):
        with using(language):
            formatting.moment(text), formatting.period(text, text), formatting.length(text, "2025-01-01T00:00:00Z")


def symptom(data: bytes) -> None:
    """What people paste from the portal."""
    found = load_symptoms().resolve(data.decode("utf-8", "surrogateescape"))
    if found is not None and load_symptoms().get(found.symptom.id) is None:
        raise Broken("symptom is none of the table")


def moment_seeds() -> Iterator[bytes]:
    yield from (
        b"2026-11-21 03:40",
        b"21 Nov 2026 3:40 am",
        b"2026-11-21T05:40+02:00",
        b"0001-01-01",
        b"1h30m",
        b"2.5d",
    )


def symptom_seeds() -> Iterator[bytes]:
    for known in load_symptoms().symptoms[::3]:
        yield known.title.encode()
        yield from (code.encode() for code in known.codes[:2])
        yield from (text.encode() for texts in known.strings.values() for text in texts[:1])


def symptom_table(data: bytes) -> None:
    """A table of symptoms as somebody edited it."""
    path = Path(_folder().name) / "symptoms.toml"
    path.write_bytes(data)
    try:
        SymptomTable(read_symptoms(path)).resolve("UserErrorVmNotFound, error code 121")
    except SymptomError as error:
        _placed(path, str(error))


def table_seeds() -> Iterator[bytes]:
    text = (resources.folder("signatures") / "symptoms.toml").read_bytes()
    tables = text.split(b"\n\n")
    head = tables[0] + b"\n\n"
    yield head
    yield from (head + b"\n\n".join(tables[at : at + 3]) for at in range(1, len(tables), 25))


TARGETS = (
    Target("signatures", signature, signature_seeds, 4096, ("signatures/*.py", "matching/literals.py")),
    Target("moments", moment, moment_seeds, 256, ("moments.py", "parsers/stamps.py")),
    Target("symptoms", symptom, symptom_seeds, 1024, ("symptoms.py",)),
    Target("symptom-table", symptom_table, table_seeds, 4096, ("symptom_file.py",)),
)
