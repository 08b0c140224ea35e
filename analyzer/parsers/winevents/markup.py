"""Markup as damaged exports hold it: tags, attributes and references one after another, without a tree.

No entity is ever expanded, but for the five that XML itself has; control characters, which XML forbids and event data
holds nevertheless, stay as they are. Every pattern runs in linear time over any input.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

TOKEN = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)"
    r"|<!--.*?(?:-->|\Z)"
    r"|<\?.*?(?:\?>|\Z)"
    r"|</(?P<close>[^\s<>]*+)[^<>]*+>"
    r"|<(?P<open>[^\s<>/!?\"'=]++)(?P<attributes>(?:[^<>\"'/]++|\"[^\"<]*+\"|'[^'<]*+'|/(?!>))*+)(?P<empty>/?)>"
    r"|(?P<text>[^<]++|<)",
    re.DOTALL,
)
"""One piece of markup. A '<' that begins no tag is text."""

_REGION = re.compile(r"<!\[CDATA\[.*?(?:(]]>)|\Z)|<!--.*?(?:(-->)|\Z)", re.DOTALL)
_ATTRIBUTE = re.compile(r"([^\s=\"'/]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7}+)|#x([0-9A-Fa-f]{1,6}+)|(amp|lt|gt|quot|apos));")
_PREDEFINED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NEWLINE = re.compile(r"\r\n?")
_SPACE = re.compile(r"\r\n|[\t\n\r]")


def local(name: str) -> str:
    """An element's name without its prefix."""
    return name.rpartition(":")[2]


def content(text: str) -> str:
    """The characters that a piece of text between tags stands for; an unknown reference stands for itself."""
    text = newlines(text)
    return _REFERENCE.sub(_character, text) if "&" in text else text


def newlines(text: str) -> str:
    """The text with every line end as XML has it."""
    return _NEWLINE.sub("\n", text) if "\r" in text else text


def attributes(text: str) -> dict[str, str]:
    """The attributes of a tag, their names without prefixes; namespace declarations left out."""
    found: dict[str, str] = {}
    for name, double, single in _ATTRIBUTE.findall(text):
        if name != "xmlns" and not name.startswith("xmlns:"):
            found.setdefault(local(name), content(_SPACE.sub(" ", double or single)))
    return found


def _character(reference: re.Match[str]) -> str:
    decimal, hexadecimal, name = reference.groups()
    if name:
        return _PREDEFINED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return reference[0] if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)


def tokens(texts: Iterable[str], longest: int) -> Iterator[re.Match[str]]:
    """The tokens of a text that comes in pieces; what is longer than `longest` without a tag comes as it stands."""
    held, enough = "", 0
    for piece in texts:
        held += piece
        if len(held) < enough:
            continue
        safe = len(held) if len(held) > longest else _decided(held)
        yield from TOKEN.finditer(held, 0, safe)
        held = held[safe:]
        enough = 2 * len(held)  # so that a long token is not looked at often
    yield from TOKEN.finditer(held)


def _decided(text: str) -> int:
    """Up to where the tokens of a text remain what they are, whatever follows."""
    end = 0
    for region in _REGION.finditer(text):
        if region.lastindex is None:
            return region.start()
        end = region.end()
    last = text.rfind("<", end)
    if last < 0:
        return end
    tag = TOKEN.match(text, last)
    return tag.end() if tag and tag.lastgroup in ("close", "empty") else last
