"""What the line index does to the heads of many lines at once, held against one line at a time."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzer.lines import index
from analyzer.lines.component import Components
from analyzer.lines.grammar import Grammar, Lead, levels
from analyzer.lines.index import LineIndex
from analyzer.lines.stamp import HEAD, Clock, Heads, Stamp, word_at
from analyzer.parsers.families import FAMILIES

LINES = st.lists(st.text("ab[]: \n", max_size=HEAD + 20).map(str.encode), min_size=1, max_size=8)


def heads(lines: list[bytes]) -> Heads:
    matrix = np.frombuffer(b"".join(line[:HEAD].ljust(HEAD, b"\0") for line in lines), dtype=np.uint8)
    return matrix.reshape(len(lines), HEAD)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.binary(min_size=HEAD, max_size=HEAD), st.integers(0, 3 * HEAD)), min_size=1, max_size=9))
@example([(b"x" * HEAD, HEAD - 8), (b"y" * HEAD, HEAD - 7), (b"z" * HEAD, HEAD - 1), (b"z" * HEAD, HEAD)])
def test_a_word_at_any_column(lines: list[tuple[bytes, int]]) -> None:
    """Eight bytes of each line from a column of its own on; nothing of the next line."""
    found = word_at(heads([line for line, _ in lines]), np.array([column for _, column in lines]))
    assert found.astype("<u8").tobytes() == b"".join(line[at : at + 8].ljust(8, b"\0") for line, at in lines)


@settings(max_examples=100, deadline=None)
@given(LINES, st.sampled_from((b"a", b"ab", b"[a", b"ba: ", b"a" * 12)))
def test_a_literal_in_a_head(lines: list[bytes], literal: bytes) -> None:
    """Where it begins before the line ends; HEAD where it does not."""
    found = index._find(heads(lines), literal).tolist()
    for line, column in zip(lines, found, strict=True):
        at = line[:HEAD].split(b"\n")[0].find(literal)
        assert column == (at if at >= 0 else HEAD)


@settings(max_examples=100, deadline=None)
@given(st.text("ab:\n", min_size=1, max_size=150), st.sampled_from((b"a", b"ab", b": a", b"b:b")), st.data())
def test_the_first_place_behind(text: str, literal: bytes, data: st.DataObject) -> None:
    """Of some of the lines, each asked from some column on."""
    raw = text.encode()
    begins = [0, *(i + 1 for i, byte in enumerate(raw) if byte == 0x0A and i + 1 < len(raw))]
    rows = sorted(data.draw(st.sets(st.integers(0, len(begins) - 1), min_size=1)))
    ends = [*begins[1:], len(raw)]
    at = [data.draw(st.integers(begins[row], ends[row])) for row in rows]
    padded = raw + bytes(HEAD)
    found = index._first_in_line(padded, literal, np.array(at), np.array(begins), np.array(rows)).tolist()
    for row, start, place in zip(rows, at, found, strict=True):
        wanted = raw.find(literal, start)
        assert place == wanted if start <= wanted < ends[row] else place > len(padded)


LEADS = (
    *levels(b" ", b" ", {b"INFO": "info", b"ERROR": "error"}),
    Lead(b" a long lead, beyond eight: ", "warning", keep=3),
    Lead(b" [", "verbose", keep=1),
    Lead(b" ", "critical"),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(
    st.integers(0, HEAD),
    st.sampled_from([lead.literal for lead in LEADS]) | st.text(" [INFOa", max_size=8).map(str.encode),
    st.sampled_from((b"", b" x", b"[")),
), min_size=1, max_size=9))  # fmt: skip
def test_what_stands_behind_the_stamp(lines: list[tuple[int, bytes, bytes]]) -> None:
    """The first lead that fits tells the level, and how much of it belongs to the header."""
    matrix = heads([b"." * end + lead + rest for end, lead, rest in lines])
    grammar = Grammar("x", Stamp("YYYY", Clock.UTC), LEADS)
    found = zip(
        *(column.tolist() for column in index._lead(grammar, matrix, np.array([n for n, _, _ in lines]))), strict=True
    )
    for (end, lead, rest), told in zip(lines, found, strict=True):
        text = (b"." * end + lead + rest)[:HEAD][end:]
        fits = next((lead for lead in LEADS if text.startswith(lead.literal)), None)
        assert told == ((fits.code, fits.width, True) if fits else (0, 0, False))


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=1, max_size=3 * HEAD), st.data())
def test_heads_are_gathered(raw: bytes, data: st.DataObject) -> None:
    """HEAD bytes from each start; zeros behind the text."""
    starts = data.draw(st.lists(st.integers(0, len(raw)), min_size=1, max_size=6))
    found = index._gather(raw + bytes(HEAD), np.array(starts))
    assert found.tobytes() == b"".join(raw[at : at + HEAD].ljust(HEAD, b"\0") for at in starts)


FIXED = {"YYYY": "2025", "MM": "03", "_D": " 1", "DD": "04", "hh": "10", "pp": "AM", "bbb": "Mar", "www": "Mon"}
TOKENS = re.compile(r"YYYY|MM|_D|DD|hh|pp|bbb|www|mm|ss|w{2,}|d{2,}|f{2,}|_*e+(?=\.|$)|\b[MDh](?=[/:])")


def written(grammar: Grammar) -> str:
    """A line's begin in the grammar, the same moment in all of them."""
    stamp = TOKENS.sub(lambda m: FIXED.get(m[0], "1" * len(m[0])), grammar.stamp.shape)
    return grammar.anchor.decode() + stamp + grammar.leads[0].literal.decode()


@pytest.mark.parametrize("kind", sorted(FAMILIES))
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_components_change_nothing_else(kind: str, data: st.DataObject) -> None:
    """They are named in another walk than the one that matches; both must see the same records."""
    own = [written(grammar) for grammar in FAMILIES[kind].grammars]
    behind = st.sampled_from(("Program[12]: x", "[A.B-1.2] x", " h waagent[1]: 2025-03-01T10:00:00.5Z INFO A B c", ""))
    line = st.tuples(st.sampled_from([*own, "below "]), behind).map("".join)
    text = "\n".join(data.draw(st.lists(line, min_size=1, max_size=12))).encode()
    chunks = [text[i : i + 70] for i in range(0, len(text), 70)]
    without: dict[str, int] = {}
    along: dict[str, int] = {}
    plain = list(LineIndex(FAMILIES[kind], without, "own").blocks(chunks))
    named = list(LineIndex(FAMILIES[kind], along, "own", Components()).blocks(chunks))
    assert without == along
    assert [b.component for b in plain] == [None] * len(plain)
    assert text.startswith(b"below") or bool(plain[0].stamped[0])
    for one, other in zip(plain, named, strict=True):
        columns = [{k: v.tolist() for k, v in vars(b).items() if isinstance(v, np.ndarray)} for b in (one, other)]
        assert len(columns[1].pop("component")) == len(one.start)
        assert columns[0] == columns[1]
