"""The line index equals a naive reading of the same bytes, whatever the size of the blocks that it is fed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzer.lines import index as line_index
from analyzer.lines.component import Components
from analyzer.lines.index import Block, LineIndex
from analyzer.parsers.families import FAMILIES

from . import reference

WAAGENT = (
    b"2025-03-01T10:00:00.000001Z INFO ExtHandler ExtHandler Goal state",
    b"2025-03-01T10:00:00Z WARNING Daemon x",
    b"2025-03-01T10:00:00.123+02:00 ERROR [A.B-1.2.3] boom",
    b"2014/05/06 07:08:09.123456 VERBOSE Run daemon",
    b"2014/05/06 07:08:09 ERROR:no",
    b"2014/05/06 07:08:09 WARNING:hm",
    b"2014/05/06 07:08:09 GuestAgentVersion: WALinuxAgent-2.0.11",
)
BACKUP = (
    b"2025-03-01 10:00:00.123456 [Microsoft.Azure-1.0] enable",
    b"2025-03-01 10:00:00,123 [Microsoft.Azure-1.0] enable",
    b"2025/03/01 10:00:00.123456  Info  *** frozen",
    b"2025/03/01 12:00:00 2025-03-01 10:00:00.123456  Error  python 2",
    b"2025/03/01 12:00:00 ERROR:Unable",
    b"2025/03/01 12:00:00 [Microsoft.Azure-1.0] python 2",
)
FOREIGN = (
    b"",
    b"\r",
    b'  File "x.py", line 3',
    b"2025-02-30T10:00:00Z INFO no such day",
    b"2014/13/06 07:08:09 no such month",
    b"1699-03-01T10:00:00Z INFO too early",
    b"2262-01-01 00:00:00 [late]",
    b"2025-03-01T10:00:00Z NOTICE no such level",
    b"2025-03-01T10:00:00.1234567890Z INFO ten digits",
    b"2025-03-01T10:00:0",
    b"\0\0\0\0",
    b"\xff\xfe 2025 \xe4",
    "größer …".encode(),
    b"x" * 90,
)


def logs(kind: str) -> st.SearchStrategy[bytes]:
    """Logs of mixed generations, with foreign lines, both line ends and perhaps no end at all."""
    own = st.sampled_from(WAAGENT if kind == "waagent" else BACKUP)
    line = st.one_of(own, own, st.sampled_from(FOREIGN), st.binary(max_size=40).map(lambda b: b.replace(b"\n", b"?")))
    ended = st.tuples(line, st.sampled_from((b"\n", b"\n", b"\r\n"))).map(b"".join)
    tail = st.one_of(st.just(b""), line)
    return st.tuples(st.lists(ended, max_size=12).map(b"".join), tail).map(b"".join)


CASES = st.sampled_from(("waagent", "vmsnapshot")).flatmap(lambda kind: st.tuples(st.just(kind), logs(kind)))


@settings(max_examples=200, deadline=None)
@given(CASES, st.lists(st.integers(1, 200), min_size=1, max_size=6))
@example(("waagent", b"a\nb\n" + WAAGENT[4] + b"\n" + WAAGENT[3] + b"\n" + WAAGENT[4] + b"\ntail"), [1])
@example(("waagent", WAAGENT[0] + b"\r\n\r\n\0\n" + WAAGENT[0]), [3])
def test_equals_the_naive_reading(case: tuple[str, bytes], sizes: list[int]) -> None:
    kind, data = case
    expected = reference.read(kind, data)
    assert reference.index(kind, data) == expected
    assert reference.index(kind, data, sizes) == expected


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(("syslog", "serial-console", "extension-log", "kernel", "audit", "cloud-init", "vmsnapshot-shell")),
    st.lists(
        st.one_of(
            st.sampled_from(
                (
                    b"Feb  3 10:00:01 h waagent[1]: 2025-02-03T10:00:01.5Z ERROR ExtHandler boo",
                    b"Feb  3 10:00:01 h sudo",
                    b"2025-02-03T10:00:01+01:00 host sshd[1]: hi",
                    b"[   12.345678] python3[9]: 2025-02-03T10:00:01.123456Z INFO Daemon Daemon x",
                    b"2025/02/03 10:00:01 old agent",
                    b"2025/02/03 10:00:01.000001 INFO Daemon",
                    b'time=2025-02-03T10:00:01Z level=error msg="x"',
                    b"type=AVC msg=audit(1700000000.123:45): avc",
                    b"----",
                    b"2025-02-03 10:00:01,123 - util.py[DEBUG]: x",
                    b"Mon Feb  3 10:00:01 UTC 2025- hello",
                )
            ),
            st.sampled_from(FOREIGN),
        ),
        max_size=10,
    ),
    st.lists(st.integers(1, 150), min_size=1, max_size=4),
)
def test_blocks_do_not_matter(kind: str, lines: list[bytes], sizes: list[int]) -> None:
    """All columns, the codes of sources and components among them."""
    data = b"\n".join(lines)
    whole, pieces = _columns(kind, data, [len(data)]), _columns(kind, data, sizes)
    assert whole == pieces
    assert b"".join(text for _, text in whole) == data


def _columns(kind: str, data: bytes, sizes: list[int]) -> list[tuple[tuple[object, ...], bytes]]:
    sources: dict[str, int] = {}
    components = Components()
    chunks: list[bytes] = []
    at = 0
    while at < len(data):
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(data[at : at + size])
        at += size
    rows: list[tuple[tuple[object, ...], bytes]] = []
    for block in LineIndex(FAMILIES[kind], sources, "own", components).blocks(chunks):
        names = list(sources)
        codes = [] if block.component is None else block.component.tolist()
        for i, (start, end) in enumerate(zip(block.start.tolist(), block.end.tolist(), strict=True)):
            assert 0 <= int(block.message[i]) <= end - start
            columns = (
                int(block.line[i]),
                block.base + start,
                int(block.raw[i]),
                int(block.clock[i]),
                int(block.level[i]),
                names[block.source[i]],
                components.names[codes[i]],
                bool(block.stamped[i]),
                int(block.message[i]),
            )
            rows.append((columns, block.buffer[start:end]))
    return rows


def test_bytes_before_the_first_stamp_are_counted() -> None:
    found = LineIndex(FAMILIES["waagent"], {})
    list(found.blocks([b"banner\nmore\n" + WAAGENT[0] + b"\n continued\n"]))
    assert found.unstamped_bytes == len(b"banner\nmore\n")


def test_an_empty_member_has_no_blocks() -> None:
    assert list(LineIndex(FAMILIES["waagent"], {}).blocks([b"", b""])) == []


@pytest.fixture
def small_records(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(line_index, "MAX_RECORD", 1_000)
    return 1_000


def blocks_of(found: LineIndex, data: bytes, size: int) -> list[Block]:
    return list(found.blocks([data[i : i + size] for i in range(0, len(data), size)]))


@pytest.mark.parametrize(
    "data",
    [
        WAAGENT[0] + b"\n" + b" continued\n" * 5_000,
        b"x" * 50_000,
        WAAGENT[0] + b"\n" + b"x" * 50_000,
        WAAGENT[0] + b"\n" + b"x" * 50_000 + b"\n" + WAAGENT[1] + b"\n",
    ],
    ids=["many lines", "one line without an end", "a long line below a stamp", "and a record behind it"],
)
def test_a_long_record_is_cut(small_records: int, data: bytes) -> None:
    """Memory stays bounded: no block holds much more than a record's limit and one chunk, and no byte is lost."""
    found = LineIndex(FAMILIES["waagent"], {})
    blocks = blocks_of(found, data, 300)
    texts = [b.buffer[s:e] for b in blocks for s, e in zip(b.start.tolist(), b.end.tolist(), strict=True)]
    assert b"".join(texts) == data
    assert max(len(b.buffer) for b in blocks) <= 2 * small_records + 2 * 300 + 64
    assert found.long_records > 10
    offsets = np.concatenate([b.base + b.start for b in blocks]).tolist()
    assert offsets == [sum(map(len, texts[:i])) for i in range(len(texts))]


def test_lines_are_counted_on_behind_a_cut(small_records: int) -> None:
    data = WAAGENT[0] + b"\n" + b"x" * 5_000 + b"\n" + WAAGENT[1] + b"\n"
    found = LineIndex(FAMILIES["waagent"], {})
    last = blocks_of(found, data, 300)[-1]
    assert (last.line[-1], last.buffer[last.start[-1] : last.end[-1]]) == (3, WAAGENT[1] + b"\n")


def test_a_record_below_the_limit_is_whole(small_records: int) -> None:
    data = WAAGENT[0] + b"\n" + b"y" * 900 + b"\n" + WAAGENT[1] + b"\n"
    found = LineIndex(FAMILIES["waagent"], {})
    assert sum(len(b.start) for b in blocks_of(found, data, 64)) == 2
    assert found.long_records == 0


@pytest.fixture
def few_lines(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(line_index, "MOST_LINES", 50)
    monkeypatch.setattr(line_index, "MOST_FREE", 120)
    return 50


@pytest.mark.parametrize("size", [1, 7, 64, 333, 5_000])
@pytest.mark.parametrize(
    ("data", "records"),
    [
        (b"\n" * 1_000, 120 + 17),  # the last of the first 120 goes on
        (WAAGENT[0] + b"\n" + b"a\n" * 999, 20),
        (WAAGENT[0] + b"\n" + b"a\n" * 49 + WAAGENT[1] + b"\n", 2),
        (b"a\n" * 100 + WAAGENT[0] + b"\n" + b"a\n" * 60, 102),
    ],
    ids=["nothing but line ends", "one record of many lines", "a record of just as many", "lines before a stamp"],
)
def test_many_lines_make_few_records(few_lines: int, data: bytes, records: int, size: int) -> None:
    """However a member is cut into chunks, so that its rows are found again."""
    found = LineIndex(FAMILIES["waagent"], {})
    blocks = blocks_of(found, data, size)
    texts = [b.buffer[s:e] for b in blocks for s, e in zip(b.start.tolist(), b.end.tolist(), strict=True)]
    assert b"".join(texts) == data
    assert len(texts) == records
    assert max(text.count(b"\n") for text in texts) <= few_lines
    lines = np.concatenate([b.line for b in blocks]).tolist()
    assert lines == [1 + sum(text.count(b"\n") for text in texts[:i]) for i in range(len(texts))]
