"""The table of events in the page: what is packed comes out again, and the rows that stand there as they are."""

from __future__ import annotations

import base64
import json
import re
import zlib
from itertools import accumulate
from typing import Any

import pytest
import sample
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from analyzer.language import using
from analyzer.report import eventtable, formatting
from analyzer.report.html import render_html
from analyzer.report.timelineview import timeline_view

ROLES = ["evidence", "context", "incident", "step", "problem", "window", "edge"]
LEVELS = ["none", "critical", "error", "warning", "info", "verbose"]


def unpacked(data: str) -> Any:
    """As the page's script does it."""
    return json.loads(zlib.decompress(base64.b64decode(data)).decode("utf-8"))


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """A document's events of any texts, times and roles."""
    texts = draw(st.lists(st.text(max_size=60), max_size=40))
    count = len(texts)
    timed = draw(st.integers(0, count))
    times = sorted(draw(st.lists(st.integers(-(2**45), 2**52), min_size=timed, max_size=timed)))

    def codes(most: int) -> list[int]:
        return draw(st.lists(st.integers(0, most), min_size=count, max_size=count))

    return {
        "everything": draw(st.booleans()), "total": count + 5, "left_out": draw(st.integers(0, 9)),
        "sources": ["a", "b"], "levels": LEVELS, "qualities": ["none", "exact", "zone-assumed"],
        "files": ["x.log", "y<b>.log"], "causes": ["a/b"], "roles": ROLES,
        "time": times + [None] * (count - timed), "quality": codes(2), "source": codes(1), "level": codes(5),
        "file": codes(1), "line": codes(2**31), "role": codes(127), "evidence": [], "text": texts,
    }  # fmt: skip


@given(tables())
@settings(max_examples=120, deadline=None)
def test_what_is_packed_comes_out_again(events: dict[str, Any]) -> None:
    eventtable.BLOCK, before = 7, eventtable.BLOCK
    try:
        head, *texts = (unpacked(data) for data in eventtable.blocks(events))
    finally:
        eventtable.BLOCK = before
    assert [text for block in texts for text in block] == [formatting.visible(text) for text in events["text"]]
    assert all(len(block) == 7 for block in texts[:-1])
    assert (head["rows"], head["block"]) == (len(events["text"]), 7)
    moments = list(accumulate(head["time"]))
    assert moments == [time // 1000 for time in events["time"] if time is not None]
    for name in ("quality", "source", "level", "file", "line", "role"):
        assert head[name] == events[name]


@given(tables())
@settings(max_examples=60, deadline=None)
def test_a_page_of_any_rows_stays_well_formed_and_small_on_its_own(events: dict[str, Any]) -> None:
    """No text of a row stands in a script, and the static rows are those that carry the verdict."""
    page = render_html(sample.document() | {"events": events})
    tree = lxml_html.fromstring(page)
    static = next((node for node in tree.iter("div") if node.get("class") == "events-static"), None)
    shown = [] if static is None else list(static.iter("tr"))[1:]
    telling = [role for role in events["role"] if role & 0b101]
    assert len(shown) == min(len(telling), eventtable.MOST_STATIC)
    blocks = [node.text or "" for node in tree.iter("script") if node.get("type") == "application/octet-stream"]
    assert all(re.fullmatch(r"[A-Za-z0-9+/=]+", block) for block in blocks)


def test_the_same_rows_give_the_same_blocks() -> None:
    events = sample.document()["events"]
    assert eventtable.blocks(events) == eventtable.blocks(json.loads(json.dumps(events)))


def test_hidden_characters_of_a_bundle_become_visible_in_the_blocks() -> None:
    _head, texts = (unpacked(data) for data in eventtable.blocks(sample.document()["events"]))
    assert not any(char in "".join(texts) for char in "\x1b\u202e")
    assert "second line" in texts[1].split("\n")[1], "lines of a record stay lines"


def test_evidence_comes_before_marks_where_paper_has_no_room_for_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventtable, "MOST_STATIC", 2)
    shown = eventtable.static_rows(sample.document()["events"])
    assert [row.id for row in shown] == ["e-2-118", "e-0-3"]
    assert (shown[1].time, shown[1].level) == ("no time", "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "4 events of 62,306 in the bundle: the evidence"),
        ({"left_out": 1}, "Left out, evenly thinned: 1 warning or error."),
        ({"everything": True, "left_out": 0}, "All 4 events of the bundle."),
        ({"everything": True, "left_out": 9}, "4 events of 62,306 in the bundle, evenly thinned."),
    ],
)
def test_the_table_says_what_is_in_it_and_what_is_not(change: dict[str, Any], words: str) -> None:
    document = sample.document()
    document["events"] |= change
    assert words in timeline_view(document)["events"]["told"]


def test_without_rows_there_is_no_table() -> None:
    document = sample.document()
    for name, value in document["events"].items():
        if isinstance(value, list):
            document["events"][name] = []
        assert isinstance(name, str)
    assert timeline_view(document)["events"] is None
    assert "events-title" not in render_html(document)


def test_words_of_the_script_cannot_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventtable, "words", lambda: {"rows": "</script><script>alert(1)</script>"})
    words = timeline_view(sample.document())["events"]["words"]
    assert "<" not in words
    assert json.loads(words)["rows"].startswith("</script>")


def test_the_table_speaks_the_language_of_the_report() -> None:
    with using("de"):
        view = timeline_view(sample.document())
    assert set(json.loads(view["events"]["words"])) == set(eventtable.words())
