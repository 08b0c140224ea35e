"""Windows services by the key name that signatures use, and the words for their states, in any language we know.

`signatures/event-services.toml` holds the names; an event that carries the key itself is not asked for a display name.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from analyzer.parsers.winevents.tables import table

STATES = {1: "stopped", 2: "start-pending", 3: "stop-pending", 4: "running", 5: "running", 6: "paused", 7: "paused"}
"""SERVICE_STATUS.dwCurrentState; a service that continues counts as running, one that pauses as paused."""

_TELLING = 9  # characters that a display name needs to be told from ordinary words of a sentence
_COMPOSED = re.compile(r"[A-Z]\w*[a-z]\w*[A-Z]\w{2,}")  # a key that no language writes its words like


@functools.cache
def _keys() -> dict[str, str]:
    """Folded keys and display names -> the key in its usual spelling."""
    keys: dict[str, str] = {}
    for key, names in table("services")["services"].items():
        for name in (key, *names):
            keys[_folded(name)] = key
    return keys


@functools.cache
def _instances() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Display names with a name inside, as patterns, and the key that the name goes into."""
    return tuple(
        (re.compile(re.escape(display).replace(r"\*", "(.{1,80})"), re.IGNORECASE), key)
        for display, key in table("services")["instances"].items()
    )


@functools.cache
def _writers() -> dict[str, str]:
    return {_folded(writer): service for writer, service in table("services")["writers"].items()}


@functools.cache
def _telling() -> re.Pattern[str]:
    """Finds a display name of several words inside a sentence, the longest that fits."""
    return _any_of(name for name in _keys() if len(name) >= _TELLING and " " in name)


@functools.cache
def _composed() -> re.Pattern[str]:
    """Finds a key with a capital inside."""
    return _any_of(key for key in table("services")["services"] if _COMPOSED.fullmatch(key))


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?![A-Za-z0-9_])")


def _folded(name: str) -> str:
    return name.replace("’", "'").casefold()


@functools.lru_cache(maxsize=4096)
def key_of(name: str) -> str:
    """The key of the service that is called so (key or display name); the name itself where it is unknown."""
    name = " ".join(name.split())
    known = _keys().get(_folded(name))
    if known is not None:
        return known
    for pattern, key in _instances():
        if found := pattern.fullmatch(name):
            return key.replace("*", found[1])
    return name


def named_in(sentence: str) -> str:
    """The key of the first service whose display name stands in the sentence, or ''."""
    found = _telling().search(_folded(sentence))
    if found:
        return _keys()[found[0]]
    key = _composed().search(sentence)
    return key[0] if key else ""


def last_said(name: str, sentence: str) -> str:
    """The word for a "state" or "start" type that stands last in the sentence, in any language we know, or ''.

    Every language that we know tells what was before what is, so the last word tells what is.
    """
    folded = sentence.casefold()
    ends = [(folded.rfind(word) + len(word), len(word), word) for word in _words(name) if word in folded]
    return max(ends)[2] if ends else ""


@functools.cache
def _words(name: str) -> tuple[str, ...]:
    return tuple(word for entry in table("services")[name] for word in entry["words"])


def writer_service(writer: str) -> str:
    """The service that hosts a VSS writer, or ''."""
    return _writers().get(_folded(writer), "")


@functools.lru_cache(maxsize=1024)
def state(words: str) -> str:
    """'running', 'stopped' … for the state in any language we know; else the words themselves, folded."""
    return _told_by("state", words)


@functools.lru_cache(maxsize=1024)
def start_type(words: str) -> str:
    """'auto', 'demand', 'disabled', 'boot' or 'system' for the start type in any language we know; else the words."""
    return _told_by("start", words)


def _told_by(name: str, words: str) -> str:
    folded = " ".join(words.split()).casefold()
    for entry in table("services")[name]:
        if any(word in folded for word in entry["words"]):
            return str(entry["is"])
    return folded
