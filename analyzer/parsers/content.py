"""The bytes of a state file as text, and the one way in which an unreadable file is told.

State files are small, but a crash leaves them padded with NULs, a full disk leaves them empty, and Windows writes
UTF-16; all of that is decided here, once for every parser.
"""

from __future__ import annotations

import codecs
from posixpath import basename

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.scrub import scrub

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class UnreadableError(Exception):
    """A state file that does not say what its kind says; `why` is worded for the report, `line` counts from 1."""

    def __init__(self, why: str, line: int = 1) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


class EmptyError(UnreadableError):
    """Nothing in it: what a full disk or a crash between create and write leaves behind."""

    def __init__(self) -> None:
        super().__init__("empty")


def decode(data: bytes) -> str:
    """The text of `data`, without a byte order mark and without NUL padding. Undecodable bytes become U+FFFD.

    Raises UnreadableError for nothing but NULs (a file whose blocks never reached the disk).
    """
    text = _decoded(data)
    stripped = text.strip("\0")
    if text and not stripped:
        raise UnreadableError("nothing but NUL bytes")
    return stripped


def filled(data: bytes) -> str:
    """As `decode`, but raises EmptyError where only blanks are left."""
    text = decode(data)
    if not text.strip():
        raise EmptyError
    return text


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    head = data[:64]
    if len(head) >= 4 and head.strip(b"\0"):
        if not any(head[1::2]) and all(head[::2]):
            return data.decode("utf-16-le", "replace")
        if not any(head[::2]) and all(head[1::2]):
            return data.decode("utf-16-be", "replace")
    return data.decode("utf-8", "replace")


def unreadable(source: str, path: str, error: UnreadableError, component: str = "") -> StateResult:
    """What is told of a file that cannot be used: an error event in the fixed wording, and a line for coverage."""
    name = basename(path)
    if isinstance(error, EmptyError):
        text, problem = f"{name} is empty", "empty"
    else:
        text, problem = f"{name} is malformed: {error.why}", f"malformed: {error.why}"
    return _told(source, text, problem, error.line, component)


def config_unreadable(path: str, error: UnreadableError) -> StateResult:
    """The same for a configuration file, which somebody wrote by hand: `config <file> malformed: <why>`."""
    if isinstance(error, EmptyError):
        return unreadable("config", path, error, basename(path))
    name = basename(path)
    return _told("config", f"config {name} malformed: {error.why}", f"malformed: {error.why}", error.line, name)


def _told(source: str, text: str, problem: str, line: int, component: str) -> StateResult:
    event = StateEvent(source, scrub(text), level="error", component=component, line=line)
    return StateResult(events=[event], problems=[scrub(problem)])
