"""Syslog and the journal give the same times, texts and lines in whatever form they were written."""

from __future__ import annotations

import re
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import analyzer
from analyzer.parsers import journal_entries
from analyzer.parsers.syslog_lines import as_text

CURSOR = "s=5aeada3edcce4960b59b2618b75f2159;i={n:x};b=6c7c6013a26343b29e964691ff25d04c;m=4e2d80;t={micros:x};x=f17291"
FIRST = 1777781400_000000
SAID = (
    ("kernel", "", "EXT4-fs (sda3): Remounting filesystem read-only"),
    ("systemd", "1", "Started Azure Linux Agent."),
    ("python3", "812", "ModuleNotFoundError: No module named 'imp'"),
    ("python3", "812", 'Traceback\n  File "x"\nValueError: y'),
    ("sshd", "900", "last = [x]"),
)
TEXTS = [
    f"vm07 {name}{f'[{pid}]' if pid else ''}: {' '.join(said.split(chr(10)))}".encode() for name, pid, said in SAID
]
MOMENTS = [datetime(2026, 5, 3, 4, 10, tzinfo=UTC) + timedelta(microseconds=n * 1000001) for n in range(len(SAID))]


def text(data: bytes, size: int = 1 << 20) -> bytes:
    return b"".join(as_text(data[at : at + size] for at in range(0, len(data), size)))


def exported(name: str, pid: str, said: str | bytes, n: int = 0, always: bool = False) -> bytes:
    """An entry in the export format; `always`: with every value behind its length."""
    micros = FIRST + n * 1000001
    fields = {
        "__CURSOR": CURSOR.format(n=n + 1, micros=micros),
        "__REALTIME_TIMESTAMP": str(micros),
        "__MONOTONIC_TIMESTAMP": "5123456",
        "_BOOT_ID": "6c7c6013a26343b29e964691ff25d04c",
        "SYSLOG_IDENTIFIER": name,
        "MESSAGE": said,
        "_HOSTNAME": "vm07",
    } | ({"_PID": pid} if pid else {})
    return b"".join(_field(k, v, always and k[0] != "_") for k, v in fields.items()) + b"\n"


def _field(name: str, value: str | bytes, always: bool) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    if not always and re.fullmatch(rb"[\t -~]*", raw):
        return name.encode() + b"=" + raw + b"\n"
    return name.encode() + b"\n" + struct.pack("<Q", len(raw)) + raw + b"\n"


def verbose(zone: str = "CEST") -> bytes:
    out = ""
    for n, (name, pid, said) in enumerate(SAID):
        cursor = CURSOR.format(n=n + 1, micros=FIRST + n * 1000001)
        out += f"Sun 2026-05-03 06:10:0{n}.00000{n} {zone} [{cursor}]\n    _BOOT_ID=6c7c6013a26343b29e964691ff25d04c\n"
        out += f"    SYSLOG_IDENTIFIER={name}\n    MESSAGE={said.replace(chr(10), chr(10) + 12 * ' ')}\n"
        out += "    _HOSTNAME=vm07\n" + (f"    _PID={pid}\n" if pid else "")
    return out.encode()


def short(stamps: list[str]) -> bytes:
    """journalctl indents what follows a line end to where the text begins."""
    lines = []
    for stamp, (name, pid, said) in zip(stamps, SAID, strict=True):
        head = f"{stamp} vm07 {name}{f'[{pid}]' if pid else ''}: "
        lines.append(head + said.replace("\n", "\n" + " " * len(head)) + "\n")
    return "".join(lines).encode()


EPOCHS = [f"{(FIRST + n * 1000001) / 1e6:.6f}" for n in range(len(SAID))]
UPTIMES = [f"[    {5 + n}.123456]" for n in range(len(SAID))]
DELTAS = ["[    5.123456                ]", *(f"[    {6 + n}.123456 <    1.000001 >]" for n in range(len(SAID) - 1))]
UTC_STAMPS = [f"{moment:%a %Y-%m-%d %H:%M:%S} UTC" for moment in MOMENTS]
EXPORTS = b"".join(exported(*said, n) for n, said in enumerate(SAID))
PRECISE = {
    "export": EXPORTS,
    "export with lengths": b"".join(exported(*said, n, always=True) for n, said in enumerate(SAID)),
    "export with CR": b"".join(exported(*said, n) for n, said in enumerate(SAID[:3])).replace(b"\n", b"\r\n"),
    "verbose": verbose(),
    "verbose behind a header": b"-- Logs begin at Sun 2026-05-03 06:10:00 CEST. --\n" + verbose("UTC"),
    "short-unix": short(EPOCHS),
    "RFC 5424": b"".join(
        f"<30>1 {moment:%Y-%m-%dT%H:%M:%S.%fZ} vm07 {name} {pid or '-'} - - {said.replace(chr(10), ' ')}\n".encode()
        for moment, (name, pid, said) in zip(MOMENTS, SAID, strict=True)
    ),
}


@pytest.mark.parametrize("form", PRECISE)
def test_all_forms_give_the_same_times_and_texts(tmp_path: Path, form: str) -> None:
    (tmp_path / "some.txt").write_bytes(PRECISE[form])
    analysis = analyzer.analyze(tmp_path)
    frame = analysis.timeline.dropna(subset=["time"])
    many = len(frame)
    assert many == (3 if "CR" in form else len(SAID))
    assert frame["time"].tolist() == MOMENTS[:many]
    assert set(frame["time_quality"]) == {"exact"}
    assert set(frame["source"]) == {"syslog"}
    said = [" ".join(t.split()).encode() for t in analysis.text(frame.index.tolist())]
    assert said == [b" ".join(t.split()) for t in TEXTS[:many]]
    assert frame["component"].tolist()[:3] == ["kernel", "systemd", "python3"]


@pytest.mark.parametrize(
    ("stamps", "quality"),
    [
        (UPTIMES, "none"),
        (DELTAS, "none"),
        (UTC_STAMPS, "exact"),
        ([s.replace("UTC", "CEST") for s in UTC_STAMPS], "zone-assumed"),
    ],
    ids=["short-monotonic", "short-delta", "short-full", "short-full local"],
)
def test_short_forms_are_told_by_their_lines(tmp_path: Path, stamps: list[str], quality: str) -> None:
    (tmp_path / "some.txt").write_bytes(short(stamps))
    frame = analyzer.analyze(tmp_path).timeline
    assert len(frame) == len(SAID)
    assert set(frame["source"]) == {"syslog"}
    assert set(frame["time_quality"]) == {quality}
    if stamps is not DELTAS:
        assert frame.sort_values("line")["component"].tolist() == ["kernel", "systemd", "python3", "python3", "sshd"]


def test_the_kernels_own_messages_are_no_journal(tmp_path: Path) -> None:
    lines = ["scsi host0: storvsc_host_t", "systemd[1]: Started x", "EXT4-fs (sda3): mounted", "systemd[1]: Reached y"]
    (tmp_path / "some.txt").write_text("".join(f"[    {n}.123456] {line}\n" for n, line in enumerate(lines)))
    assert set(analyzer.analyze(tmp_path).timeline["source"]) == {"kernel"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<30>1 2026-11-21T03:44:40.123456Z h p 123 ID47 - said", "2026-11-21T03:44:40.123456Z h p[123]: said"),
        ("1 2026-11-21T03:44:40+01:00 host proc - - - said", "2026-11-21T03:44:40+01:00 host proc: said"),
        ("2026-11-21T03:44:40.1Z host proc 123 ID - said", "2026-11-21T03:44:40.1Z host proc[123]: said"),
        (
            '<165>1 2003-10-11T22:14:15.003Z m.com p - ID47 [x@32473 iut="3" s="a \\"] \\\\"][y@1 p="q"] An event',
            "2003-10-11T22:14:15.003Z m.com p: An event",
        ),
        ("<34>1 2003-10-11T22:14:15.003Z h su - I7 - \ufeff'su' fails", "2003-10-11T22:14:15.003Z h su: 'su' fails"),
        ("<34>1 2003-10-11T22:14:15.003Z h su - ID47 -", "2003-10-11T22:14:15.003Z h su: "),
        ("<30>1 2026-11-21T03:44:40Z h p 1 - -  rsyslog's blank", "2026-11-21T03:44:40Z h p[1]: rsyslog's blank"),
        ("<13>Nov 21 03:44:40 host proc[1]: with a priority", "Nov 21 03:44:40 host proc[1]: with a priority"),
        ("<6>[    5.123456] EXT4-fs", "[    5.123456] EXT4-fs"),
    ],
)  # fmt: skip
def test_rfc_5424_and_priorities(line: str, expected: str) -> None:
    assert text(line.encode()) == expected.encode()
    assert text(f"{line}\r\n{line}\n".encode()) == f"{expected}\r\n{expected}\n".encode()


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-21T03:44:40Z host kernel: said - by 1",
        "<30>1 - host proc 1 - - no time",
        "<30>1 2026-11-21T03:44:40Z host proc",
        "<b>1 2026",
        "1 2026 apples",
        "<30>",
    ],
)
def test_anything_else_stays(line: str) -> None:
    assert text(line.encode() + b"\n") == line.encode() + b"\n"


def test_places_are_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "journal.export").write_bytes(EXPORTS)
    frame = analyzer.analyze(tmp_path).timeline
    numbers = [n for n, line in enumerate(EXPORTS.split(b"\n"), 1) if line.startswith(b"__CURSOR=")]
    assert frame["line"].tolist() == numbers


@given(
    st.lists(st.tuples(st.binary(max_size=40), st.booleans()), min_size=1, max_size=6),
    st.integers(1, 300),
)
def test_any_bytes_come_through_an_export(messages: list[tuple[bytes, bool]], size: int) -> None:
    data = b"".join(exported("p", "1", said, n, always) for n, (said, always) in enumerate(messages))
    whole = text(data)
    assert text(data, size) == whole
    assert whole.count(b"\n") == data.count(b"\n")
    lines = [line for line in whole.split(b"\n") if line]
    assert len(lines) == len(messages)
    for line, (said, _) in zip(lines, messages, strict=True):
        shown = said.decode("utf-8", "replace").replace("\n", " ").encode()
        assert line.partition(b" p[1]: ")[2] == shown


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(1, 64))
def test_a_damaged_export_keeps_its_lines(rubbish: bytes, at: int, size: int) -> None:
    data = EXPORTS[:at] + rubbish + EXPORTS[at:]
    whole = text(data)
    assert text(data, size) == whole
    assert whole.count(b"\n") == data.count(b"\n")


@given(st.text(alphabet='<30>1 2-:TZhost[]="\\\n\r-', max_size=120), st.integers(1, 40))
def test_blocks_do_not_matter(tail: str, size: int) -> None:
    data = b"<30>1 2026-11-21T03:44:40Z h p 1 - - " + tail.encode()
    assert text(data, size) == text(data)
    assert text(data).count(b"\n") == data.count(b"\n")


def test_a_line_without_end_takes_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_entries, "MOST", 1_000)
    pieces = list(journal_entries.whole_lines(b"x" * 100 for _ in range(100)))
    assert b"".join(pieces) == b"x" * 10_000
    assert max(map(len, pieces)) <= 1_200
