"""Learns who a bundle is about, and replaces names, addresses and ids: equal things by equal stand-ins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from analyzer.redaction.identity import rules, shapes
from analyzer.redaction.identity.known import KEPT_MACS, PUBLIC, is_kept_address, is_telling, public_ids
from analyzer.redaction.identity.learning import ESCAPES, IDS, Names, is_number, is_own
from analyzer.redaction.identity.rules import CONTEXTS, Context
from analyzer.redaction.secrets.search import Search
from analyzer.redaction.together import together

_FACTS = {
    "os.hostname": "host", "vm.name": "host", "vm.id": "vm-id", "vm.subscription": "subscription",
    "vm.tenant": "tenant", "vm.container_id": "container", "vm.resource_group": "resource-group",
}  # fmt: skip
_SEARCH = Search(CONTEXTS)
_ALWAYS = [context for context in CONTEXTS if not context.triggers]
_UNLEARNT = frozenset({"link", "mac", "sid"})  # they tell themselves wherever they stand


class Identity:
    """Replaces what identifies the machine and its owner. One instance serves one bundle."""

    def __init__(self, counts: Counter[str], *, shaped: bool = False) -> None:
        self._counts = counts
        self._form = shapes.shaped if shaped else shapes.plain
        self._numbers: Counter[str] = Counter()
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._names = Names()
        self._replace: dict[str, Callable[[Context, re.Match[str]], str]] = {
            "email": self._itself, "sid": self._itself, "mac": self._mac, "link": self._link,
        }  # fmt: skip

    def learn_facts(self, facts: Mapping[str, Any]) -> None:
        """The machine's names and ids as the analysis knows them."""
        for fact, kind in _FACTS.items():
            name = facts.get(fact)
            if isinstance(name, str):
                self._names.note(kind, name.strip())

    def learn(self, value: str) -> None:
        """The names in a text."""
        self._learn(_ALWAYS, value)
        for start, end, contexts in _SEARCH.pieces(value):
            self._learn(contexts, value[start:end])
        for kind, _, _, end in self._names.found(value):
            if kind == "host" and (full := rules.FULL_NAME.match(value, end)):
                self._names.note("domain", full["name"])

    def _learn(self, contexts: Sequence[Context], value: str) -> None:
        for context in contexts:
            if context.kind in _UNLEARNT:
                continue
            for match in context.pattern.finditer(value):
                if context.kind == "email":
                    self._names.note("domain", match[0].rpartition("@")[2])
                elif _is_name(context, match["name"]):
                    self._names.note(context.kind, match["name"])

    def text(self, value: str) -> str:
        """`value` with stand-ins."""
        value = self._in_places(_ALWAYS, value)
        value = "".join(self._in_places(contexts, value[start:end]) for start, end, contexts in _SEARCH.pieces(value))
        if "-" in value:
            value = rules.ID.sub(self._id, value)
        if "-" in value or ":" in value:
            value = rules.MAC.sub(partial(self._mac, None), value)
        if "." in value:
            value = rules.V4.sub(self._address, value)
            value = rules.BARE_HOST.sub(partial(self._link, None), value)
        if ":" in value:
            value = rules.V6.sub(self._long_address, value)
        return self._names_out(value)

    def texts(self, values: Sequence[str]) -> list[str]:
        """Each of many texts."""
        return together(self.text, values)  # no stand-in adds or takes a line

    def stand_in(self, kind: str, name: str) -> str:
        """The stand-in of a name; upper and lower case are the same."""
        self._counts[kind] += 1
        key = kind, name.lower()
        known = self._stand_ins.get(key)
        if known is None:
            self._numbers[kind] += 1
            known = self._stand_ins[key] = self._form(kind, self._numbers[kind], name)
        return known

    def _in_places(self, contexts: Sequence[Context], value: str) -> str:
        for context in contexts:
            value = context.pattern.sub(partial(self._replace.get(context.kind, self._name), context), value)
        return value

    def _name(self, context: Context, match: re.Match[str]) -> str:
        name, whole = match["name"], match[0]
        if not _is_name(context, name):
            return whole
        self._names.note(context.kind, name)
        if context.kind in IDS:
            return whole  # its turn comes with all ids
        if context.kind == "host":
            return _put(match, self._host(name))
        return _put(match, self.stand_in(self._names.kind(name, context.kind), name))

    def _host(self, name: str) -> str:
        """A host, and its domain where it is named with it."""
        if is_number(name):
            return name
        short, dot, domain = name.partition(".")
        rest = domain if not domain or PUBLIC.search(domain) else self.stand_in("domain", domain)
        return self.stand_in(self._names.kind(short, "host"), short) + dot + rest

    def _link(self, _: Context | None, match: re.Match[str]) -> str:
        """A host in a link: what is known of it goes, else all of it, unless everybody talks to it."""
        name = match["name"]
        if PUBLIC.search(name) or is_number(name) or shapes.STAND_IN.search(name):
            return match[0]
        known = self._names_out(name)
        return _put(match, known if known != name else self._host(name))

    def _itself(self, context: Context | None, match: re.Match[str]) -> str:
        assert context is not None
        name = match["name"]
        return match[0] if shapes.STAND_IN.fullmatch(name) else _put(match, self.stand_in(context.kind, name))

    def _mac(self, _: Context | None, match: re.Match[str]) -> str:
        name = match["name"]
        if re.sub(r"\W", "", name).lower() in KEPT_MACS or shapes.STAND_IN.fullmatch(name):
            return match[0]
        return _put(match, self.stand_in("mac", name))

    def _id(self, match: re.Match[str]) -> str:
        name = match[0].lower()
        if shapes.STAND_IN.fullmatch(name) or name in public_ids():
            return match[0]
        return self.stand_in(self._names.kind_of_id(name), name)

    def _address(self, match: re.Match[str]) -> str:
        """An address of IPv4, unless the four numbers are a version, as their size or the words before them say."""
        text, whole = match[0], match.string
        before = whole[max(0, match.start() - 24) : match.start()].rpartition("\n")[2]
        if is_kept_address(text) or rules.VERSION.search(before):
            return text
        if rules.FOLDER.search(before) and not rules.PRIVATE.match(text):
            return text
        small = int(text.partition(".")[0]) < rules.SMALL
        if small and not (rules.NETWORK.search(before) or rules.PORT.match(whole, match.end())):
            return text
        return self.stand_in("ip", text)

    def _long_address(self, match: re.Match[str]) -> str:
        text = match[0]
        if is_kept_address(text) or not any(char.isdigit() for char in text) or not (len(text) > 8 or "::" in text):
            return text
        return self.stand_in("ip", text)

    def _names_out(self, value: str) -> str:
        parts, at = [], 0
        for kind, name, start, end in self._names.found(value):
            if start < at:
                continue
            parts += [value[at:start], self.stand_in(kind, name)]
            at = end
            account = (
                rules.ACCOUNT.match(value, end)
                if kind in ("domain", "host") and value[max(0, start - 1)] != "\\"
                else None
            )
            if account and self._is_user(account["slashes"], account["name"]):
                parts += [account["slashes"], self.stand_in("user", account["name"])]
                at = account.end()
        return "".join([*parts, value[at:]])

    def _is_user(self, slashes: str, name: str) -> bool:
        """Whether a word behind a domain's name is a user, and not an escaped line break and what follows it."""
        if self._names.kind(name, "") == "user":
            return True
        return is_own("user", name.lower()) and not (len(slashes) % 2 and name[0] in ESCAPES)


def _is_name(context: Context, name: str) -> bool:
    return is_own(context.kind, name.lower()) and (not context.telling or is_telling(name))


def _put(match: re.Match[str], text: str) -> str:
    """The match with `text` in the place of its name."""
    start, end = match.start("name") - match.start(), match.end("name") - match.start()
    return match[0][:start] + text + match[0][end:]
