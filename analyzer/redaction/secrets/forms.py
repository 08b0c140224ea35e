"""What a rule is, and the pieces that rules are built of: quotes, line breaks and brackets in every disguise.

The same secret stands in a log as it is, in JSON with escapes, in JSON inside JSON with escapes of escapes, in XML with
entities and in CSV with doubled quotes. Each piece here matches all of these. Every pattern is anchored on a literal
and walks forward over one character class or a bounded repetition, so that hostile text cannot make it slow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

BASE64 = r"[A-Za-z0-9+/]"
BREAK = r"(?:\\{1,15}[rn]|\r|\n|&#(?:10|13|x[ad]);)"  # a line break as it is, or as JSON and XML write it
SPACE = r"(?:\s|\\{1,15}[rnt]|&#(?:9|10|13|x[9ad]);)"
LT = r"(?:<|&(?:amp;)?lt;|\\{1,15}u003c)"
GT = r"(?:>|&(?:amp;)?gt;|\\{1,15}u003e)"
QUOTES = r"(?:\\{0,15}(?:\"{1,2}|'|u0022|u0027)|&(?:amp;)?(?:quot|apos|#34|#39);)"
QUOTE = rf"(?P<q>{QUOTES})"
ESCAPED = r"\\{1,15}(?:/|u00(?!22|27|3[ce]|26)[0-9a-f]{2})"  # a character that some writers of JSON escape
START = r"(?:(?<![A-Za-z0-9_])|(?<=\\[nrt]))"  # the start of a word, also behind an escaped line break

_NO_ENTITY = r"&(?!(?:amp;)?(?:quot|apos|lt|gt|#\d{1,4});)"
BARE = rf"(?:[^\s\"'\\&<>]|{_NO_ENTITY}|\\(?![nrt\"'\\u]))+"  # an argument without quotes
ARGUMENT = rf"(?P<q>{QUOTES})?(?P<secret>(?(q)(?:(?!(?P=q))[^\r\n])+|{BARE}))"
QUERY = rf"(?:[^\s\"'<>\\]|{ESCAPED}|\\{{1,15}}u0026)+"  # the rest of a link


def one_of(words: Iterable[str]) -> str:
    """A pattern for any of many words, the longest first, by their common beginnings: it is tried at every letter."""
    heads: dict[str, set[str]] = {}
    for word in words:
        heads.setdefault(word[:1], set()).add(word[1:])
    ends = heads.pop("", None) is not None
    if not heads:
        return ""
    branches = [re.escape(head) + one_of(rest) for head, rest in sorted(heads.items())]
    pattern = branches[0] if len(branches) == 1 and not ends else f"(?:{'|'.join(branches)})"
    return pattern + "?" if ends else pattern


def same(secret: str) -> str:
    return secret


@dataclass(frozen=True)
class Rule:
    """One shape of secret, in either case. `identity` gives what makes two of them the same."""

    kind: str
    triggers: tuple[str, ...]  # words in lower case, one of which is in every text that the pattern matches
    shape: str  # its secret part is the group `secret`
    identity: Callable[[str], str] = same
    part: str = ""  # where the group holds more than secrets: what in it is one
    quoted: bool = False  # the secret stands without the quotes (group `q`) that its stand-in needs

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The shape, compiled when a text holds a trigger: most bundles need few of the rules."""
        return re.compile(self.shape, re.IGNORECASE)

    @cached_property
    def inner(self) -> Rule | None:
        """The rule for what in the group is a secret."""
        return Rule(self.kind, (), self.part) if self.part else None


def rule(
    kind: str,
    triggers: tuple[str, ...],
    pattern: str,
    identity: Callable[[str], str] = same,
    *,
    inner: str = "",
    quoted: bool = False,
) -> Rule:
    """A rule whose letters match in either case."""
    return Rule(kind, triggers, pattern, identity, inner, quoted)
