"""The words that Windows translates in its exports: columns, levels, AM and PM, months.

They stand in `signatures/event-languages.toml`.
A word is found whatever its case, and with the marks of writing direction, dots and blanks that Windows puts into it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import tomli

from analyzer import resources

LEVELS = ("critical", "error", "warning", "info", "verbose")
SHORTEST_MONTH = 3  # letters of an abbreviation that is trusted to mean a month
MOST_SEEN, LONGEST_WORD = 200, 60  # words of one export that are remembered, and their characters

_MARKS = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_NOT_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Language:
    """What one language's exports look like."""

    name: str
    order: str  # 'dmy', 'mdy', 'ymd', or '' where its regions differ
    codepages: tuple[str, ...]
    letters: frozenset[str]
    common: tuple[str, int, int] | None  # character set, first and last code of its ordinary characters
    words: frozenset[str]  # all that the table has in this language, as written


@dataclass(frozen=True)
class Table:
    languages: tuple[Language, ...]
    levels: dict[str, str]  # plain word -> level
    columns: dict[str, str]  # plain label -> column
    halves: dict[str, int]  # letters of AM or PM -> 0 or 12
    months: dict[str, int]  # letters of a month's name -> 1 to 12
    spoken: dict[str, frozenset[str]]  # plain word -> names of the languages that have it


@lru_cache(maxsize=1)
def table() -> Table:
    """The shipped table, read once a process."""
    document = tomli.loads((resources.folder("signatures") / "event-languages.toml").read_text("utf-8"))
    languages: list[Language] = []
    levels: dict[str, str] = {}
    columns: dict[str, str] = {}
    halves: dict[str, int] = {}
    months: dict[str, int] = {}
    spoken: defaultdict[str, set[str]] = defaultdict(set)
    for entry in document["language"]:
        labels = {word: column for column, words in entry["labels"].items() for word in words}
        graded = {word: level for level in LEVELS for word in entry[level]}
        levels.update({plain(word): level for word, level in graded.items()})
        columns.update({plain(word): column for word, column in labels.items()})
        halves.update({letters(word): shift for key, shift in (("am", 0), ("pm", 12)) for word in entry[key]})
        months.update({letters(word): number for number, word in enumerate(entry["months"], 1)})
        for word in (*labels, *graded):
            spoken[plain(word)].add(entry["name"])
        common = entry.get("common")
        languages.append(
            Language(
                entry["name"],
                entry["order"],
                tuple(entry["codepages"]),
                frozenset(entry["letters"]),
                (common[0], common[1], common[2]) if common else None,
                frozenset((*labels, *graded)),
            )
        )
    names = {word: frozenset(of) for word, of in spoken.items()}
    return Table(tuple(languages), levels, columns, halves, months, names)


def unmarked(text: str) -> str:
    """Without the invisible marks of writing direction."""
    return _MARKS.sub("", text)


def plain(word: str) -> str:
    return unmarked(word).strip().casefold()


def letters(word: str) -> str:
    return _NOT_LETTERS.sub("", unmarked(word)).casefold()


@lru_cache(maxsize=4096)
def level(word: str) -> str:
    """critical, error, warning, info or verbose; '' for a word of no language that is known.

    PowerShell writes '?' for letters that ASCII lacks; such a word counts where only one level can be meant."""
    key = plain(word)
    if key in table().levels or "?" not in key.replace("??", ""):
        return table().levels.get(key, "")
    shape = re.compile(re.escape(key).replace(r"\?", "[^ -~]"))
    meant = {found for known, found in table().levels.items() if shape.fullmatch(known)}
    return meant.pop() if len(meant) == 1 else ""


class Levels:
    """Levels of one export, and its language as far as words like its labels and levels tell it."""

    def __init__(self, labels: Iterable[str] = ()) -> None:
        self._labels = tuple(labels)
        self._seen: dict[str, str] = {}

    def of(self, word: str) -> str:
        """The level of a word, info where it is not known (Windows writes nothing for 'log always')."""
        found = self._seen.get(word)
        if found is None:
            found = level(word)
            if len(self._seen) < MOST_SEEN and len(word) < LONGEST_WORD:
                self._seen[word] = found
        return found or "info"

    def order(self) -> str:
        """How the export's language writes dates; '' where that is not known."""
        name = language((*self._labels, *self._seen))
        return next((known.order for known in table().languages if known.name == name), "")

    def doubts(self) -> list[str]:
        """What the reader of the report must know about these levels."""
        unknown = [word for word, found in self._seen.items() if word and not found]
        shown = ", ".join(f"'{word}'" for word in unknown[:3])
        return [f"levels in words that are not known, read as info: {shown}"] if unknown else []


def column(label: str) -> str:
    """What stands in the Event Viewer's column of this label; '' when it is not known."""
    return table().columns.get(plain(label), "")


def language(words: Iterable[str]) -> str:
    """The language that has most of these words; '' when none has, or several have alike."""
    votes = Counter(name for word in {plain(word) for word in words} for name in table().spoken.get(word, ()))
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return ""
    return ranked[0][0]


@lru_cache(maxsize=1024)
def half_of_day(word: str) -> int | None:
    """0 for AM, 12 for PM, None for anything else."""
    return table().halves.get(letters(word))


@lru_cache(maxsize=1024)
def month(word: str) -> int | None:
    """The month of a name or of an abbreviation that fits one month only."""
    key = letters(word)
    if key in table().months or len(key) < SHORTEST_MONTH:
        return table().months.get(key)
    fits = {number for name, number in table().months.items() if name.startswith(key)}
    return fits.pop() if len(fits) == 1 else None
