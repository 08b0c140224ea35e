"""Replaces the secrets in texts by stand-ins, equal secrets by equal ones; names and addresses too, if asked to.

Better too much than too little: a stand-in where none was needed costs a detail, a secret in a report that travels by
mail costs an account. What is kept on purpose: thumbprints, public host names, paths, ids and times.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ahocorasick_rs import AhoCorasick, MatchKind

from analyzer.redaction.rules import LOOSE, RECOVERY, SEARCH, Rule, has_loose, is_key_material
from analyzer.redaction.secrets.search import SHORT, encodable
from analyzer.redaction.together import together

if TYPE_CHECKING:
    from analyzer.redaction.identity import Identity

_STAND_IN = re.compile(r"(?:<|&lt;)(?:[a-z0-9-]+:\d+|redacted)(?:>|&gt;)|\*{3,}(?:redacted\*{3,})?", re.IGNORECASE)
_NO_SECRET = frozenset({"null", "none", "true", "false", "y", "n", "yes", "no", "0", "1", "{", "[", "|"})
# of a command as it is documented
_PLACEHOLDER = re.compile(r"[A-Z]{2,20}(?:_[A-Z]{2,20}){0,3}_(?:PASSWORD|SECRET|TOKEN|KEY)")
_LEARNED_LENGTH = 12
BATCH = 2_000  # texts that are searched together
_ORDINARY = re.compile(r"\s|^[0-9A-Fa-f-]+$|^\d{4}-\d\d-\d\d|^/|://")
_OPEN, _SHUT = re.compile(r"&lt;([a-z0-9-]+:\d+)&gt;"), re.compile(r"<([a-z0-9-]+:\d+)>")


def from_markup(value: str) -> str:
    """The stand-ins in XML as they are elsewhere."""
    return _OPEN.sub(r"<\1>", value)


def to_markup(value: str) -> str:
    """The stand-ins as XML needs them."""
    return _SHUT.sub(r"&lt;\1&gt;", value)


def is_secret(value: str) -> bool:
    """Whether what stands in a secret's place is one: a switch, nothing and a stand-in are not."""
    plain = value.strip()
    told = _STAND_IN.fullmatch(plain) or _PLACEHOLDER.fullmatch(plain)
    return bool(plain) and plain.lower() not in _NO_SECRET and not told


def _tells_itself(secret: str) -> bool:
    """Whether a secret is long and odd enough to be looked for elsewhere: 'backup' as a password must not blank
    every line about backups, and a stamp or an id in a secret's place must not blank the others of its kind."""
    mixed = any(char.isdigit() for char in secret) and any(char.isalpha() for char in secret)
    return len(secret) >= _LEARNED_LENGTH and mixed and not _ORDINARY.search(secret) and not _STAND_IN.search(secret)


class Redactor:
    """Replaces secrets by stand-ins such as `<password:1>`, numbered by kind in the order they first appear.

    One instance serves one bundle, so that all its outputs agree. `counts` says how many were removed, by kind. With
    `identity` it also replaces what identifies the machine and its owner; `learn` and `learn_facts` tell it about
    these before the first text.
    """

    def __init__(self, *, identity: bool = False, shaped: bool = False) -> None:
        """`shaped` stand-ins for identities have the form of what they stand for (an address is an address), so that
        parsers take them."""
        self.counts: Counter[str] = Counter()
        self.identity: Identity | None = None
        if identity:
            from analyzer.redaction.identity import Identity

            self.identity = Identity(self.counts, shaped=shaped)
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._numbers: Counter[str] = Counter()
        self._learned: dict[str, tuple[str, str]] = {}

    def text(self, value: str) -> str:
        """`value` without secrets. The number of its lines stays, so that line numbers keep their meaning."""
        value = self._without_secrets(value)
        return self.identity.text(value) if self.identity else value

    def texts(self, values: Sequence[str]) -> list[str]:
        """Each of many short texts, such as the messages of a table: one search tells which of them need work."""
        result: list[str] = []
        for batch in batches(values):
            for at in SEARCH.parts(batch, LOOSE):
                batch[at] = self._without_secrets(batch[at])
            result += self.identity.texts(batch) if self.identity else batch
        return result

    def learn(self, value: str) -> None:
        """Learn who is named in a text that is shown later, together with others."""
        if self.identity:
            self.identity.learn(value)

    def study(self, value: str) -> None:
        """Learn the secrets and the names of a text that is cleaned later, together with others."""
        self._without_secrets(value)
        self.learn(value)

    def learn_facts(self, facts: Mapping[str, Any]) -> None:
        """Learn the machine's names and ids from the facts of an analysis."""
        if self.identity:
            self.identity.learn_facts(facts)

    def _without_secrets(self, value: str) -> str:
        if len(value) <= SHORT:
            value = self._apply(SEARCH.called({hit[0] for hit in SEARCH.hits(value)}), value)
        else:
            value = "".join(self._apply(rules, value[start:end]) for start, end, rules in SEARCH.pieces(value))
        if has_loose(value):
            value = RECOVERY.pattern.sub(partial(self._replace, RECOVERY), value)
            value = "\n".join(self._line(line) if is_key_material(line) else line for line in value.split("\n"))
        return value

    def _apply(self, rules: Iterable[Rule], value: str) -> str:
        for rule in rules:
            value = rule.pattern.sub(partial(self._replace, rule), value)
        return value

    def _line(self, line: str) -> str:
        """A line that is nothing but key material."""
        key = line.strip()
        return line.replace(key, self.stand_in("key-material", key))

    def lines(self, values: list[str]) -> list[str]:
        """Neighbouring lines of one file, read together: a key that spans them is a key in each."""
        return together(self.text, values)

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
        if rule.inner:
            inner = rule.inner
            return whole[:start] + inner.pattern.sub(partial(self._replace, inner), secret) + whole[end:]
        shown, more = self.stand_in(rule.kind, rule.identity(secret)), secret.count("\n")
        filled = match["q"] + shown + match["q"] + "\n" * more if rule.quoted else "\n".join([shown] * (more + 1))
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
        found, at = [], 0
        for form, start, end in self._automaton.find_matches_as_indexes(encodable(value)):
            kind, shown = self._stand_ins[form]
            self._counts[kind] += 1
            found += [value[at:start], shown]
            at = end
        return "".join([*found, value[at:]])

    def texts(self, values: Sequence[str]) -> list[str]:
        """Each of many texts; one search tells whether any of them needs work."""
        result: list[str] = []
        for batch in batches(values):
            found = self._automaton and self._automaton.find_matches_as_indexes(encodable("\n".join(batch)))
            result += [self.text(value) for value in batch] if found else batch
        return result


def batches(values: Sequence[str]) -> Iterator[list[str]]:
    """Many texts as lists that are searched together."""
    for at in range(0, len(values), BATCH):
        yield list(values[at : at + BATCH])
