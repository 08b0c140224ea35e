"""The timeline as CSV, JSON Lines and Parquet: all events, the same in each, without secrets, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analyzer import timeline
from analyzer.analysis import Analysis, analyze
from analyzer.redaction.documents import Redactor
from analyzer.report import held
from analyzer.report.rows import COLUMNS, export, form_of, write_beside, write_rows
from tests.shared import ROOT

LINUX = ROOT / "sample_bundles" / "backup-freeze-busy.tar.gz"
WINDOWS = ROOT / "sample_bundles" / "windows-vss-writer-timeout.tar.gz"


@pytest.fixture(scope="module", params=[LINUX, WINDOWS], ids=["linux", "windows"])
def analysis(request: pytest.FixtureRequest) -> Analysis:
    return analyze(request.param)


def jsonl(analysis: Analysis, redactor: Redactor | None = None) -> list[dict[str, Any]]:
    file = io.StringIO()
    write_rows(analysis, "jsonl", file, redactor)
    return [json.loads(line) for line in file.getvalue().split("\n") if line]


def of_log(tmp_path: Path, lines: list[str], name: str = "waagent.log") -> Analysis:
    folder = tmp_path / "bundle" / "var" / "log"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
    return analyze(tmp_path / "bundle")


def stamped(number: int, text: str) -> str:
    return f"2026-11-21T03:{number // 60:02d}:{number % 60:02d}.000000Z INFO ExtHandler {text}"


def test_every_form_holds_every_event(analysis: Analysis, tmp_path: Path) -> None:
    rows = jsonl(analysis)
    assert len(rows) == len(analysis.timeline)
    assert {tuple(row) for row in rows} == {COLUMNS}
    times = [row["time"] for row in rows if row["time"]]
    assert times == sorted(times)
    assert [row["message"] for row in rows[:50]] == Redactor().texts(analysis.text(range(50)))

    write_beside(analysis, tmp_path / "e.CSV")
    with (tmp_path / "e.CSV").open(encoding="utf-8", newline="") as file:
        header, *cells = list(csv.reader(file))
    assert tuple(header) == COLUMNS
    plain = [["" if value is None else str(value) for value in row.values()] for row in rows]
    assert [[re.sub(r"^'(?=[=+\-@\t\r])", "", cell) for cell in row] for row in cells] == plain

    write_beside(analysis, tmp_path / "e.parquet")
    table = pq.read_table(tmp_path / "e.parquet")
    assert table.column("message").to_pylist() == [row["message"] for row in rows]
    assert table.column("file").to_pylist() == [row["file"] for row in rows]
    stamps = np.datetime_as_string(table.column("time").to_numpy().astype("datetime64[us]"), unit="us").tolist()
    assert [None if s == "NaT" else f"{s}Z" for s in stamps] == [row["time"] for row in rows]
    for name in ("event_id", "line", "level", "source", "component", "time_quality"):
        assert table.column(name).to_pylist() == [row[name] for row in rows]


def test_parquet_has_types(tmp_path: Path) -> None:
    write_beside(analyze(WINDOWS), tmp_path / "e.parquet")
    schema = pq.read_schema(tmp_path / "e.parquet")
    assert schema.field("time").type == pa.timestamp("ns", tz="UTC")
    assert pa.types.is_dictionary(schema.field("file").type)
    assert schema.field("event_id").type == pa.int32()


def test_parquet_goes_out_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.report.rows.CHUNK", 7)
    log = of_log(tmp_path, [stamped(n, f"event {n}") for n in range(20)])
    write_beside(log, tmp_path / "e.parquet")
    assert [pq.ParquetFile(tmp_path / "e.parquet").metadata.row_group(n).num_rows for n in range(3)] == [7, 7, 6]


def test_a_form_nobody_knows_is_refused() -> None:
    assert form_of(Path("x.ndjson")) == "jsonl"
    with pytest.raises(ValueError, match=r"'x.txt' does not say which form: events go to a .csv"):
        form_of(Path("x.txt"))


def test_stdout_takes_every_form(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    analysis = analyze(LINUX)
    export(analysis, "csv", "-")
    assert capfdbinary.readouterr().out.startswith(b"time,time_quality")
    export(analysis, "parquet", "-")
    assert pq.read_table(pa.BufferReader(capfdbinary.readouterr().out)).num_rows == len(analysis.timeline)


def test_an_export_that_breaks_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = analyze(LINUX)

    def broken(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("analyzer.report.rows.stream", broken)
    with pytest.raises(KeyboardInterrupt):
        write_beside(analysis, tmp_path / "e.csv")
    assert list(tmp_path.iterdir()) == []


def test_formulas_of_a_log_do_not_run(tmp_path: Path) -> None:
    log = of_log(tmp_path, [stamped(0, "x"), "=HYPERLINK(1)"], "odd.log")
    file = io.StringIO()
    write_rows(log, "csv", file)
    cells = [cell for row in csv.reader(io.StringIO(file.getvalue())) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_a_secret_that_a_later_line_gives_away_is_in_no_earlier_one(tmp_path: Path) -> None:
    secret = "Zk3v9QpL7tXw2RmB5nYc"
    log = of_log(tmp_path, [stamped(0, f"odd {secret} word"), stamped(1, f'password="{secret}"')])
    for form in ("csv", "jsonl"):
        file = io.StringIO()
        write_rows(log, form, file)
        assert secret not in file.getvalue()
        assert file.getvalue().count("<password:1>") == 2
    write_beside(log, tmp_path / "e.parquet")
    assert secret not in str(pq.read_table(tmp_path / "e.parquet").to_pydict())


def test_identities_are_hidden_in_every_column(tmp_path: Path) -> None:
    analysis = analyze(LINUX)
    name = str(analysis.facts["os.hostname"])
    shown = json.dumps(jsonl(analysis))
    assert name in shown
    hidden = json.dumps(jsonl(analysis, Redactor(identity=True)))
    assert name not in hidden
    assert str(analysis.facts["vm.id"]) not in hidden


@pytest.mark.parametrize("most", [0, held.MOST_PACKED])
def test_held_text_is_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(held, "PIECE", 100)
    monkeypatch.setattr(held, "OPEN_PIECES", 2)
    monkeypatch.setattr(held, "MOST_PACKED", most)
    monkeypatch.setattr("analyzer.reading.pipeline.CACHE_MEMBER_BYTES", 10)
    long = "y" * 1_000
    log = of_log(tmp_path, [stamped(n, long if n == 3 else f"event {n} ü") for n in range(30)] + [stamped(59, "")])
    built = timeline.build(log.reading, log.times, set())
    places = list(zip(built.member.tolist(), built.row.tolist(), strict=True))[::-1]
    studied: list[bytes] = []
    text = held.HeldText(log.reading, lambda blocks: studied.extend(blocks))
    assert text.texts(places) == timeline.texts(log.reading, places)
    assert long in text.texts(places)[len(places) - 4]
    assert b"event 29" in b"".join(studied)
    assert text.texts([]) == []


def test_the_store_does_not_change_what_was_refused(tmp_path: Path) -> None:
    analysis = analyze(LINUX)
    before = list(analysis.bundle.refused)
    held.HeldText(analysis.reading)
    assert analysis.bundle.refused == before
