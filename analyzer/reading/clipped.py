"""The beginning of a long text, cut so that no half of a secret is left: half of one would not be known as one."""

from __future__ import annotations

import re

from analyzer.matching.text import plain_text

_BETWEEN = re.compile(r"\s\S*\Z")
_PUNCTUATION = re.compile(r"[\"'<>{}\[\],;&?][^\"'<>{}\[\],;&?]*\Z")
_REACH = 200  # characters that a cut may go back


def clipped(text: str, most: int) -> str:
    """At most `most` characters, and a sign where more followed."""
    return text if len(text) <= most else _ended(text[:most])


def beginning(raw: bytes, most: int) -> str:
    """The text of a record of which no more than `most` bytes were kept."""
    text = plain_text(raw)
    return _ended(text.rstrip("\ufffd")) if len(raw) >= most else text


def _ended(head: str) -> str:
    """A cut text up to the last place between words, else the last punctuation that is not far."""
    for mark in (_BETWEEN, _PUNCTUATION):
        found = mark.search(head, max(0, len(head) - _REACH))
        if found is not None:
            return head[: found.start()].rstrip() + " …"
    return head + " …"
