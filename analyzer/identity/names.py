"""Learns who a bundle is about, and replaces names, addresses and ids: equal things by equal stand-ins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ahocorasick_rs import AhoCorasick

from analyzer.identity import rules, shapes
from analyzer.identity.known import ACCOUNTS, DOMAINS, KEPT_MACS, PUBLIC, is_kept_address, is_telling, public_ids
from analyzer.identity.rules import CONTEXTS, Context
from analyzer.secrets.search import Search, folded

_FACTS = {
    "os.hostname": "host",
    "vm.name": "host",
    "vm.id": "vm-id",
    "vm.subscription": "subscription",
    "vm.tenant": "tenant",
    "vm.container_id": "container",
    "vm.resource_group": "resource-group",
}
_SEARCH = Search(CONTEXTS)
_ALWAYS = [context for context in CONTEXTS if not context.triggers]
_IDS = frozenset({"vm-id", "subscription", "tenant", "container", "id"})


class Identity:
    """Replaces what identifies the machine and its owner. One instance serves one bundle."""

    def __init__(self, counts: Counter[str], *, shaped: bool = False) -> None:
        self._counts = counts
        self._form = shapes.shaped if shaped else shapes.plain
        self._numbers: Counter[str] = Counter()
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._names: dict[str, str] = {}  # folded name -> kind, of names that are looked for everywhere
        self._id_kinds: dict[str, str] = {}
        self._automaton: AhoCorasick | None = None
        self._patterns: list[str] = []

    # --- learning

    def learn_facts(self, facts: Mapping[str, Any]) -> None:
        """The machine's names and ids as the analysis knows them."""
        for fact, kind in _FACTS.items():
            name = facts.get(fact)
            if isinstance(name, str):
                self._note(kind, name.strip())

    def learn(self, value: str) -> None:
        """The names in a text."""
        for context in _ALWAYS:
            self._learn_in(context, value)
        for start, end, contexts in _SEARCH.pieces(value):
            for context in contexts:
                self._learn_in(context, value[start:end])
        for kind, pattern in rules.ID_KINDS:
            for match in pattern.finditer(value):
                self._note(kind, match["name"])
        for match in rules.EMAIL.finditer(value):
            self._note("domain", match[0].rpartition("@")[2])
        for name, _, end in self._found(value):
            full = rules.FULL_NAME.match(value, end) if self._names[name] == "host" else None
            if full:
                self._note("domain", full["name"])

    def _learn_in(self, context: Context, value: str) -> None:
        for match in context.pattern.finditer(value):
            if self._is_name(context, match["name"]):
                self._note(context.kind, match["name"])

    def _note(self, kind: str, name: str) -> None:
        known = name.lower()
        if kind in _IDS:
            self._id_kinds.setdefault(known, kind)
        elif not shapes.STAND_IN.fullmatch(name) and self._is_own(kind, known) and is_telling(name):
            if kind == "host" and "." in known and not known.replace(".", "").isdigit():
                short, _, domain = known.partition(".")
                self._note("domain", domain)
                self._note("host", short)
            elif known not in self._names:
                self._names[known] = kind
                self._automaton = None

    @staticmethod
    def _is_own(kind: str, name: str) -> bool:
        """Whether a name is not one that other machines have as well."""
        if kind == "user":
            return name.rstrip("$") not in ACCOUNTS and not name.startswith(("systemd-", "umfd-", "dwm-"))
        if kind == "domain":
            return name not in DOMAINS and not PUBLIC.search(name) and name not in ACCOUNTS
        return name not in ("localhost", "linux") and not PUBLIC.search(name)

    def _is_name(self, context: Context, name: str) -> bool:
        if shapes.STAND_IN.fullmatch(name) or not self._is_own(context.kind, name.lower()):
            return False
        return not context.telling or is_telling(name)

    # --- replacing

    def text(self, value: str) -> str:
        """`value` with stand-ins."""
        if "@" in value:
            value = rules.EMAIL.sub(partial(self._whole, "email"), value)
        value = self._apply(_ALWAYS, value)
        value = "".join(self._apply(contexts, value[start:end]) for start, end, contexts in _SEARCH.pieces(value))
        if "-" in value:
            value = rules.ID.sub(self._id, value)
            value = rules.SID.sub(partial(self._whole, "sid"), value)
        if ":" in value or "-" in value:
            value = rules.MAC.sub(partial(self._mac, 0), value)
        if "." in value:
            value = rules.V4.sub(self._address, value)
            value = rules.LINK_HOST.sub(self._link, value)
            value = rules.BARE_HOST.sub(self._link, value)
        if ":" in value:
            value = rules.V6.sub(self._address, value)
        if "ac" in value and rules.BARE_MAC.search(value):
            value = rules.BARE_MAC.sub(partial(self._mac, "name"), value)
        return self._names_out(value)

    def texts(self, values: Sequence[str]) -> list[str]:
        """Each of many texts."""
        whole = self.text("\n".join(values)).split("\n")  # no stand-in is longer or shorter than a line
        result, at = [], 0
        for value in values:
            count = value.count("\n") + 1
            result.append("\n".join(whole[at : at + count]))
            at += count
        return result

    def _apply(self, contexts: Sequence[Context], value: str) -> str:
        for context in contexts:
            value = context.pattern.sub(partial(self._in_context, context), value)
        return value

    def stand_in(self, kind: str, name: str) -> str:
        """The stand-in of a name; upper and lower case are the same."""
        self._counts[kind] += 1
        key = kind, name.lower()
        known = self._stand_ins.get(key)
        if known is None:
            self._numbers[kind] += 1
            known = self._stand_ins[key] = self._form(kind, self._numbers[kind], name)
        return known

    def _whole(self, kind: str, match: re.Match[str]) -> str:
        return (
            match[0]
            if shapes.STAND_IN.fullmatch(match[0]) or self._is_shaped_sid(match[0])
            else self.stand_in(kind, match[0])
        )

    @staticmethod
    def _is_shaped_sid(text: str) -> bool:
        return text.startswith("1-1-")

    def _in_context(self, context: Context, match: re.Match[str]) -> str:
        name, whole = match["name"], match[0]
        if not self._is_name(context, name):
            return whole
        self._note(context.kind, name)
        start, end = match.start("name") - match.start(), match.end("name") - match.start()
        if context.kind == "host" and "." in name:
            return whole[:start] + self._host(name) + whole[end:]
        kind = self._names.get(name.lower(), context.kind)
        return whole[:start] + self.stand_in(kind, name) + whole[end:]

    def _host(self, name: str) -> str:
        """A host with its domain: the host's stand-in, and the domain's."""
        if name.replace(".", "").isdigit():
            return name
        short, _, domain = name.partition(".")
        return f"{self.stand_in('host', short)}.{domain if PUBLIC.search(domain) else self.stand_in('domain', domain)}"

    def _link(self, match: re.Match[str]) -> str:
        name = match["name"]
        if PUBLIC.search(name) or name.replace(".", "").isdigit() or shapes.STAND_IN.search(name):
            return match[0]
        return match[0].replace(name, self._names_out(name) if self._holds(name) else self._host(name))

    def _holds(self, name: str) -> bool:
        return next(self._found(name), None) is not None

    def _id(self, match: re.Match[str]) -> str:
        known = match[0].lower()
        if shapes.STAND_IN.fullmatch(known) or known in public_ids():
            return match[0]
        return self.stand_in(self._id_kinds.get(known, "id"), known)

    def _mac(self, group: int | str, match: re.Match[str]) -> str:
        name = match[group]
        if re.sub(r"\W", "", name).lower() in KEPT_MACS or shapes.STAND_IN.fullmatch(name):
            return match[0]
        return match[0].replace(name, self.stand_in("mac", name))

    def _address(self, match: re.Match[str]) -> str:
        text = match[0]
        if is_kept_address(text):
            return text
        if ":" in text:
            digits = any(char.isdigit() for char in text)
            return self.stand_in("ip", text) if digits and (len(text) > 8 or "::" in text) else text
        before = match.string[max(0, match.start() - 24) : match.start()].rpartition("\n")[2]
        if rules.VERSION.search(before) and not before.endswith("//"):
            return text
        if int(text.partition(".")[0]) < 4 and not (
            rules.NETWORK.search(before) or re.match(r"(?::\d|/\d\d?\b)", match.string[match.end() : match.end() + 3])
        ):
            return text
        return self.stand_in("ip", text)

    def _found(self, value: str) -> Iterator[tuple[str, int, int]]:
        """The known names in a text: (folded name, start, end), the longest where several begin."""
        if self._automaton is None:
            self._patterns = sorted(self._names)
            if not self._patterns:
                return
            self._automaton = AhoCorasick(self._patterns)
        hits = self._automaton.find_matches_as_indexes(folded(value), overlapping=True)
        at = 0
        for pattern, start, end in sorted(hits, key=lambda hit: (hit[1], -hit[2])):
            if start >= at and _is_word(value, start, end):
                at = end
                yield self._patterns[pattern], start, end

    def _names_out(self, value: str) -> str:
        parts, at = [], 0
        for name, start, end in self._found(value):
            parts += [value[at:start], self.stand_in(self._names[name], name)]
            at = end
        return "".join([*parts, value[at:]])


def _is_word(value: str, start: int, end: int) -> bool:
    """Whether a name stands alone; behind the n of an escaped line break it does."""
    before = value[start - 1] if start else " "
    after = value[end] if end < len(value) else " "
    escaped = before in "nrt" and start > 1 and value[start - 2] == "\\"
    return (not before.isalnum() or escaped) and not after.isalnum()
