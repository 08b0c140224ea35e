"""Comparing pasted portal text with known codes and messages: folding to a common form, and near-equality.

Portals, tickets and machine translation change letter case, accents, dashes, quotes and blanks, and hide soft hyphens
and zero-width characters in what people copy. Folding removes all of that, down to letters and digits without blanks
between them, so that texts written without spaces (Chinese, Japanese) need no treatment of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

_DOTLESS = str.maketrans({"ı": "i", "İ": "I"})  # 'ı'.upper() is 'I': Turkish text would not survive a change of case
_WIDE = re.compile(r"[ᄀ-ᇿ぀-ヿ㐀-鿿가-힣]")  # one such character says about as much as two Latin ones
_FUZZY_LIMIT = 3000  # folded characters; a portal message has 300, what is longer is a log and not a message
_CANDIDATES = 6
_SHARED = 0.3  # of the trigrams: one wrong letter costs three, so 0.85 alike leaves far more than that
_STRAY = 2  # equal runs shorter than this are chance


def plain(text: str) -> str:
    """Words of letters and digits with single blanks between, letter case kept: "l’agent\u00a0–  OM" -> "l agent OM".

    NFKC unites full-width and compatibility forms; accents go, since people retype messages without them.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).translate(_DOTLESS))
    kept: list[str] = []
    for char in decomposed:
        kind = unicodedata.category(char)
        if kind[0] in "LN":
            kept.append(char)
        elif kind[0] != "M" and kind != "Cf":  # marks and invisible characters stand inside words, the rest between
            kept.append(" ")
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def folded(text: str) -> str:
    """Only lower-case letters and digits: the form in which strings are compared."""
    return plain(text).casefold().replace(" ", "")


def weight(folded_text: str) -> int:
    """How much a folded text says, in Latin characters."""
    return len(folded_text) + len(_WIDE.findall(folded_text))


@dataclass(frozen=True)
class Pattern:
    """One known text in folded form, with what the search for near-equal text needs."""

    text: str
    grams: frozenset[str]

    @classmethod
    def of(cls, folded_text: str) -> Pattern:
        return cls(folded_text, frozenset(_trigrams(folded_text)))


def most_alike(patterns: Iterable[Pattern], text: str, at_least: float) -> tuple[Pattern, float] | None:
    """The pattern that some stretch of the folded `text` resembles most, with its likeness, 0 to 1.

    Trigrams choose a handful of patterns first, so the cost hardly grows with their number. Of equally good ones the
    longer wins, then the alphabet: the order of `patterns` does not matter.
    """
    places: dict[str, list[int]] = {}
    for position, gram in enumerate(_trigrams(text[:_FUZZY_LIMIT])):
        places.setdefault(gram, []).append(position)
    ranked = sorted(
        ((len(pattern.grams & places.keys()) / len(pattern.grams), pattern) for pattern in patterns if pattern.grams),
        key=lambda item: (-item[0], -len(item[1].text), item[1].text),
    )
    best: tuple[Pattern, float] | None = None
    for shared, pattern in ranked[:_CANDIDATES]:
        if shared < _SHARED:
            break
        alike = _likeness(pattern.text, _stretch(pattern.text, text[:_FUZZY_LIMIT], places))
        if alike >= at_least and (best is None or (alike, len(pattern.text)) > (best[1], len(best[0].text))):
            best = (pattern, alike)
    return best


def _trigrams(text: str) -> list[str]:
    return [text[start : start + 3] for start in range(len(text) - 2)]


def _stretch(known: str, text: str, places: dict[str, list[int]]) -> str:
    """The part of `text` in which most of the known text's trigrams stand at about their own distance."""
    slack = max(4, len(known) // 4)
    votes: Counter[int] = Counter()
    for position, gram in enumerate(_trigrams(known)):
        for place in places.get(gram, ()):
            bucket = (place - position) // slack
            votes[bucket] += 1
            votes[bucket + 1] += 1  # neighbours overlap, so a stretch is never cut at a bucket's edge
    if not votes:
        return ""
    bucket = min(votes, key=lambda candidate: (-votes[candidate], candidate))
    return text[max(0, (bucket - 1) * slack - slack) : (bucket + 1) * slack + len(known) + slack]


def _likeness(known: str, stretch: str) -> float:
    """difflib's ratio of `known` and the part of `stretch` between their first and last common run."""
    blocks = SequenceMatcher(None, known, stretch, autojunk=False).get_matching_blocks()
    runs = [block for block in blocks if block.size >= _STRAY]
    if not runs:
        return 0.0
    extent = runs[-1].b + runs[-1].size - runs[0].b
    return 2 * sum(run.size for run in runs) / (len(known) + extent)
