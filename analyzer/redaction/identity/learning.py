"""What is known of the names in a bundle: which words are names and of what, and where they stand in a text."""

from __future__ import annotations

from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick

from analyzer.redaction.identity import shapes
from analyzer.redaction.identity.known import ACCOUNTS, DOMAINS, PUBLIC, is_telling
from analyzer.redaction.secrets.search import folded

IDS = frozenset({"vm-id", "subscription", "tenant", "container"})
_NOBODYS = frozenset({"localhost", "linux", "privatelink", "current"})  # what stands in the place of a name everywhere
_SYSTEM_USERS = ("systemd-", "umfd-", "dwm-")
LONGEST = 100
ESCAPES = "nrtbfu"  # letters that mean something else behind a backslash


def is_own(kind: str, name: str) -> bool:
    """Whether a name (in lower case) is one that no other machine has, as far as its form tells."""
    if len(name) > LONGEST or shapes.STAND_IN.fullmatch(name):
        return False
    if kind == "user":
        return name.rstrip("$") not in ACCOUNTS and not name.startswith(_SYSTEM_USERS)
    if kind == "domain":
        return name not in DOMAINS and name not in ACCOUNTS and not PUBLIC.search(name)
    return name not in _NOBODYS and not PUBLIC.search(name)


def is_number(name: str) -> bool:
    """An address or a version in the place of a name."""
    return name.replace(".", "").isdigit()


class Names:
    """The names learnt so far."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}  # of names that are looked for everywhere, in lower case
        self._ids: dict[str, str] = {}
        self._automaton: AhoCorasick | None = None
        self._patterns: list[str] = []

    def kind(self, name: str, otherwise: str) -> str:
        """What a name is of; the first place that told counts."""
        return self._kinds.get(name.lower(), otherwise)

    def kind_of_id(self, name: str) -> str:
        return self._ids.get(name.lower(), "id")

    def note(self, kind: str, name: str) -> None:
        """Learn a name; one that is an ordinary word is only known in its place."""
        known = name.lower()
        if kind in IDS:
            self._ids.setdefault(known, kind)
        elif kind == "host" and "." in known and not is_number(known):
            short, _, domain = known.partition(".")
            self.note("domain", domain)
            self.note("host", short)
        elif known not in self._kinds and is_own(kind, known) and is_telling(known):
            self._kinds[known] = kind
            self._automaton = None

    def found(self, value: str) -> Iterator[tuple[str, str, int, int]]:
        """The known names in a text: (kind, name, start, end), the longest where several begin."""
        if self._automaton is None:
            self._patterns = sorted(self._kinds)
            if not self._patterns:
                return
            self._automaton = AhoCorasick(self._patterns)
        hits = self._automaton.find_matches_as_indexes(folded(value), overlapping=True)
        at = 0
        for pattern, start, end in sorted(hits, key=lambda hit: (hit[1], -hit[2])):
            if start >= at and _is_word(value, start, end):
                at = end
                yield self._kinds[self._patterns[pattern]], self._patterns[pattern], start, end


def _is_word(value: str, start: int, end: int) -> bool:
    """Whether a name stands alone; behind the n of an escaped line break it does, with that n it does not."""
    before = value[start - 1] if start else " "
    after = value[end] if end < len(value) else " "
    escaped = before in ESCAPES and _is_escape(value, start - 1)
    if before == "\\" and value[start] in ESCAPES and _is_escape(value, start):
        return False
    return (not before.isalnum() or escaped) and not after.isalnum()


def _is_escape(value: str, at: int) -> bool:
    """Whether the letter at a place belongs to a backslash, as an odd number of them in front of it tells."""
    begin = at
    while begin and value[begin - 1] == "\\":
        begin -= 1
    return (at - begin) % 2 == 1
