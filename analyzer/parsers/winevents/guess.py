"""Which code page a text was written in, when no one says so: the one in which it has the letters of a language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from analyzer.parsers.winevents.words import Language, table

MOST_BYTES = 32 << 10  # of lines that are not ASCII; more would not change the answer

_WORD = re.compile(r"\w+")
_NEUTRAL = frozenset("\u00a0\u00ab\u00bb\u00b0\u00a7\u00a9\u00ae\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026\u2022")
_WRONG = 2  # a letter out of place counts as much as so many in place
_KNOWN_WORD = 4  # so does each word that Windows uses in the language


def guess(sample: bytes) -> str:
    """The code page that fits best, '' when none fits. Windows' own code page wins over the console's."""
    lines, size = [], 0
    for line in sample.splitlines():
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size >= MOST_BYTES:
                break
    if not lines:
        return ""
    data = b"\n".join(lines)[:MOST_BYTES]
    texts: dict[str, tuple[str, Counter[str]]] = {}
    best, answer = 0.0, ""
    for language in table().languages:
        for codepage in language.codepages:
            if codepage not in texts:
                text = data.decode(codepage, "replace")
                texts[codepage] = text, Counter(word for word in _WORD.findall(text) if not word.isascii())
            score = _score(*texts[codepage], language)
            if score > best:
                best, answer = score, codepage
    return answer


def _score(text: str, words: Mapping[str, int], language: Language) -> float:
    """Letters in place less those out of place, as a share of all that is beyond ASCII."""
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    if not beyond:
        return 0.0
    good = 0
    for word, times in words.items():
        count = sum(not letter.isascii() for letter in word)
        good += _in_place(word, count, language) * times
    signs = Counter(sign for sign in text if not sign.isascii() and not sign.isalnum())
    neutral = sum(times for sign, times in signs.items() if sign in _NEUTRAL)
    good += sum(times for sign, times in signs.items() if sign in language.letters and sign not in _NEUTRAL)
    wrong = beyond - neutral - good
    known = sum(word in text for word in language.words if not word.isascii())
    return (good - _WRONG * wrong + _KNOWN_WORD * known) / beyond


def _in_place(word: str, beyond: int, language: Language) -> int:
    """How many of the word's letters beyond ASCII are letters of the language, where the word could be one of it."""
    if language.common:
        return sum(letter in language.letters or _is_common(letter, language.common) for letter in word)
    letters = [letter for letter in word.lower() if not letter.isascii()]
    fits = all(letter in language.letters for letter in letters)
    if not fits or not (word.islower() or word.isupper() or (word[0].isupper() and word[1:].islower())):
        return 0
    # An alphabet of its own does not mix with Latin letters, and one letter is no proof of it; accents are the
    # smaller part of a Latin word.
    own = "a" not in language.letters and any(letter > "\u024f" for letter in language.letters)
    unlikely = beyond < max(len(word), 2) if own else beyond * 2 > len(word) + 1
    return 0 if unlikely else beyond


@lru_cache(maxsize=1 << 14)
def _is_common(letter: str, common: tuple[str, int, int]) -> bool:
    charset, first, last = common
    return first <= int.from_bytes(letter.encode(charset, "ignore"), "big") <= last
