"""Events as XML: saved by the Event Viewer, or written by wevtutil with or without a root.

Nearly all events fit one pattern (`xmlordinary`). Whatever does not, or is damaged, is cut out by its tags and read by
`xmlevent`; both give the same. A file may hold many documents after one another, may begin or end in the middle of an
event, and may hold anything between events: what gave no event is counted as unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.parsers.winevents.codepage import text_of
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.window import Window
from analyzer.parsers.winevents.xmlevent import event_of
from analyzer.parsers.winevents.xmlordinary import ORDINARY, event_of_match

LONGEST = 4 << 20  # characters of one event; Windows allows 64 KiB
_WINDOW = 4 << 10  # in which an event's start tag and the tag behind it stand

_PREFIX = r"(?:[\w.-]++:)?+"
_START = re.compile(rf"<{_PREFIX}Event(?=[\s/>])")
_EDGE = re.compile(rf"(?P<end></{_PREFIX}Event\s*+>)|(?P<start><{_PREFIX}Event(?=[\s/>]))|<!\[CDATA\[|<!--")
_CLOSING = {"<![CDATA[": "]]>", "<!--": "-->"}
_ANOTHER = re.compile(rf"<{_PREFIX}Event(?:\s[^<>]*+)?>\s*+<{_PREFIX}System[\s>]")
_EMPTY = re.compile(r"<[^<>]*+(?<=/)>")
_BETWEEN = re.compile(
    r"(?P<quiet>[\s\ufeff]++|<\?[^<>]*+>|<!--(?:[^<-]++|<(?!!--)|-(?!->))*+-->)"
    r"|(?P<type><!DOCTYPE[^\[<>]*+(?:\[(?:[^]<]++|<(?!!DOCTYPE)|](?!\s*+>))*+]\s*+)?>)"
    rf"|(?P<end></{_PREFIX}Event\s*+>)"
    rf"|(?P<tag></?+(?!{_PREFIX}Event[\s/>])[^\s<>!?/][^<>]*+>)"
    rf"|(?P<junk>[^<\s]++|<(?!!--|!DOCTYPE|{_PREFIX}Event[\s/>])[^<>]*+(?=[<>]))"
)


def read(blocks: Iterator[bytes], notes: Notes) -> Iterator[WinEvent]:
    """The events of an XML export, in the order of the file."""
    return _Export(blocks, notes).events()


class _Export:
    """An export, and the place in it where reading goes on."""

    def __init__(self, blocks: Iterator[bytes], notes: Notes) -> None:
        self._window = Window(text_of(blocks, notes))
        self._notes = notes
        self._at = 0
        self._cut = self._long = self._headless = self._types = 0
        self._in_long = False  # between the place where a long event was broken off and its end

    def events(self) -> Iterator[WinEvent]:
        while True:
            match = ORDINARY.match(self._window.text, self._at)
            if match and match.end() - match.start("event") <= LONGEST:
                line = self._window.line_at(match.start("event"))
                self._at = match.end()
                event: WinEvent | None = event_of_match(match)
            elif _START.match(self._window.text, self._at):
                line = self._window.line_at(self._at)
                self._in_long = False
                end = self._end_of_event()
                if end < 0:
                    self._read_on()
                    continue
                event = event_of(self._window.text, self._at, end)
                self._skip(end, unread=event is None)
            elif self._pass_by():
                continue
            else:
                break
            if event is not None:
                event.position = line
                yield event
        self._tell()

    def _end_of_event(self) -> int:
        """Where the event at `_at` ends, or is broken off; -1 where more text is needed to tell."""
        text, depth = self._window.text, 1
        limit = self._at + LONGEST
        at = self._at + 1
        missing: set[str] = set()  # what closes no comment and no CDATA any more
        while edge := _EDGE.search(text, at, limit):
            at = edge.end()
            if edge.lastgroup == "end":
                depth -= 1
                if depth == 0:
                    return at
            elif edge.lastgroup == "start":
                window = edge.start() + _WINDOW
                if window > len(text) and not self._window.ended:
                    return -1
                if _ANOTHER.match(text, edge.start(), window):
                    self._cut += 1
                    return edge.start()
                depth += not _EMPTY.match(text, edge.start(), window)
            else:
                closing = _CLOSING[edge[0]]
                closed = text.find(closing, at, limit) if closing not in missing else -1
                if closed >= 0:
                    at = closed + len(closing)
                elif len(text) < limit and not self._window.ended:
                    return -1
                else:
                    missing.add(closing)
        if len(text) >= limit:
            self._long += 1
            self._in_long = True
            return limit
        if not self._window.ended:
            return -1
        self._cut += 1
        return len(text)

    def _pass_by(self) -> bool:
        """Goes past what stands between events; False at the end of the file."""
        piece = _BETWEEN.match(self._window.text, self._at)
        if piece:
            if piece.lastgroup == "end":
                self._headless += not self._in_long
                self._in_long = False
            self._types += piece.lastgroup == "type"
            self._skip(piece.end(), unread=piece.lastgroup == "junk")
        elif self._at < len(self._window.text) and (self._window.ended or len(self._window.text) - self._at >= LONGEST):
            self._skip(self._at + 1, unread=True)  # it begins a comment or a declaration that has no end
        elif self._window.ended:
            return False
        else:
            self._read_on()
        return True

    def _skip(self, end: int, unread: bool) -> None:
        if unread:
            self._notes.unread += len(self._window.text[self._at : end].encode("utf-8", "replace"))
        self._at = end

    def _read_on(self) -> None:
        self._window.read_on(self._at)
        self._at = 0

    def _tell(self) -> None:
        words = (
            (self._headless, "without a beginning"),
            (self._cut, "without an end; what was whole of them is shown"),
            (self._long, f"longer than {LONGEST >> 20} Mi characters; what follows is not shown"),
        )
        self._notes.words += [f"events {why}: {count}" for count, why in words if count]
        if self._types:
            self._notes.words.append("a document type declaration was not followed")
