"""All shapes of secrets in the order they are looked for, the words that trigger them, and two that need no pattern."""

from __future__ import annotations

import re

from analyzer.redaction.secrets.forms import Rule
from analyzer.redaction.secrets.named import NAME, NAMED
from analyzer.redaction.secrets.search import BEHIND, Search
from analyzer.redaction.secrets.told import COMMANDS, KEYS, RECOVERY, TOLD

__all__ = ["LOOSE", "RECOVERY", "SEARCH", "Rule", "has_loose", "is_key_material", "kind_of_key"]

RULES: tuple[Rule, ...] = (*KEYS, *COMMANDS, *NAMED, *TOLD)

_KEY_OF_86 = re.compile(r"[A-Za-z0-9+/]{86}==")


def _settings(value: str, end: int) -> tuple[int, int]:
    """Protected settings that are written out may go over many lines."""
    return 0, 60 if "{" in value[end : end + 12] else BEHIND


SEARCH: Search[Rule] = Search(
    RULES,
    reach={
        "private key": lambda value, end: (400, 400),
        "private-lines": lambda value, end: (0, 100),
        "protectedsettings": _settings,
        "protected_settings": _settings,
        "chpasswd": lambda value, end: (0, 60),
        "mii": lambda value, end: (0, 400),
    },
    needless={"==": lambda value, start: start < 86 or not _KEY_OF_86.match(value, start - 86)},
)
"""Where a secret may stand."""

LOOSE = (re.compile(r"^[ \t]*[A-Za-z0-9+/]{60}", re.MULTILINE), re.compile(r"\d{6}-\d{6}-\d"))
"""A line of key material, and a recovery key: secrets that no word announces."""

_KEY_KINDS = (
    ("customdata", "custom-data"), ("protected", "protected-settings"), ("connection", "connection-string"),
    ("authorization", "auth-header"), ("token", "token"), ("sas", "sas"), ("sharedaccesssignature", "sas"),
    ("key", "account-key"), ("secret", "password"), ("pass", "password"), ("pwd", "password"), ("cred", "password"),
)  # fmt: skip
_SENSITIVE_KEY = re.compile(rf"(?:^|[._\-\s\]A-Za-z]){NAME}$", re.IGNORECASE)
_LINE_OF_KEY = re.compile(r"[A-Za-z0-9+/]{60,}={0,2}")
_HEX = re.compile(r"[0-9a-fA-F]+")


def kind_of_key(key: str) -> str:
    """The kind of secret that a value under this key is ('conf.Proxy.Password'), or '' for none."""
    if not _SENSITIVE_KEY.search(key):
        return ""
    folded = key.lower().rsplit(".", 1)[-1]
    return next((kind for word, kind in _KEY_KINDS if word in folded), "password")


def has_loose(text: str) -> bool:
    """Whether the text may hold what `LOOSE` looks for."""
    if len(text) < 55 or (len(text) < 200 and text.count("-") < 7 and " " in text.strip()):
        return False
    return any(pattern.search(text) for pattern in LOOSE)


def is_key_material(text: str) -> bool:
    """Whether a line of `text` is nothing but base64, as the body of a key is; hashes in hex are not."""
    if len(text) < 60:
        return False
    if "\n" in text:
        return any(is_key_material(line) for line in text.split("\n"))
    line = text.strip()
    if _HEX.fullmatch(line) or not _LINE_OF_KEY.fullmatch(line):
        return False
    return any(char.isdigit() for char in line) and any(char.isupper() for char in line) and line != line.upper()
