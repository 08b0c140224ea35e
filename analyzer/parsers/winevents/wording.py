"""Our own short words for events that were exported without any (`signatures/event-sentences.toml`)."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analyzer.parsers.winevents.tables import table

LONGEST = 200  # characters of a value inside a sentence; the whole value stands below it

_PIECE = re.compile(r"\[([^\[\]]*)\]|\{([^{}]+)\}")
_MISSING = "?"

Lookup = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence: words, {names} and [parts that are left out where a name in them has no value]."""

    pieces: tuple[tuple[str, str], ...]  # ('words' | 'name', …) or ('part', text of the inner template)

    def render(self, lookup: Lookup) -> str:
        return "".join(_piece(kind, content, lookup) for kind, content in self.pieces)


def _piece(kind: str, content: str, lookup: Lookup) -> str:
    if kind == "words":
        return content
    if kind == "name":
        return lookup(content) or _MISSING
    inner = _template(content)
    complete = all(lookup(name) for kind, name in inner.pieces if kind == "name")
    return inner.render(lookup) if complete else ""


@functools.cache
def _template(text: str) -> Template:
    pieces: list[tuple[str, str]] = []
    done = 0
    for found in _PIECE.finditer(text):
        if found.start() > done:
            pieces.append(("words", text[done : found.start()]))
        pieces.append(("part", found[1]) if found[1] is not None else ("name", found[2]))
        done = found.end()
    if done < len(text):
        pieces.append(("words", text[done:]))
    return Template(tuple(pieces))


@functools.cache
def _sentences() -> dict[tuple[str, int], Template]:
    return {
        (provider, int(number)): _template(text)
        for provider, sentences in table("sentences")["words"].items()
        for number, text in sentences.items()
    }


def sentence_for(provider: str, event_id: int) -> Template | None:
    """The template for events of the provider (in its one spelling) with this id."""
    return _sentences().get((provider, event_id))


def lookup(field: Lookup, data: Sequence[tuple[str, str]]) -> Lookup:
    """Finds what a name in a template stands for: a derived field, a value's name, a value's position."""

    def find(name: str) -> str:
        value = field(name)
        if not value and name.isdigit():
            value = data[int(name)][1] if int(name) < len(data) else ""
        elif not value:
            value = next((value for key, value in data if key == name), "")
        return " ".join(value.split())[:LONGEST]

    return find
