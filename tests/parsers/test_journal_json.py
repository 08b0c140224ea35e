"""A journal as JSON gives the lines that its text export would have given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import analyzer
from analyzer.parsers.syslog_lines import as_text

ENTRY = {
    "__CURSOR": "s=1;i=2",
    "__REALTIME_TIMESTAMP": "1746090000123456",
    "_HOSTNAME": "vm07",
    "SYSLOG_IDENTIFIER": "python3",
    "_PID": "812",
    "MESSAGE": "ModuleNotFoundError: No module named 'imp'",
}
LINE = b"2025-05-01T09:00:00.123456+0000 vm07 python3[812]: ModuleNotFoundError: No module named 'imp'"


def text(*lines: bytes, size: int = 1 << 20) -> bytes:
    data = b"\n".join(lines)
    return b"".join(as_text(data[at : at + size] for at in range(0, len(data), size)))


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(ENTRY, separators=(",", ":")),
        json.dumps(ENTRY),
        json.dumps(dict(reversed(ENTRY.items()))),
        "{ " + ", ".join(f'"{key}" : {json.dumps(value)}' for key, value in ENTRY.items()) + " }",
    ],
    ids=["compact", "spaced", "other order", "before 236"],
)
def test_every_spelling_gives_the_line(written: str) -> None:
    assert text(written.encode()) == LINE


def test_bytes_lists_breaks_and_what_is_missing() -> None:
    bytes_of = json.dumps(ENTRY | {"MESSAGE": list(b"caf\xc3\xa9 \xff")}).encode()
    assert text(bytes_of).decode().endswith(": café \ufffd")
    assert text(json.dumps(ENTRY | {"MESSAGE": ["first", "second"]}).encode()).endswith(b": first")
    assert text(json.dumps(ENTRY | {"MESSAGE": "a\nb"}).encode()).endswith(b": a b")
    bare = json.dumps({"__REALTIME_TIMESTAMP": "0", "MESSAGE": None}).encode()
    assert text(bare) == b"1970-01-01T00:00:00.000000+0000 localhost unknown: "


@pytest.mark.parametrize(
    "broken",
    [b'{"__REALTIME_TIMESTAMP": "x"}', b'{"__REALTIME_TIMESTAMP": "9' + b"9" * 40 + b'"}', b"{cut", b"", b"plain"],
)
def test_what_is_no_entry_stays(broken: bytes) -> None:
    first = json.dumps(ENTRY).encode()
    assert text(first, broken, first) == b"\n".join([LINE, broken, LINE])


def test_other_journals_stay_as_they_are() -> None:
    plain = b"May 01 09:00:00 vm07 python3[812]: x\n"
    assert text(plain) == plain
    assert text(b"") == b""


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=6),
    st.integers(1, 200),
)
def test_a_line_for_a_line_whatever_the_blocks(messages: list[str], size: int) -> None:
    entries = [json.dumps(ENTRY | {"MESSAGE": message}).encode() for message in messages]
    whole = text(*entries)
    assert whole.count(b"\n") == len(entries) - 1
    if size > len(entries[0]):
        assert text(*entries, size=size) == whole


@pytest.mark.parametrize("name", ["journalctl-walinuxagent.json", "journal.log", "export.json", "journal.json"])
def test_in_a_bundle_it_is_syslog_with_times_and_lines(tmp_path: Path, name: str) -> None:
    lines = [json.dumps(ENTRY | {"__REALTIME_TIMESTAMP": str(1746090000000000 + n)}) for n in range(3)]
    (tmp_path / name).write_text("\n".join(lines) + "\n")
    frame = analyzer.analyze(tmp_path).timeline
    assert frame["source"].tolist() == ["syslog"] * 3
    assert frame["line"].tolist() == [1, 2, 3]
    assert frame["time"].dt.strftime("%Y-%m-%dT%H:%M:%S.%f").tolist()[2] == "2025-05-01T09:00:00.000002"
    assert frame["time_quality"].tolist() == ["exact"] * 3
