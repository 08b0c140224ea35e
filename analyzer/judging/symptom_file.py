"""Reading `signatures/symptoms.toml`: the model of a symptom and every check that the table has to pass.

The table is edited by hand, so each error names file and line and says what is wrong in words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn, cast

import tomli

from analyzer.judging.symptom_text import folded, weight

Kind = Literal["guest", "control-plane"]
KINDS = ("guest", "control-plane")
OPERATIONS = ("backup", "extension", "agent", "provisioning", "boot")

_NEEDED: Mapping[str, type] = {
    "id": str, "title": str, "codes": list, "kind": str, "operation": str, "causes": list, "ask": str,
}  # fmt: skip
_OPTIONAL: Mapping[str, type] = {"guest_code": list, "wrapper": bool, "strings": dict}
_WORDS = {str: "text", list: "a list of texts", bool: "true or false", dict: "a table of languages"}
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CAUSE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")
_NUMBER = re.compile(r"\d+")
_SHORTEST_STRING = 12  # folded characters; less than that stands in too many other texts


class SymptomError(ValueError):
    """The table of symptoms cannot be used; the message is `file:line: what is wrong`."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(f"{path}:{line}: {what}")
        self.path = path
        self.line = line


@dataclass(frozen=True)
class SymptomFile:
    """All that the table says."""

    symptoms: tuple[Symptom, ...]
    guest_code_words: frozenset[str]  # folded; what people write around a bare status code ("error code 121")


@dataclass(frozen=True)
class Symptom:
    """What the portal shows for one kind of failure, and where to look for its reason."""

    id: str
    title: str
    codes: tuple[str, ...]
    kind: Kind
    operation: str  # backup · extension · agent · provisioning · boot
    causes: tuple[str, ...]  # ids of signatures, in the order in which they are to be looked at
    ask: str
    guest_codes: tuple[str, ...]  # status codes of the VMSnapshot extension that come out as this symptom
    wrapper: bool  # only an envelope or half a message: any other symptom in the same text says more
    strings: Mapping[str, tuple[str, ...]]  # language -> messages


def read_symptoms(path: Path) -> SymptomFile:
    """A table file, its symptoms in file order. SymptomError if it cannot be read or breaks a rule."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SymptomError(path, 1, f"the table of symptoms cannot be read: {error}") from error
    try:
        document = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        raise SymptomError(path, int(at[1]) if at else text.count("\n") + 1, f"not valid TOML: {error}") from error
    return _Checker(path, text.splitlines()).read(document)


class _Checker:
    """Holds what every check needs: the place of the entry at hand and what earlier entries have claimed."""

    def __init__(self, path: Path, lines: list[str]) -> None:
        self._path = path
        self._lines = lines
        self._heads = [number for number, line in enumerate(lines, 1) if line.strip().startswith("[[symptom]]")]
        self._head = 1
        self._end = len(lines)
        self._ids: set[str] = set()
        self._codes: dict[str, str] = {}  # folded code -> id of its symptom
        self._strings: dict[str, str] = {}
        self._guest_codes: dict[str, str] = {}

    def read(self, document: dict[str, Any]) -> SymptomFile:
        for key in document.keys() - {"symptom", "guest_code_words"}:
            self._fail(f"unknown key '{key}': the table holds guest_code_words and [[symptom]] entries", key)
        words = document.get("guest_code_words", [])
        self._type("guest_code_words", words, list)
        entries = document.get("symptom")
        if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
            self._fail("the table holds no [[symptom]] entry")
        found = []
        for number, entry in enumerate(entries):
            self._head = self._heads[number] if number < len(self._heads) else 1
            self._end = self._heads[number + 1] - 1 if number + 1 < len(self._heads) else len(self._lines)
            found.append(self._symptom(entry))
        return SymptomFile(tuple(found), frozenset(folded(word) for word in words))

    def _symptom(self, entry: dict[str, Any]) -> Symptom:
        known = {**_NEEDED, **_OPTIONAL}
        for key, value in entry.items():
            if key not in known:
                self._fail(f"unknown key '{key}' (known: {', '.join(known)})", key)
            self._type(key, value, known[key])
        for key in _NEEDED.keys() - entry.keys():
            self._fail(f"a symptom needs '{key}'")
        name: str = entry["id"]
        if not _ID.fullmatch(name):
            self._fail(f"'{name}' is no id: lower-case words joined by '-'", name)
        if name in self._ids:
            self._fail(f"a second symptom with the id '{name}'", name)
        self._ids.add(name)
        for key in ("title", "ask"):
            if not entry[key].strip():
                self._fail(f"'{key}' is empty", key)
        self._one_of("kind", entry["kind"], KINDS)
        self._one_of("operation", entry["operation"], OPERATIONS)
        self._each(entry["causes"], _CAUSE, "no cause id ('area/cause', as the signature's path)")
        if entry["kind"] == "guest" and not entry["causes"]:
            self._fail("a symptom of the guest needs at least one cause", "causes")
        self._each(entry.get("guest_code", []), _NUMBER, "no status code (digits)")
        for code in entry.get("guest_code", []):
            if self._guest_codes.setdefault(code, name) != name:
                self._fail(f"the status code '{code}' already belongs to '{self._guest_codes[code]}'", code)
        for code in entry["codes"]:
            if self._codes.get(folded(code)) == name:
                self._fail(f"the code '{code}' stands twice; letter case and blanks make no difference", code)
            self._claim(self._codes, code, name, "code", shortest=5)
        strings: dict[str, list[str]] = entry.get("strings", {})
        for language, messages in strings.items():
            self._language(language, messages)
            for message in messages:
                self._claim(self._strings, message, name, "string", shortest=_SHORTEST_STRING)
        if not entry["codes"] and not entry.get("guest_code") and not any(strings.values()):
            self._fail("a symptom needs a code, a status code or a string, or nothing leads to it")
        return Symptom(
            id=name,
            title=entry["title"],
            codes=tuple(entry["codes"]),
            kind=cast(Kind, entry["kind"]),
            operation=entry["operation"],
            causes=tuple(entry["causes"]),
            ask=entry["ask"],
            guest_codes=tuple(entry.get("guest_code", ())),
            wrapper=entry.get("wrapper", False),
            strings={language: tuple(messages) for language, messages in strings.items()},
        )

    def _type(self, key: str, value: object, wanted: type) -> None:
        right = isinstance(value, wanted)
        if isinstance(value, list):
            right = right and all(isinstance(item, str) for item in value)
        if not right:
            self._fail(f"'{key}' must be {_WORDS[wanted]}", key)

    def _language(self, language: str, messages: object) -> None:
        if not _LANGUAGE.fullmatch(language):
            self._fail(f"'{language}' is no language ('de', 'pt-BR')", language)
        self._type(language, messages, list)

    def _one_of(self, key: str, value: str, allowed: tuple[str, ...]) -> None:
        if value not in allowed:
            self._fail(f"{key} '{value}' is not one of {', '.join(allowed)}", key)

    def _each(self, values: list[str], form: re.Pattern[str], complaint: str) -> None:
        for place, value in enumerate(values):
            if not form.fullmatch(value):
                self._fail(f"'{value}' is {complaint}", value)
            if value in values[:place]:
                self._fail(f"'{value}' stands twice in one list", value)

    def _claim(self, claimed: dict[str, str], text: str, name: str, what: str, shortest: int) -> None:
        """Codes are claimed once; a message may recur in other languages of its own symptom, never in another."""
        form = folded(text)
        if weight(form) < shortest:
            self._fail(f"the {what} '{text}' is too short to be told from other text", text)
        owner = claimed.setdefault(form, name)
        if owner != name:
            self._fail(f"the {what} '{text}' already belongs to '{owner}'", text)

    def _fail(self, what: str, needle: str = "") -> NoReturn:
        line = self._head
        for number in range(self._head, self._end + 1):
            if needle and needle in self._lines[number - 1]:
                line = number
                break
        raise SymptomError(self._path, line, what)
