"""Read signature files. Whatever is wrong with one is a `SignatureError` that begins with file:line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomli

from analyzer import resources
from analyzer.signatures import shapes, sound
from analyzer.signatures.model import (
    COMPARISONS,
    AtLeast,
    Evidence,
    Near,
    Remedy,
    Signature,
    SignatureError,
    SignatureTest,
)
from analyzer.signatures.shapes import Shape

EVENT_LOGS = ("event:*",)  # what evidence of Windows events looks at, where it does not say
MOST_BYTES = 1 << 20  # a signature file is a page of text; a larger one is refused

_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(ms|s|m|h|d)")
_UNITS = {"ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}


def duration(text: str) -> int:
    """Microseconds of '15m', '1h30m', '2d'. ValueError for anything else."""
    parts = _DURATION.findall(text.replace(" ", ""))
    if not parts or "".join(n + u for n, u in parts) != text.replace(" ", ""):
        raise ValueError(f"'{text}' is no duration such as '15m', '2h' or '1d12h'")
    return int(sum(float(number) * _UNITS[unit] for number, unit in parts))


class _File:
    """A parsed file that knows on which line its tables begin, for messages."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = text.splitlines()
        self._headers: dict[str, list[int]] = {}
        for i, line in enumerate(self.lines):
            if line.startswith("["):
                self._headers.setdefault(line.strip().strip("[]"), []).append(i)

    def place(self, table: str, number: int = 0, key: str | None = None) -> int:
        """The line of the table's `number`-th header, or of a key below it."""
        headers = self._headers.get(table, [])
        if table and number >= len(headers):
            return 1
        start = headers[number] if table else 0
        if key is None:
            return start + 1
        for i in range(start, len(self.lines)):
            if re.match(rf"\s*{re.escape(key)}\s*=", self.lines[i]):
                return i + 1
        return start + 1

    def error(self, line: int, words: str) -> SignatureError:
        return SignatureError(f"{self.path}:{line}: {words}")

    def known(self, table: dict[str, Any], shapes: Mapping[str, Shape], name: str, number: int) -> None:
        """Every key is one of these, and holds what it may hold."""
        for key, value in table.items():
            if key not in shapes:
                where = f"in [{name}]" if name else "at the top"
                raise self.error(self.place(name, number, key), f"unknown key '{key}' {where}")
            if not shapes[key].fits(value):
                raise self.error(self.place(name, number, key), f"'{key}' is {shapes[key].words}")


def load_folder(folder: Path | None = None) -> list[Signature]:
    """All signatures below a folder (the shipped ones by default), by id. The first bad file raises."""
    root = folder or resources.folder("signatures")
    found = [load_file(path, root) for path in signature_files(root)]
    for signature in found if folder is not None else ():  # the shipped ones are held sound by their tests
        for line, words in sound.problems(signature):
            raise SignatureError(f"{signature.path}:{line}: {words}")
    return found


def signature_files(root: Path) -> list[Path]:
    return sorted(p for p in root.glob("*/*.toml") if p.is_file())


def load_file(path: Path, root: Path) -> Signature:
    """One signature; its id is its path below `root` without '.toml'."""
    if path.stat().st_size > MOST_BYTES:
        raise SignatureError(f"{path}:1: larger than {MOST_BYTES} bytes")
    try:
        text = path.read_bytes().decode("utf-8")
        data = tomli.loads(text)
    except UnicodeDecodeError as error:
        raise SignatureError(f"{path}:1: not UTF-8: {error}") from None
    except (ValueError, RecursionError) as error:  # no TOML, or numbers and nesting beyond what its reader takes
        line = re.search(r"line (\d+)", str(error))
        raise SignatureError(f"{path}:{line[1] if line else 1}: {error}") from None
    return _signature(_File(path, text), data, path.relative_to(root).with_suffix("").as_posix())


def _signature(file: _File, data: dict[str, Any], identity: str) -> Signature:
    file.known(data, shapes.TOP, "", 0)
    if data.get("schema") != 1:
        raise file.error(file.place("", key="schema"), "schema = 1 is the only one known")
    for key in ("title", "kind", "platforms", "operations", "cause", "evidence"):
        if key not in data:
            raise file.error(1, f"'{key}' is missing")
    cause = data["cause"]
    file.known(cause, shapes.CAUSE, "cause", 0)
    for key in ("summary", "why"):
        if key not in cause:
            raise file.error(file.place("cause", 0), f"[cause] needs '{key}'")
    return Signature(
        id=identity,
        title=data["title"],
        kind=data["kind"],
        platforms=tuple(data["platforms"]),
        operations=tuple(data["operations"]),
        summary=cause["summary"],
        why=cause["why"].strip(),
        explains=tuple(cause.get("explains", ())),
        codes=tuple(data.get("codes", ())),
        links=tuple(data.get("links", ())),
        evidence=tuple(_evidence(file, table, i) for i, table in enumerate(data["evidence"])),
        remedies=tuple(_remedies(file, data.get("remedy", []))),
        tests=tuple(_tests(file, data.get("test", []))),
        path=file.path,
    )


def _evidence(file: _File, table: dict[str, Any], number: int) -> Evidence:
    file.known(table, shapes.EVIDENCE, "evidence", number)
    line = file.place("evidence", number)
    comparisons = [name for name in COMPARISONS if name in table]
    if len(comparisons) > 1 or (comparisons and "fact" not in table):
        raise file.error(line, "a fact takes exactly one comparison, and a comparison needs a fact")
    for key, allowed in (("at_least", shapes.AT_LEAST), ("near", shapes.NEAR)):
        file.known(table.get(key, {}), allowed, "evidence", number)
    try:
        return Evidence(
            key=str(table["key"]),
            role=str(table["role"]),
            weight=float(table.get("weight", 0.0)),
            label=str(table.get("label", "")),
            source=_strings(table.get("source", ())) or (EVENT_LOGS if "provider" in table else ()),
            match=table.get("match"),
            absent=table.get("absent"),
            any=_strings(table.get("any", ())),
            every=_strings(table.get("every", ())),
            sequence=_strings(table.get("sequence", ())),
            within=_duration(table.get("within")),
            fact=table.get("fact"),
            comparison=comparisons[0] if comparisons else ("exists" if "fact" in table else None),
            value=table[comparisons[0]] if comparisons else True,
            provider=_strings(table.get("provider", ())),
            event_id=tuple(int(i) for i in _listed(table.get("event_id", ()))),
            at_least=_at_least(table.get("at_least")),
            near=_near(table.get("near")),
            needs=table.get("needs"),
            persists=bool(table.get("persists", False)),
            platforms=_strings(table.get("platforms", ())),
            line=line,
        )
    except (KeyError, ValueError) as error:
        words = f"evidence needs {error}" if isinstance(error, KeyError) else str(error)
        raise file.error(line, words) from None


def _at_least(table: dict[str, Any] | None) -> AtLeast | None:
    if table is None:
        return None
    return AtLeast(int(table["count"]), _duration(table.get("within")))


def _near(table: dict[str, Any] | None) -> Near | None:
    if table is None:
        return None
    near = Near(
        str(table["evidence"]), table.get("side", "both"), _duration(table.get("within")), table.get("anchor", "any")
    )
    if near.side not in ("before", "after", "both") or near.anchor not in ("first", "last", "any"):
        raise ValueError("near: side is before, after or both; anchor is first, last or any")
    return near


def _remedies(file: _File, tables: list[dict[str, Any]]) -> Iterable[Remedy]:
    for number, table in enumerate(tables):
        file.known(table, shapes.REMEDY, "remedy", number)
        if "step" not in table:
            raise file.error(file.place("remedy", number), "a remedy needs 'step'")
        platforms, when = _strings(table.get("platforms", ())), _strings(table.get("when", ()))
        yield Remedy(table["step"], table.get("command"), table.get("risk", "none"), platforms, when)


def _tests(file: _File, tables: list[dict[str, Any]]) -> Iterable[SignatureTest]:
    for number, table in enumerate(tables):
        file.known(table, shapes.TEST, "test", number)
        line = file.place("test", number)
        files = table.get("files")
        if files is None:
            raise file.error(line, "a test needs [test.files] with path = content")
        yield SignatureTest(
            str(table.get("name", f"test {number + 1}")),
            str(table.get("expect")),
            dict(files),
            table.get("at"),
            table.get("symptom"),
            line,
        )


def _duration(text: str | None) -> int | None:
    return None if text is None else duration(text)


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _strings(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in _listed(value))
