"""Portal symptoms: which known failure a pasted code or message stands for, in whatever language it was shown.

`load_symptoms()` reads `signatures/symptoms.toml`, whose head explains its keys; `SymptomTable.resolve` finds the
symptom in text. A symptom only says where to look, and in which order: the verdict comes from the bundle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Literal

from analyzer import resources
from analyzer.judging.symptom_file import Kind, Symptom, SymptomError, SymptomFile, read_symptoms
from analyzer.judging.symptom_text import Pattern, folded, most_alike, plain, weight

__all__ = ["Kind", "Resolved", "Symptom", "SymptomError", "SymptomTable", "load_symptoms"]

_ALIKE = 0.85  # messages: documentation and portal word the same thing a little differently
_ALIKE_CODE = 0.92  # codes differ from one another by single words, so only slips of the keyboard may pass
_LONG_CODE = 20  # letters; a shorter code must stand alone as a word ('InternalError' is part of many others)
_LONGEST_CODE = 100
_TORN_CODE = 25  # letters; a shorter code in pieces is plain English ('backup operation failed') unless capitalised
_LONG_WORDS = 8  # compared with the codes; an error report holds one or two, a log dump any number
_LONGEST_TEXT = 10_000  # characters read; job details with all their JSON have less
_SHORTEST_TEXT = 12  # folded characters below which nothing is compared fuzzily


@dataclass(frozen=True)
class Resolved:
    """A symptom found in text: the table's spelling that matched, how, and how alike the two are (1.0 when equal)."""

    symptom: Symptom
    matched: str
    how: Literal["code", "text", "fuzzy"]
    likeness: float


@dataclass(frozen=True)
class _Code:
    symptom: Symptom
    shown: str
    words: str  # case kept, as plain() leaves it
    form: str  # folded

    def written_in(self, words: str) -> bool:
        """Whether the code stands in the case-folded words in one piece."""
        needle = self.words.casefold()
        if len(self.form) >= _LONG_CODE:
            return needle in words
        return re.search(rf"(?<![0-9a-z]){re.escape(needle)}(?![0-9a-z])", words) is not None

    def torn_in(self, packed: str, lower_packed: str) -> bool:
        """Whether the code stands there once the blanks and hyphens that translation puts in are taken out."""
        if len(self.form) >= _TORN_CODE:
            return self.form in lower_packed
        return len(self.form) >= _LONG_CODE and self.words.replace(" ", "") in packed


_Messages = dict[Pattern, tuple[Symptom, str]]


class SymptomTable:
    """All symptoms, and the search for one of them in text."""

    def __init__(self, file: SymptomFile) -> None:
        self.symptoms = symptoms = file.symptoms
        self._guest_code_words = file.guest_code_words
        self._by_guest_code = {code: symptom for symptom in symptoms for code in symptom.guest_codes}
        self._by_id = {symptom.id: symptom for symptom in symptoms}
        self._codes = [
            _Code(symptom, code, plain(code), folded(code)) for symptom in symptoms for code in symptom.codes
        ]
        self._long_codes = {
            code.form: code for code in self._codes if len(code.form) >= _LONG_CODE and not code.symptom.wrapper
        }
        self._messages = _messages_of(symptom for symptom in symptoms if not symptom.wrapper)
        self._wrappers = _messages_of(symptom for symptom in symptoms if symptom.wrapper)

    def get(self, symptom_id: str) -> Symptom | None:
        """The symptom with that id, if there is one."""
        return self._by_id.get(symptom_id)

    def resolve(self, text: str) -> Resolved | None:
        """The symptom that a pasted code, message or whole error report names; None if it names none we know.

        A code in one piece is the surest sign, then a whole message, then a code that translation has torn apart,
        then text nearly equal to a message or code. A wrapper counts only where nothing else is found. Of equals the
        longest wins. A number counts as the extension's status code only where the text says nothing else.
        """
        words = plain(text[:_LONGEST_TEXT])
        bare = self._bare_guest_code(words)
        if bare is not None:
            return bare
        hits = sorted(self._hits(words), key=lambda hit: (-hit[0], -hit[1]))
        for _, _, hit in hits:
            if not hit.symptom.wrapper:
                return hit
        lower = words.casefold()
        near = self._like_code(lower) or self._like_message(lower, self._messages)
        return near or (hits[0][2] if hits else self._like_message(lower, self._wrappers))

    def _bare_guest_code(self, words: str) -> Resolved | None:
        """'121', 'error code 121': numbers stand in every longer text, so there they mean nothing."""
        rest = [word for word in words.casefold().split() if word not in self._guest_code_words]
        symptom = self._by_guest_code.get(rest[0]) if len(rest) == 1 else None
        return Resolved(symptom, rest[0], "code", 1.0) if symptom else None

    def _hits(self, words: str) -> Iterator[tuple[int, int, Resolved]]:
        """(class of evidence, length, what was found) of everything that stands in the text literally."""
        lower, packed = words.casefold(), words.replace(" ", "")
        lower_packed = packed.casefold()
        for code in self._codes:
            if code.written_in(lower):
                yield 3, len(code.form), Resolved(code.symptom, code.shown, "code", 1.0)
            elif code.torn_in(packed, lower_packed):
                yield 1, len(code.form), Resolved(code.symptom, code.shown, "code", 1.0)
        for pattern, (symptom, message) in (self._messages | self._wrappers).items():
            if pattern.text in lower_packed:
                yield 2, len(pattern.text), Resolved(symptom, message, "text", 1.0)

    def _like_code(self, lower: str) -> Resolved | None:
        for word in [word for word in lower.split() if _LONG_CODE <= len(word) <= _LONGEST_CODE][:_LONG_WORDS]:
            for form in get_close_matches(word, self._long_codes, n=1, cutoff=_ALIKE_CODE):
                code = self._long_codes[form]
                likeness = SequenceMatcher(None, word, form, autojunk=False).ratio()
                return Resolved(code.symptom, code.shown, "fuzzy", likeness)
        return None

    def _like_message(self, lower: str, messages: _Messages) -> Resolved | None:
        packed = lower.replace(" ", "")
        best = most_alike(messages, packed, _ALIKE) if weight(packed) >= _SHORTEST_TEXT else None
        if best is None:
            return None
        symptom, message = messages[best[0]]
        return Resolved(symptom, message, "fuzzy", best[1])


def _messages_of(symptoms: Iterable[Symptom]) -> _Messages:
    """Each message once: several languages of one symptom may share it."""
    found: _Messages = {}
    for symptom in symptoms:
        for messages in symptom.strings.values():
            for message in messages:
                found.setdefault(Pattern.of(folded(message)), (symptom, message))
    return found


def load_symptoms(path: Path | None = None) -> SymptomTable:
    """The table at `path`, by default the one that ships with vmtriage; each file is read once a process.

    Raises SymptomError, worded `file:line: what is wrong`, when the table cannot be read or breaks a rule.
    """
    return _load(path if path is not None else resources.folder("signatures") / "symptoms.toml")


@lru_cache(maxsize=8)
def _load(path: Path) -> SymptomTable:
    return SymptomTable(read_symptoms(path))
