"""`write_clean`: reads a bundle twice, first to learn its secrets and names, then to write it without them.

Nothing is unpacked to disk but the one member that is being written, in a nameless temporary file; the limits of
reading hold. Paths stay, so that the clean bundle is recognised and analysed as the original is.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, cast

from analyzer.bundle import decode_blocks, open_bundle
from analyzer.bundle.layout import recognise
from analyzer.bundle.model import Bundle, Limits, Member, Refusal
from analyzer.parsers import registry
from analyzer.parsers.winevents.event import Notes
from analyzer.parsers.winevents.readers import READERS
from analyzer.redaction.cleaning import notice
from analyzer.redaction.cleaning.archive import Archive, archive
from analyzer.redaction.cleaning.events import as_xml
from analyzer.redaction.cleaning.members import Treatment, treatment, write_packed
from analyzer.redaction.cleaning.windows import encoding_of, is_markup, pieces
from analyzer.redaction.redactor import Redactor, from_markup, to_markup

MOST_STATE_BYTES = 4 << 20
MOST_NOTICE = 1 << 20  # bytes of what an earlier cleaning said
IN_MEMORY = 8 << 20
_UNKNOWN = Treatment("out", "", "it came while the bundle was read")

Progress = Callable[[str, int], None]
"""Told the path of each member before it is read, and how many members came before it in this pass."""


@dataclass
class Cleaned:
    """What became of a bundle."""

    path: Path
    members: int = 0  # written, REDACTED.txt apart
    counts: dict[str, int] = field(default_factory=dict)  # of what was replaced, by kind
    left_out: list[tuple[str, str]] = field(default_factory=list)  # (path, why)
    rewritten: list[tuple[str, str]] = field(default_factory=list)  # (path, as what)
    refused: list[Refusal] = field(default_factory=list)  # could not be read


def write_clean(
    source: str | os.PathLike[str] | BinaryIO,
    target: str | os.PathLike[str],
    *,
    identity: bool = False,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Cleaned:
    """Write the bundle `source` to `target` (a tar.gz) without secrets, with `identity` also without names.

    Raises BundleError where it cannot be read, OSError where the target cannot be written."""
    with open_bundle(source, limits) as bundle:
        redactor = Redactor(identity=identity, shaped=True)
        treatments: dict[str, Treatment] = {}
        for number, member in enumerate(bundle.members()):
            if progress:
                progress(member.path, number)
            treatments[member.path] = _study(member, redactor)
        redactor.counts.clear()
        with archive(Path(target)) as out:
            return _Cleaning(bundle, redactor, treatments, Cleaned(Path(target))).write(out, progress)


def _study(member: Member, redactor: Redactor) -> Treatment:
    """Learn the secrets and names of a member; what is to become of it."""
    redactor.study(f"/{member.path}")  # as the place on the VM that most paths are
    head = member.head()
    done = treatment(member.path, head)
    if done.how == "events":
        for piece in as_xml(READERS[done.kind](member.blocks(), Notes())):
            redactor.study(piece)
    elif done.how == "text":
        is_state, kept = done.kind in registry.STATE_PARSERS, list[bytes]()
        markup = is_state or is_markup(head)
        for piece in pieces(_short(member.blocks(), kept), encoding_of(head)):
            redactor.study(from_markup(piece) if markup else piece)
        if is_state and kept:
            parsed = registry.STATE_PARSERS[done.kind](member.path, b"".join(decode_blocks(iter(kept))))
            redactor.learn_facts(parsed.facts)
    return done


def _short(blocks: Iterator[bytes], kept: list[bytes]) -> Iterator[bytes]:
    """The blocks; they stay in `kept`, too, unless they are too many to be a state file."""
    size = 0
    for block in blocks:
        size += len(block)
        if size <= MOST_STATE_BYTES:
            kept.append(block)
        else:
            kept.clear()
        yield block


class _Cleaning:
    """The second pass."""

    def __init__(self, bundle: Bundle, redactor: Redactor, treatments: dict[str, Treatment], result: Cleaned) -> None:
        self._bundle = bundle
        self._treatments = treatments
        self._redactor = redactor
        self._result = result
        self._scrubber = redactor.scrubber()
        self._notice = ""  # what an earlier cleaning said

    def write(self, out: Archive, progress: Progress | None) -> Cleaned:
        result, paths = self._result, []
        for number, member in enumerate(self._bundle.members()):
            if progress:
                progress(member.path, number)
            head = member.head()
            if self._is_notice(member.path, head):
                self._notice = next(member.blocks(), b"")[:MOST_NOTICE].decode("utf-8", "replace")
                paths.append(member.path)
                continue
            done = self._treatments.get(member.path, _UNKNOWN)
            path = self._path(member.path)
            if done.how == "out":
                result.left_out.append((path, done.reason))
                continue
            if done.how == "events":
                result.rewritten.append((path, "the event log as XML"))
                path += ".xml"
            with cast(IO[bytes], tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)) as file:
                write_packed(path, self._cleaned(member, head, done), file)
                paths.append(out.add(path, file))
            result.members += 1
        result.counts = dict(sorted(self._redactor.counts.items()))
        result.refused = list(self._bundle.refused)
        self._add_notice(out, paths)
        return result

    @staticmethod
    def _is_notice(path: str, head: bytes) -> bool:
        return path.rpartition("/")[2] == notice.NAME and head.startswith(notice.HEADING.encode())

    def _path(self, path: str) -> str:
        """A path without names and secrets, in characters that every system takes."""
        clean = self._clean(f"/{path}")[1:]
        return path if clean == path else clean.replace("<", "_").replace(">", "_").replace(":", "-")

    def _cleaned(self, member: Member, head: bytes, done: Treatment) -> Iterator[bytes]:
        if done.how == "events":
            for piece in as_xml(READERS[done.kind](member.blocks(), Notes())):
                yield self._clean(piece, markup=True).encode("utf-8", "replace")
            return
        encoding, markup = encoding_of(head), is_markup(head)
        for piece in pieces(member.blocks(), encoding):
            yield self._clean(piece, markup=markup).encode(*encoding)

    def _clean(self, text: str, *, markup: bool = False) -> str:
        if not markup:
            return self._scrubber.text(self._redactor.text(text))
        return to_markup(self._scrubber.text(self._redactor.text(from_markup(text))))

    def _add_notice(self, out: Archive, paths: list[str]) -> None:
        """Beside what all files have in common, where it does not change what the bundle is taken for."""
        result = self._result
        refused = [(self._path(refusal.path), refusal.reason) for refusal in result.refused]
        left_out = [*result.left_out, *refused]
        text = self._notice
        if not text or result.counts or left_out or result.rewritten:
            said = notice.notice(result.counts, left_out, result.rewritten, self._redactor.identity is not None)
            text = text + "\n" + said if text else said
        others = [path for path in paths if not path.endswith(notice.NAME)]
        root = recognise(others).root
        place = "" if recognise([*others, notice.NAME]).root == root else root
        with cast(IO[bytes], tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)) as file:
            file.write(text.encode("utf-8", "replace"))
            out.add(place + notice.NAME, file)
