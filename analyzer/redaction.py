"""One pass over everything that leaves the process: secrets become stand-ins, equal secrets equal ones.

Better too much than too little: a stand-in where none was needed costs a detail, a secret in a report that travels by
mail costs an account. What is kept on purpose: thumbprints, public host names, paths, ids and times.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import unquote

from ahocorasick_rs import AhoCorasick, MatchKind

from analyzer.redaction_rules import RULES, TRIGGERS, Rule, is_key_material, kind_of_key

_STAND_IN = re.compile(r"<(?:[a-z-]+:\d+|redacted)>")
_PREFILTER = AhoCorasick(TRIGGERS)  # most lines hold no trigger, and one search says so
_NO_SECRET = frozenset({"null", "none", "true", "false", "y", "n", "yes", "no", "0", "1", "{", "["})
_LEARNED_LENGTH = 12
_ORDINARY = re.compile(r"\s|^[0-9A-Fa-f-]+$|^\d{4}-\d\d-\d\d|^/|://")


def is_secret(value: str) -> bool:
    """Whether what stands in a secret's place is one: a switch, nothing and a stand-in are not."""
    plain = value.strip()
    return bool(plain) and plain.lower() not in _NO_SECRET and not _STAND_IN.fullmatch(plain)


def _tells_itself(secret: str) -> bool:
    """Whether a secret is long and odd enough to be looked for elsewhere: 'backup' as a password must not blank
    every line about backups, and a stamp or an id in a secret's place must not blank the others of its kind."""
    mixed = any(char.isdigit() for char in secret) and any(char.isalpha() for char in secret)
    return len(secret) >= _LEARNED_LENGTH and mixed and not _ORDINARY.search(secret)


class Redactor:
    """Replaces secrets by stand-ins such as `<password:1>`, numbered by kind in the order they first appear.

    One instance serves one bundle, so that all its outputs agree. `counts` says how many were removed, by kind.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._numbers: Counter[str] = Counter()
        self._learned: dict[str, tuple[str, str]] = {}

    def text(self, value: str) -> str:
        """`value` without secrets. The number of its lines stays, so that line numbers keep their meaning."""
        hits = _PREFILTER.find_matches_as_indexes(_encodable(value.lower()), overlapping=True)
        if hits:
            for rule in RULES:
                if not rule.trigger_ids.isdisjoint(hit[0] for hit in hits):
                    value = rule.pattern.sub(partial(self._replace, rule), value)
        if is_key_material(value):
            value = "\n".join(
                self.stand_in("key-material", line) if is_key_material(line) else line for line in value.split("\n")
            )
        return value

    def lines(self, values: list[str]) -> list[str]:
        """Neighbouring lines of one file, read together: a key that spans them is a key in each."""
        joined = self.text("\n".join(values)).split("\n")
        parts, at = [], 0
        for value in values:
            count = value.count("\n") + 1
            parts.append("\n".join(joined[at : at + count]))
            at += count
        return parts

    def stand_in(self, kind: str, secret: str) -> str:
        """The stand-in of `secret`; however it is quoted, the same secret gets the same one."""
        plain = html.unescape(unquote(secret)).strip()
        self.counts[kind] += 1
        known = self._stand_ins.get((kind, plain))
        if known is None:
            self._numbers[kind] += 1
            known = self._stand_ins[kind, plain] = f"<{kind}:{self._numbers[kind]}>"
            for form in (secret, plain):
                if _tells_itself(form):
                    self._learned.setdefault(form, (kind, known))
        return known

    def _replace(self, rule: Rule, match: re.Match[str]) -> str:
        secret, whole = match["secret"], match.group()
        if not is_secret(secret):
            return whole
        start, end = match.start("secret") - match.start(), match.end("secret") - match.start()
        shown = self.stand_in(rule.kind, rule.identity(secret))
        filled = "\n".join([shown] * (secret.count("\n") + 1))
        return whole[:start] + filled + whole[end:]

    def scrubber(self) -> Scrubber:
        """Finds the secrets learnt so far wherever else they stand, without the words that gave them away."""
        return Scrubber(self._learned, self.counts)


class Scrubber:
    """Removes secrets that are known by now, in one pass over a text."""

    def __init__(self, learned: Mapping[str, tuple[str, str]], counts: Counter[str]) -> None:
        self._forms = sorted(learned)
        self._stand_ins = [learned[form] for form in self._forms]
        self._counts = counts
        self._automaton = AhoCorasick(self._forms, matchkind=MatchKind.LeftmostLongest) if self._forms else None

    def text(self, value: str) -> str:
        """`value` without the known secrets."""
        if self._automaton is None:
            return value
        parts, at = [], 0
        for form, start, end in self._automaton.find_matches_as_indexes(_encodable(value)):
            kind, shown = self._stand_ins[form]
            self._counts[kind] += 1
            parts += [value[at:start], shown]
            at = end
        return "".join([*parts, value[at:]])


def _encodable(value: str) -> str:
    """The same length without lone surrogates, which the automaton cannot take."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def _walk(value: Any, redactor: Redactor, key: str = "") -> Any:
    """Visits keys in sorted order, so that numbering does not depend on how the document was put together."""
    if isinstance(value, str):
        kind = kind_of_key(key)
        if kind and is_secret(value):
            return redactor.stand_in(kind, value)
        return redactor.text(value)
    if isinstance(value, Mapping):
        done = {inner: _walk(value[inner], redactor, str(inner)) for inner in sorted(value, key=str)}
        return _unique((redactor.text(inner) if isinstance(inner, str) else inner, done[inner]) for inner in value)
    if isinstance(value, (list, tuple)):
        if value and all(isinstance(item, Mapping) and isinstance(item.get("text"), str) for item in value):
            texts = redactor.lines([item["text"] for item in value])
            value = [{**item, "text": text} for item, text in zip(value, texts, strict=True)]
        return [_walk(item, redactor, key) for item in value]
    return value


def _scrub(value: Any, scrubber: Scrubber) -> Any:
    if isinstance(value, str):
        return scrubber.text(value)
    if isinstance(value, dict):
        return _unique(
            (scrubber.text(key) if isinstance(key, str) else key, _scrub(item, scrubber)) for key, item in value.items()
        )
    return [_scrub(item, scrubber) for item in value] if isinstance(value, list) else value


def _unique(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """A dict in which two keys that became equal are both kept."""
    result: dict[Any, Any] = {}
    for key, value in pairs:
        name, n = key, 2
        while name in result:
            name, n = f"{key}#{n}", n + 1
        result[name] = value
    return result


def redact_document(document: dict[str, Any], redactor: Redactor | None = None) -> dict[str, Any]:
    """A copy of the JSON document without secrets, with `redactions` filled in. The input stays as it is.

    Pass the bundle's `redactor` where other outputs (a timeline) have to show the same stand-ins.
    """
    redactor = redactor or Redactor()
    clean: dict[str, Any] = _walk(document, redactor)
    clean = _scrub(clean, redactor.scrubber())
    counts = dict(sorted(redactor.counts.items()))
    clean["redactions"] = {"count": sum(counts.values()), "kinds": counts}
    return clean
